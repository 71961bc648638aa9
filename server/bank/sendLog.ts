/**
 * Which payments may have left the house, kept outside the database, so that it still tells after the database is restored
 * to an earlier moment. One line a reference, safe on disk before the payment is handed to the bank or offered as a file.
 * Each process writes a file of its own in the folder; lines are only ever added. No account and no name stands in it.
 */
import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, mkdir, open, readdir } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { crc32 } from 'node:zlib'
import type { Instant } from '../../domain/dates.ts'
import { syncFolder } from '../files/store.ts'

export type SentLine = {
  readonly reference: string
  readonly amountFen: number
  /** The id of its batch, and whether the connector takes it to the bank. */
  readonly batch: string
  readonly route: 'file' | 'bank'
  /** Keyed digests of its holder with each number of the certificate. */
  readonly claims: readonly string[]
  /** Machine time; later than any line from before the last restore. */
  readonly at: Instant
}

/**
 * A line that is not whole: its writing was cut off, or it was damaged since. Every reference that can be read of it counts
 * as sent. One that is cut off itself does not: its writer never heard that it was on disk, and handed nothing over.
 */
export type TornLine = {
  readonly torn: true
  readonly file: string
  readonly line: number
  readonly references: readonly string[]
  /** When the line before it in its file was written, as its own word cannot be trusted; 0 where it is the first. */
  readonly at: number
}

export type SendLog = {
  /**
   * On disk when it returns, whatever the number of lines; a failure leaves some, all or none of them in the log.
   * @throws {RangeError} for a reference that is not 1 to 32 letters and digits; nothing is written
   */
  appendSent(lines: readonly SentLine[]): Promise<void>
  close(): Promise<void>
}

const extension = '.sent'

/** `{"reference":…,"amountFen":…,"batch":…,"route":…,"claims":[…],"at":…}`, a tab, and its CRC-32 in 8 hex digits. */
function written({ reference, amountFen, batch, route, claims, at }: SentLine): string {
  if (!/^[A-Za-z0-9]{1,32}$/.test(reference)) throw new RangeError('not a reference of a payment')
  // the reference stands first: it is what can still be read of a line that was cut off
  const text = JSON.stringify({ reference, amountFen, batch, route, claims, at })
  return `${text}\t${crc32(text).toString(16).padStart(8, '0')}\n`
}

async function openOwnFile(folder: string): Promise<FileHandle> {
  const made = await mkdir(folder, { recursive: true, mode: 0o700 })
  for (let entry = folder; made && entry.length >= made.length; entry = path.dirname(entry))
    await syncFolder(path.dirname(entry))
  const file = await open(path.join(folder, `${process.pid}-${randomUUID()}${extension}`), 'ax', 0o600)
  await syncFolder(folder)
  return file
}

/** The log in a folder (absolute), which is made where it is missing, and the file with the first line. */
export function openSendLog(folder: string): SendLog {
  let file: FileHandle | undefined
  /** One lot is written after the other. */
  let last: Promise<unknown> = Promise.resolve()

  async function write(text: string): Promise<void> {
    file ??= await openOwnFile(folder)
    try {
      await file.appendFile(text)
      await file.datasync()
    } catch (error) {
      // half a line may stand at its end, and after a failed sync nobody knows what is on disk: it is left as it is
      const broken = file
      file = undefined
      await broken.close().catch(() => {})
      throw error
    }
  }
  function inTurn(work: () => Promise<void>): Promise<void> {
    const done = last.then(work)
    last = done.catch(() => {})
    return done
  }

  return {
    async appendSent(lines) {
      const text = lines.map(written).join('')
      if (text !== '') await inTurn(() => write(text))
    },
    close: () =>
      inTurn(async () => {
        await file?.close()
        file = undefined
      }),
  }
}

function readLine(text: string): SentLine | undefined {
  const [line, sum, ...more] = text.split('\t')
  if (line === undefined || sum === undefined || more.length > 0) return undefined
  return crc32(line) === Number.parseInt(sum, 16) && sum.length === 8 ? (JSON.parse(line) as SentLine) : undefined
}

const referencesIn = (text: string): string[] =>
  [...text.matchAll(/"reference":"([A-Za-z0-9]{1,32})"/g)].map(([, reference]) => reference!)

/**
 * All that was ever written, by whichever process, file after file; a reference may stand there more than once. Nothing
 * where there is no folder: whether there should be one, only the database knows.
 */
export async function* readSent(folder: string): AsyncGenerator<SentLine | TornLine> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  for (const file of names.filter((name) => name.endsWith(extension)).toSorted()) {
    const input = createReadStream(path.join(folder, file), 'utf8')
    let [line, at] = [0, 0]
    for await (const text of createInterface({ input, crlfDelay: Infinity })) {
      line++
      const whole = readLine(text)
      if (whole) ({ at } = whole)
      yield whole ?? { torn: true, file, line, at, references: referencesIn(text) }
    }
  }
}
