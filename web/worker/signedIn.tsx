/** Pages of one's own: without a sign-in they lead to it and come back. */
import { useEffect } from 'react'
import type { ReactNode } from 'react'
import { Problem } from '../ui/api.ts'
import { goTo } from './navigation.ts'
import { keys, queryClient, useSession } from './queries.ts'
import { Loading, Trouble } from './states.tsx'

export const signInPath = (): string => `/sign-in?next=${encodeURIComponent(location.pathname)}`

export const isSignedOut = (problem: unknown): boolean => problem instanceof Problem && problem.status === 401

/** A refusal for want of a sign-in anywhere on a page leads to it. */
export function useSignInWhen(problem: unknown): void {
  const ended = isSignedOut(problem)
  useEffect(() => {
    if (!ended) return
    void queryClient.invalidateQueries({ queryKey: keys.session })
    goTo(signInPath(), true)
  }, [ended])
}

export function SignedIn({ children }: { children: ReactNode }) {
  const session = useSession()
  const known = session.data !== undefined
  const isWorker = session.data?.account?.kind === 'worker'
  useEffect(() => {
    if (known && !isWorker) goTo(signInPath(), true)
  }, [known, isWorker])
  if (session.error && !known) return <Trouble problem={session.error} onRetry={() => void session.refetch()} />
  if (!isWorker) return <Loading />
  return children
}
