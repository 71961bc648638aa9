/**
 * 对账单: for the city and each district union, base union, batch or day, where the money stood, what moved it by cause, and
 * where it stands. One function adds up postings for all of them, so that the lines of each are the whole.
 */
import { type Movement, places, type Statement, type Statements } from '../../contract/books.ts'
import type { StatementsPage, StatementsQuery } from '../../contract/books.ts'
import type { Identity } from '../../contract/payments.ts'
import { endOfDay, type Instant, shanghaiDate, startOfDay } from '../../domain/dates.ts'
import type { Viewer } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { csvLine, yuanCell } from './csv.ts'
import { type Asked, type MovedRow, selectDistricts, selectMoved, selectNames } from './sql.ts'

type Place = Movement['from']
/** Kinds of account, and states of payouts, by where they have the money. */
export const placeOf: Readonly<Record<string, Place>> = {
  ...{
    cityBudget: 'outside',
    committed: 'awaiting',
    serviceCentre: 'awaiting',
    union: 'inPayment',
    payment: 'inPayment',
  },
  ...{ worker: 'paid', bounced: 'bounced', surplus: 'cancelled', cancelled: 'cancelled' },
}
const placeOfState: Readonly<Record<string, Place>> = {
  ...{ released: 'inPayment', sent: 'inPayment', unknown: 'inPayment', settled: 'paid', failed: 'bounced' },
  bounced: 'bounced',
}
export const sumAt = {
  ...{ awaiting: 'awaitingFen', inPayment: 'inPaymentFen', paid: 'paidFen', bounced: 'bouncedFen' },
  cancelled: 'cancelledFen',
} as const satisfies Record<Exclude<Place, 'outside'>, keyof Identity>

export const zero: Identity = {
  ...{ approvedFen: 0, awaitingFen: 0, inPaymentFen: 0, paidFen: 0, bouncedFen: 0, cancelledFen: 0, awards: 0 },
}
const keys = Object.keys(zero) as (keyof Identity)[]
export const equal = (a: Identity, b: Identity) => keys.every((key) => a[key] === b[key])

/** Postings take what they move from one place to another; what comes from outside is new. */
export function moved(before: Identity, movements: readonly Movement[]): Identity {
  const after = { ...before }
  for (const { from, to, count, fen } of movements) {
    if (from === 'outside') {
      after.approvedFen += fen
      after.awards += count
    } else after[sumAt[from]] -= fen
    if (to === 'outside') {
      after.approvedFen -= fen
      after.awards -= count
    } else after[sumAt[to]] += fen
  }
  return after
}

/** The identity of what is kept: sums of accounts, or payouts by state. */
const keptOf = (rows: readonly MovedRow[], by: StatementsQuery['by']): Identity =>
  rows.reduce((sum, { source, count, fen }) => {
    const to = (by === 'batch' ? placeOfState : placeOf)[source]!
    // What the city gave is owed by its budget; a batch has its lines' sum.
    const given = by === 'batch' ? { fen, count } : to === 'outside' ? { fen: -fen, count } : { fen: 0, count: 0 }
    return {
      ...sum,
      approvedFen: sum.approvedFen + given.fen,
      awards: sum.awards + given.count,
      ...(to !== 'outside' && { [sumAt[to]]: sum[sumAt[to]] + fen }),
    }
  }, zero)

const causes = [
  ...[
    'approve',
    'funding',
    'allocation',
    'onward',
    'release',
    'withdraw',
    'pay',
    'bounce',
    'reversal',
    'cancel',
    'recovery',
  ],
  ...['handBack', 'reinstate'],
]

/** Alike in cause and places are one. A batch has what it was released with, wherever that lay or went back to. */
function movementsOf(rows: readonly MovedRow[], by: StatementsQuery['by']): Movement[] {
  const sums = new Map<string, Movement>()
  for (const { cause, source, target, count, fen } of rows) {
    const from = by === 'batch' && cause === 'release' ? 'outside' : placeOf[source]!
    const to = by === 'batch' && cause === 'withdraw' ? 'outside' : placeOf[target]!
    const name = `${cause} ${from} ${to}`
    const sum = sums.get(name) ?? { cause, from, to, count: 0, fen: 0 }
    sums.set(name, { ...sum, count: sum.count + count, fen: sum.fen + fen })
  }
  const turn = ({ cause, from, to }: Movement) =>
    (causes.indexOf(cause) * places.length + places.indexOf(from)) * places.length + places.indexOf(to)
  return [...sums.values()].toSorted((a, b) => turn(a) - turn(b))
}

type Unnamed = Omit<Statement, 'name'>

/** @param opening what stands before the first of these rows */
function statementOf(key: string, all: readonly MovedRow[], by: Asked['by'], checks: boolean, opening = zero): Unnamed {
  const phase = (name: MovedRow['phase']) => all.filter((row) => row.phase === name)
  const opened = moved(opening, movementsOf(phase('before'), by))
  const movements = movementsOf(phase('within'), by)
  const closing = moved(opened, movements)
  return {
    ...{ key, opening: opened, movements, closing },
    ...(checks && { agrees: equal(closing, keptOf(phase('kept'), by)) }),
  }
}

/** Days stand on one another: each opens as the one before closed. */
function daysOf(rows: readonly MovedRow[]): Unnamed[] {
  const before = rows.filter(({ phase }) => phase === 'before')
  let opening = moved(zero, movementsOf(before, 'day'))
  const within = Map.groupBy(
    rows.filter(({ phase }) => phase === 'within'),
    ({ key }) => key ?? '',
  )
  return [...within]
    .toSorted(([a], [b]) => Number(a) - Number(b))
    .map(([day, ofDay]) => {
      const statement = statementOf(shanghaiDate((Number(day) * 86_400_000) as Instant), ofDay, 'day', false, opening)
      opening = statement.closing
      return statement
    })
}

const noUnion = 'none'

/** Whose statements: a union's own, or everybody's. */
type Reader = Pick<Viewer, 'role' | 'organisation'>
/** Of the whole city, for whoever closes or keeps its books. */
export const ofTheCity: Reader = { role: 'cityFinance' }

/** The union whose own awards the viewer reads about; absent for the whole city. */
export const unionOf = ({ organisation, role }: Reader): string | undefined =>
  role === 'districtFinance' || role === 'unionFinance' ? organisation?.id : undefined

/** All lines in their order, and the whole that they add up to. */
async function allStatements(trx: Trx, viewer: Reader, query: StatementsQuery) {
  const { by, from, to, districtId } = query
  const asked: Asked = {
    ...{ by, districtId, unionId: unionOf(viewer) },
    from: from ? startOfDay(from) : (0 as Instant),
    until: to ? endOfDay(to) : (Number.MAX_SAFE_INTEGER as Instant),
  }
  // Sums are kept as of now, by district union and by batch: beside a span that ended they say nothing.
  const checks = !to && (by === 'batch' || viewer.role !== 'unionFinance')
  const rows = (await selectMoved(trx, asked)).filter(({ phase }) => checks || phase !== 'kept')
  const total = { ...statementOf('total', rows, by, checks), name: '合计' }
  if (by === 'day') return { total, lines: daysOf(rows).map((line) => ({ ...line, name: line.key })) }
  const groups = Map.groupBy(rows, ({ key }) => key ?? noUnion)
  if (by === 'baseUnion') groups.delete(noUnion)
  const names = await selectNames(trx, by === 'batch' ? 'batch' : 'organisation', [...groups.keys()])
  const lines = [...groups]
    .map(([key, ofKey]) => ({
      ...statementOf(key, ofKey, by, checks && by !== 'baseUnion'),
      name: names.get(key) ?? '',
    }))
    .toSorted((a, b) => (a.name === b.name ? (a.key < b.key ? -1 : 1) : a.name < b.name ? -1 : 1))
  return { total, lines }
}

const pageSize = 50

export async function statements(trx: Trx, viewer: Viewer, query: StatementsPage): Promise<Statements> {
  const [{ total, lines }, districts] = [await allStatements(trx, viewer, query), await selectDistricts(trx)]
  const after = query.cursor === undefined ? 0 : lines.findIndex(({ key }) => key === query.cursor) + 1
  const page = lines.slice(after, after + pageSize)
  const last = page.at(-1)
  return {
    title: unionOf(viewer) ? (viewer.organisation?.name ?? '') : '全市',
    ...{ total, lines: page, lineCount: lines.length, districts },
    ...(last && after + pageSize < lines.length && { nextCursor: last.key }),
  }
}

/** The name of the first that is not what is kept beside the postings; of the whole city, as of now. */
export async function statementThatDiffers(trx: Trx): Promise<string | undefined> {
  for (const by of ['district', 'batch'] as const) {
    const { total, lines } = await allStatements(trx, ofTheCity, { by })
    const wrong = [total, ...lines].find(({ agrees }) => agrees === false)
    if (wrong) return wrong.name
  }
  return undefined
}

const kindTitles: { readonly [K in StatementsQuery['by']]: string } = {
  district: '区局（产业）工会',
  baseUnion: '基层工会',
  batch: '发放批次',
  day: '日期',
}
const causeTitles: Readonly<Record<string, string>> = {
  ...{ approve: '终审批准', funding: '资金到位', allocation: '划拨', onward: '转拨', release: '放行发放', pay: '发放' },
  ...{
    withdraw: '撤回放行',
    bounce: '退票',
    reversal: '冲正',
    cancel: '取消资助',
    recovery: '追回',
    handBack: '结余退回',
    reinstate: '恢复资助',
  },
}
const standings: readonly (readonly [keyof Identity, string])[] = [
  ...([
    ['awards', '张'],
    ['approvedFen', '已批准'],
    ['awaitingFen', '待发放'],
    ['inPaymentFen', '发放中'],
    ['paidFen', '已发放'],
    ['bouncedFen', '退票待重发'],
    ['cancelledFen', '已取消'],
  ] as const),
]

/** All lines as a CSV file, amounts in yuan; the last line is the total. */
export async function statementsFile(trx: Trx, viewer: Reader, query: StatementsQuery): Promise<string> {
  const { total, lines } = await allStatements(trx, viewer, query)
  const standing = (identity: Identity) =>
    standings.map(([key]) => (key === 'awards' ? identity.awards : yuanCell(identity[key])))
  const head = [
    kindTitles[query.by],
    ...standings.map(([, title]) => `期初${title}`),
    ...causes.flatMap((cause) => [`${causeTitles[cause]}（笔）`, `${causeTitles[cause]}（元）`]),
    ...standings.map(([, title]) => `期末${title}`),
  ]
  const row = ({ name, opening, movements, closing }: Statement) => {
    const moves = causes.flatMap((cause) => {
      const of = movements.filter((each) => each.cause === cause)
      return [of.reduce((sum, each) => sum + each.count, 0), yuanCell(of.reduce((sum, each) => sum + each.fen, 0))]
    })
    return csvLine([name, ...standing(opening), ...moves, ...standing(closing)])
  }
  return [csvLine(head), ...[...lines, total].map(row)].join('')
}
