/** Every address of the desk. State (filter, row, document) is part of the address. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  parseSearchWith,
  redirect,
} from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { QueueQuery } from '../../contract/applications.ts'
import { levels } from '../../domain/policy.ts'
import { Crashed, NotHere } from './Crashed.tsx'
import { homeOf } from './menu.ts'
import { client, serverQuery, staffOf } from './query.ts'
import { Shell } from './Shell.tsx'
import type { SessionView } from '../../contract/session.ts'

/** What the queue shows, and which row is the current one. */
export type QueueSearch = Omit<QueueQuery, 'cursor'> & {
  readonly at?: string | undefined
  /** A lot whose sample is being looked at. */
  readonly lot?: string | undefined
}
/** A case keeps the queue it was opened from, for the next one; without `view` it was opened from elsewhere. `picked`: only those that were selected there. */
export type CaseSearch = Omit<QueueSearch, 'view'> & {
  readonly view?: QueueSearch['view'] | undefined
  readonly doc?: number | undefined
  readonly picked?: 1 | undefined
}

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

const views = ['todo', 'mine', 'held', 'returned', 'done', 'all', 'overdueBelow'] as const

export function queueSearch(raw: Raw): QueueSearch {
  return definedOnly({
    view: oneOf(views, raw.view) ?? 'todo',
    kind: oneOf(['common', 'neighbourProvince', 'industrySpecific', 'other'], raw.kind),
    level: oneOf(levels, raw.level),
    finding: oneOf(['allMet', 'unknown', 'unmet'], raw.finding),
    materials: oneOf(['complete', 'lacking'], raw.materials),
    batch: numberOf(raw.batch),
    union: textOf(raw.union),
    officer: textOf(raw.officer),
    find: textOf(raw.find)?.slice(0, 40),
    at: textOf(raw.at),
    lot: textOf(raw.lot),
  }) as QueueSearch
}
function caseSearch(raw: Raw): CaseSearch {
  return definedOnly({
    ...queueSearch(raw),
    view: oneOf(views, raw.view),
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

const root = createRootRoute({ component: Shell, notFoundComponent: NotHere, errorComponent: Crashed })
type PageModule = { readonly default: () => ReactNode }
const at = <Path extends string>(path: Path, load: () => Promise<PageModule>) =>
  createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(load) })

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
  at('/scans', () => import('./pages/Scans.tsx')),
  at('/batches', () => import('./pages/Batches.tsx')),
  at('/originals', () => import('./pages/Originals.tsx')),
  at('/copies', () => import('./pages/Copies.tsx')),
  at('/transmittals', () => import('./pages/Transmittals.tsx')),
  at('/transmittals/$id', () => import('./pages/Transmittal.tsx')),
  at('/entry', () => import('./entry/Entry.tsx')),
  at('/entry/$id', () => import('./entry/Correction.tsx')),
  at('/slips', () => import('./entry/Slips.tsx')),
  at('/messages', () => import('./pages/Messages.tsx')),
  at('/message-words', () => import('./pages/MessageWords.tsx')),
  at('/undelivered', () => import('./pages/Undelivered.tsx')),
  at('/unit-facts', () => import('./pages/UnitFacts.tsx')),
  at('/approval-lists', () => import('./pages/ApprovalLists.tsx')),
  at('/approval-lists/$id', () => import('./pages/ApprovalList.tsx')),
  at('/funding', () => import('./pages/Funding.tsx')),
  at('/notices', () => import('./pages/Notices.tsx')),
  at('/notices/$id', () => import('./pages/Notice.tsx')),
  at('/onward', () => import('./pages/Onward.tsx')),
  at('/payouts', () => import('./pages/Payouts.tsx')),
  at('/payee-changes', () => import('./pages/PayeeChanges.tsx')),
  at('/payee-changes/$id', () => import('./pages/PayeeChange.tsx')),
  at('/payouts/$id', () => import('./pages/PayoutBatch.tsx')),
  at('/sent-before', () => import('./pages/SentBefore.tsx')),
  at('/corrections', () => import('./pages/Corrections.tsx')),
  at('/surplus', () => import('./pages/Surplus.tsx')),
  at('/receiving-account', () => import('./pages/ReceivingAccount.tsx')),
  at('/receiving-account/$id', () => import('./pages/ReceivingAccountChange.tsx')),
  at('/ledger', () => import('./pages/Ledger.tsx')),
  at('/statements', () => import('./pages/Statements.tsx')),
  at('/vouchers', () => import('./pages/Vouchers.tsx')),
  at('/years', () => import('./pages/Years.tsx')),
  at('/reconciliation', () => import('./pages/Reconciliation.tsx')),
  at('/organisations', () => import('./pages/Organisations.tsx')),
  at('/accounts', () => import('./pages/Accounts.tsx')),
  at('/security', () => import('./pages/Security.tsx')),
  at('/audit', () => import('./pages/Audit.tsx')),
  at('/objections', () => import('./pages/Objections.tsx')),
  at('/objections/$id', () => import('./pages/Objection.tsx')),
  at('/survey', () => import('./pages/Survey.tsx')),
  at('/consultation', () => import('./pages/Consultation.tsx')),
  at('/samples', () => import('./pages/Samples.tsx')),
  at('/samples/$id', () => import('./pages/Sample.tsx')),
  at('/samples/$id/$place', () => import('./pages/SampledCase.tsx')),
  at('/feedback', () => import('./pages/Feedback.tsx')),
  at('/policy', () => import('./pages/PolicyPage.tsx')),
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
