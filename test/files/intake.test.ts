import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { errorSays, Refused, type ErrorCode } from '../../contract/errors.ts'
import { fileLimits } from '../../contract/fileLimits.ts'
import { intake, readLimited } from '../../server/files/intake.ts'
import { bluePage, html, lockedPdf, pdf, phonePhoto, pngBomb, redLeftOfBlue, redPage, svg } from './samples.ts'

/** Average colour of a part of a picture, each channel 0–255. */
async function colour(jpeg: Buffer, region?: { left: number; top: number; width: number; height: number }) {
  const part = region ? await sharp(jpeg).extract(region).toBuffer() : jpeg
  const { channels } = await sharp(part).stats()
  return channels.map(({ mean }) => Math.round(mean))
}
const isRed = ([r, g, b]: number[]) => r! > 230 && g! < 40 && b! < 40
const isBlue = ([r, g, b]: number[]) => r! < 40 && g! < 40 && b! > 230

async function refused(work: Promise<unknown>, code: ErrorCode, words?: RegExp): Promise<string> {
  const error = await work.then(
    () => assert.fail(`taken, not refused as ${code}`),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof Refused, String(error))
  assert.equal(error.code, code)
  const detail = errorSays(error.code, error.params)
  if (words) assert.match(detail, words)
  assert.match(detail, /请|选“兼容性最佳”/, 'says what to do')
  return detail
}

test('a phone photo loses EXIF, camera and place', async () => {
  const photo = await phonePhoto()
  const before = await sharp(photo).metadata()
  assert.ok(before.exif?.includes('HUAWEI'), 'the sample has EXIF')
  const [page, ...others] = await intake(photo, 'image/jpeg')
  assert.equal(others.length, 0)
  const after = await sharp(page!.jpeg).metadata()
  assert.deepEqual([after.format, after.width, after.height], ['jpeg', 1600, 1200])
  for (const part of ['exif', 'icc', 'iptc', 'xmp', 'comments'] as const) assert.equal(after[part], undefined, part)
  for (const trace of ['Exif\0\0', 'HUAWEI', 'Zhixia']) assert.ok(!page!.jpeg.includes(trace), trace)
})

test('a photo lying on its side is stored upright', async () => {
  // Orientation 6: the camera was turned; what is left in the pixels is on top of the picture.
  const photo = await redLeftOfBlue(800, 600).jpeg().withMetadata({ orientation: 6 }).toBuffer()
  const [page] = await intake(photo, 'image/jpeg')
  assert.deepEqual([page!.width, page!.height], [600, 800])
  assert.ok(isRed(await colour(page!.jpeg, { left: 20, top: 20, width: 560, height: 300 })))
  assert.ok(isBlue(await colour(page!.jpeg, { left: 20, top: 480, width: 560, height: 300 })))
})

test('a large photo is brought down to 2400 pixels a side, a small one stays', async () => {
  const large = await intake(await phonePhoto(4000, 3000), 'image/jpeg')
  assert.deepEqual([large[0]!.width, large[0]!.height], [2400, 1800])
  const small = await intake(await phonePhoto(640, 400), 'image/jpeg')
  assert.deepEqual([small[0]!.width, small[0]!.height], [640, 400])
})

test('a PNG with transparency lands on white; a CMYK and a progressive JPEG become plain ones', async () => {
  const clear = sharp({ create: { width: 300, height: 300, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } })
  const [page] = await intake(await clear.png().toBuffer(), 'image/png')
  assert.equal((await sharp(page!.jpeg).metadata()).format, 'jpeg')
  assert.deepEqual(await colour(page!.jpeg), [255, 255, 255])
  for (const jpeg of [
    await redLeftOfBlue(600, 400).toColourspace('cmyk').jpeg().toBuffer(),
    await redLeftOfBlue(600, 400).jpeg({ progressive: true }).toBuffer(),
    await redLeftOfBlue(600, 400).greyscale().png({ palette: true }).toBuffer(),
  ]) {
    const [plain] = await intake(jpeg, '')
    const { space, isProgressive } = await sharp(plain!.jpeg).metadata()
    assert.deepEqual([space, isProgressive], ['srgb', false])
  }
})

test('a PDF becomes one picture a page, in order', async () => {
  const [one, ...none] = await intake(pdf([redPage]), 'application/pdf')
  assert.equal(none.length, 0)
  assert.ok(one!.height >= 2300 && one!.height <= 2400, `A4 at 200 dpi is ${one!.height} high`)
  assert.ok(isRed(await colour(one!.jpeg)))
  const three = await intake(pdf([redPage, bluePage, redPage]), 'application/pdf')
  assert.equal(three.length, 3)
  assert.ok(isBlue(await colour(three[1]!.jpeg)))
  assert.ok(isRed(await colour(three[2]!.jpeg)))
})

test('a script in a PDF neither runs nor is kept', async () => {
  const scripted = pdf([redPage], {
    catalog: '/OpenAction << /S /JavaScript /JS (app.alert\\("evil"\\);while\\(true\\){}) >>',
    objects: ['<< /S /JavaScript /JS (app.launchURL\\("http://example.test"\\)) >>'],
  })
  const [page] = await intake(scripted, 'application/pdf')
  assert.ok(isRed(await colour(page!.jpeg)))
  for (const trace of ['JavaScript', 'evil', 'app.', '%PDF']) assert.ok(!page!.jpeg.includes(trace), trace)
})

test('a PDF that is too long, locked, cut off or junk is refused in words', async () => {
  await refused(intake(pdf(Array(6).fill(redPage)), 'application/pdf'), 'file.too-many-pages', /有6页，最多5页/)
  await refused(intake(lockedPdf(), 'application/pdf'), 'file.encrypted-pdf', /密码/)
  const whole = pdf([redPage])
  await refused(intake(whole.subarray(0, 60), 'application/pdf'), 'file.broken', /PDF/)
  const junk = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(50_000, 0xa7)])
  await refused(intake(junk, 'application/pdf'), 'file.broken', /PDF/)
})

test('a PDF that unpacks to more than the child may hold is refused, and the next one is read as ever', async () => {
  const bomb = pdf([deflateSync(Buffer.alloc(400_000_000, ' '), { level: 1 })])
  assert.ok(bomb.length < fileLimits.bytes)
  await refused(intake(bomb, 'application/pdf'), 'file.unreadable')
  assert.equal((await intake(pdf([redPage]), 'application/pdf')).length, 1)
})

test('a page of another kind behind a .jpg is refused, and named', async () => {
  await refused(intake(html, 'image/jpeg'), 'file.not-supported', /网页/)
  await refused(intake(svg, 'image/jpeg'), 'file.not-supported', /SVG/)
  await refused(intake(svg, 'image/svg+xml'), 'file.not-supported', /SVG/)
  await refused(intake(Buffer.from('PK\x03\x04....'), 'image/jpeg'), 'file.not-supported', /压缩包/)
  await refused(intake(Buffer.from('\0\0\0\x24ftypheic\0\0\0\0'), 'image/heic'), 'file.not-supported', /兼容性最佳/)
  await refused(intake(Buffer.from('RIFF\0\0\0\0WEBPVP8 '), 'image/jpeg'), 'file.not-supported', /WebP/)
  await refused(intake(Buffer.from('hello'), ''), 'file.not-supported')
})

test('content and suffix must agree; no suffix claims nothing', async () => {
  const photo = await phonePhoto(300, 200)
  await refused(intake(photo, 'image/png'), 'file.mismatch', /后缀是PNG的，内容却是JPEG/)
  await refused(intake(pdf([redPage]), 'image/jpeg'), 'file.mismatch', /内容却是PDF/)
  await refused(intake(photo, 'text/html; charset=utf-8'), 'file.mismatch', /网页/)
  for (const claimed of ['', 'application/octet-stream', 'image/jpeg; q=1', 'IMAGE/JPEG', 'image/jpg'])
    assert.equal((await intake(photo, claimed)).length, 1, claimed)
})

test('a picture that is cut off or scrambled is refused', async () => {
  const photo = await phonePhoto(800, 600)
  await refused(intake(photo.subarray(0, photo.length / 2), 'image/jpeg'), 'file.broken', /重拍/)
  await refused(intake(photo.subarray(0, 200), 'image/jpeg'), 'file.broken')
  await refused(intake(Buffer.from([0xff, 0xd8, 0xff, 0xe0]), 'image/jpeg'), 'file.broken')
  const png = await sharp(photo).png().toBuffer()
  await refused(intake(png.subarray(0, png.length / 2), 'image/png'), 'file.broken', /重拍/)
})

test('a picture of huge size is refused before it is decoded', async () => {
  const bomb = pngBomb(20_000, 20_000)
  assert.ok(bomb.length < 200_000)
  await refused(intake(bomb, 'image/png'), 'file.too-many-pixels', /40000万像素，超过4000万/)
  // Its first bytes are enough: were it decoded, what is cut off would be called broken.
  await refused(intake(bomb.subarray(0, 1000), 'image/png'), 'file.too-many-pixels', /40000万像素，超过4000万/)
  await refused(intake(pngBomb(80, 60), 'image/png'), 'file.too-small', /80×60/)
  const allowed = await intake(pngBomb(8_000, 5_000), 'image/png')
  assert.equal(allowed[0]!.width, 2400)
})

test('of a picture that is also a page, an archive and a PDF, only the picture is left', async () => {
  const photo = await phonePhoto(400, 300)
  const comment = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from([0, html.length + 2]), html])
  const polyglot = Buffer.concat([
    photo.subarray(0, 2),
    comment,
    photo.subarray(2),
    html,
    Buffer.from('PK\x03\x04'),
    pdf([redPage]),
  ])
  const [page] = await intake(polyglot, 'image/jpeg')
  assert.equal(page!.width, 400)
  for (const trace of ['<script', 'cookie', 'PK\x03\x04', '%PDF']) assert.ok(!page!.jpeg.includes(trace), trace)
})

test('reading stops at the first byte past 10 MB', async () => {
  let given = 0
  const endless = Readable.from(
    (function* () {
      for (;;) {
        given += 65_536
        yield Buffer.alloc(65_536)
      }
    })(),
  )
  await refused(readLimited(endless, 'image/jpeg', undefined), 'file.too-large', /超过10MB。请重拍一张/)
  assert.ok(given < fileLimits.bytes + 3_000_000, `${given} bytes read`)

  const nothing = Readable.from([])
  await refused(
    readLimited(nothing, 'image/jpeg', 12 * 1024 * 1024),
    'file.too-large',
    /^12MB，超过10MB。请重拍一张。$/,
  )
  await refused(readLimited(nothing, 'image/jpeg', fileLimits.bytes + 1), 'file.too-large', /^10\.1MB，/)
  await refused(readLimited(nothing, 'image/jpeg', 0), 'file.empty')
  const full = Readable.from([Buffer.alloc(fileLimits.bytes - 1), Buffer.alloc(1)])
  assert.equal((await readLimited(full, 'image/jpeg', fileLimits.bytes)).length, fileLimits.bytes)
})
