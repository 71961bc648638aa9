import { sql } from 'kysely'
import type { Trx } from '../db/open.ts'

export type After = { readonly at: number; readonly id: string }

/** Whether the centre has answered it. */
const answered = sql<boolean>`exists (select from feedback_answer n where n.feedback_id = f.id)`

/** Newest first: one's own, or everybody's that waits for an answer or has one. */
export const selectFeedback = (
  trx: Trx,
  by: { view: 'mine' | 'open' | 'answered'; accountId: string; before?: After | undefined; limit: number; id?: string },
) =>
  trx
    .selectFrom('feedback as f')
    .innerJoin('account as w', 'w.id', 'f.account_id')
    .innerJoin('organisation as o', 'o.id', 'f.organisation_id')
    .leftJoin('application as a', 'a.id', 'f.application_id')
    .select(['f.id', 'f.kind', 'f.body', 'f.at', 'f.seen_at', 'f.role', 'f.account_id', 'f.application_id'])
    .select(['w.display_name as writer', 'o.name as organisation', 'a.receipt_number'])
    .$if(by.id !== undefined, (query) => query.where('f.id', '=', by.id!))
    .$if(by.view === 'mine' && by.id === undefined, (query) => query.where('f.account_id', '=', by.accountId))
    .$if(by.view === 'open', (query) => query.where(sql<boolean>`not ${answered}`))
    .$if(by.view === 'answered', (query) => query.where(answered))
    .$if(by.before !== undefined, (query) =>
      query.where(sql<boolean>`(f.at, f.id) < (${by.before!.at}::bigint, ${by.before!.id}::uuid)`),
    )
    .orderBy('f.at', 'desc')
    .orderBy('f.id', 'desc')
    .limit(by.limit)
    .execute()

export const selectAnswers = (trx: Trx, feedbackIds: readonly string[]) =>
  trx
    .selectFrom('feedback_answer as n')
    .innerJoin('account as w', 'w.id', 'n.answered_by')
    .select(['n.id', 'n.feedback_id', 'n.body', 'n.at', 'w.display_name as answerer'])
    .where('n.feedback_id', 'in', [...feedbackIds])
    .orderBy('n.at')
    .orderBy('n.id')
    .execute()

/** One's own that were answered since one last looked, and what waits for an answer; both up to the limit. */
export async function countFeedback(trx: Trx, accountId: string, isCentre: boolean, limit: number) {
  const { rows } = await sql<{ unread: number; open: number }>`
    select (select count(*)::int from (select from feedback f where f.account_id = ${accountId} and exists (
        select from feedback_answer n where n.feedback_id = f.id and n.at > f.seen_at) limit ${limit}) few) as unread,
      case when ${isCentre} then (select count(*)::int from (select from feedback f where not ${answered} limit ${limit}) few)
        else 0 end as open`.execute(trx)
  return rows[0]!
}

export const markSeen = (trx: Trx, accountId: string, ids: readonly string[], at: number) =>
  trx
    .updateTable('feedback')
    .set({ seen_at: at })
    .where('account_id', '=', accountId)
    .where('id', 'in', [...ids])
    .execute()

export const selectCaseId = async (trx: Trx, receiptNumber: string): Promise<string | undefined> =>
  (await trx.selectFrom('application').select('id').where('receipt_number', '=', receiptNumber).executeTakeFirst())?.id

export const insertFeedback = (
  trx: Trx,
  row: {
    id: string
    kind: string
    account_id: string
    role: string
    organisation_id: string
    application_id: string | null
    body: unknown
    at: number
  },
) =>
  trx
    .insertInto('feedback')
    .values({ ...row, body: JSON.stringify(row.body), seen_at: row.at })
    .execute()

export const insertAnswer = (
  trx: Trx,
  row: { id: string; feedback_id: string; body: unknown; answered_by: string; at: number },
) =>
  trx
    .insertInto('feedback_answer')
    .values({ ...row, body: JSON.stringify(row.body) })
    .execute()

export const insertCommonAnswer = (
  trx: Trx,
  row: { id: string; question: string; answer: string; published_by: string; at: number },
) => trx.insertInto('common_answer').values(row).execute()

export const selectCommonAnswers = (trx: Trx) =>
  trx
    .selectFrom('common_answer as c')
    .innerJoin('account as w', 'w.id', 'c.published_by')
    .select(['c.id', 'c.question', 'c.answer', 'c.at', 'w.display_name as publisher'])
    .orderBy('c.at', 'desc')
    .limit(100)
    .execute()
