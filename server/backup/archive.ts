/**
 * A backup on disk: a folder with one file a table, the sealed pages, a copy of the send log, and `manifest.json` with a
 * checksum of everything, itself under a keyed digest. Folders are 0700 and files 0600.
 */
import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { canonicalJson } from '../canonicalJson.ts'
import { syncFolder } from '../files/store.ts'
import type { Envelope, Secrets } from '../secrets.ts'

/** The backup or the place it is to go to is not what it has to be; nothing was touched. The message says what to do. */
export class BackupRefused extends Error {
  override name = 'BackupRefused'
}

export type Part = { readonly bytes: number; readonly sha256: string }
export type TablePart = Part & {
  readonly table: string
  readonly columns: readonly string[]
  readonly rows: number
}

export type Manifest = {
  readonly format: 1
  readonly id: string
  /** Machine time, epoch ms: everything committed before is in the backup. */
  readonly madeAt: number
  readonly appVersion: string
  /** PostgreSQL's version and the id of its cluster. */
  readonly server: { readonly version: string; readonly system: string }
  /** What the database had applied, in order. */
  readonly migrations: readonly { readonly name: string; readonly sha256: string }[]
  /** No transaction whose number stands in a row has this number or a higher one. */
  readonly nextTransaction: string
  readonly sequences: readonly { readonly name: string; readonly value: string; readonly used: boolean }[]
  readonly tables: readonly TablePart[]
  /** `pages.jsonl`, one line a page. */
  readonly pages: Part & { readonly count: number; readonly contentBytes: number }
  /** Pages that the database names and the store did not hold. */
  readonly lostPages: readonly string[]
  /** Files that their owners removed while the backup was made; machine time is good enough where the row is gone. */
  readonly erasedMeanwhile: readonly { readonly id: string; readonly erasedAt: number }[]
  /** Files of the send log, for the record; a restore leaves the send log alone. */
  readonly sendLog: readonly (Part & { readonly name: string })[]
  /** Tells other keys from these without holding any. */
  readonly keys: { readonly mac: string; readonly index: string; readonly sealed: Envelope }
}

/** A line of `pages.jsonl`. */
export type PageLine = { readonly id: string; readonly page: number } & Part

export const manifestFile = 'manifest.json'
export const pagesFile = 'pages.jsonl'
export const tableFile = (table: string): string => path.join('tables', `${table}.copy`)
export const pagesFolder = 'files'
export const sendLogFolder = 'send-log'

/** Writes one file, read-write for its owner only; safe on disk after `finish`. */
export async function writePart(file: string) {
  const handle = await open(file, 'wx', 0o600)
  const hash = createHash('sha256')
  let bytes = 0
  return {
    async write(block: Buffer): Promise<void> {
      hash.update(block)
      bytes += block.length
      for (let at = 0; at < block.length;) at += (await handle.write(block, at)).bytesWritten
    },
    async finish(): Promise<Part> {
      await handle.sync()
      await handle.close()
      return { bytes, sha256: hash.digest('hex') }
    },
    abandon: () => handle.close().catch(() => {}),
  }
}

export const readPart = (file: string): AsyncIterable<Buffer> => createReadStream(file, { highWaterMark: 1 << 18 })

export const digestOf = (content: Buffer): string => createHash('sha256').update(content).digest('hex')

export async function partOf(file: string): Promise<Part> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const block of readPart(file)) {
    hash.update(block)
    bytes += block.length
  }
  return { bytes, sha256: hash.digest('hex') }
}

export async function* readPages(folder: string): AsyncGenerator<PageLine> {
  const lines = createInterface({ input: createReadStream(path.join(folder, pagesFile)), crlfDelay: Infinity })
  for await (const line of lines) yield JSON.parse(line) as PageLine
}

/** As many as share one flush of the disk. */
const lanes = 16

/** Runs work on the items of a source, some at a time; once one has failed, no more are begun. */
export async function inLanes<Item>(
  source: Iterable<Item> | AsyncIterable<Item>,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const items = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]()
  let failed = false
  const lane = async () => {
    try {
      for (let next = await items.next(); !next.done && !failed; next = await items.next()) await work(next.value)
    } catch (error) {
      failed = true
      throw error
    }
  }
  const ended = await Promise.allSettled(Array.from({ length: lanes }, lane))
  for (const each of ended) if (each.status === 'rejected') throw each.reason
}

const keyPlace = (id: string) => ({ table: 'backup', column: 'keys', row: id })
const keyText = 'these keys'

export const keysOf = (secrets: Secrets, id: string): Manifest['keys'] => ({
  mac: secrets.mac('backup keys', id).toString('base64'),
  index: secrets.blindIndex('name', id).toString('base64'),
  sealed: secrets.seal(keyPlace(id), keyText),
})

function madeWith(secrets: Secrets, { id, keys }: Manifest): boolean {
  try {
    const again = keysOf(secrets, id)
    return (
      again.mac === keys.mac && again.index === keys.index && secrets.openText(keyPlace(id), keys.sealed) === keyText
    )
  } catch {
    return false
  }
}

const digest = (secrets: Secrets, manifest: Manifest) =>
  secrets.mac('backup manifest', canonicalJson(manifest)).toString('base64')

/**
 * Makes a backup under a temporary name beside `folder`, which it gets when it is whole and safe on disk.
 * @param fill writes everything but the manifest into the folder that it is given
 * @throws BackupRefused where something stands at `folder` already
 */
export async function writeArchive(
  folder: string,
  secrets: Secrets,
  fill: (draft: string) => Promise<Manifest>,
): Promise<Manifest> {
  if (existsSync(folder)) throw new BackupRefused(`${folder} is already there: name a folder for this backup alone`)
  const draft = `${folder}.${process.pid}.tmp`
  await mkdir(path.dirname(folder), { recursive: true, mode: 0o700 })
  await mkdir(draft, { mode: 0o700 })
  try {
    for (const name of ['tables', pagesFolder, sendLogFolder]) await mkdir(path.join(draft, name), { mode: 0o700 })
    const manifest = await fill(draft)
    const part = await writePart(path.join(draft, manifestFile))
    await part.write(Buffer.from(`${JSON.stringify({ ...manifest, digest: digest(secrets, manifest) }, null, 2)}\n`))
    await part.finish()
    for (const name of ['tables', pagesFolder, sendLogFolder, '']) await syncFolder(path.join(draft, name))
    await rename(draft, folder)
    await syncFolder(path.dirname(folder))
    return manifest
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    throw error
  }
}

/**
 * Reads a backup and holds every byte of it against its checksum.
 * @throws BackupRefused where there is none, where other keys made it, and where it is torn or was altered
 */
export async function readArchive(folder: string, secrets: Secrets): Promise<Manifest> {
  const manifest = await readManifest(folder, secrets)
  const torn = (file: string) => new BackupRefused(`${path.join(folder, file)} is torn or altered: take another backup`)
  const check = async (file: string, { bytes, sha256 }: Part) => {
    const found = await partOf(path.join(folder, file)).catch(() => undefined)
    if (found?.bytes !== bytes || found.sha256 !== sha256) throw torn(file)
  }
  for (const part of manifest.tables) await check(tableFile(part.table), part)
  for (const part of manifest.sendLog) await check(path.join(sendLogFolder, part.name), part)
  await check(pagesFile, manifest.pages)
  await inLanes(readPages(folder), ({ id, page, ...part }) =>
    check(path.join(pagesFolder, id.slice(-2), `${id}.${page}`), part),
  )
  return manifest
}

async function readManifest(folder: string, secrets: Secrets): Promise<Manifest> {
  const file = path.join(folder, manifestFile)
  let read: Manifest & { digest: string }
  try {
    read = JSON.parse(await readFile(file, 'utf8')) as Manifest & { digest: string }
  } catch {
    throw new BackupRefused(`${folder} holds no backup: ${manifestFile} is missing or torn`)
  }
  if (read.format !== 1) throw new BackupRefused(`${file} is of another version of this program`)
  const { digest: written, ...manifest } = read
  if (!madeWith(secrets, manifest))
    throw new BackupRefused(
      `${folder} was made with other keys: nothing in it would open. Name the key file of that installation in KEYS`,
    )
  if (digest(secrets, manifest) !== written) throw new BackupRefused(`${file} was altered: take another backup`)
  return manifest
}
