/** A stamped form comes back as a scan: its code says which application it belongs to, or a person types the number. */
import type { Instant } from '../../domain/dates.ts'
import type { MatchScan, ScanList, ScanMatch } from '../../contract/scans.ts'
import { readForms } from '../applications/forms.ts'
import { record } from '../audit/audit.ts'
import type { Deps, Viewer } from '../context.ts'
import { inViewersScope } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { attachFiles, readOwnFile } from '../files/file.ts'
import { pool } from './pool.ts'
import { findApplication, selectOwnScans } from './sql.ts'

const shownAtMost = 50

/**
 * Ties a scan to its application. Again it answers the same; a scan that has found its application stays with it.
 * @param fileId an own file, handed in as `stampedForm`
 * @throws Refused not-found, paper.busy, paper.failed, file.missing
 */
export async function matchScan(
  deps: Deps,
  viewer: Viewer,
  fileId: string,
  { receiptNumber }: MatchScan,
  at: Instant,
): Promise<ScanMatch> {
  const { file, readPages, before } = await inViewersScope(deps, viewer, async (trx) => {
    const own = await readOwnFile(trx, deps, viewer, fileId, 'stampedForm')
    const { applicationId } = own.file
    return { ...own, before: applicationId ? await matchedTo(trx, deps, { id: applicationId }) : undefined }
  })
  if (file.applicationId) return before ?? { outcome: 'outside' }
  // Reading takes longer than a transaction should stay open.
  const code = receiptNumber ? undefined : await pool.readCode(await readPages())
  if (!receiptNumber && !code) return { outcome: 'unreadable' }
  return inViewersScope(deps, viewer, async (trx) => {
    const matched = await matchedTo(trx, deps, code ? { id: code.applicationId } : { receiptNumber: receiptNumber! })
    if (!matched || (code && matched.receiptNumber !== code.number)) return { outcome: 'outside' as const }
    await attachFiles(trx, viewer.accountId, matched.applicationId, { stampedForm: fileId })
    await record(trx, deps.secrets, {
      kind: 'stamped-form.matched',
      objectKind: 'application',
      objectId: matched.applicationId,
      accountId: viewer.accountId,
      at,
      detail: { fileId, by: code ? 'code' : 'number' },
    })
    return matched
  })
}

type Matched = Extract<ScanMatch, { outcome: 'matched' }>

/** Undefined where the scope does not reach it. */
async function matchedTo(
  trx: Trx,
  deps: Deps,
  by: Parameters<typeof findApplication>[1],
): Promise<Matched | undefined> {
  const found = await findApplication(trx, by)
  if (!found) return undefined
  const form = (await readForms(trx, deps, [found.id])).get(found.id)!
  return {
    outcome: 'matched',
    applicationId: found.id,
    receiptNumber: found.receipt_number,
    applicantName: form.name,
  }
}

export function listScans(deps: Deps, viewer: Viewer): Promise<ScanList> {
  return inViewersScope(deps, viewer, async (trx) => {
    const rows = await selectOwnScans(trx, viewer.accountId, shownAtMost)
    return {
      scans: rows.map(({ id, uploaded_at, page_count, application_id, receipt_number }) => ({
        id,
        uploadedAt: uploaded_at,
        pageCount: page_count,
        ...(application_id &&
          receipt_number && { match: { applicationId: application_id, receiptNumber: receipt_number } }),
      })),
    }
  })
}
