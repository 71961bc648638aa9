/**
 * The child process that renders a PDF. Untrusted bytes meet the PDF engine only here, without file, network or
 * process rights (see rasterise.ts). The PDF comes on fd 0; each page leaves on fd 1 as a frame: u32 width, u32 height
 * (big endian), then width × height RGB bytes. A refusal is exit code 3 with its reason in one line on fd 2.
 */
import { readFileSync, writeSync } from 'node:fs'
import { PDFiumLibrary } from '@hyzyla/pdfium'

const [maxPages, maxSide, dpi] = process.argv.slice(2).map(Number) as [number, number, number]

function refuse(reason: string): never {
  writeSync(2, `${reason}\n`)
  process.exit(3)
}

function send(bytes: Uint8Array) {
  for (let sent = 0; sent < bytes.length;) sent += writeSync(1, bytes, sent)
}

function frame(width: number, height: number, rgba: Uint8Array): Uint8Array {
  const bytes = Buffer.allocUnsafe(8 + width * height * 3)
  bytes.writeUInt32BE(width)
  bytes.writeUInt32BE(height, 4)
  for (let from = 0, to = 8; to < bytes.length; from += 4) {
    bytes[to++] = rgba[from]!
    bytes[to++] = rgba[from + 1]!
    bytes[to++] = rgba[from + 2]!
  }
  return bytes
}

const pdfium = await PDFiumLibrary.init()
const document = await pdfium
  .loadDocument(readFileSync(0))
  .catch((error: Error) => refuse(/password/i.test(error.message) ? 'encrypted' : 'broken'))
const pages = document.getPageCount()
if (pages < 1) refuse('broken')
if (pages > maxPages) refuse(`too-many-pages ${pages}`)
for (let index = 0; index < pages; index++) {
  const page = document.getPage(index)
  const { originalWidth, originalHeight } = page.getOriginalSize()
  if (!(originalWidth > 0 && originalHeight > 0)) refuse('broken')
  const scale = Math.min(dpi / 72, maxSide / Math.max(originalWidth, originalHeight))
  const { width, height, data } = await page.render({ scale, render: 'bitmap' })
  if (!(width > 0 && height > 0 && data.length >= width * height * 4)) refuse('broken')
  send(frame(width, height, data))
}
process.exit(0)
