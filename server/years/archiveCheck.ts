/** Reads an archive of a year and recomputes all of it: from the files alone, without the database and without keys. */
import { createReadStream } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { digestOf, partOf } from '../backup/archive.ts'
import {
  type ArchiveManifest,
  type CloseRecord,
  closeFile,
  lineDigest,
  manifestFile,
  postingsFile,
  postingsHead,
  sumsFile,
} from './archive.ts'

export type ArchiveChecked = {
  readonly year: number
  readonly files: number
  readonly postings: number
  /** What the year was closed with; `npm run ledger:verify` holds the same against the database. */
  readonly digest: string
  /** Of `SHA256SUMS`; the audit log has it from when the archive was made. */
  readonly sums: string
}

/** What it was closed with cannot be recomputed, or a file is missing, altered or not of it: which one. */
class Differs extends Error {}

async function filesIn(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  return found
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
}

async function checkFiles(folder: string, sums: string): Promise<number> {
  const listed = new Map(
    sums
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => [line.slice(66), line.slice(0, 64)]),
  )
  const there = await filesIn(folder)
  for (const name of there)
    if (name !== sumsFile && !listed.has(name)) throw new Differs(`${name} is not of this archive`)
  for (const [name, sha256] of listed) {
    if (!there.includes(name)) throw new Differs(`${name} is missing`)
    if ((await partOf(path.join(folder, name))).sha256 !== sha256) throw new Differs(`${name} was altered`)
  }
  const manifest = JSON.parse(await readFile(path.join(folder, manifestFile), 'utf8')) as ArchiveManifest
  const named = manifest.files.map((file) => `${file.sha256}  ${file.path}`)
  const expected = [...listed].filter(([name]) => name !== manifestFile).map(([name, sha256]) => `${sha256}  ${name}`)
  if (named.toSorted().join() !== expected.toSorted().join()) throw new Differs(`${manifestFile} names other files`)
  return listed.size
}

const accountOf = (account: string) => (/^(union|surplus):/.test(account) ? account : account.split(':')[0]!)

async function checkPostings(folder: string, close: CloseRecord): Promise<void> {
  const balances = new Map(close.opening.map(({ account, fen, awards }) => [account, { fen, awards }]))
  const move = (account: string, fen: number, awards: number) => {
    const before = balances.get(accountOf(account)) ?? { fen: 0, awards: 0 }
    balances.set(accountOf(account), { fen: before.fen + fen, awards: before.awards + awards })
  }
  let [count, movedFen, lastSeq] = [0, 0, 0]
  const digest = lineDigest((line) => {
    const [seq, , , , debit, credit, fen] = line.split(',')
    if (Number(seq) <= lastSeq) throw new Differs(`${postingsFile}: ${seq} stands after ${lastSeq}`)
    lastSeq = Number(seq)
    count++
    movedFen += Number(fen)
    move(debit!, -Number(fen), -1)
    move(credit!, Number(fen), 1)
  })
  let head = Buffer.alloc(0)
  let headRead = false
  for await (const block of createReadStream(path.join(folder, postingsFile)) as AsyncIterable<Buffer>) {
    if (headRead) {
      digest.add(block)
      continue
    }
    head = Buffer.concat([head, block])
    const end = head.indexOf(10)
    if (end < 0) continue
    if (head.subarray(0, end).toString('utf8') !== postingsHead) throw new Differs(`${postingsFile} has other columns`)
    headRead = true
    digest.add(head.subarray(end + 1))
  }
  const whole = digest.finish()
  if (whole !== close.digest || count !== close.postings || movedFen !== close.movedFen || lastSeq !== close.lastSeq)
    throw new Differs(`${postingsFile} is not what the year was closed with`)
  const standing = [...balances].filter(([, { awards }]) => awards !== 0)
  const closing = new Map(close.closing.map(({ account, fen, awards }) => [account, { fen, awards }]))
  const same = standing.every(([account, { fen, awards }]) => {
    const closed = closing.get(account)
    return closed?.fen === fen && closed.awards === awards
  })
  if (!same || standing.length !== closing.size)
    throw new Differs('opening balances and postings do not give the closing ones')
  if (standing.reduce((sum, [, { fen }]) => sum + fen, 0) !== 0) throw new Differs('the balances do not sum to zero')
}

/** Cells of CSV lines; a cell in quotes may hold commas and doubled quotes. */
const cellsOf = (line: string): string[] =>
  [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare ?? '',
  )

async function checkVouchers(folder: string): Promise<void> {
  for (const name of await filesIn(path.join(folder, 'vouchers'))) {
    if (!name.endsWith('.csv')) continue
    const lines = (await readFile(path.join(folder, 'vouchers', name), 'utf8')).split('\r\n').slice(1)
    const differences = new Map<string, number>()
    for (const line of lines.filter((each) => each !== '')) {
      const [organisation, number, , , , , debit, credit] = cellsOf(line)
      const key = `${organisation} ${number}`
      const fen = Math.round(Number(debit) * 100) - Math.round(Number(credit) * 100)
      differences.set(key, (differences.get(key) ?? 0) + fen)
    }
    for (const [key, fen] of differences) if (fen !== 0) throw new Differs(`vouchers/${name}: ${key} does not balance`)
  }
}

/** @returns what was recomputed, or in words what is not as it was */
export async function checkArchive(folder: string): Promise<ArchiveChecked | { readonly bad: string }> {
  try {
    const sums = await readFile(path.join(folder, sumsFile), 'utf8')
    const files = await checkFiles(folder, sums)
    const close = JSON.parse(await readFile(path.join(folder, closeFile), 'utf8')) as CloseRecord
    await checkPostings(folder, close)
    await checkVouchers(folder)
    return {
      year: close.year,
      files,
      postings: close.postings,
      digest: close.digest,
      sums: digestOf(Buffer.from(sums)),
    }
  } catch (error) {
    if (error instanceof Differs) return { bad: error.message }
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      return { bad: `${folder} is no archive: ${(error as Error).message}` }
    throw error
  }
}
