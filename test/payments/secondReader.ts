/**
 * Reads pay files as somebody else would: the platform's own decoder, its own splitting, no format file. What it counts
 * and adds up is held against what was built.
 */
import { createHash } from 'node:crypto'

export type SecondReading = {
  readonly payments: readonly {
    readonly reference: string
    readonly account: string
    readonly name: string
    readonly fen: bigint
  }[]
  readonly totalFen: bigint
  /** What the file itself says of its count and sum. */
  readonly stated: { readonly count: bigint; readonly totalFen: bigint }
  readonly sha256: string
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

const fenOfYuan = (yuan: string): bigint => {
  const [whole, cents, ...more] = yuan.split('.')
  if (cents?.length !== 2 || more.length > 0) throw new Error(`not yuan: ${yuan}`)
  return BigInt(whole!) * 100n + BigInt(cents)
}

function linesOf(text: string): string[] {
  if (!text.endsWith('\r\n')) throw new Error('the file does not end with its last line')
  return text.slice(0, -2).split('\r\n')
}

const summed = (payments: SecondReading['payments']) => payments.reduce((sum, { fen }) => sum + fen, 0n)

/** `pipe-gb18030`. */
export function readPipe(bytes: Uint8Array): SecondReading {
  const [head, ...lines] = linesOf(new TextDecoder('gb18030', { fatal: true }).decode(bytes))
  const [, , , , , count, total, currency] = head!.split('|')
  if (currency !== 'CNY') throw new Error('not in yuan')
  const payments = lines.map((line, i) => {
    const [row, reference, account, name, yuan] = line.split('|')
    if (Number(row) !== i + 1) throw new Error(`row ${row} stands at ${i + 1}`)
    return { reference: reference!, account: account!, name: name!, fen: fenOfYuan(yuan!) }
  })
  const stated = { count: BigInt(count!), totalFen: fenOfYuan(total!) }
  return { payments, totalFen: summed(payments), stated, sha256: sha256(bytes) }
}

/** `csv-utf8`. */
export function readCsv(bytes: Uint8Array): SecondReading {
  if (bytes[0] !== 0xef || bytes[1] !== 0xbb || bytes[2] !== 0xbf) throw new Error('no byte order mark')
  const lines = linesOf(new TextDecoder('utf-8', { fatal: true }).decode(bytes)).map((line) =>
    Array.from(line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g), ([, quoted, bare]) =>
      quoted === undefined ? bare! : quoted.replaceAll('""', '"'),
    ),
  )
  const [, count, , , , total] = lines.at(-1)!
  const payments = lines.slice(1, -1).map(([, reference, account, name, , fen]) => ({
    reference: reference!,
    account: account!,
    name: name!,
    fen: BigInt(fen!),
  }))
  const stated = { count: BigInt(count!), totalFen: BigInt(total!) }
  return { payments, totalFen: summed(payments), stated, sha256: sha256(bytes) }
}
