/** Sample pictures, drawn and marked as such: no seal, no emblem, nobody's photo. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { FilePurpose } from '../../contract/fileLimits.ts'
import type { File } from '../../contract/files.ts'
import type { Instant } from '../../domain/dates.ts'
import type { Deps, Viewer } from '../context.ts'
import { plantFiles } from '../files/file.ts'

const pictures = {
  idFront: { name: 'idFront', width: 1000, height: 630 },
  idBack: { name: 'idBack', width: 1000, height: 630 },
  certificate: { name: 'certificate', width: 1000, height: 690 },
  card: { name: 'card', width: 1000, height: 630 },
  objectionEvidence: { name: 'certificate', width: 1000, height: 690 },
  consent: { name: 'consent', width: 1000, height: 700 },
  inquiryReply: { name: 'inquiryReply', width: 1000, height: 1300 },
  registerEvidence: { name: 'register', width: 1000, height: 560 },
  stampedForm: { name: 'stampedForm', width: 1000, height: 1414 },
  confirmationScan: { name: 'confirmation', width: 1000, height: 1300 },
  payoutProof: { name: 'bankReceipt', width: 1000, height: 640 },
  receiptScan: { name: 'receipt', width: 1000, height: 700 },
} as const satisfies { [P in FilePurpose]?: { name: string; width: number; height: number } }
export type PicturePurpose = keyof typeof pictures

const read = new Map<PicturePurpose, Buffer>()

type Picture = {
  readonly id: string
  readonly purpose: PicturePurpose
  readonly draftId?: string
  readonly applicationId?: string
  readonly at: Instant
}

function planted(picture: Picture) {
  const { name, ...size } = pictures[picture.purpose]
  const jpeg = read.get(picture.purpose) ?? readFileSync(path.join(import.meta.dirname, 'pictures', `${name}.jpg`))
  read.set(picture.purpose, jpeg)
  return { ...picture, page: { jpeg, ...size } }
}

/** Hands in the samples of those purposes; again under the same ids nothing happens. `at` is business time. */
export const plantPictures = (deps: Deps, viewer: Viewer, ...all: readonly Picture[]): Promise<File[]> =>
  plantFiles(deps, viewer, all.map(planted))
