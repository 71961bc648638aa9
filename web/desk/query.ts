/** Talking to the server: one client, one place for its errors, the session that every page needs first. */
import { MutationCache, QueryCache, QueryClient, queryOptions, useMutation, useQuery } from '@tanstack/react-query'
import type { UseMutationResult, UseQueryResult } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import type { AppointmentView, SessionView } from '../../contract/session.ts'
import { type Instant, shanghaiDate } from '../../domain/dates.ts'
import type { Policy } from '../../domain/policy.ts'
import type { StaffRole } from '../../domain/roles.ts'
import { Problem, request } from '../ui/api.ts'

let ended = false
const listeners = new Set<() => void>()
const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
/** The session ran out under an open page: the sign-in comes over it, so that typed words stay. */
export const useSessionEnded = (): boolean => useSyncExternalStore(subscribe, () => ended)
export function sessionEnded(is: boolean): void {
  if (ended === is) return
  ended = is
  for (const listener of listeners) listener()
}

/** What every failure of a query or a change passes. Pages show the sentence; only a lost session concerns them all. */
function onError(error: unknown) {
  if (error instanceof Problem && error.code === 'sign-in.required') sessionEnded(true)
}

/** Only what may pass by itself is tried again. */
const passing = (error: unknown) => error instanceof Problem && (error.code === 'network' || error.status === 503)

export const client = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    // Others work on the same cases and money: what is opened is asked for again.
    queries: { staleTime: 0, retry: (count, error) => count < 2 && passing(error) },
    mutations: { retry: false },
  },
})

/** `GET /api/v1<path>`; the path is the key, so `client.invalidateQueries({ queryKey: ['/notices'] })` refreshes it. */
export const serverQuery = <Answer>(path: string) =>
  queryOptions({
    queryKey: [path],
    queryFn: ({ signal }) => request<Answer>('GET', path, undefined, signal),
  })
/** `skip`: not asked yet. */
export const useServer = <Answer>(path: string, skip = false): UseQueryResult<Answer> =>
  useQuery({ ...serverQuery<Answer>(path), enabled: !skip })

/** A change on the server; `refreshes` names the paths (whole keys or their beginnings) that show something else then. */
export function useChange<Input, Answer>(
  send: (input: Input) => Promise<Answer>,
  refreshes: readonly string[] = [],
): UseMutationResult<Answer, Error, Input> {
  return useMutation({
    mutationFn: send,
    onSuccess: () => refresh(refreshes),
  })
}
/** Everything whose path begins with one of these is asked again. */
export async function refresh(paths: readonly string[]): Promise<void> {
  await client.invalidateQueries({
    predicate: ({ queryKey }) => paths.some((path) => typeof queryKey[0] === 'string' && queryKey[0].startsWith(path)),
  })
}

const sessionQuery = { ...serverQuery<SessionView>('/session'), staleTime: Infinity, refetchOnWindowFocus: false }
export const useSession = (): UseQueryResult<SessionView> => useQuery(sessionQuery)
export function setSession(session: SessionView): void {
  client.setQueryData(sessionQuery.queryKey, session)
}

export type Staff = {
  readonly id: string
  readonly name: string
  readonly role: StaffRole
  readonly appointment: AppointmentView
  readonly appointments: readonly AppointmentView[]
}
/** Who works here; absent without a staff sign-in. */
export function staffOf(session: SessionView | undefined): Staff | undefined {
  const account = session?.account
  const appointment = account?.appointment
  if (account?.kind !== 'staff' || !appointment || appointment.role === 'worker') return undefined
  return { id: account.id, name: account.name, role: appointment.role, appointment, appointments: account.appointments }
}
/** @throws {Error} outside the shell: pages stand only where somebody has signed in. */
export function useStaff(): Staff {
  const staff = staffOf(useSession().data)
  if (!staff) throw new Error('a page of the desk stands without a staff session')
  return staff
}

/** Business time at a moment of this machine, from what the session said last. */
export function businessTimeAt(session: SessionView, machineMs: number): number {
  const asked = client.getQueryState(sessionQuery.queryKey)?.dataUpdatedAt ?? machineMs
  return session.now + (machineMs - asked)
}
const everyMinute = (look: () => void) => {
  const timer = setInterval(look, 60_000)
  return () => clearInterval(timer)
}
/** The business day, `YYYY-MM-DD`; a desk that stays open goes on to the next one. */
export function useToday(): string {
  const session = useSession().data
  return useSyncExternalStore(everyMinute, () =>
    session ? shanghaiDate(businessTimeAt(session, Date.now()) as Instant) : '',
  )
}

export const usePolicy = (): UseQueryResult<Policy> =>
  useQuery({ ...serverQuery<Policy>('/policy'), staleTime: Infinity })

/** Signing in, also over an open page: the same person goes on, another one starts afresh. */
export function signedIn(session: SessionView, before?: Staff): void {
  sessionEnded(false)
  if (before && staffOf(session)?.id !== before.id) client.clear()
  setSession(session)
  void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== '/session' })
}

/** The sentence and the error number of anything thrown. */
export const saysOf = (error: unknown): string =>
  error instanceof Problem ? error.title : '页面出了问题，你填的内容还在。刷新再试；还不行，打55885659。'
export const numberOf = (error: unknown): string => (error instanceof Problem ? error.instance : '')
