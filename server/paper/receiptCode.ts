/** The QR code of a printed form: its receipt number and its application, nothing of a person. */

export type Receipt = { readonly number: string; readonly applicationId: string }

/** Capital letters and digits alone, so that the code stays small enough to be read from a poor scan. */
export const receiptCode = ({ number, applicationId }: Receipt): string => `${number}/${applicationId.toUpperCase()}`

/** Undefined for a code that is none of ours. */
export function readReceiptCode(text: string): Receipt | undefined {
  const found = /^([A-Z0-9-]{1,40})\/([0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12})$/.exec(text)
  return found ? { number: found[1]!, applicationId: found[2]!.toLowerCase() } : undefined
}
