import { say } from '../said.tsx'

/** A PDF that was made on the spot is saved; a page opened by itself, and not by a click, browsers block. */
export function savePdf(pdf: Blob, name: string, says: string): void {
  const address = URL.createObjectURL(pdf)
  const link = document.createElement('a')
  link.href = address
  link.download = `${name}.pdf`
  link.click()
  say(says, { title: '打开', press: () => window.open(address, '_blank') })
  setTimeout(() => URL.revokeObjectURL(address), 600_000)
}
