import type { PayoutLine } from '../../contract/payouts.ts'
import type { PayoutStop } from '../../domain/payout.ts'
import type { LineRow } from './sql.ts'

/** Of stopped lines: which have the same account, and which are the same person's. */
export function togetherIn(stopped: readonly { row: LineRow; stops: readonly PayoutStop[] }[]) {
  const ofStop = { oneAccountManyPeople: 'account_index', onePersonManyAccounts: 'applicant_index' } as const
  const keyOf = (row: LineRow, stop: keyof typeof ofStop) => `${stop} ${row[ofStop[stop]]!.toString('hex')}`
  const shared = (Object.keys(ofStop) as (keyof typeof ofStop)[]).flatMap((stop) =>
    stopped.filter(({ stops }) => stops.includes(stop)).map(({ row }) => ({ row, stop })),
  )
  const lines = Map.groupBy(shared, ({ row, stop }) => keyOf(row, stop))
  return (row: LineRow): NonNullable<PayoutLine['together']> =>
    Object.fromEntries(
      shared
        .filter((each) => each.row === row)
        .map(({ stop }) => [stop, lines.get(keyOf(row, stop))!.map((each) => each.row.line!)]),
    )
}
