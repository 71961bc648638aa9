/** Files a person or a union hands in: how one is sent, and what is known of it. */
import { z } from 'zod'
import { filePurposes } from './fileLimits.ts'
import { ById, Id } from './id.ts'

const Purpose = z.enum(filePurposes)

export const FilePageParameters = ById.extend({
  page: z.coerce.number().int().positive().max(1000),
})

/** Why something masked is looked at; its digest is logged. */
export const UnmaskReason = z.string().trim().min(2).max(100)
/** `POST /api/v1/files/:id/pages/:page`: a picture that one's task does not show. */
export const UnmaskPage = z.strictObject({ reason: UnmaskReason })

/** `PUT /api/v1/files/:id`; the body is the file itself, its media type the one of its suffix. */
export const FileUpload = z.strictObject({
  purpose: Purpose,
  draftId: Id.optional().describe('The draft it belongs to; a claim takes its files along when it is filed'),
  applicationId: Id.optional().describe('The application it is evidence for'),
})
export type FileUpload = z.infer<typeof FileUpload>

const FilePage = z.object({
  page: z.int().describe('From 1; its picture is at /api/v1/files/{id}/pages/{page}'),
  mediaType: z.string(),
  width: z.int().describe('Pixels'),
  height: z.int().describe('Pixels'),
  byteSize: z.int(),
})

export const File = z.object({
  id: z.uuid(),
  purpose: Purpose,
  draftId: z.uuid().nullable(),
  applicationId: z.uuid().nullable(),
  uploadedAt: z.int().describe('Business time, epoch ms'),
  byteSize: z.int().describe('What is stored, all pages together'),
  pages: z.array(FilePage),
})
export type File = z.infer<typeof File>
