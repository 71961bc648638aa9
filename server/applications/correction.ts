/** Corrections: the draft of a filed application's id becomes its next form revision. */
import type { Instant, PlainDate } from '../../domain/dates.ts'
import { endOfDay } from '../../domain/dates.ts'
import type { Policy } from '../../domain/policy.ts'
import type { Act } from '../../contract/applications.ts'
import { Refused } from '../../contract/errors.ts'
import type { Deps } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { atCommit, inOrder } from '../db/open.ts'
import { tieFiles } from '../files/file.ts'
import type { ActionBase, NewAction } from './actions.ts'
import { certificateColumns, completeForm, judge, keepAssessment, stepKindsOf, unionColumns } from './filing.ts'
import { changedFiles, formChanged, formDigest, openDraft, printedBoxChanged, readForms } from './forms.ts'
import { writeRevision } from './forms.ts'
import type { Standing } from './standing.ts'
import type { ApplicationRow } from './sql.ts'
import * as rows from './sql.ts'

/** Takes the draft in as the next form revision: an amendment before the first decision, or what was asked for. */
export async function correction(
  trx: Trx,
  deps: Deps,
  policy: Policy,
  { row }: Standing,
  base: ActionBase,
  message: Extract<Act, { kind: 'amend' | 'resubmit' }>,
): Promise<NewAction> {
  const { accountId, at } = base
  const [draft, forms] = await inOrder([rows.lockDraft(trx, row.id), readForms(trx, deps, [row.id])])
  if (!draft) throw new Refused('act.nothing-changed')
  if (draft.version !== message.draftVersion) throw new Refused('draft.stale')
  const before = forms.get(row.id)!
  const receivedAt = message.kind === 'resubmit' ? keptPlace(policy, row, at) : undefined
  const form = completeForm(policy, openDraft(deps, row.id, draft.body), at)
  const added = changedFiles(before, form)
  const { assessment, certificateId, route } = await judge(trx, deps, policy, form, {
    applicationId: row.id,
    accountId,
    receivedAt: receivedAt ?? (row.received_at as Instant),
    // What was sent on to another union stays there, unless the worker themselves names another.
    ...(form.baseUnionId === before.baseUnionId && { unionId: row.base_union_id }),
    now: at,
    files: added,
  })
  const boxChanged = printedBoxChanged(policy, before, form)
  if (!formChanged(before, form)) throw new Refused('act.nothing-changed')
  const revision = row.form_revision + 1
  const columns = {
    ...certificateColumns(deps, row.id, form, assessment, certificateId),
    form_revision: revision,
    // An entered claim stays with the point that entered it, unless the union is another.
    ...((row.entered_by === null || route.baseUnionId !== row.base_union_id) && unionColumns(route)),
  }
  atCommit(trx, () => writeRevision(trx, deps, { applicationId: row.id, revision, form, madeBy: accountId, at }))
  atCommit(trx, () => rows.updateApplication(trx, row.id, columns))
  atCommit(trx, () => keepAssessment(trx, row.id, row.version + 1, assessment, at))
  if (row.entered_by !== null) {
    const phone = deps.secrets.blindIndex('phone', form.phone)
    atCommit(trx, () => rows.updateEntryPhone(trx, row.id, phone))
  }
  atCommit(trx, () => tieFiles(trx, row.id, added))
  atCommit(trx, () => rows.deleteDraft(trx, row.id))
  return {
    ...base,
    kind: message.kind,
    form: { revision, digest: formDigest(deps.secrets, form) },
    steps: stepKindsOf(policy, form.filingAuthority),
    ...(message.kind === 'resubmit' && { printedBoxChanged: boxChanged }),
    ...(receivedAt !== undefined && { receivedAt }),
  }
}

/** R3: completed in time it keeps its place; later it is received anew while the window is open, and not at all after. */
function keptPlace(policy: Policy, row: ApplicationRow, now: Instant): Instant | undefined {
  if (now < endOfDay(row.returned_until as PlainDate)) return undefined
  if (now >= policy.window.closedAt) throw new Refused('act.returned-too-late')
  return now
}
