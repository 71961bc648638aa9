import { sql } from 'kysely'
import type { Instant } from '../../domain/dates.ts'
import type { FilePurpose } from '../../contract/fileLimits.ts'
import type { File } from '../../contract/files.ts'
import type { Trx } from '../db/open.ts'
import { statement } from '../db/statement.ts'

export type NewFile = Omit<File, 'uploadedAt'> & {
  ownerAccountId: string
  filingPointId: string | null
  sha256: Buffer
  uploadedAt: Instant
}

/** What the server knows of a file beyond what it shows. */
export type StoredFile = { file: File; ownerAccountId: string; sha256: Buffer; erased: boolean; ofObjection: boolean }

/** A file the scope reaches, erased ones included. */
export async function findFile(trx: Trx, id: string): Promise<StoredFile | undefined> {
  const rows = await trx
    .selectFrom('file')
    .innerJoin('file_page', 'file_page.file_id', 'file.id')
    .select([
      'file.purpose',
      'file.owner_account_id',
      'file.application_id',
      'file.draft_id',
      'file.objection_id',
      'file.sha256',
      'file.uploaded_at',
      'file.erased_at',
      'file.byte_size as file_byte_size',
      'file_page.page',
      'file_page.media_type',
      'file_page.width',
      'file_page.height',
      'file_page.byte_size',
    ])
    .where('file.id', '=', id)
    .orderBy('file_page.page')
    .execute()
  const [row] = rows
  if (!row) return undefined
  const pages = rows.map(({ page, media_type, width, height, byte_size }) => ({
    page,
    mediaType: media_type,
    width,
    height,
    byteSize: byte_size,
  }))
  return {
    file: {
      id,
      purpose: row.purpose as FilePurpose,
      draftId: row.draft_id,
      applicationId: row.application_id,
      uploadedAt: row.uploaded_at,
      byteSize: row.file_byte_size,
      pages,
    },
    ownerAccountId: row.owner_account_id,
    sha256: row.sha256,
    erased: row.erased_at !== null,
    ofObjection: row.objection_id !== null,
  }
}

/** The files of an application that still have their content. */
export const findFilesOfApplication = (trx: Trx, applicationId: string) =>
  filesWhere(trx, 'application_id', applicationId)

export const findFilesOfObjection = (trx: Trx, objectionId: string) => filesWhere(trx, 'objection_id', objectionId)

async function filesWhere(trx: Trx, column: 'application_id' | 'objection_id', id: string) {
  const rows = await trx
    .selectFrom('file')
    .select(['id', 'purpose', 'page_count', 'uploaded_at'])
    .where(column, '=', id)
    .where('erased_at', 'is', null)
    .orderBy('uploaded_at')
    .orderBy('id')
    .execute()
  return rows.map(({ id, purpose, page_count, uploaded_at }) => ({
    id,
    purpose: purpose as FilePurpose,
    pageCount: page_count,
    uploadedAt: uploaded_at as Instant,
  }))
}

/** False where the id is taken, by whomever. Waits for a transaction that is about to take it. */
export async function insertFile(trx: Trx, file: NewFile): Promise<boolean> {
  const inserted = await trx
    .insertInto('file')
    .values({
      id: file.id,
      purpose: file.purpose,
      owner_account_id: file.ownerAccountId,
      filing_point_id: file.filingPointId,
      application_id: file.applicationId,
      draft_id: file.draftId,
      page_count: file.pages.length,
      byte_size: file.byteSize,
      sha256: file.sha256,
      uploaded_at: file.uploadedAt,
      erased_at: null,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!inserted) return false
  await trx
    .insertInto('file_page')
    .values(
      file.pages.map(({ page, mediaType, width, height, byteSize }) => ({
        file_id: file.id,
        page,
        media_type: mediaType,
        width,
        height,
        byte_size: byteSize,
      })),
    )
    .execute()
  return true
}

/** Lets one upload of an account at a time count and insert, until its transaction ends. */
export async function lockUploads(trx: Trx, accountId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`uploads ${accountId}`}, 0))`.execute(trx)
}

/** What an account has handed in since an instant, files erased meanwhile included. */
export async function uploadedSince(trx: Trx, accountId: string, since: Instant) {
  const row = await trx
    .selectFrom('file')
    .select((of) => [of.fn.countAll().as('files'), of.fn.sum('byte_size').as('bytes')])
    .where('owner_account_id', '=', accountId)
    .where('uploaded_at', '>=', since)
    .executeTakeFirstOrThrow()
  return { files: Number(row.files), bytes: Number(row.bytes ?? 0) }
}

/** Whether the scope reaches an application; a foreign key alone would accept one it does not. */
export async function reachesApplication(trx: Trx, applicationId: string): Promise<boolean> {
  return !!(await trx.selectFrom('application').select('id').where('id', '=', applicationId).executeTakeFirst())
}

/** False for the id of a claim that the scope does not reach. */
export async function reachesDraft(trx: Trx, draftId: string): Promise<boolean> {
  const { rows } = await sql<{ reached: boolean }>`select file_in_sight(null, ${draftId}) as reached`.execute(trx)
  return rows[0]!.reached
}

/** One's own, or one's filing point's: the scope shows no other point's. */
const owned = (accountId: string) =>
  sql<boolean>`(owner_account_id = ${accountId} or filing_point_id = (select scope_organisation()))`

/** How many of the named files are there, of their purpose, and free or the application's own; each is locked. */
export async function lockFiles(
  trx: Trx,
  accountId: string,
  applicationId: string,
  named: readonly (readonly [FilePurpose, string])[],
): Promise<number> {
  const [purposes, ids] = [named.map(([purpose]) => purpose), named.map(([, id]) => id)]
  return (await filesLocked(trx, purposes, ids, applicationId, accountId)).length
}
const filesLocked = statement(
  (_trx, purposes: string[], ids: string[], applicationId: string, accountId: string) => sql`select f.id from file f
    join unnest(${purposes}::text[], ${ids}::uuid[]) as named(purpose, id) on f.id = named.id and f.purpose = named.purpose
    where f.erased_at is null
      and (f.application_id = ${applicationId} or f.application_id is null and ${owned(accountId)})
    for update of f`,
)

export const updateFilesApplication = statement((trx, applicationId: string, ids: readonly string[]) =>
  trx
    .updateTable('file')
    .set({ application_id: applicationId })
    .where(sql<boolean>`id = any (${ids}::uuid[])`),
)

/** Ties an own file that is tied to nothing yet; a picture of a claim goes with the claim as well, later. */
export async function attachFileTo(
  trx: Trx,
  {
    id,
    purpose,
    accountId,
    to,
  }: {
    id: string
    purpose: FilePurpose
    accountId: string
    to: { readonly applicationId: string } | { readonly objectionId: string }
  },
): Promise<boolean> {
  const attached = await trx
    .updateTable('file')
    .set('applicationId' in to ? { application_id: to.applicationId } : { objection_id: to.objectionId })
    .where('id', '=', id)
    .where('purpose', '=', purpose)
    .where('owner_account_id', '=', accountId)
    .where('application_id', 'is', null)
    .where('objection_id', 'is', null)
    .where('erased_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return !!attached
}

/** Marks the own files of a draft as erased that no application has. */
export async function eraseDraftFiles(trx: Trx, draftId: string, accountId: string, at: Instant) {
  const rows = await trx
    .updateTable('file')
    .set({ erased_at: at })
    .where('draft_id', '=', draftId)
    .where(owned(accountId))
    .where('application_id', 'is', null)
    .where('objection_id', 'is', null)
    .where('erased_at', 'is', null)
    .returning(['id', 'page_count'])
    .execute()
  return rows.map(({ id, page_count }) => ({ id, pages: page_count }))
}

/** Marks an own file as erased while no application has it; false where that was so already. */
export async function eraseFile(trx: Trx, id: string, accountId: string, at: Instant): Promise<boolean> {
  const erased = await trx
    .updateTable('file')
    .set({ erased_at: at })
    .where('id', '=', id)
    .where('owner_account_id', '=', accountId)
    .where('application_id', 'is', null)
    .where('objection_id', 'is', null)
    .where('erased_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return !!erased
}

export const selectHandedIn = async (trx: Trx, id: string, purpose: string, ownerId: string): Promise<boolean> => {
  const row = await trx
    .selectFrom('file')
    .select('id')
    .where('id', '=', id)
    .where('purpose', '=', purpose)
    .where('owner_account_id', '=', ownerId)
    .where('erased_at', 'is', null)
    .executeTakeFirst()
  return row !== undefined
}
