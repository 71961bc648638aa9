/**
 * Seals that HR departments and base unions put on paper, recorded by whom the paper comes to (四.一.2, R24): whose, of
 * which day, and the scan that shows it. Recording decides nothing.
 */
import type { Action } from '../../domain/application.ts'
import { scannableFrom, sealableFrom, sealCounts } from '../../domain/application.ts'
import type { Instant } from '../../domain/dates.ts'
import { inChineseWithoutYear, plainDate, shanghaiDate } from '../../domain/dates.ts'
import type { StepKind } from '../../domain/policy.ts'
import type { SealKind } from '../../domain/roles.ts'
import { sealKindsAt } from '../../domain/roles.ts'
import type { ApplicationView, PaperSeal } from '../../contract/applications.ts'
import { Refused } from '../../contract/errors.ts'
import { record } from '../audit/audit.ts'
import type { Deps } from '../context.ts'
import { atCommit, type Trx } from '../db/open.ts'
import { attachFiles } from '../files/file.ts'
import { insertSeal, selectSeals, selectStampedForm } from './sql.ts'

/** The pass that a seal stands for, and what was done to the application before. */
export type SealedPass = {
  readonly actionId: string
  readonly applicationId: string
  readonly step: StepKind
  readonly accountId: string
  readonly at: Instant
  readonly actions: readonly Action[]
}

/**
 * Records the seal in the transaction of its pass.
 * @throws {Refused} act.seal-unnamed, act.seal-date, act.seal-scan-old, file.missing
 */
export async function recordSeal(
  trx: Trx,
  deps: Deps,
  { actionId, applicationId, step, accountId, at, actions }: SealedPass,
  seal: PaperSeal | undefined,
): Promise<void> {
  const sealedOn = seal && plainDate(seal.sealedOn)
  if (!seal || !sealedOn || !sealKindsAt(step).includes(seal.kind)) throw new Refused('act.seal-unnamed')
  if (sealedOn > shanghaiDate(at)) throw new Refused('act.seal-date')
  const from = sealableFrom(actions)
  if (from && sealedOn < from) throw new Refused('act.seal-date', { filledOn: inChineseWithoutYear(from) })
  let scan = await selectStampedForm(trx, applicationId, seal.fileId)
  if (!scan) {
    await attachFiles(trx, accountId, applicationId, { stampedForm: seal.fileId })
    scan = (await selectStampedForm(trx, applicationId, seal.fileId))!
  }
  const scannable = scannableFrom(actions)
  if (scannable && scan.uploaded_at < scannable) throw new Refused('act.seal-scan-old')
  const row = {
    action_id: actionId,
    application_id: applicationId,
    step,
    kind: seal.kind,
    whose: seal.whose,
    sealed_on: sealedOn,
    file_id: seal.fileId,
    recorded_by: accountId,
    recorded_at: at,
  }
  atCommit(trx, () => insertSeal(trx, row))
  await record(trx, deps.secrets, {
    kind: 'seal.recorded',
    objectKind: 'application',
    objectId: applicationId,
    accountId,
    at,
    detail: { step, seal: seal.kind, sealedOn, file: seal.fileId },
  })
}

type SealOfEntry = NonNullable<ApplicationView['history'][number]['seal']>

/** The seals recorded for an application, by the id of the action; of an older form they stay and count no more. */
export async function sealsOf(
  trx: Trx,
  applicationId: string,
  actions: readonly (Action & { readonly id: string })[],
): Promise<ReadonlyMap<string, SealOfEntry>> {
  const seals = await selectSeals(trx, applicationId)
  return new Map(
    seals.map((row) => [
      row.action_id,
      {
        kind: row.kind as SealKind,
        whose: row.whose,
        sealedOn: row.sealed_on,
        fileId: row.file_id,
        counts: sealCounts(actions, actions.find(({ id }) => id === row.action_id)!.seq),
      },
    ]),
  )
}
