/** Money is integer fen; a fraction of a fen, NaN or an unsafe integer is a programming error. */
export type Fen = number & { readonly fen: unique symbol }

/** @throws {RangeError} when n is not a safe integer. */
export function fen(n: number): Fen {
  if (!Number.isSafeInteger(n)) throw new RangeError(`not an amount in fen: ${n}`)
  return n as Fen
}

export const fenFromYuan = (yuan: number): Fen => fen(yuan * 100)

const grouped = (digits: string) => digits.replace(/\B(?=(\d{3})+$)/g, ',')

/** `7252000.00` as `7,252,000.00`, for tables whose header says 元. */
export function yuanInTable(amount: Fen): string {
  const absolute = Math.abs(amount)
  return `${amount < 0 ? '-' : ''}${grouped(String(Math.trunc(absolute / 100)))}.${String(absolute % 100).padStart(2, '0')}`
}

/** `1,000元` for sentences; fen are shown only where there are any. */
export function yuanInSentence(amount: Fen): string {
  const text = yuanInTable(amount)
  return `${text.endsWith('.00') ? text.slice(0, -3) : text}元`
}
