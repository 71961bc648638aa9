/** Every address of the desk. State (filter, row, document) is part of the address. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  parseSearchWith,
  redirect,
} from '@tanstack/react-router'
import type { QueueQuery } from '../../contract/applications.ts'
import { levels } from '../../domain/policy.ts'
import { Crashed, NotHere } from './Crashed.tsx'
import { homeOf } from './menu.ts'
import { client, serverQuery, staffOf } from './query.ts'
import { Shell } from './Shell.tsx'
import type { SessionView } from '../../contract/session.ts'

/** What the queue shows, and which row is the current one. */
export type QueueSearch = Omit<QueueQuery, 'cursor'> & { readonly at?: string | undefined }
/** A case keeps the queue it was opened from, for the next one. `picked`: only those that were selected there. */
export type CaseSearch = QueueSearch & { readonly doc?: number | undefined; readonly picked?: 1 | undefined }

type Raw = Record<string, unknown>
const oneOf = <Value extends string>(values: readonly Value[], value: unknown): Value | undefined =>
  values.find((candidate) => candidate === value)
const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)
const numberOf = (value: unknown) => {
  const number = Number(textOf(value) ?? (typeof value === 'number' ? value : NaN))
  return Number.isSafeInteger(number) ? number : undefined
}
const definedOnly = <Search extends object>(search: Search): Search =>
  Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as Search

export function queueSearch(raw: Raw): QueueSearch {
  return definedOnly({
    view: oneOf(['todo', 'returned', 'done', 'all'], raw.view) ?? 'todo',
    kind: oneOf(['common', 'neighbourProvince', 'industrySpecific', 'other'], raw.kind),
    level: oneOf(levels, raw.level),
    finding: oneOf(['allMet', 'unknown', 'unmet'], raw.finding),
    batch: numberOf(raw.batch),
    find: textOf(raw.find)?.slice(0, 40),
    at: textOf(raw.at),
  }) as QueueSearch
}
function caseSearch(raw: Raw): CaseSearch {
  return definedOnly({
    ...queueSearch(raw),
    doc: numberOf(raw.doc),
    picked: String(raw.picked) === '1' ? (1 as const) : undefined,
  })
}

/** Plain words in the address: `?view=all&find=000518`, not JSON. */
const parseSearch = parseSearchWith((text) => text)
const stringifySearch = (search: Raw) => {
  const entries = Object.entries(search).filter(([, value]) => value !== undefined)
  const text = new URLSearchParams(entries.map(([key, value]) => [key, String(value)])).toString()
  return text && `?${text}`
}

// The pages of money and administration stand in ./pages, each with a default export.
const pages = import.meta.glob<{ default: () => React.ReactNode }>('./pages/*.tsx')
const page = (name: string) =>
  lazyRouteComponent(() => {
    const load = pages[`./pages/${name}.tsx`]
    if (!load) throw new Error(`no page ${name}`)
    return load()
  })

const root = createRootRoute({ component: Shell, notFoundComponent: NotHere, errorComponent: Crashed })
const at = <Path extends string>(path: Path, name: string) =>
  createRoute({ getParentRoute: () => root, path, component: page(name) })

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  loader: async () => {
    const staff = staffOf(await client.ensureQueryData(serverQuery<SessionView>('/session')))
    if (!staff) return
    const item = homeOf(staff.role)
    throw redirect({ to: item.to, ...(item.view && { search: { view: item.view } }), replace: true })
  },
})
const queue = createRoute({
  getParentRoute: () => root,
  path: '/queue',
  validateSearch: queueSearch,
  component: lazyRouteComponent(() => import('./review/Queue.tsx')),
})
const oneCase = createRoute({
  getParentRoute: () => root,
  path: '/cases/$id',
  validateSearch: caseSearch,
  component: lazyRouteComponent(() => import('./review/Case.tsx')),
})
const mySessions = createRoute({
  getParentRoute: () => root,
  path: '/my-sessions',
  component: lazyRouteComponent(() => import('./MySessions.tsx')),
})

const routeTree = root.addChildren([
  home,
  queue,
  oneCase,
  mySessions,
  at('/batches', 'Batches'),
  at('/unit-facts', 'UnitFacts'),
  at('/approval-lists', 'ApprovalLists'),
  at('/approval-lists/$id', 'ApprovalList'),
  at('/funding', 'Funding'),
  at('/notices', 'Notices'),
  at('/notices/$id', 'Notice'),
  at('/payouts', 'Payouts'),
  at('/ledger', 'Ledger'),
  at('/organisations', 'Organisations'),
  at('/accounts', 'Accounts'),
  at('/security', 'Security'),
  at('/audit', 'Audit'),
  at('/policy', 'PolicyPage'),
])

export const router = createRouter({
  routeTree,
  basepath: '/desk',
  defaultPreload: 'intent',
  scrollRestoration: true,
  parseSearch,
  stringifySearch,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
