/** Files people hand in: received, shown and removed. Their pages lie sealed in the file store, their records in rows. */
import { createHash } from 'node:crypto'
import path from 'node:path'
import { shanghaiDate, startOfDay, type Instant } from '../../domain/dates.ts'
import type { Role } from '../../domain/roles.ts'
import type { GuardedField } from '../../domain/visibility.ts'
import { guardedFields, pictureAccess } from '../../domain/visibility.ts'
import { Refused } from '../../contract/errors.ts'
import { claimFilePurposes, otherWorkerPurposes, fileLimits, type FilePurpose } from '../../contract/fileLimits.ts'
import type { File, FileUpload } from '../../contract/files.ts'
import { clearOnPictures, standing } from '../applications/standing.ts'
import { record, type AuditKind } from '../audit/audit.ts'
import { inViewersScope, type Deps, type Viewer } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { admitted, intake, readLimited, type PageImage } from './intake.ts'
import {
  selectHandedIn,
  attachFileTo,
  eraseDraftFiles,
  eraseFile,
  findFile,
  findFilesOfApplication,
  findFilesOfObjection,
  insertFile,
  lockFiles,
  lockUploads,
  reachesApplication,
  reachesDraft,
  updateFilesApplication,
  uploadedSince,
} from './sql.ts'
import { type FileStore, openFolderStore } from './store.ts'

/** What a file is to be: its id, purpose and place. `at` is business time. */
type NewFile = FileUpload & { id: string; at: Instant }

/** A file on its way in. `claimed` is the sender's media type; `declaredBytes` what the sender says it will send. */
export type Upload = NewFile & { claimed: string; declaredBytes: number | undefined; body: AsyncIterable<Buffer> }

/** Where this installation keeps its pages. */
export const storeOf = ({ config }: Deps): FileStore => openFolderStore(path.join(config.dataDir, 'files'))

const handInNothing: readonly Role[] = [
  'consultant',
  'auditor',
  'systemAdministrator',
  'securityAdministrator',
  'auditAdministrator',
]
const isWorkers = (purpose: FilePurpose) =>
  ([...claimFilePurposes, ...otherWorkerPurposes] as readonly FilePurpose[]).includes(purpose)
const sealedPage = (id: string, page: number) => ({ table: 'file_page', column: 'content', row: `${id}/${page}` })

const recordOf = (
  { secrets }: Deps,
  trx: Trx,
  { accountId }: Viewer,
  kind: AuditKind,
  { id, at }: { id: string; at: Instant },
) => record(trx, secrets, { kind, objectKind: 'file', objectId: id, accountId, at })

/** The file that stands under this id already, where it is this very upload come again. */
async function earlier(trx: Trx, viewer: Viewer, upload: NewFile, sha256: Buffer): Promise<File | undefined> {
  const stored = await findFile(trx, upload.id)
  if (!stored) return undefined
  const same =
    !stored.erased &&
    stored.ownerAccountId === viewer.accountId &&
    stored.file.purpose === upload.purpose &&
    stored.sha256.equals(sha256)
  if (!same) throw new Refused('file.id-taken')
  return stored.file
}

async function withinQuota(trx: Trx, viewer: Viewer, at: Instant, moreBytes: number): Promise<void> {
  const limit = viewer.role === 'worker' ? fileLimits.ofWorkerPerDay : fileLimits.ofStaffPerDay
  const today = await uploadedSince(trx, viewer.accountId, startOfDay(shanghaiDate(at)))
  if (today.files >= limit.files || today.bytes + moreBytes > limit.bytes)
    throw new Refused('file.quota', { files: limit.files, megabytes: limit.bytes / 1024 / 1024 })
}

type Kept = { upload: NewFile; sha256: Buffer; pages: PageImage[] }

async function keep(trx: Trx, deps: Deps, store: FileStore, viewer: Viewer, { upload, sha256, pages }: Kept) {
  const file: File = {
    id: upload.id,
    purpose: upload.purpose,
    draftId: upload.draftId ?? null,
    applicationId: upload.applicationId ?? null,
    uploadedAt: upload.at,
    byteSize: pages.reduce((sum, { jpeg }) => sum + jpeg.length, 0),
    pages: pages.map(({ jpeg, width, height }, index) => ({
      page: index + 1,
      mediaType: 'image/jpeg',
      width,
      height,
      byteSize: jpeg.length,
    })),
  }
  await lockUploads(trx, viewer.accountId)
  await withinQuota(trx, viewer, upload.at, file.byteSize)
  // What a filing point uploads for a row it enters is its officers' in common.
  const filingPointId = viewer.role === 'filingPoint' && upload.draftId ? viewer.organisation!.id : null
  const row = { ...file, ownerAccountId: viewer.accountId, filingPointId, sha256, uploadedAt: upload.at }
  if (!(await insertFile(trx, row))) {
    const known = await earlier(trx, viewer, upload, sha256)
    if (known) return known
    throw new Refused('file.id-taken')
  }
  await recordOf(deps, trx, viewer, 'file.uploaded', { id: file.id, at: upload.at })
  // Only whoever holds the row writes the content, so nobody can overwrite another's; and before the commit, so that
  // a row never stands without it. What a failed commit leaves behind is overwritten when the upload comes again.
  await Promise.all(
    pages.map(({ jpeg }, index) =>
      store.write(file.id, index + 1, deps.secrets.sealBytes(sealedPage(file.id, index + 1), jpeg)),
    ),
  )
  return file
}

/**
 * Takes a file in. The same upload under the same id again gives the same answer.
 * @throws Refused forbidden, not-found (of an application or correction out of reach), and every file.… but file.fixed
 */
export async function receiveFile(deps: Deps, store: FileStore, viewer: Viewer, upload: Upload): Promise<File> {
  if (handInNothing.includes(viewer.role)) throw new Refused('forbidden')
  if (viewer.role === 'worker' && !isWorkers(upload.purpose)) throw new Refused('file.wrong-purpose')
  return admitted(viewer.accountId, async () => {
    const bytes = await readLimited(upload.body, upload.claimed, upload.declaredBytes)
    const sha256 = createHash('sha256').update(bytes).digest()
    const known = await inViewersScope(deps, viewer, async (trx) => {
      const file = await earlier(trx, viewer, upload, sha256)
      if (file) return file
      if (upload.applicationId && !(await reachesApplication(trx, upload.applicationId))) throw new Refused('not-found')
      if (upload.draftId && viewer.role !== 'worker' && !(await reachesDraft(trx, upload.draftId)))
        throw new Refused('not-found')
      await withinQuota(trx, viewer, upload.at, 0)
      return undefined
    })
    if (known) return known
    const pages = await intake(bytes, upload.claimed)
    return inViewersScope(deps, viewer, (trx) => keep(trx, deps, store, viewer, { upload, sha256, pages }))
  })
}

/** A page made by this program, and the file it is to be. */
export type Planted = NewFile & { page: PageImage }

/**
 * Keeps pages as they are, each as if its owner had handed it in, all or none. Again under the same ids it gives the
 * same answers. @throws Refused file.id-taken, file.quota
 */
export function plantFiles(deps: Deps, viewer: Viewer, files: readonly Planted[]): Promise<File[]> {
  const store = storeOf(deps)
  return inViewersScope(deps, viewer, (trx) =>
    Promise.all(
      files.map(({ page, ...upload }) => {
        const sha256 = createHash('sha256').update(page.jpeg).digest()
        return keep(trx, deps, store, viewer, { upload, sha256, pages: [page] })
      }),
    ),
  )
}

type Reached = { readonly file: File; readonly access: 'atOnce' | 'forReason'; readonly claim: string | undefined }

/** A file that the viewer may look at, and the claim whose it is. @throws Refused not-found */
async function reached(trx: Trx, viewer: Viewer, id: string, at: Instant): Promise<Reached> {
  const stored = await findFile(trx, id)
  if (!stored || stored.erased) throw new Refused('not-found')
  const { file, ownerAccountId } = stored
  const claim = await claimOf(trx, file)
  if (!claim && ownerAccountId === viewer.accountId) return { file, access: 'atOnce', claim }
  const inTask = pictureAccess(viewer.role, file.purpose, guardedFields)
  const beside = pictureAccess(viewer.role, file.purpose, [])
  const access =
    claim && inTask !== beside
      ? pictureAccess(viewer.role, file.purpose, clearOnPictures(await standing(trx, viewer, claim, shanghaiDate(at))))
      : inTask
  if (access === 'never') throw new Refused('not-found')
  return { file, access, claim }
}

/** Also of what was handed in to correct it. */
async function claimOf(trx: Trx, { applicationId, draftId }: File): Promise<string | undefined> {
  if (applicationId) return applicationId
  return draftId && (await reachesApplication(trx, draftId)) ? draftId : undefined
}

async function reachedAtOnce(trx: Trx, viewer: Viewer, id: string, at: Instant): Promise<File> {
  const { file, access } = await reached(trx, viewer, id, at)
  if (access !== 'atOnce') throw new Refused('file.reason-needed')
  return file
}

/** @throws Refused not-found, file.reason-needed */
export const showFile = (deps: Deps, viewer: Viewer, id: string, at: Instant): Promise<File> =>
  inViewersScope(deps, viewer, (trx) => reachedAtOnce(trx, viewer, id, at))

type PageOfFile = { readonly id: string; readonly page: number; readonly at: Instant }
type ShownPage = { readonly jpeg: Buffer; readonly purpose: FilePurpose }

/**
 * One page as a JPEG. A look by staff is an audit event of its own, written before the picture leaves.
 * @throws Refused not-found, file.reason-needed; SealBroken where the stored page was altered
 */
export async function showPage(
  deps: Deps,
  store: FileStore,
  viewer: Viewer,
  { id, page, at }: PageOfFile,
): Promise<ShownPage> {
  const { purpose } = await inViewersScope(deps, viewer, async (trx) => {
    const file = await reachedAtOnce(trx, viewer, id, at)
    if (page > file.pages.length) throw new Refused('not-found')
    if (viewer.role !== 'worker') await recordOf(deps, trx, viewer, 'file.viewed', { id, at })
    return file
  })
  return { jpeg: await openPage(deps, store, id, page), purpose }
}

/**
 * One page that the viewer's task does not show, for a stated reason; the look and its reason are logged.
 * @throws Refused not-found; SealBroken where the stored page was altered
 */
export async function unmaskPage(
  deps: Deps,
  store: FileStore,
  viewer: Viewer,
  { id, page, at, reason }: PageOfFile & { readonly reason: string },
): Promise<ShownPage> {
  const { purpose } = await inViewersScope(deps, viewer, async (trx) => {
    const { file, claim } = await reached(trx, viewer, id, at)
    if (page > file.pages.length || !claim) throw new Refused('not-found')
    await record(trx, deps.secrets, {
      kind: 'application.unmasked',
      objectKind: 'application',
      objectId: claim,
      accountId: viewer.accountId,
      at,
      // The reason is free text: its digest proves which one was given without keeping what somebody may have typed.
      detail: {
        field: file.purpose,
        file: id,
        page,
        reasonDigest: deps.secrets.mac('unmask-reason', reason).toString('base64'),
      },
    })
    return file
  })
  return { jpeg: await openPage(deps, store, id, page), purpose }
}

const openPage = async ({ secrets }: Deps, store: FileStore, id: string, page: number): Promise<Buffer> =>
  secrets.openBytes(sealedPage(id, page), await store.read(id, page))

/**
 * An own file with its pages, for this program to read; nobody looks at it, so no view is recorded.
 * @throws Refused not-found, also for a file of another purpose; SealBroken where a stored page was altered
 */
export async function readOwnFile(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  id: string,
  purpose: FilePurpose,
): Promise<{ file: File; readPages: () => Promise<Buffer[]> }> {
  const stored = await findFile(trx, id)
  if (!stored || stored.erased || stored.ownerAccountId !== viewer.accountId || stored.file.purpose !== purpose)
    throw new Refused('not-found')
  const store = storeOf(deps)
  const readPages = () => Promise.all(stored.file.pages.map(({ page }) => openPage(deps, store, id, page)))
  return { file: stored.file, readPages }
}

/**
 * Erases an own file that no application has yet. Erasing it again is no error and finishes what was interrupted.
 * @throws Refused not-found, file.fixed
 */
export async function removeFile(
  deps: Deps,
  store: FileStore,
  viewer: Viewer,
  { id, at }: { id: string; at: Instant },
): Promise<void> {
  const pages = await inViewersScope(deps, viewer, async (trx) => {
    const stored = await findFile(trx, id)
    if (!stored || stored.ownerAccountId !== viewer.accountId) throw new Refused('not-found')
    // What unions hand in is evidence from the moment it is there; a scan that belongs to no application yet is not.
    // So is what an objection rests on.
    const { applicationId, purpose } = stored.file
    if (applicationId || stored.ofObjection || !(isWorkers(purpose) || purpose === 'stampedForm'))
      throw new Refused('file.fixed')
    if (await eraseFile(trx, id, viewer.accountId, at)) await recordOf(deps, trx, viewer, 'file.removed', { id, at })
    return stored.file.pages
  })
  await Promise.all(pages.map(({ page }) => store.remove(id, page)))
}

/**
 * Erases what was handed in for a draft that is discarded and no application has.
 * @returns what to do once the transaction is committed: take the pages out of the store
 */
export async function eraseFilesOfDraft(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  { draftId, at }: { draftId: string; at: Instant },
): Promise<() => Promise<void>> {
  const erased = await eraseDraftFiles(trx, draftId, viewer.accountId, at)
  for (const { id } of erased) await recordOf(deps, trx, viewer, 'file.removed', { id, at })
  const store = storeOf(deps)
  return async () => {
    for (const { id, pages } of erased) for (let page = 1; page <= pages; page++) await store.remove(id, page)
  }
}

/**
 * Ties the files a form names to its application, in the transaction that files it.
 * @throws Refused file.missing for one that is not the account's own, not of its purpose, erased, or with another
 * application
 */
export async function attachFiles(
  trx: Trx,
  accountId: string,
  applicationId: string,
  files: NamedFiles,
): Promise<void> {
  if (!(await holdFiles(trx, accountId, applicationId, files))) throw new Refused('file.missing')
  await tieFiles(trx, applicationId, files)
}

export type NamedFiles = { readonly [purpose in FilePurpose]?: string }

/** Whether `tieFiles` would tie each of them; held until the transaction ends, so that it stays so. */
export async function holdFiles(
  trx: Trx,
  accountId: string,
  applicationId: string,
  files: NamedFiles,
): Promise<boolean> {
  const named = Object.entries(files) as [FilePurpose, string][]
  return (await lockFiles(trx, accountId, applicationId, named)) === named.length
}

/** Ties files to an application that `holdFiles` holds for it. Starts one statement. */
export const tieFiles = (trx: Trx, applicationId: string, files: NamedFiles): Promise<unknown> =>
  updateFilesApplication(trx, applicationId, Object.values(files))

/** What further pictures are evidence for. */
export type EvidenceFor = { readonly applicationId: string } | { readonly objectionId: string }

/**
 * Ties own pictures to what they are evidence for, in the transaction that hands it in.
 * @throws Refused file.missing for one that is not the account's own, not of that purpose, erased, or tied elsewhere
 */
export async function attachEvidence(
  trx: Trx,
  accountId: string,
  ids: readonly string[],
  to: EvidenceFor,
): Promise<void> {
  for (const id of ids)
    if (!(await attachFileTo(trx, { id, purpose: 'objectionEvidence', accountId, to })))
      throw new Refused('file.missing')
}

/** A picture of the claim that is seen with its objection; one that stands with an earlier objection stays there. */
export const lendPicture = (
  trx: Trx,
  { objectionId, ...picture }: { id: string; purpose: FilePurpose; accountId: string; objectionId: string },
): Promise<boolean> => attachFileTo(trx, { ...picture, to: { objectionId } })

/** What an objection rests on, in the order it came. */
export const filesOfObjection = (trx: Trx, objectionId: string) => findFilesOfObjection(trx, objectionId)

/**
 * The files of an application that the viewer may look at, in the order they came; `masked` for a reason only.
 * @param clear what stands on pictures in clear for them (`clearOnPictures`)
 */
export async function filesOfApplication(
  trx: Trx,
  viewer: Viewer,
  applicationId: string,
  clear: readonly GuardedField[],
) {
  const files = await findFilesOfApplication(trx, applicationId)
  return files.flatMap((file) => {
    const access = pictureAccess(viewer.role, file.purpose, clear)
    return access === 'never' ? [] : [{ ...file, masked: access === 'forReason' }]
  })
}

/** Whether a file of that purpose is there, handed in by that person: what somebody else handed in proves nothing here. */
export const isHandedIn = (trx: Trx, id: string, purpose: FilePurpose, accountId: string): Promise<boolean> =>
  selectHandedIn(trx, id, purpose, accountId)
