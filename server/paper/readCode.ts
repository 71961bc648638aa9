/** Finds the code on a scanned or photographed form. Takes a tenth of a second and more: it lives in a worker thread. */
import jsQRModule from 'jsqr'
import sharp from 'sharp'
import { readReceiptCode, type Receipt } from './receiptCode.ts'

// The package is CommonJS with a default export of its own.
const jsQR = jsQRModule as unknown as typeof jsQRModule.default

/** How a page is looked at, one after the other until a code is found: its longest side in pixels, blurred or not. */
const looks = [
  { side: 1600, soften: false },
  { side: 1100, soften: false },
  { side: 2400, soften: true },
  { side: 800, soften: false },
] as const
/** A code that lies askew is found; one on its side sometimes only after a turn. */
const turns = [0, 90, 45] as const

async function codeIn(jpeg: Uint8Array, { side, soften }: (typeof looks)[number], turn: number) {
  let picture = sharp(jpeg).resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true }).greyscale()
  if (turn) picture = picture.rotate(turn, { background: '#ffffff' })
  if (soften) picture = picture.blur(1.2)
  const { data, info } = await picture.toColourspace('srgb').ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  const found = jsQR(new Uint8ClampedArray(data.buffer, data.byteOffset, data.length), info.width, info.height, {
    inversionAttempts: 'dontInvert',
  })
  return found ? readReceiptCode(found.data) : undefined
}

/** The first receipt that a page of the file names; undefined where none can be read. */
export async function readCode(pages: readonly Uint8Array[]): Promise<Receipt | undefined> {
  for (const turn of turns)
    for (const look of looks)
      for (const page of pages) {
        const receipt = await codeIn(page, look, turn)
        if (receipt) return receipt
      }
  return undefined
}
