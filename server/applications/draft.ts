/** Drafts: overwritten as one types, they reserve nothing; a draft of a filed application's id corrects it. */
import type { Instant } from '../../domain/dates.ts'
import { shanghaiDate } from '../../domain/dates.ts'
import type { Acted, DraftView, SaveDraft } from '../../contract/applications.ts'
import { Refused } from '../../contract/errors.ts'
import type { DraftForm } from '../../contract/form.ts'
import { canonicalJson } from '../canonicalJson.ts'
import type { Deps, Viewer } from '../context.ts'
import { inViewersScope } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { refusalOf } from '../db/open.ts'
import { eraseFilesOfDraft } from '../files/file.ts'
import { openDraft, readForms, sealDraft } from './forms.ts'
import { requireCorrectable, standing } from './standing.ts'
import * as rows from './sql.ts'

/**
 * Saves a draft as typed so far. A repeat answers the same.
 * @throws {Refused} draft.stale, not-found, request.reused-id, act.not-in-this-state
 */
export async function saveDraft(
  deps: Deps,
  viewer: Viewer,
  id: string,
  message: SaveDraft,
  now: Instant,
): Promise<DraftView> {
  return inViewersScope(deps, viewer, async (trx) => {
    const body = sealDraft(deps, id, message.form)
    if (message.version === 0 && (await beginDraft(trx, { id, accountId: viewer.accountId, body, at: now }))) {
      return { id, version: 1, updatedAt: now, form: message.form }
    }
    const draft = await rows.lockDraft(trx, id)
    if (!draft) throw new Refused((await rows.selectApplication(trx, id)) ? 'act.not-in-this-state' : 'not-found')
    if (draft.version !== message.version) {
      const repeated = draft.version === message.version + 1 && sameForm(openDraft(deps, id, draft.body), message.form)
      if (!repeated) throw new Refused('draft.stale')
      return draftView(trx, id, draft.version, draft.updated_at, message.form)
    }
    await keepDraft(trx, { id, accountId: viewer.accountId, body, version: draft.version + 1, at: now })
    return draftView(trx, id, draft.version + 1, now, message.form)
  })
}

type NewDraft = Parameters<typeof rows.insertDraft>[1]
/**
 * false when a draft of that id stands already.
 * @throws {Refused} request.reused-id: somebody else's claim has it; act.not-in-this-state: one's own, not to be corrected
 */
export const beginDraft = (trx: Trx, row: NewDraft): Promise<boolean> => ofOnesOwn(rows.insertDraft(trx, row))

/** The next version of a draft. @throws {Refused} as `beginDraft` */
export const keepDraft = (trx: Trx, row: NewDraft & { version: number }): Promise<unknown> =>
  ofOnesOwn(rows.updateDraft(trx, row))

async function ofOnesOwn<T>(written: Promise<T>): Promise<T> {
  try {
    return await written
  } catch (error) {
    const constraint = refusalOf(error)?.constraint
    if (constraint === 'draft_of_claim') throw new Refused('request.reused-id')
    if (constraint === 'draft_correctable') throw new Refused('act.not-in-this-state')
    throw error
  }
}

const sameForm = (a: DraftForm, b: DraftForm) => canonicalJson(a) === canonicalJson(b)

async function draftView(
  trx: Trx,
  id: string,
  version: number,
  updatedAt: number,
  form: DraftForm,
): Promise<DraftView> {
  const filed = await rows.selectApplication(trx, id)
  return {
    id,
    version,
    updatedAt,
    form,
    ...(filed && { correcting: { receiptNumber: filed.receipt_number, state: filed.state as Acted['state'] } }),
  }
}

export const readDraft = (deps: Deps, viewer: Viewer, id: string): Promise<DraftView> =>
  inViewersScope(deps, viewer, (trx) => draftOf(trx, deps, id))

/** A draft in the transaction's scope. @throws {Refused} not-found */
export async function draftOf(trx: Trx, deps: Deps, id: string): Promise<DraftView> {
  const draft = await rows.selectDraft(trx, id)
  if (!draft) throw new Refused('not-found')
  return draftView(trx, id, draft.version, draft.updated_at, openDraft(deps, id, draft.body))
}

export async function listDrafts(deps: Deps, viewer: Viewer) {
  return inViewersScope(deps, viewer, async (trx) => {
    const drafts = await rows.selectDrafts(trx, viewer.accountId)
    const views = await Promise.all(
      drafts.map(async (draft) => {
        const { level, occupationName } = openDraft(deps, draft.id, draft.body)
        const correcting = (await rows.selectApplication(trx, draft.id)) !== undefined
        return {
          id: draft.id,
          updatedAt: draft.updated_at,
          correcting,
          ...(level && { level }),
          ...(occupationName && { occupationName }),
        }
      }),
    )
    return { drafts: views }
  })
}

/** Discards a draft with the pictures handed in for it; what was filed keeps its own. */
export async function discardDraft(deps: Deps, viewer: Viewer, id: string, now: Instant): Promise<void> {
  const emptyStore = await inViewersScope(deps, viewer, async (trx) => {
    await rows.deleteDraft(trx, id)
    return eraseFilesOfDraft(trx, deps, viewer, { draftId: id, at: now })
  })
  await emptyStore()
}

/**
 * A draft of what was filed, to correct it; an unfinished one is kept as it is.
 * @throws {Refused} not-found, act.not-in-this-state
 */
export async function correctByDraft(deps: Deps, viewer: Viewer, id: string, now: Instant): Promise<DraftView> {
  return inViewersScope(deps, viewer, async (trx) => {
    requireCorrectable(await standing(trx, viewer, id, shanghaiDate(now)))
    if (!(await rows.selectDraft(trx, id))) {
      const form = (await readForms(trx, deps, [id])).get(id)!
      const { declared: _declared, ...editable } = form
      await beginDraft(trx, { id, accountId: viewer.accountId, body: sealDraft(deps, id, editable), at: now })
    }
    // One that somebody else laid there shows nothing here.
    const draft = await rows.selectDraft(trx, id)
    if (!draft) throw new Refused('not-found')
    return draftView(trx, id, draft.version, draft.updated_at, openDraft(deps, id, draft.body))
  })
}
