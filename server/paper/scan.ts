/** A stamped form comes back as a scan: its code says which application it belongs to, or a person types the number. */
import type { Instant } from '../../domain/dates.ts'
import { fileLimits } from '../../contract/fileLimits.ts'
import type { MatchScan, ScanList, ScanMatch } from '../../contract/scans.ts'
import { readForms } from '../applications/forms.ts'
import { record } from '../audit/audit.ts'
import { commandId } from '../commands.ts'
import type { Deps, Viewer } from '../context.ts'
import { inViewersScope } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { attachFiles, plantFiles, readOwnFile, removeFile, storeOf } from '../files/file.ts'
import { pool } from './pool.ts'
import type { Receipt } from './receiptCode.ts'
import { findApplication, selectOwnScans, selectScans } from './sql.ts'

const shownAtMost = 50

/**
 * Ties a scan to its application; of one whose pages are forms of several, each page. Again it answers the same; a scan
 * that has found its application stays with it.
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
  const ids = pageIds(deps, fileId)
  const cut = await inViewersScope(deps, viewer, (trx) => selectScans(trx, viewer.accountId, ids))
  if (cut.length > 0) return matchPages(deps, viewer, fileId, at)
  const { file, readPages, before } = await inViewersScope(deps, viewer, async (trx) => {
    const own = await readOwnFile(trx, deps, viewer, fileId, 'stampedForm')
    const { applicationId } = own.file
    return { ...own, before: applicationId ? await matchedTo(trx, deps, { id: applicationId }) : undefined }
  })
  if (file.applicationId && !before) return { outcome: 'outside' }
  if (before && file.pages.length === 1) return before
  // Reading takes longer than a transaction should stay open.
  const pages = receiptNumber ? [] : await readPages()
  const codes: readonly (Receipt | undefined)[] = receiptNumber ? [] : await pool.readCodes(pages)
  const read = codes.filter((code) => code !== undefined)
  const withoutCode = codes.flatMap((code, place) => (code ? [] : [place + 1]))
  const told = read.length > 0 && withoutCode.length > 0 && { withoutCode }
  if (before) return { ...before, ...told }
  if (new Set(read.map(({ applicationId }) => applicationId)).size > 1) {
    const parts = file.pages.map(({ width, height }, place) => ({
      ...{ id: ids[place]!, purpose: 'stampedForm' as const, at },
      page: { jpeg: pages[place]!, width, height },
    }))
    await plantFiles(deps, viewer, parts)
    return matchPages(deps, viewer, fileId, at)
  }
  const [code] = read
  if (!receiptNumber && !code) return { outcome: 'unreadable' }
  const by = code ? { code } : { receiptNumber: receiptNumber! }
  const matched = await inViewersScope(deps, viewer, (trx) => tieScan(trx, deps, viewer, fileId, by, at))
  return matched ? { ...matched, ...told } : { outcome: 'outside' }
}

/** The scans that the pages of one become where they belong to several: always the same ids, so that a repeat finds them. */
const pageIds = (deps: Deps, fileId: string): string[] =>
  Array.from({ length: fileLimits.pdfPages }, (_, place) => commandId(deps, 'scan page', fileId, place + 1))

/** Each page that was cut out of a scan finds its own form; the scan itself goes, as it would show everybody's to each. */
async function matchPages(deps: Deps, viewer: Viewer, fileId: string, at: Instant): Promise<ScanMatch> {
  await removeFile(deps, storeOf(deps), viewer, { id: fileId, at })
  const ids = pageIds(deps, fileId)
  const scans = await inViewersScope(deps, viewer, (trx) => selectScans(trx, viewer.accountId, ids))
  const pages = []
  for (const [place, scanId] of ids.entries()) {
    if (!scans.includes(scanId)) continue
    const match = await matchScan(deps, viewer, scanId, {}, at)
    if (match.outcome !== 'several') pages.push({ page: place + 1, scanId, match })
  }
  return { outcome: 'several', pages }
}

async function tieScan(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  fileId: string,
  by: { readonly code: Receipt } | { readonly receiptNumber: string },
  at: Instant,
): Promise<Matched | undefined> {
  const matched = await matchedTo(trx, deps, 'code' in by ? { id: by.code.applicationId } : by)
  if (!matched || ('code' in by && matched.receiptNumber !== by.code.number)) return undefined
  await attachFiles(trx, viewer.accountId, matched.applicationId, { stampedForm: fileId })
  await record(trx, deps.secrets, {
    kind: 'stamped-form.matched',
    objectKind: 'application',
    objectId: matched.applicationId,
    accountId: viewer.accountId,
    at,
    detail: { fileId, by: 'code' in by ? 'code' : 'number' },
  })
  return matched
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
