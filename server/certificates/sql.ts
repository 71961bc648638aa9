import { sql } from 'kysely'
import type { Insertable } from 'kysely'
import type { Trx } from '../db/open.ts'
import type { CertificateComparisonTable } from '../db/tables.ts'

/** Other applications whose certificate may be the same: ids only, also of those out of scope. */
export async function selectAlike(trx: Trx, applicationId: string) {
  const { rows } = await sql<{ application_id: string; certificate_id: string }>`
    select application_id, certificate_id from alike_applications(${applicationId}::uuid)`.execute(trx)
  return rows
}

const beside = (trx: Trx) =>
  trx
    .selectFrom('application as a')
    .innerJoin('organisation as o', 'o.id', 'a.base_union_id')
    .select(['a.id', 'a.receipt_number', 'a.state', 'a.level', 'a.occupation_name', 'a.filing_authority'])
    .select(['a.received_at', 'a.certificate_id', 'o.name as base_union'])

/** Those of them that are in scope. */
export const selectBeside = (trx: Trx, ids: readonly string[]) =>
  ids.length === 0
    ? Promise.resolve([])
    : beside(trx)
        .where('a.id', 'in', [...ids])
        .orderBy('a.received_at')
        .execute()

/** The same person's other applications in scope, newest first. */
export const selectSamePerson = (trx: Trx, applicantIndex: Buffer, exceptId: string, limit: number) =>
  beside(trx)
    .where('a.applicant_index', '=', applicantIndex)
    .where('a.id', '!=', exceptId)
    .orderBy('a.received_at', 'desc')
    .limit(limit)
    .execute()

/** What was said of this certificate beside others: the centre's latest of each pair, or else the latest. */
export async function selectAnswers(trx: Trx, certificateId: string) {
  const { rows } = await sql<{
    id: string
    other: string
    answer: 'same' | 'different'
    words: unknown
    role: 'unionOfficer' | 'districtReviewer' | 'verifier'
    answered_at: number
    by: string
  }>`select distinct on (c.certificate_a, c.certificate_b) c.id, c.answer, c.words, c.role, c.answered_at,
      s.display_name as by,
      case when c.certificate_a = ${certificateId}::uuid then c.certificate_b else c.certificate_a end as other
    from certificate_comparison c join account s on s.id = c.answered_by
    where ${certificateId}::uuid in (c.certificate_a, c.certificate_b)
    order by c.certificate_a, c.certificate_b, c.role = 'verifier' desc, c.answered_at desc, c.id desc`.execute(trx)
  return rows
}

export const insertComparison = (
  trx: Trx,
  row: Omit<Insertable<CertificateComparisonTable>, 'words'> & { words: unknown },
) =>
  trx
    .insertInto('certificate_comparison')
    .values({ ...row, words: JSON.stringify(row.words) })
    .execute()
