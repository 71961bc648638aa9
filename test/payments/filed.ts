/** One claim as it stands after filing, with its real first action and its sealed form. */
import { createHash, randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { Form } from '../../contract/form.ts'
import { fold } from '../../domain/application.ts'
import type { Instant } from '../../domain/dates.ts'
import type { StepKind } from '../../domain/policy.ts'
import { appendFirst, foldColumns, type NewAction } from '../../server/applications/actions.ts'
import { formDigest, writeRevision } from '../../server/applications/forms.ts'
import type { Deps } from '../../server/context.ts'
import type { Trx } from '../../server/db/open.ts'

export const unitSteps: StepKind[] = ['firstReview', 'verification', 'finalApproval']
const directSteps: StepKind[] = ['automaticChecks', 'finalApproval']
export const amounts = { seniorWorker: 80_000, technician: 100_000, seniorTechnician: 200_000 } as const

export type FiledClaim = {
  readonly id: string
  /** Of its receipt number and its certificate, and whose it is: the same again is the same claim once more. */
  readonly n: number
  readonly level: keyof typeof amounts
  readonly channel: 'unit' | 'individual'
  readonly account: string
  readonly at: Instant
  /** The account that filed. */
  readonly worker: string
  readonly city: string
  readonly district: string
  readonly baseUnion: string
}

/** @param trx in the worker's scope @param owner plants the certificate, of which nobody asks where it comes from */
export async function fileClaim(trx: Trx, deps: Deps, owner: pg.Pool, claim: FiledClaim): Promise<void> {
  const { id, n, level, channel, at, worker } = claim
  const form = {
    name: `职工${n}`,
    payee: 'memberCard',
    accountNumber: claim.account,
    bankName: '上海农商银行',
    level,
  } as Form
  const file: NewAction = {
    applicationId: id,
    id: randomUUID(),
    kind: 'file',
    at,
    accountId: worker,
    role: 'worker',
    steps: channel === 'unit' ? unitSteps : directSteps,
    receivedAt: at,
    form: { revision: 1, digest: formDigest(deps.secrets, form) },
  }
  const certificate = randomUUID()
  const holder = createHash('sha256').update(`holder ${n}`).digest()
  await owner.query('insert into certificate (id, holder_index, level, issued_on) values ($1, $2, $3, $4)', [
    certificate,
    holder,
    level,
    '2025-11-20',
  ])
  await owner.query('insert into certificate_number (space, number, certificate_id) values ($1, $2, $3)', [
    'test',
    String(n),
    certificate,
  ])
  await trx
    .insertInto('application')
    .values({
      id,
      receipt_number: `JS26-${String(n).padStart(7, '0')}`,
      policy_id: '2026',
      policy_revision: 1,
      channel,
      account_id: worker,
      applicant_index: holder,
      certificate_id: certificate,
      filing_authority: 'shanghai',
      level,
      occupation_name: '电工',
      amount_fen: amounts[level],
      ...foldColumns(fold([{ ...file, seq: 1 }])),
      form_revision: 1,
      base_union_id: claim.baseUnion,
      district_id: claim.district,
      visible_to: [claim.city, claim.district, claim.baseUnion],
      finding: 'allMet',
      updated_at: at,
    })
    .execute()
  await writeRevision(trx, deps, { applicationId: id, revision: 1, form, madeBy: worker, at })
  await appendFirst(trx, deps, file)
}
