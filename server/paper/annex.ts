/** The annex as paper: printed from what was filed, one sheet or many; blank for who writes by hand. */
import { annexEntries, annexWords, emptyAnnex } from '../../domain/annex.ts'
import type { AnnexWords } from '../../domain/annex.ts'
import { fold, mayAct } from '../../domain/application.ts'
import { shanghaiDate } from '../../domain/dates.ts'
import type { Instant } from '../../domain/dates.ts'
import { mayPrint } from '../../domain/visibility.ts'
import { Refused } from '../../contract/errors.ts'
import { normalisedForm, printProblems } from '../../contract/formCheck.ts'
import { actionOf } from '../applications/actions.ts'
import { draftOf } from '../applications/draft.ts'
import { readForms } from '../applications/forms.ts'
import { standing } from '../applications/standing.ts'
import type { Standing } from '../applications/standing.ts'
import { record } from '../audit/audit.ts'
import type { Deps, Viewer } from '../context.ts'
import { inViewersScope } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { inScope } from '../db/open.ts'
import { routeOf } from '../organisations/organisation.ts'
import { activePolicy, policyOf } from '../policies/policy.ts'
import type { AnnexSheet } from './annexCompiler.ts'
import { pool } from './pool.ts'
import { selectOrganisationNames } from './sql.ts'

type Sheets = { readonly words: AnnexWords; readonly sheets: readonly AnnexSheet[] }

/** A PDF with one A4 page a sheet. @throws Refused paper.busy, paper.failed */
export const annexPdf = ({ words, sheets }: Sheets): Promise<Uint8Array> => pool.typeset(words, sheets)

/** Whoever holds the task sees every value in clear; a worker sees what they typed. */
function printsFor(viewer: Viewer, { chain, actor }: Standing): boolean {
  const actions = chain.map(actionOf)
  return mayPrint(viewer.role, mayAct(fold(actions), actor, 'pass', actions.at(-1)).allowed)
}

/** Their sheets in this order; a view by staff is logged. The words are those of the first one's notice. */
async function sheetsOf(trx: Trx, deps: Deps, viewer: Viewer, ids: readonly string[], at: Instant): Promise<Sheets> {
  const found: Standing[] = []
  for (const id of new Set(ids)) found.push(await standing(trx, viewer, id, shanghaiDate(at)))
  const hidden = found.filter((each) => !printsFor(viewer, each)).map(({ row }) => row.receipt_number)
  if (hidden.length > 0)
    throw new Refused('paper.not-printable', {
      receipts: `${hidden.slice(0, 3).join('、')}${hidden.length > 3 ? `等${hidden.length}件` : ''}`,
    })
  const forms = await readForms(
    trx,
    deps,
    found.map(({ row }) => row.id),
  )
  const names = await selectOrganisationNames(trx, [...new Set(found.map(({ row }) => row.district_id))])
  const policies = await Promise.all(found.map(({ row }) => policyOf(trx, row.policy_id, row.policy_revision)))
  const sheets = found.map(({ row }, place) => ({
    ...annexEntries(policies[place]!, forms.get(row.id)!, {
      districtUnion: names.find(({ id }) => id === row.district_id)!.name,
      filledOn: shanghaiDate(row.received_at as Instant),
    }),
    receipt: { number: row.receipt_number, applicationId: row.id },
  }))
  if (viewer.role !== 'worker')
    for (const { row } of found)
      await record(trx, deps.secrets, {
        kind: 'annex.printed',
        objectKind: 'application',
        objectId: row.id,
        accountId: viewer.accountId,
        at,
        detail: { together: found.length },
      })
  return { words: annexWords(policies[0]!), sheets }
}

/** @throws Refused not-found, paper.not-printable, paper.busy, paper.failed */
export async function printAnnexes(deps: Deps, viewer: Viewer, ids: readonly string[], at: Instant): Promise<Printed> {
  const sheets = await inViewersScope(deps, viewer, (trx) => sheetsOf(trx, deps, viewer, ids, at))
  return { bytes: await annexPdf(sheets), name: nameOf(sheets) }
}

/** One sheet as a picture. @throws as `printAnnexes` */
export async function pictureAnnex(deps: Deps, viewer: Viewer, id: string, at: Instant): Promise<Printed> {
  const sheets = await inViewersScope(deps, viewer, (trx) => sheetsOf(trx, deps, viewer, [id], at))
  const {
    words,
    sheets: [sheet],
  } = sheets
  return { bytes: await pool.picture(words, sheet!), name: nameOf(sheets) }
}

/**
 * A worker's own draft, once everything that is printed is there: to have it sealed and handed in on paper (四.一.1). It
 * has no number and no code, and says so.
 */
async function draftSheet(trx: Trx, deps: Deps, id: string, at: Instant): Promise<Sheets> {
  const today = shanghaiDate(at)
  const [{ form, correcting }, policy] = await Promise.all([draftOf(trx, deps, id), activePolicy(trx)])
  // What is filed has its number: its form is printed with it.
  if (correcting) throw new Refused('not-found')
  const normal = normalisedForm(form, today)
  const fields = printProblems(normal, policy, today)
  if (fields.length > 0) throw new Refused('filing.incomplete', { count: fields.length }, fields)
  const route = await routeOf(trx, normal.baseUnionId!, today)
  const says = '这家工会现在选不了，请再选一次。'
  if (!route) throw new Refused('filing.no-union', {}, [{ field: 'baseUnionId', says }])
  const [district] = await selectOrganisationNames(trx, [route.districtId])
  const heading = { districtUnion: district!.name, filledOn: today }
  return { words: annexWords(policy), sheets: [{ ...annexEntries(policy, normal, heading), unfiled: true }] }
}

/** @throws Refused not-found, filing.incomplete, filing.no-union, paper.busy, paper.failed */
export async function annexOfDraft(
  deps: Deps,
  viewer: Viewer,
  id: string,
  kind: 'pdf' | 'picture',
  at: Instant,
): Promise<Printed> {
  const sheets = await inViewersScope(deps, viewer, (trx) => draftSheet(trx, deps, id, at))
  const bytes = kind === 'pdf' ? annexPdf(sheets) : pool.picture(sheets.words, sheets.sheets[0]!)
  return { bytes: await bytes, name: '申请表 没有提交' }
}

/** What is made, and how its file is called, without a suffix. */
export type Printed = { readonly bytes: Uint8Array; readonly name: string }

const nameOf = ({ sheets }: Sheets): string =>
  sheets.length === 1 && sheets[0]!.receipt ? `申请表 ${sheets[0]!.receipt.number}` : `申请表 ${sheets.length}张`

/** The blank form is the same for everybody, and everybody may ask for it: made once for each revision of a notice. */
const blanks = new Map<string, Promise<Uint8Array>>()

export async function blankAnnex(deps: Deps, kind: 'pdf' | 'picture'): Promise<Printed> {
  const policy = await inScope(deps.db, { kind: 'job', job: 'public' }, activePolicy)
  const words = annexWords(policy)
  const key = `${kind} ${JSON.stringify(words)}`
  const known = blanks.get(key)
  const bytes = known ?? (kind === 'pdf' ? annexPdf({ words, sheets: [emptyAnnex] }) : pool.picture(words, emptyAnnex))
  blanks.set(key, bytes)
  bytes.catch(() => blanks.delete(key))
  return { bytes: await bytes, name: '空白申请表' }
}
