/** Lines of a CSV file that a spreadsheet opens as it is meant. */

/** Tells a spreadsheet that what follows is UTF-8. */
export const byteOrderMark = '\uFEFF'

/** Text that begins like a formula, in full width too, is kept text; amounts are numbers and stay so. */
const cell = (value: string | number): string => {
  const text =
    typeof value === 'string' && /^[-=+@\uFF1D\uFF0B\uFF0D\uFF20\t\r\n]/.test(value) ? `'${value}` : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

export const csvLine = (cells: readonly (string | number)[]): string => `${cells.map(cell).join(',')}\r\n`

/** A number of yuan with two decimals, ungrouped. */
export const yuanCell = (amountFen: number): number => amountFen / 100
