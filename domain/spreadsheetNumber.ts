/** What a spreadsheet program makes of long numbers: it keeps fifteen digits, and shows some as 3.10E+17. */

const scientific = /^\d(?:\.\d+)?E\+?\d+$/i
const keptDigits = 15

/**
 * Whether digits may have been lost on the way through a spreadsheet. A number whose last digits are all zero may be
 * right by chance; it is then typed by hand, which nobody doubts.
 */
export function lostInSpreadsheet(pasted: string): boolean {
  const text = pasted.normalize('NFKC').replace(/[\s']/g, '')
  if (scientific.test(text)) return true
  return /^\d+$/.test(text) && text.length > keptDigits && /^0+$/.test(text.slice(keptDigits))
}
