/**
 * Takes a file apart and makes it anew: only pixels survive. Whatever else an upload carries (EXIF, scripts, a second
 * file behind the first) is left behind because the picture is encoded again from its pixels.
 */
import sharp, { type Sharp } from 'sharp'
import { Refused } from '../../contract/errors.ts'
import { fileLimits } from '../../contract/fileLimits.ts'
import { rasterise, type Frame, type RasterRefusal } from './rasterise.ts'

/** One page as it is stored: a JPEG of at most 2400 px a side, upright, without metadata. */
export type PageImage = { jpeg: Buffer; width: number; height: number }

type Taken = 'JPEG' | 'PNG' | 'PDF'

const claimedNames: Record<string, string> = {
  'image/jpeg': 'JPEG',
  'image/jpg': 'JPEG',
  'image/png': 'PNG',
  'application/pdf': 'PDF',
  'image/heic': 'HEIC',
  'image/heif': 'HEIC',
  'image/webp': 'WebP',
  'image/gif': 'GIF',
  'image/svg+xml': 'SVG',
  'text/html': '网页',
}

/** What the sender's media type says the file is; empty where it says nothing. */
function claimedName(claimed: string): string {
  const type = claimed.split(';')[0]!.trim().toLowerCase()
  return type === '' || type === 'application/octet-stream' ? '' : (claimedNames[type] ?? '别的格式')
}

const longestSide = 2400
/** Body readers hold up to 10 MB each, so their number bounds the memory uploads can take. */
const readersAtMost = 32
const conversionsAtMost = 2

/** Runs at most `running` works at once; `admitted` counts those and the ones waiting. */
function lane(running: number, admitted: number) {
  let inside = 0
  let busy = 0
  const waiting: (() => void)[] = []
  return async function <T>(work: () => Promise<T>): Promise<T> {
    if (inside >= admitted) throw new Refused('file.busy')
    inside++
    if (busy >= running) await new Promise<void>((go) => waiting.push(go))
    else busy++
    try {
      return await work()
    } finally {
      inside--
      const next = waiting.shift()
      if (next) next()
      else busy--
    }
  }
}

/** A form has four pictures; whoever opens more at once would keep everybody else waiting. */
const readersOfOneAtMost = 8
const readersOf = new Map<string, number>()
const reading = lane(readersAtMost, readersAtMost)

/** Admits one upload of an account from its first byte to its stored row. @throws Refused file.busy */
export async function admitted<T>(accountId: string, work: () => Promise<T>): Promise<T> {
  const others = readersOf.get(accountId) ?? 0
  if (others >= readersOfOneAtMost) throw new Refused('file.busy')
  readersOf.set(accountId, others + 1)
  try {
    return await reading(work)
  } finally {
    const left = readersOf.get(accountId)! - 1
    if (left > 0) readersOf.set(accountId, left)
    else readersOf.delete(accountId)
  }
}
const converting = lane(conversionsAtMost, Infinity)

/** 10 MB and one byte reads 10.1MB, never "10MB，超过10MB". */
function megabytes(bytes: number): string {
  const size = bytes / 1024 / 1024
  return size < 11 ? (Math.ceil(size * 10) / 10).toFixed(1) : String(Math.round(size))
}

/**
 * Reads an upload, giving up at the first byte past the limit.
 * @throws Refused file.too-large, file.empty
 */
export async function readLimited(
  body: AsyncIterable<Buffer>,
  claimed: string,
  declaredBytes: number | undefined,
): Promise<Buffer> {
  const kind = claimedName(claimed)
  if (declaredBytes !== undefined && declaredBytes > fileLimits.bytes)
    throw new Refused('file.too-large', { kind, megabytes: megabytes(declaredBytes) })
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of body) {
    bytes += part.length
    if (bytes > fileLimits.bytes) throw new Refused('file.too-large', { kind })
    parts.push(part)
  }
  if (bytes === 0) throw new Refused('file.empty')
  return Buffer.concat(parts, bytes)
}

/** First bytes of what is taken. */
const takenStarts: readonly (readonly [string, Taken])[] = [
  ['\xff\xd8\xff', 'JPEG'],
  ['\x89PNG\r\n\x1a\n', 'PNG'],
  ['%PDF-', 'PDF'],
]
/** First bytes of what people send by mistake, named so that the refusal can say what it is. */
const refusedStarts: readonly (readonly [string, string])[] = [
  ['GIF8', 'GIF图片'],
  ['BM', 'BMP图片'],
  ['II*\0', 'TIFF图片'],
  ['MM\0*', 'TIFF图片'],
  ['PK\x03\x04', '压缩包或Office文档'],
  ['\xd0\xcf\x11\xe0', '旧版Office文档'],
]
const heicBrands = ['ftyphei', 'ftyphev', 'ftypmif1', 'ftypmsf1']

function sniff(bytes: Buffer): { taken: Taken } | { found: string | undefined } {
  const head = bytes.toString('latin1', 0, 1024)
  const named = <Name>(starts: readonly (readonly [string, Name])[]) =>
    starts.find(([start]) => head.startsWith(start))?.[1]
  const taken = named(takenStarts)
  if (taken) return { taken }
  if (heicBrands.some((brand) => head.startsWith(brand, 4))) return { found: 'HEIC照片' }
  if (head.startsWith('RIFF') && head.startsWith('WEBP', 8)) return { found: 'WebP图片' }
  if (/<svg[\s>]/i.test(head)) return { found: 'SVG图形' }
  if (/<(!doctype html|html|head|body|script)[\s>]/i.test(head)) return { found: '网页' }
  return { found: named(refusedStarts) }
}

async function encode(picture: Sharp): Promise<PageImage> {
  const { data, info } = await picture
    .resize({ width: longestSide, height: longestSide, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .jpeg({ quality: 85 })
    .timeout({ seconds: 10 })
    .toBuffer({ resolveWithObject: true })
  return { jpeg: data, width: info.width, height: info.height }
}

async function fromPicture(bytes: Buffer, found: 'JPEG' | 'PNG'): Promise<PageImage[]> {
  const broken = () => new Refused('file.broken', { kind: found })
  // Reads the header alone; nothing is decoded before the size is known.
  const header = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch(() => undefined)
  if (!header?.width || !header.height || header.format !== found.toLowerCase()) throw broken()
  const { width, height } = header
  if (width * height > fileLimits.pixels)
    throw new Refused('file.too-many-pixels', { tenThousands: Math.ceil((width * height) / 10_000) })
  if (Math.min(width, height) < fileLimits.shortestSide) throw new Refused('file.too-small', { width, height })
  // Cameras write harmless irregularities that libjpeg warns of; a picture that ends early is still an error.
  const picture = sharp(bytes, { limitInputPixels: fileLimits.pixels, failOn: 'error', sequentialRead: true })
  const page = await encode(picture.autoOrient()).catch((error: Error) => {
    throw /timeout/i.test(error.message) ? new Refused('file.unreadable') : broken()
  })
  return [page]
}

function refusedPdf(refusal: RasterRefusal): Refused {
  if (refusal.reason === 'encrypted') return new Refused('file.encrypted-pdf')
  if (refusal.reason === 'too-many-pages') return new Refused('file.too-many-pages', { pages: refusal.pages })
  if (refusal.reason === 'too-heavy') return new Refused('file.unreadable')
  return new Refused('file.broken', { kind: 'PDF' })
}

async function fromPdf(bytes: Buffer): Promise<PageImage[]> {
  const pages: Promise<PageImage>[] = []
  const take = ({ width, height, rgb }: Frame) => {
    pages.push(encode(sharp(rgb, { raw: { width, height, channels: 3 } })))
  }
  const refusal = await rasterise(bytes, take)
  const encoded = await Promise.allSettled(pages)
  if (refusal) throw refusedPdf(refusal)
  return encoded.map((page) => {
    if (page.status === 'rejected') throw new Refused('file.broken', { kind: 'PDF' })
    return page.value
  })
}

/**
 * The pages of a JPEG, PNG or PDF as fresh JPEGs. `claimed` is the media type the sender gave, which follows the file's
 * suffix; empty or `application/octet-stream` claims nothing.
 * @throws Refused not-supported, mismatch, broken, too-many-pages, encrypted-pdf, too-many-pixels, too-small,
 * unreadable
 */
export function intake(bytes: Buffer, claimed: string): Promise<PageImage[]> {
  return converting(async () => {
    const kind = sniff(bytes)
    if (!('taken' in kind)) throw new Refused('file.not-supported', kind.found ? { found: kind.found } : {})
    const { taken } = kind
    const name = claimedName(claimed)
    if (name && name !== taken) throw new Refused('file.mismatch', { claimed: name, found: taken })
    return taken === 'PDF' ? fromPdf(bytes) : fromPicture(bytes, taken)
  })
}
