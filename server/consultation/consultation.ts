/**
 * 咨询 (联系): a caller says what they know, and what agrees opens the cases it names for the length of that call. The
 * consultant sees them masked, notes what was asked and answered, and decides nothing.
 */
import type { CallNotes, ConsultationView, LookUp, Proof, WriteCallNote } from '../../contract/consultation.ts'
import { Refused } from '../../contract/errors.ts'
import { type Instant, shanghaiDate } from '../../domain/dates.ts'
import { normaliseIdentityNumber } from '../../domain/identityNumber.ts'
import { mobile } from '../../domain/phone.ts'
import { tellCases } from '../applications/told.ts'
import { record } from '../audit/audit.ts'
import { canonicalJson } from '../canonicalJson.ts'
import { type Deps, inViewersScope, type Viewer } from '../context.ts'
import type { Trx } from '../db/open.ts'
import type { Envelope } from '../secrets.ts'
import * as rows from './sql.ts'

/** In so many minutes so many look-ups, and so many that find nothing; then the desk waits. Calls take longer than that. */
const lookUpLimits = { minutes: 15, misses: 8, all: 30 } as const

const noteSeal = (id: string) => ({ table: 'call_note', column: 'body', row: id })

/** What the caller said, as the database compares it. @throws {Refused} consultation.facts */
function factsOf({ secrets }: Deps, said: LookUp): rows.Facts & { readonly proof: Proof } {
  const receipt = said.receiptNumber?.normalize('NFKC').replace(/\s/g, '').toUpperCase() || null
  const idNumber = said.idNumber && normaliseIdentityNumber(said.idNumber)
  const phone = said.phone && mobile(said.phone)
  if (said.phone && !phone)
    throw new Refused('consultation.facts', {}, [
      { field: 'phone', says: '手机号是11位数字，1开头，请来电人再报一遍。' },
    ])
  if (!receipt && !(idNumber && phone)) throw new Refused('consultation.facts')
  const proof: Proof = !receipt
    ? 'idPhone'
    : idNumber && phone
      ? 'receiptIdPhone'
      : idNumber
        ? 'receiptId'
        : phone
          ? 'receiptPhone'
          : 'receipt'
  return {
    receipt,
    applicant: idNumber ? secrets.blindIndex('idNumber', idNumber) : null,
    phone: phone ? secrets.blindIndex('phone', phone) : null,
    proof,
  }
}

/**
 * Looks up what the caller named; a call that is still open ends. Facts that do not agree tell nothing, and are counted.
 * @throws {Refused} consultation.facts, consultation.no-match, consultation.too-many, request.reused-id
 */
export async function lookUp(
  deps: Deps,
  viewer: Viewer,
  id: string,
  said: LookUp,
  at: Instant,
): Promise<ConsultationView> {
  const { accountId } = viewer
  const facts = factsOf(deps, said)
  const digest = deps.secrets.mac('consultation', canonicalJson(facts))
  const outcome = await inViewersScope(deps, viewer, async (trx) => {
    await rows.lockConsultant(trx, accountId)
    const known = await rows.selectConsultation(trx, id)
    if (known) {
      if (!known.digest.equals(digest)) throw new Refused('request.reused-id')
      return known.found
    }
    const { all, misses } = await rows.countLookUps(trx, accountId, at - lookUpLimits.minutes * 60_000)
    if (misses >= lookUpLimits.misses || all >= lookUpLimits.all) {
      await recordLook(trx, deps, viewer, id, at, { proof: facts.proof, refused: true })
      return 'tooMany' as const
    }
    await rows.endOpen(trx, accountId, at)
    if (!(await rows.insertConsultation(trx, { id, account_id: accountId, at, proof: facts.proof, digest })))
      throw new Refused('request.reused-id')
    const found = await rows.openCases(trx, id, facts)
    if (found === 0) await rows.endOpen(trx, accountId, at, id)
    await recordLook(trx, deps, viewer, id, at, { proof: facts.proof, found })
    return found
  })
  // What was tried stays recorded: these are refused after the transaction.
  if (outcome === 'tooMany') throw new Refused('consultation.too-many', { minutes: lookUpLimits.minutes })
  if (outcome === 0) throw new Refused('consultation.no-match')
  return showConsultation(deps, viewer, id, at)
}

const recordLook = (
  trx: Trx,
  { secrets }: Deps,
  { accountId }: Viewer,
  id: string,
  at: Instant,
  detail: Record<string, string | number | boolean>,
) =>
  record(trx, secrets, {
    kind: 'consultation.looked-up',
    objectKind: 'consultation',
    objectId: id,
    accountId,
    at,
    detail,
  })

/** The call and its cases while it lasts; each look is logged for each case. @throws {Refused} consultation.ended */
export function showConsultation(deps: Deps, viewer: Viewer, id: string, at: Instant): Promise<ConsultationView> {
  return inViewersScope(deps, viewer, async (trx) => {
    const call = await rows.selectConsultation(trx, id)
    if (!call) throw new Refused('not-found')
    if (call.ended_at !== null) throw new Refused('consultation.ended')
    const proof = call.proof as Proof
    const ids = await rows.selectCases(trx, id)
    const told = await tellCases(trx, deps, ids, shanghaiDate(at), proof !== 'receipt')
    const notes = await notesOf(trx, deps, ids)
    for (const applicationId of ids)
      await record(trx, deps.secrets, {
        kind: 'consultation.told',
        objectKind: 'application',
        objectId: applicationId,
        accountId: viewer.accountId,
        at,
        detail: { consultation: id, proof },
      })
    const cases = told.map((each) => ({
      ...each,
      notes: (notes.get(each.applicationId) ?? []).map(({ consultationId, ...note }) => ({
        ...note,
        here: consultationId === id,
      })),
    }))
    return { id, at: call.at, proof, cases }
  })
}

async function notesOf(trx: Trx, { secrets }: Deps, ids: readonly string[]) {
  const found = ids.length > 0 ? await rows.selectNotes(trx, ids) : []
  const opened = found.toReversed().map((row) => ({
    applicationId: row.application_id,
    consultationId: row.consultation_id,
    id: row.id,
    at: row.at,
    by: row.display_name ?? '',
    ...(JSON.parse(secrets.openText(noteSeal(row.id), row.body as Envelope)) as { asked: string; answered: string }),
  }))
  const byCase = Map.groupBy(opened, (note) => note.applicationId)
  return new Map([...byCase].map(([key, all]) => [key, all.map(({ applicationId: _application, ...note }) => note)]))
}

/** What was asked and answered, kept with the case. @throws {Refused} not-found, consultation.ended, request.reused-id */
export async function writeCallNote(
  deps: Deps,
  viewer: Viewer,
  id: string,
  noteId: string,
  { applicationId, asked, answered }: WriteCallNote,
  at: Instant,
): Promise<ConsultationView> {
  const { accountId } = viewer
  await inViewersScope(deps, viewer, async (trx) => {
    const call = await rows.selectConsultation(trx, id)
    if (!call) throw new Refused('not-found')
    if (call.ended_at !== null) throw new Refused('consultation.ended')
    if (!(await rows.selectCases(trx, id)).includes(applicationId)) throw new Refused('not-found')
    const body = deps.secrets.seal(noteSeal(noteId), JSON.stringify({ asked, answered }))
    if (!(await rows.insertNote(trx, { id: noteId, consultationId: id, applicationId, accountId, body, at }))) {
      const known = await rows.selectNote(trx, noteId)
      if (known?.consultation_id !== id || known.application_id !== applicationId)
        throw new Refused('request.reused-id')
      return
    }
    const entry = { kind: 'consultation.noted', objectKind: 'application', objectId: applicationId } as const
    await record(trx, deps.secrets, { ...entry, accountId, at, detail: { consultation: id } })
  })
  return showConsultation(deps, viewer, id, at)
}

/** The call is over: its cases are closed to the consultant. Ending it again is no error. @throws {Refused} not-found */
export function endConsultation(deps: Deps, viewer: Viewer, id: string, at: Instant): Promise<void> {
  return inViewersScope(deps, viewer, async (trx) => {
    if (!(await rows.selectConsultation(trx, id))) throw new Refused('not-found')
    await rows.endOpen(trx, viewer.accountId, at, id)
  })
}

/** What was said on the phone about one case, for the service centre. */
export function callNotes(deps: Deps, viewer: Viewer, applicationId: string): Promise<CallNotes> {
  return inViewersScope(deps, viewer, async (trx) => {
    const notes = (await notesOf(trx, deps, [applicationId])).get(applicationId) ?? []
    return { notes: notes.map(({ consultationId: _call, ...note }) => note) }
  })
}
