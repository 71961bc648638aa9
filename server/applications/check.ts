/** Checks: what a register showed, recorded with its evidence by the person who looked. */
import { fold, mayAct } from '../../domain/application.ts'
import type { Instant } from '../../domain/dates.ts'
import { shanghaiDate } from '../../domain/dates.ts'
import type { StepKind } from '../../domain/policy.ts'
import type { Acted, RegisterRecord } from '../../contract/applications.ts'
import { Refused } from '../../contract/errors.ts'
import { record } from '../audit/audit.ts'
import { once } from '../commands.ts'
import type { Deps, Viewer } from '../context.ts'
import { inViewersScope } from '../context.ts'
import { attachFiles } from '../files/file.ts'
import { policyOf } from '../policies/policy.ts'
import { actionOf } from './actions.ts'
import { readForms } from './forms.ts'
import { assessNow, checksOf, findingSummary, standing } from './standing.ts'
import * as rows from './sql.ts'

/**
 * Records what the official register showed (四.一.4), once. Silence is recorded as silence.
 * @returns the application, whose version stays
 * @throws {Refused} not-found, act.*, file.missing, request.reused-id
 */
export async function recordCheck(
  deps: Deps,
  viewer: Viewer,
  id: string,
  checkId: string,
  message: RegisterRecord,
  now: Instant,
): Promise<Acted> {
  const { accountId } = viewer
  const command = { id: checkId, kind: 'applications.record-check', accountId, body: { id, message }, at: now }
  return inViewersScope(deps, viewer, (trx) =>
    once(trx, deps, command, async () => {
      const { row, actor, chain } = await standing(trx, viewer, id, shanghaiDate(now))
      const permission = mayAct(fold(chain.map(actionOf)), actor, 'pass')
      if (!permission.allowed || row.step !== 'verification')
        throw new Refused(permission.allowed ? 'act.not-your-step' : permission.why)
      if (message.outcome === 'pass' && !message.evidenceFileId) throw new Refused('act.register-missing')
      if (message.evidenceFileId) {
        await attachFiles(trx, accountId, id, { registerEvidence: message.evidenceFileId })
      }
      await rows.insertCheck(trx, {
        id: checkId,
        application_id: id,
        name: 'certificateRegister',
        source: message.source,
        outcome: message.outcome,
        shown: message.shown,
        file_id: message.evidenceFileId ?? null,
        account_id: accountId,
        at: now,
      })
      const policy = await policyOf(trx, row.policy_id, row.policy_revision)
      const form = (await readForms(trx, deps, [id])).get(id)!
      const assessment = assessNow(policy, row, form, await checksOf(trx, { row, chain }))
      await rows.updateApplication(trx, id, { finding: findingSummary(assessment) })
      await record(trx, deps.secrets, {
        kind: 'check.recorded',
        objectKind: 'application',
        objectId: id,
        accountId,
        at: now,
        detail: { outcome: message.outcome },
      })
      return {
        id,
        version: row.version,
        state: row.state as Acted['state'],
        ...(row.step && { step: row.step as StepKind }),
      }
    }),
  )
}
