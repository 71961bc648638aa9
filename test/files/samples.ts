/** Files as people and attackers send them, made by hand. */
import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'

type PdfParts = { catalog?: string; trailer?: string; objects?: string[] }

/** A PDF with one A4 page per content stream; more catalogue and trailer entries and objects on request. */
export function pdf(
  contents: (string | Buffer)[],
  { catalog = '', trailer = '', objects = [] }: PdfParts = {},
): Buffer {
  const kids = contents.map((_, index) => `${3 + 2 * index} 0 R`).join(' ')
  const bodies: Buffer[] = [
    Buffer.from(`<< /Type /Catalog /Pages 2 0 R ${catalog} >>`),
    Buffer.from(`<< /Type /Pages /Kids [${kids}] /Count ${contents.length} >>`),
  ]
  for (const content of contents) {
    const filter = typeof content === 'string' ? '' : '/Filter /FlateDecode '
    bodies.push(
      Buffer.from(`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${bodies.length + 2} 0 R >>`),
      Buffer.concat([
        Buffer.from(`<< ${filter}/Length ${content.length} >>\nstream\n`),
        Buffer.from(content),
        Buffer.from('\nendstream'),
      ]),
    )
  }
  bodies.push(...objects.map((object) => Buffer.from(object)))
  const parts: Buffer[] = [Buffer.from('%PDF-1.7\n')]
  const offsets: number[] = []
  let length = parts[0]!.length
  const add = (part: Buffer) => {
    parts.push(part)
    length += part.length
  }
  bodies.forEach((body, index) => {
    offsets.push(length)
    add(Buffer.concat([Buffer.from(`${index + 1} 0 obj\n`), body, Buffer.from('\nendobj\n')]))
  })
  const start = length
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  add(Buffer.from(`xref\n0 ${bodies.length + 1}\n0000000000 65535 f \n${rows}`))
  add(Buffer.from(`trailer << /Root 1 0 R /Size ${bodies.length + 1} ${trailer} >>\nstartxref\n${start}\n%%EOF\n`))
  return Buffer.concat(parts)
}

/** Fills a page. */
export const redPage = '1 0 0 rg 0 0 595 842 re f'
export const bluePage = '0 0 1 rg 0 0 595 842 re f'

/** A PDF locked with a user password. */
export const lockedPdf = () =>
  pdf([redPage], {
    trailer:
      `/Encrypt << /Filter /Standard /V 1 /R 2 /Length 40 /P -4 /O <${'3a'.repeat(32)}> /U <${'5c'.repeat(32)}> >> ` +
      `/ID [<${'01'.repeat(16)}> <${'01'.repeat(16)}>]`,
  })

/** A photo as a phone writes it: pixels lying on their side, camera and place in EXIF. */
export function phonePhoto(width = 1600, height = 1200): Promise<Buffer> {
  return sharp({
    create: { width, height, channels: 3, background: '#808080', noise: { type: 'gaussian', mean: 128, sigma: 30 } },
  })
    .withExif({
      IFD0: { Make: 'HUAWEI', Copyright: 'Lin Zhixia' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '31/1 13/1 0/1', GPSLongitudeRef: 'E', GPSLongitude: '121/1 28/1 0/1' },
    })
    .jpeg({ quality: 90 })
    .toBuffer()
}

/** Left half red, right half blue. */
export function redLeftOfBlue(width: number, height: number) {
  const rgb = Buffer.alloc(width * height * 3)
  for (let pixel = 0; pixel < width * height; pixel++) rgb[pixel * 3 + (pixel % width < width / 2 ? 0 : 2)] = 255
  return sharp(rgb, { raw: { width, height, channels: 3 } })
}

function pngChunk(type: string, content: Buffer): Buffer {
  const chunk = Buffer.alloc(12 + content.length)
  chunk.writeUInt32BE(content.length)
  chunk.write(type, 4, 'latin1')
  content.copy(chunk, 8)
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + content.length)), 8 + content.length)
  return chunk
}

/** A black-and-white PNG of any size that is a few kilobytes long. */
export function pngBomb(width: number, height: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width)
  header.writeUInt32BE(height, 4)
  header[8] = 1
  const rows = deflateSync(Buffer.alloc(height * (1 + Math.ceil(width / 8))), { level: 9 })
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
  return Buffer.concat([signature, pngChunk('IHDR', header), pngChunk('IDAT', rows), pngChunk('IEND', Buffer.alloc(0))])
}

export const html = Buffer.from('<!DOCTYPE html><html><body><script>alert(document.cookie)</script></body></html>')
export const svg = Buffer.from(
  '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="400" height="300"><script>alert(1)</script></svg>',
)
