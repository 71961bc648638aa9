/** The annex as a picture: a phone's WeChat opens no PDF, but shows, keeps and sends pictures. */
import { PDFiumLibrary } from '@hyzyla/pdfium'
import sharp from 'sharp'

/** A4 has some 1,650 × 2,340 pixels then, which prints well. */
const dpi = 200
let library: Promise<PDFiumLibrary> | undefined

/** The first page of a PDF of our own making, as a grey PNG. Others' PDFs are rendered in a confined process. */
export async function pictureOf(pdf: Buffer): Promise<Buffer> {
  library ??= PDFiumLibrary.init()
  const document = await (await library).loadDocument(pdf)
  try {
    const { data, width, height } = await document.getPage(0).render({ scale: dpi / 72, render: 'bitmap' })
    return await sharp(data, { raw: { width, height, channels: 4 } })
      .flatten({ background: '#ffffff' })
      .toColourspace('b-w')
      .png()
      .toBuffer()
  } finally {
    document.destroy()
  }
}
