/** Form revisions: what was filed, sealed; and the numbers by which it is found. */
import { certificateNumber, uniqueWithin } from '../../domain/certificateNumber.ts'
import type { Instant } from '../../domain/dates.ts'
import type { FilingAuthority, Policy } from '../../domain/policy.ts'
import type { DraftForm, Form } from '../../contract/form.ts'
import { canonicalJson } from '../canonicalJson.ts'
import type { Deps } from '../context.ts'
import type { Trx } from '../db/open.ts'
import type { Envelope, Secrets } from '../secrets.ts'
import type { RevisionRow } from './sql.ts'
import { insertRevision, selectLatestRevisions } from './sql.ts'

const revisionSeal = (applicationId: string, revision: number) => ({
  table: 'form_revision',
  column: 'body',
  row: `${applicationId}/${revision}`,
})
const draftSeal = (id: string) => ({ table: 'draft', column: 'body', row: id })

export const sealDraft = (deps: Deps, id: string, form: DraftForm): Envelope =>
  deps.secrets.seal(draftSeal(id), JSON.stringify(form))
export const openDraft = (deps: Deps, id: string, body: unknown): DraftForm =>
  JSON.parse(deps.secrets.openText(draftSeal(id), body as Envelope)) as DraftForm

const summarySeal = (id: string) => ({ table: 'application', column: 'summary', row: id })
/** What a list shows of a form. */
export type Summary = Pick<Form, 'name' | 'employer'>
/** As the row keeps it: lists open this instead of the whole form. */
export const sealSummary = (deps: Deps, id: string, { name, employer }: Summary): string =>
  JSON.stringify(deps.secrets.seal(summarySeal(id), JSON.stringify([name, employer])))
export function openSummary(deps: Deps, id: string, sealed: unknown): Summary {
  const [name, employer] = JSON.parse(deps.secrets.openText(summarySeal(id), sealed as Envelope)) as [string, string]
  return { name, employer }
}

/** Keyed digest of a form as it is filed; the action that files it carries it. */
export const formDigest = (secrets: Secrets, form: Form): Buffer => secrets.mac('form', canonicalJson(form))

export const sealRevision = (deps: Deps, applicationId: string, revision: number, form: Form): Envelope =>
  deps.secrets.seal(revisionSeal(applicationId, revision), canonicalJson(form))

/** Starts one statement. */
export async function writeRevision(
  trx: Trx,
  deps: Deps,
  entry: { applicationId: string; revision: number; form: Form; madeBy: string; at: Instant },
): Promise<void> {
  const body = sealRevision(deps, entry.applicationId, entry.revision, entry.form)
  await insertRevision(trx, { ...entry, body })
}

/** Whether a stored revision is still the form that was filed under that digest. */
export function isAsFiled(secrets: Secrets, row: RevisionRow, digest: Buffer): boolean {
  try {
    const text = secrets.openText(revisionSeal(row.application_id, row.revision), row.body as Envelope)
    return secrets.mac('form', text).equals(digest)
  } catch {
    return false
  }
}

/** The latest form of each application in the transaction's scope. @throws SealBroken */
export async function readForms(trx: Trx, deps: Deps, applicationIds: readonly string[]): Promise<Map<string, Form>> {
  if (applicationIds.length === 0) return new Map()
  const rows = await selectLatestRevisions(trx, applicationIds)
  return new Map(
    rows.map((row) => [
      row.id,
      JSON.parse(deps.secrets.openText(revisionSeal(row.id, row.revision), row.body as Envelope)) as Form,
    ]),
  )
}

/** Under what a certificate is unique for ever. */
export function numberKey(typed: string, authority: FilingAuthority): { space: string; number: string } {
  const number = certificateNumber(typed)
  if (!number) throw new Error('a filed form has a certificate number')
  return { space: uniqueWithin(number, authority), number: number.normal }
}

/** Whether a box that the annex prints was filled otherwise: it needs the unions' word anew. */
export function printedBoxChanged({ form }: Policy, before: Form, after: Form): boolean {
  const printed = form.steps.flatMap(({ fields }) => fields).filter(({ box }) => box !== undefined)
  const [was, is]: { readonly [key: string]: unknown }[] = [before, after]
  return printed.some(({ key }) => was![key] !== is![key])
}

/** Whether anything was written otherwise, printed or not. */
export function formChanged(before: Form, after: Form): boolean {
  const written = ({ files: _files, declared: _declared, consents: _consents, ...rest }: Form) => canonicalJson(rest)
  return written(before) !== written(after) || filesChanged(before, after)
}

/** Pictures that were not with the form before; the others have their application already, whoever handed them in. */
export const changedFiles = (before: Form, after: Form): Partial<Form['files']> =>
  Object.fromEntries(Object.entries(after.files).filter(([key, id]) => before.files[key as keyof Form['files']] !== id))
const filesChanged = (before: Form, after: Form): boolean => Object.keys(changedFiles(before, after)).length > 0
