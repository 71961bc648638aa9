/** Finds the code on a scanned or photographed form. Takes a tenth of a second and more: it lives in a worker thread. */
import jsQRModule from 'jsqr'
import sharp from 'sharp'
import { readReceiptCode, type Receipt } from './receiptCode.ts'

// The package is CommonJS with a default export of its own.
const jsQR = jsQRModule as unknown as typeof jsQRModule.default

/** How a page is looked at, one way after the other until a code is found; the side is the longest, in pixels. */
const looks = [
  { side: 1100, turn: 0, soften: false },
  { side: 1600, turn: 0, soften: false },
  { side: 800, turn: 0, soften: false },
  { side: 2400, turn: 0, soften: true },
  // a code that lies askew is sometimes found only after a turn
  { side: 1600, turn: 45, soften: false },
  { side: 1100, turn: 90, soften: false },
] as const
/** Longer than this nobody waits: the number is typed sooner. */
const patienceMs = 15_000

async function codeIn(jpeg: Uint8Array, { side, turn, soften }: (typeof looks)[number]) {
  let picture = sharp(jpeg).resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true }).greyscale()
  if (turn) picture = picture.rotate(turn, { background: '#ffffff' })
  if (soften) picture = picture.blur(1.2)
  const { data, info } = await picture.toColourspace('b-w').raw().toBuffer({ resolveWithObject: true })
  // The reader wants red, green, blue and opacity, however grey the picture.
  const pixels = new Uint32Array(info.width * info.height)
  for (let at = 0; at < pixels.length; at++) pixels[at] = data[at * info.channels]! * 0x01_01_01_01
  const found = jsQR(new Uint8ClampedArray(pixels.buffer), info.width, info.height, { inversionAttempts: 'dontInvert' })
  return found ? readReceiptCode(found.data) : undefined
}

/** The receipt that each page names, in their order; undefined where a page has no code that can be read. */
export async function readCodes(pages: readonly Uint8Array[]): Promise<(Receipt | undefined)[]> {
  const begun = performance.now()
  const sizes = await Promise.all(pages.map((page) => sharp(page).metadata()))
  // A small picture is not made larger: several looks would see the same.
  const seen = new Set<string>()
  const receipts = pages.map((): Receipt | undefined => undefined)
  for (const look of looks)
    for (const [place, page] of pages.entries()) {
      if (receipts[place]) continue
      const { width, height } = sizes[place]!
      const sight = `${place} ${Math.min(look.side, Math.max(width, height))} ${look.turn} ${look.soften}`
      if (seen.has(sight)) continue
      seen.add(sight)
      if (performance.now() - begun > patienceMs) return receipts
      receipts[place] = await codeIn(page, look)
    }
  return receipts
}
