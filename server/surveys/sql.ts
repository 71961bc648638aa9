import { sql } from 'kysely'
import type { Trx } from '../db/open.ts'

export type Taken = {
  readonly policyId: string
  readonly level: string
  readonly sector: string
  readonly answers: unknown
  readonly ticket: Buffer
}
/** The database mixes it with others before it is counted; the server's role cannot read it back. */
export const takeSurvey = (trx: Trx, { policyId, level, sector, answers, ticket }: Taken) =>
  sql`select take_survey(${policyId}, ${level}, ${sector}, ${JSON.stringify(answers)}::jsonb, ${ticket})`.execute(trx)

export type Count = {
  readonly question: string
  readonly side: 'level' | 'sector'
  readonly line: string
  readonly answer: string
  /** null: not shown. */
  readonly n: number | null
}
export const surveyCounts = async (trx: Trx, policyId: string): Promise<Count[]> =>
  (await sql<Count>`select * from survey_counts(${policyId})`.execute(trx)).rows
