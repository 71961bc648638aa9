/** Appending actions: the one way an application changes. Each row carries a keyed digest over itself and the one before. */
import type { Action, Application } from '../../domain/application.ts'
import { fold, IllegalAction } from '../../domain/application.ts'
import type { Instant, PlainDate } from '../../domain/dates.ts'
import type { StepKind } from '../../domain/policy.ts'
import type { Role } from '../../domain/roles.ts'
import { Refused } from '../../contract/errors.ts'
import { canonicalJson } from '../canonicalJson.ts'
import type { Deps } from '../context.ts'
import type { Db, Trx } from '../db/open.ts'
import { atCommit, inOrder, inScope, refusalOf } from '../db/open.ts'
import type { Secrets } from '../secrets.ts'
import { isAsFiled } from './forms.ts'
import type { ActionRow, RevisionRow } from './sql.ts'
import {
  applicationsAfter,
  insertActions,
  insertNote,
  lockApplications,
  selectActions,
  selectApplication,
  selectRevisions,
  updateFolds,
} from './sql.ts'

/** An action to append. */
export type NewAction = Omit<Action, 'seq'> & {
  readonly applicationId: string
  readonly id: string
  /** With file, amend and resubmit: the form revision it rests on. */
  readonly form?: { readonly revision: number; readonly digest: Buffer }
  readonly reasons?: readonly string[]
  readonly words?: string
  readonly documentNumber?: string
  /** redirect: the base unions. */
  readonly redirect?: { readonly from: string; readonly to: string }
}
/** What every action carries: to what, by whom, when. */
export type ActionBase = Pick<NewAction, 'applicationId' | 'id' | 'accountId' | 'role' | 'at'>

export const actionOf = (row: ActionRow): Action => ({
  seq: row.seq,
  kind: row.kind as Action['kind'],
  at: row.at as Instant,
  accountId: row.account_id,
  role: row.role as Role,
  ...(row.step && { step: row.step as StepKind }),
  ...(row.steps && { steps: row.steps as StepKind[] }),
  ...(row.printed_box_changed !== null && { printedBoxChanged: row.printed_box_changed }),
  ...(row.returned_until && { returnedUntil: row.returned_until as PlainDate }),
  ...(row.received_at !== null && { receivedAt: row.received_at as Instant }),
})

/** Every column but the digest itself; those of a redirect only in one, so that they leave every other digest as it is. */
const digestOf = (secrets: Secrets, row: Omit<ActionRow, 'digest'>): Buffer => {
  const { from_union_id, to_union_id, ...rest } = row
  const redirect = row.kind === 'redirect' && { from_union_id, to_union_id }
  return secrets.mac('action', canonicalJson({ ...rest, ...redirect, digest: undefined }))
}

function rowOf(secrets: Secrets, entry: NewAction, seq: number, previous: Buffer | null): ActionRow {
  const row = {
    application_id: entry.applicationId,
    seq,
    id: entry.id,
    kind: entry.kind,
    step: entry.step ?? null,
    account_id: entry.accountId,
    role: entry.role,
    at: entry.at,
    form_revision: entry.form?.revision ?? null,
    form_digest: entry.form?.digest ?? null,
    steps: entry.steps ? [...entry.steps] : null,
    printed_box_changed: entry.printedBoxChanged ?? null,
    returned_until: entry.returnedUntil ?? null,
    received_at: entry.receivedAt ?? null,
    reasons: entry.reasons ? [...entry.reasons] : null,
    document_number: entry.documentNumber ?? null,
    from_union_id: entry.redirect?.from ?? null,
    to_union_id: entry.redirect?.to ?? null,
    note_digest: entry.words ? secrets.mac('action-note', entry.words) : null,
    previous_digest: previous,
  }
  return { ...row, digest: digestOf(secrets, row) }
}

export const noteSeal = (actionId: string) => ({ table: 'action_note', column: 'body', row: actionId })

/** What the narrow row repeats of the fold. */
export const foldColumns = (application: Application) => ({
  state: application.state,
  step: application.step ?? null,
  steps: [...application.steps],
  version: application.version,
  received_at: application.receivedAt,
  returned_until: application.returnedUntil ?? null,
})

/** The first action of an application; the caller has inserted the row in the same transaction. */
export async function appendFirst(trx: Trx, deps: Deps, entry: NewAction): Promise<void> {
  await insertActions(trx, [rowOf(deps.secrets, entry, 1, null)])
}

/** @throws {Refused} act.not-in-this-state */
function following(secrets: Secrets, chain: readonly ActionRow[], entry: NewAction) {
  const row = rowOf(secrets, entry, chain.length + 1, chain.at(-1)!.digest)
  try {
    return { row, application: fold([...chain.map(actionOf), actionOf(row)]) }
  } catch (error) {
    if (error instanceof IllegalAction) throw new Refused('act.not-in-this-state')
    throw error
  }
}

const writeNote = (trx: Trx, { secrets }: Deps, { id, words }: NewAction) =>
  insertNote(trx, id, secrets.seal(noteSeal(id), words!))

/**
 * Appends one action to an application that is locked and whose chain was read since. It is written at the end of the
 * transaction, which is refused by act.four-eyes and act.own-application.
 * @returns the application as it stands then
 * @throws {Refused} act.not-in-this-state
 */
export function appendAction(trx: Trx, deps: Deps, chain: readonly ActionRow[], entry: NewAction): Application {
  const { row, application } = following(deps.secrets, chain, entry)
  const after = [{ id: entry.applicationId, ...foldColumns(application) }]
  atCommit(trx, () => refusingDuties(() => insertActions(trx, [row])))
  if (entry.words) atCommit(trx, () => writeNote(trx, deps, entry))
  atCommit(trx, () => updateFolds(trx, after, entry.at))
  return application
}

/**
 * Appends one action to each of the named applications and writes the rows they fold to, all or none.
 * @returns the applications as they stand now, by id.
 * @throws {Refused} not-found, act.not-in-this-state, act.four-eyes, act.own-application
 */
export async function appendActions(
  trx: Trx,
  deps: Deps,
  entries: readonly NewAction[],
): Promise<Map<string, Application>> {
  const ids = entries.map((entry) => entry.applicationId)
  // In this order: the chains are read once the locks are held.
  const [locked, actions] = await inOrder([lockApplications(trx, ids), selectActions(trx, ids)])
  if (locked.length !== new Set(ids).size || ids.length !== locked.length) throw new Refused('not-found')
  const chains = Map.groupBy(actions, (row) => row.application_id)
  const after = new Map<string, Application>()
  const rows: ActionRow[] = []
  for (const entry of entries) {
    const { row, application } = following(deps.secrets, chains.get(entry.applicationId)!, entry)
    after.set(entry.applicationId, application)
    rows.push(row)
  }
  const folds = [...after].map(([id, application]) => ({ id, ...foldColumns(application) }))
  await inOrder([
    refusingDuties(() => insertActions(trx, rows)),
    ...entries.filter((entry) => entry.words).map((entry) => writeNote(trx, deps, entry)),
    updateFolds(trx, folds, entries[0]!.at),
  ])
  return after
}

/** The database takes duties on and refuses a second one, and what is not one's own to decide; its refusals become ours. */
async function refusingDuties<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const constraint = refusalOf(error)?.constraint
    if (constraint === 'four_eyes') throw new Refused('act.four-eyes')
    if (constraint === 'own_application') throw new Refused('act.own-application')
    if (constraint === 're_review_by_another') throw new Refused('act.re-review-by-another')
    if (constraint === 'decision_on_ones_own') throw new Refused('act.anothers-case')
    if (constraint === 'decision_not_held') throw new Refused('act.held')
    if (constraint === 'decision_one_certificate') throw new Refused('act.same-certificate')
    if (constraint === 'decision_after_comparing') throw new Refused('act.compare-first')
    throw error
  }
}

/**
 * Verifies every application's chain with the worker role: each digest, each link, each form against what was filed, the
 * fold against the row.
 * @returns how many were verified, or the first bad row: `action <application id> <seq>`, `form_revision <application
 * id> <revision>` or `application <id>`.
 */
export async function verifyChains(
  db: Db,
  secrets: Secrets,
): Promise<{ readonly actions: number; readonly applications: number } | { readonly bad: string }> {
  let [applications, actions] = [0, 0]
  let after: string | undefined
  for (;;) {
    const found = await inScope(db, { kind: 'job', job: 'verify' }, async (trx) => {
      const rows = await applicationsAfter(trx, after, 500)
      const ids = rows.map((row) => row.id)
      const [chains, forms] =
        rows.length === 0 ? [[], []] : [await selectActions(trx, ids), await selectRevisions(trx, ids)]
      return {
        rows,
        chains: Map.groupBy(chains, (row) => row.application_id),
        forms: new Map(forms.map((form) => [`${form.application_id}/${form.revision}`, form])),
      }
    })
    if (found.rows.length === 0) return { applications, actions }
    for (const row of found.rows) {
      const chain = found.chains.get(row.id) ?? []
      const bad = firstBad(secrets, row, chain, found.forms)
      if (bad) return { bad }
      actions += chain.length
    }
    applications += found.rows.length
    after = found.rows.at(-1)!.id
  }
}

type Folded = Awaited<ReturnType<typeof applicationsAfter>>[number]

/** The first thing of one application that is not what was written; undefined where all of it is. */
function firstBad(
  secrets: Secrets,
  row: Folded,
  chain: readonly ActionRow[],
  forms: ReadonlyMap<string, RevisionRow>,
): string | undefined {
  let previous: Buffer | null = null
  for (const [index, action] of chain.entries()) {
    const linked: boolean = (action.previous_digest?.toString('hex') ?? null) === (previous?.toString('hex') ?? null)
    if (action.seq !== index + 1 || !linked || !digestOf(secrets, action).equals(action.digest))
      return `action ${row.id} ${action.seq}`
    if (action.form_digest) {
      const form = forms.get(`${row.id}/${action.form_revision}`)
      if (!form || !isAsFiled(secrets, form, action.form_digest))
        return `form_revision ${row.id} ${action.form_revision}`
    }
    previous = action.digest
  }
  return agrees(row, chain) ? undefined : `application ${row.id}`
}

/** Verifies one application's chain in the scope at hand, as `verifyChains` does all. */
export async function verifyChain(
  trx: Trx,
  secrets: Secrets,
  id: string,
): Promise<{ readonly actions: number; readonly broken?: string }> {
  const [row, chain, forms] = await Promise.all([
    selectApplication(trx, id),
    selectActions(trx, [id]),
    selectRevisions(trx, [id]),
  ])
  if (!row) throw new Refused('not-found')
  const broken = firstBad(secrets, row, chain, new Map(forms.map((form) => [`${id}/${form.revision}`, form])))
  return { actions: chain.length, ...(broken && { broken }) }
}

function agrees(row: Folded, chain: readonly ActionRow[]): boolean {
  try {
    const is = foldColumns(fold(chain.map(actionOf)))
    return (
      is.state === row.state &&
      is.step === row.step &&
      is.version === row.version &&
      is.received_at === row.received_at &&
      is.returned_until === row.returned_until
    )
  } catch {
    return false
  }
}
