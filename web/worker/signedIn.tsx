/** Pages of one's own: without a sign-in they lead to it and come back. */
import { useEffect } from 'react'
import type { ReactNode } from 'react'
import { Problem } from '../ui/api.ts'
import { draftsBelongTo } from './draft.ts'
import { goTo } from './navigation.ts'
import { keys, queryClient, useSession } from './queries.ts'
import { Loading, Trouble } from './states.tsx'

/** `ended`: one was signed in until now, and is told so. */
const signInPath = (ended = false): string =>
  `/sign-in?next=${encodeURIComponent(location.pathname)}${ended ? '&ended' : ''}`

const isSignedOut = (problem: unknown): boolean => problem instanceof Problem && problem.status === 401

/** A refusal for want of a sign-in anywhere on a page leads to it. */
export function useSignInWhen(problem: unknown): void {
  const ended = isSignedOut(problem)
  useEffect(() => {
    if (!ended) return
    void queryClient.invalidateQueries({ queryKey: keys.session })
    goTo(signInPath(true), true)
  }, [ended])
}

export function SignedIn({ children }: { children: ReactNode }) {
  const session = useSession()
  const known = session.data !== undefined
  const isWorker = session.data?.account?.kind === 'worker'
  const accountId = isWorker ? session.data?.account?.id : undefined
  useEffect(() => {
    if (accountId) draftsBelongTo(accountId)
  }, [accountId])
  useEffect(() => {
    if (known && !isWorker) goTo(signInPath(), true)
  }, [known, isWorker])
  if (session.error && !known) return <Trouble problem={session.error} onRetry={() => void session.refetch()} />
  if (!isWorker) return <Loading />
  return children
}
