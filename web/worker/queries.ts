/** Server state of the phone's pages, one key each. */
import { QueryClient, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { MyMessages, Unread } from '../../contract/messages.ts'
import type { ApplicationView, DraftList, DraftView, MyApplications } from '../../contract/applications.ts'
import type { MyObjections, ObjectionView } from '../../contract/objections.ts'
import type { SandboxInbox } from '../../contract/people.ts'
import type { SessionList, SessionView } from '../../contract/session.ts'
import type { Instant, PlainDate } from '../../domain/dates.ts'
import type { Policy } from '../../domain/policy.ts'
import { Problem, request } from '../ui/api.ts'
import { dateOf } from '../ui/words.ts'

/** A refusal stays a refusal; only a lost connection is tried once more. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (failures, problem) => failures < 1 && problem instanceof Problem && problem.code === 'network',
      refetchOnWindowFocus: false,
      networkMode: 'always',
      staleTime: 15_000,
    },
    mutations: { networkMode: 'always' },
  },
})

export const keys = {
  session: ['session'],
  policy: ['policy'],
  drafts: ['drafts'],
  applications: ['applications'],
  application: (id: string) => ['application', id],
  objections: ['objections'],
  objection: (id: string) => ['objections', id],
  sessions: ['sessions'],
  inbox: ['inbox'],
  messages: ['messages'],
  unread: ['messages', 'unread'],
} as const

const reads =
  <Answer>(path: string) =>
  ({ signal }: { signal: AbortSignal }) =>
    request<Answer>('GET', path, undefined, signal)

/** The session with the moment of this machine at which its business time was right. */
export type Session = SessionView & { readonly askedAt: number }

export const useSession = () =>
  useQuery({
    queryKey: keys.session,
    queryFn: async ({ signal }): Promise<Session> => ({
      ...(await request<SessionView>('GET', '/session', undefined, signal)),
      askedAt: performance.now(),
    }),
    staleTime: 60_000,
  })

/** Business time: the server's, run on by this machine's clock. */
export const businessNow = (session: Session): Instant =>
  Math.round(session.now + performance.now() - session.askedAt) as Instant

/** Business time, anew every minute; undefined until the session is known. */
export function useNow(): { now: Instant; today: PlainDate } | undefined {
  const session = useSession().data
  const [, tick] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), 20_000)
    return () => clearInterval(timer)
  }, [])
  if (!session) return undefined
  const now = businessNow(session)
  return { now, today: dateOf(now) }
}

export const usePolicy = () =>
  useQuery({ queryKey: keys.policy, queryFn: reads<Policy>('/policy'), staleTime: 3_600_000 })
export const useDrafts = (enabled: boolean) =>
  useQuery({ queryKey: keys.drafts, queryFn: reads<DraftListView>('/drafts'), enabled })
export const useApplications = (enabled: boolean) =>
  useQuery({ queryKey: keys.applications, queryFn: reads<MyApplications>('/applications'), enabled })
export const useApplication = (id: string, enabled = true) =>
  useQuery({ queryKey: keys.application(id), queryFn: reads<ApplicationView>(`/applications/${id}`), enabled })
/** Anew each minute while the page is open: what comes meanwhile is seen without a reload. */
export const useUnread = (enabled: boolean) =>
  useQuery({ queryKey: keys.unread, queryFn: reads<Unread>('/messages/unread'), enabled, refetchInterval: 60_000 })
export const useMessages = () =>
  useInfiniteQuery({
    queryKey: keys.messages,
    queryFn: ({ pageParam, signal }) =>
      reads<MyMessages>(`/messages${pageParam && `?cursor=${pageParam}`}`)({ signal }),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    staleTime: 0,
  })
/** A draft as the server has it. */
export const useServerDraft = (id: string) =>
  useQuery({ queryKey: [...keys.drafts, id], queryFn: reads<DraftView>(`/drafts/${id}`) })
export const useObjections = () => useQuery({ queryKey: keys.objections, queryFn: reads<MyObjections>('/objections') })
export const useObjection = (id: string) =>
  useQuery({ queryKey: keys.objection(id), queryFn: reads<ObjectionView>(`/objections/${id}`) })
export const useSessions = () => useQuery({ queryKey: keys.sessions, queryFn: reads<SessionList>('/sessions') })
export const useInbox = (enabled: boolean) =>
  useQuery({
    queryKey: keys.inbox,
    queryFn: reads<SandboxInbox>('/demo/inbox'),
    enabled,
    refetchInterval: enabled ? 3000 : false,
    staleTime: 0,
  })

/** What `DraftList` describes; the schema itself stays off the phone. */
type DraftListView = (typeof DraftList)['_output']
