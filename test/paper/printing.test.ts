/** Who prints the annex, and how a stamped form comes back as a scan. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import sharp from 'sharp'
import type { ScanList, ScanMatch } from '../../contract/scans.ts'
import { annexWords, emptyAnnex } from '../../domain/annex.ts'
import { pool } from '../../server/paper/pool.ts'
import { readCodes } from '../../server/paper/readCode.ts'
import type { Client } from '../app.ts'
import { withApp } from '../app.ts'
import { act, draft, filed, readPolicy, upload, view } from '../applications/claim.ts'
import { readPdf } from './pdfPage.ts'

const house = await withApp()
const worker = await house.worker('13800006021')
const hr = await house.staff('qiheng.renli')
const officer = await house.staff('qiheng.gonghui')
const otherOfficer = await house.staff('jiagang.gonghui')
const point = await house.staff('gongyequ.shenbao')
const district = await house.staff('jiading.fushen1')
const first = await filed(worker, 801)
const second = await filed(worker, 802)

type Sent = { readonly status: number; readonly type: string; readonly bytes: Buffer; readonly code: string }

async function get(client: Client, address: string, body?: object): Promise<Sent> {
  const { statusCode, headers, rawPayload } = await house.app.inject({
    method: body ? 'POST' : 'GET',
    url: address,
    headers: { 'x-jiangsheng': '1', ...(client.cookie && { cookie: client.cookie }) },
    ...(body && { payload: body }),
  })
  const code = statusCode < 400 ? '' : (JSON.parse(rawPayload.toString()) as { code: string }).code
  return { status: statusCode, type: String(headers['content-type']), bytes: rawPayload, code }
}
const annex = (client: Client, id: string, suffix = 'pdf') => get(client, `/api/v1/applications/${id}/annex.${suffix}`)
const textOf = (pdf: Buffer, page = 0) =>
  readPdf(pdf)
    [page]!.glyphs.map(({ text }) => text)
    .join('')
const printings = async (id: string) =>
  (
    await house.database.owner.query(
      `select e.detail, s.login_name from audit_event e join account s on s.id = e.account_id
       where e.kind = 'annex.printed' and e.object_id = $1
       order by e.at, e.detail ->> 'together'`,
      [id],
    )
  ).rows as { detail: object; login_name: string }[]

test('nobody prints what is masked before them: HR, another union, a desk it does not wait at, nobody signed in', async () => {
  assert.equal((await annex(hr, first)).code, 'forbidden')
  assert.equal((await annex(house.client(), first)).code, 'sign-in.required')
  assert.equal((await annex(otherOfficer, first)).code, 'not-found')
  assert.equal((await annex(district, first)).code, 'paper.not-printable')
  assert.equal((await get(hr, '/api/v1/annexes', { ids: [first] })).code, 'forbidden')
  assert.equal((await get(otherOfficer, '/api/v1/annexes', { ids: [first] })).code, 'not-found')
  assert.equal((await annex(await house.worker('13800006022'), first)).code, 'not-found')
  assert.deepEqual(await printings(first), [])
})

test('a worker has the own form as PDF and as picture, with everything in clear and its number', async () => {
  const { receiptNumber } = await view(worker, first)
  const pdf = await annex(worker, first)
  assert.deepEqual([pdf.status, pdf.type], [200, 'application/pdf'])
  const text = textOf(pdf.bytes)
  for (const value of [receiptNumber, '陆文轩801', '13800006021', '6224780000000012', '嘉定区总工会'])
    assert.ok(text.includes(value), value)
  const picture = await annex(worker, first, 'png')
  assert.deepEqual([picture.status, picture.type], [200, 'image/png'])
  assert.equal((await sharp(picture.bytes).metadata()).format, 'png')
  assert.deepEqual(await printings(first), [], 'one’s own form is no view by staff')
})

test('a draft is printed once everything printed is there: without number and code, and saying so', async () => {
  const whole = await draft(worker, 805, { files: {} })
  const of = (client: Client, id: string, suffix = 'pdf') => get(client, `/api/v1/drafts/${id}/annex.${suffix}`)
  for (const client of [point, district]) assert.equal((await of(client, whole.id)).code, 'forbidden')
  assert.equal((await of(house.client(), whole.id)).code, 'sign-in.required')
  assert.equal((await of(await house.worker('13800006033'), whole.id)).code, 'not-found')
  assert.equal((await of(worker, first)).code, 'not-found', 'what is filed has its number')
  const half = await draft(worker, 806, { employer: '' })
  assert.equal((await of(worker, half.id)).code, 'filing.incomplete')

  const pdf = await of(worker, whole.id)
  assert.equal(pdf.type, 'application/pdf')
  const text = textOf(pdf.bytes)
  for (const value of ['陆文轩805', '嘉定区总工会', '还没有提交，提交后才有受理号'])
    assert.ok(text.includes(value), value)
  assert.doesNotMatch(text, /JS26/)
  const { bytes } = await of(worker, whole.id, 'png')
  assert.deepEqual(await readCodes([await sharp(bytes).jpeg().toBuffer()]), [undefined], 'no code')
  const filedOne = await annex(worker, first, 'png')
  assert.ok((await readCodes([await sharp(filedOne.bytes).jpeg().toBuffer()]))[0])
})

test('who holds the task prints one or many, each once and in the order asked for; every view is recorded', async () => {
  assert.equal((await annex(officer, first)).status, 200)
  const many = await get(officer, '/api/v1/annexes', { ids: [second, first, second] })
  assert.equal(many.type, 'application/pdf')
  assert.equal(readPdf(many.bytes).length, 2)
  assert.match(textOf(many.bytes, 0), /陆文轩802/)
  assert.match(textOf(many.bytes, 1), /陆文轩801/)
  assert.deepEqual(
    (await printings(first)).map(({ detail, login_name }) => [login_name, detail]),
    [
      ['qiheng.gonghui', { together: 1 }],
      ['qiheng.gonghui', { together: 2 }],
    ],
  )
  const tooMany = Array.from({ length: 101 }, () => randomUUID())
  assert.equal((await get(officer, '/api/v1/annexes', { ids: tooMany })).code, 'request.malformed')
})

test('the blank form is everybody’s', async () => {
  const pdf = await get(house.client(), '/api/v1/annex.pdf')
  assert.match(textOf(pdf.bytes), /^2026年度上海工会职工技能等级晋升资助申请表/)
  assert.doesNotMatch(textOf(pdf.bytes), /受理号/)
  assert.equal((await get(house.client(), '/api/v1/annex.png')).type, 'image/png')
})

/** A form as it comes back from a scanner nobody was careful with: on its side, askew, grey, a little out of focus. */
const scanned = async (id: string, { turn = 93, blur = 1 } = {}) =>
  sharp((await annex(worker, id, 'png')).bytes)
    .toColourspace('srgb')
    .rotate(turn, { background: '#c8c4bc' })
    .blur(blur)
    .modulate({ brightness: 0.85 })
    .jpeg({ quality: 60 })
    .toBuffer()

async function scan(client: Client, jpeg: Buffer): Promise<string> {
  const id = randomUUID()
  assert.equal((await client.send(`/api/v1/files/${id}?purpose=stampedForm`, jpeg)).status, 200)
  return id
}
const match = async (client: Client, id: string, receiptNumber?: string) =>
  client.ask<ScanMatch & { code?: string }>('PUT', `/api/v1/scans/${id}`, receiptNumber ? { receiptNumber } : {})

test('a scan belongs to who scanned it; workers and HR scan nothing', async () => {
  const id = await scan(officer, await scanned(first))
  assert.equal((await match(worker, id)).body.code, 'forbidden')
  assert.equal((await match(hr, id)).body.code, 'forbidden')
  assert.equal((await match(district, id)).body.code, 'not-found')
  const another = await upload(officer, 'registerEvidence')
  assert.equal((await match(officer, another)).body.code, 'not-found')
})

test('a turned, blurred scan finds its application by its code; again it says the same', async () => {
  const { receiptNumber } = await view(worker, first)
  for (const turn of [3, 93]) {
    const id = await scan(officer, await scanned(first, { turn, blur: turn === 3 ? 2 : 1 }))
    const { body } = await match(officer, id)
    const expected = { outcome: 'matched', applicationId: first, receiptNumber, applicantName: '陆文轩801' }
    assert.deepEqual(body, expected, `turned by ${turn}`)
    assert.deepEqual((await match(officer, id)).body, expected)
    assert.ok((await view(officer, first)).files.some((file) => file.id === id && file.purpose === 'stampedForm'))
    assert.ok(!(await view(hr, first).catch(() => undefined))?.files?.some((file) => file.id === id))
  }
  const { rows } = await house.database.owner.query(
    `select distinct detail->>'by' as by from audit_event where kind = 'stamped-form.matched' and object_id = $1`,
    [first],
  )
  assert.deepEqual(rows, [{ by: 'code' }])
})

test('one without a code asks for the number; a number that is not of one’s scope says so without telling whose', async () => {
  const picture = await sharp({ create: { width: 900, height: 1200, channels: 3, background: '#eeeeee' } })
    .jpeg()
    .toBuffer()
  const id = await scan(otherOfficer, picture)
  assert.deepEqual((await match(otherOfficer, id)).body, { outcome: 'unreadable' })
  const { receiptNumber } = await view(worker, first)
  assert.deepEqual((await match(otherOfficer, id, receiptNumber)).body, { outcome: 'outside' })
  assert.deepEqual((await match(otherOfficer, id, 'JS26-9999999')).body, { outcome: 'outside' }, 'as one that is not')
  const theirs = await scan(otherOfficer, await scanned(first))
  assert.deepEqual((await match(otherOfficer, theirs)).body, { outcome: 'outside' })

  const typed = await scan(point, picture)
  const found = (await match(point, typed, receiptNumber.toLowerCase())).body
  assert.equal(found.outcome, 'matched')
  assert.equal(found.outcome === 'matched' && found.applicationId, first)
})

test('of a scan that holds the forms of several, each page finds its own; the answer names every page', async () => {
  const numbers = await Promise.all([first, second].map(async (id) => (await view(officer, id)).receiptNumber))
  const sheet = (applicationId: string, number: string) => ({ ...emptyAnnex, receipt: { number, applicationId } })
  const words = annexWords(await readPolicy(officer))
  const [one, two] = [sheet(first, numbers[0]!), sheet(second, numbers[1]!)]
  const sent = async (...sheets: (typeof emptyAnnex)[]) => {
    const id = randomUUID()
    const pdf = Buffer.from(await pool.typeset(words, sheets))
    assert.equal((await officer.send(`/api/v1/files/${id}?purpose=stampedForm`, pdf, 'application/pdf')).status, 200)
    return id
  }
  const many = await sent(one, emptyAnnex, two, sheet(randomUUID(), 'JS26-9999999'))
  const { body } = await match(officer, many)
  assert.ok(body.outcome === 'several')
  assert.deepEqual(
    body.pages.map(({ page, match: found }) => [page, found.outcome, 'applicationId' in found && found.applicationId]),
    [
      [1, 'matched', first],
      [2, 'unreadable', false],
      [3, 'matched', second],
      [4, 'outside', false],
    ],
  )
  assert.deepEqual((await match(officer, many)).body, body, 'again it says the same')
  const filesOf = async (id: string) => (await view(officer, id)).files.map((file) => file.id)
  assert.ok((await filesOf(second)).includes(body.pages[2]!.scanId))
  for (const id of [first, second]) assert.ok(!(await filesOf(id)).includes(many), 'nobody’s form goes to another')
  assert.equal((await officer.ask('GET', `/api/v1/files/${many}`)).status, 404, 'the whole of it is kept no more')
  const typed = (await match(officer, body.pages[1]!.scanId, numbers[1])).body
  assert.equal(typed.outcome === 'matched' && typed.applicationId, second)

  const attached = await sent(one, emptyAnnex)
  const whole = (await match(officer, attached)).body
  assert.ok(whole.outcome === 'matched')
  assert.deepEqual([whole.applicationId, whole.withoutCode], [first, [2]], 'what is scanned with one form goes with it')
  assert.deepEqual((await match(officer, attached)).body, whole)
})

test('a scan without an application can be erased by who made it, one with it no more; the list says which is which', async () => {
  const { scans } = (await otherOfficer.ask<ScanList>('GET', '/api/v1/scans')).body
  assert.equal(scans.length, 2)
  assert.ok(scans.every((each) => each.match === undefined))
  assert.equal((await otherOfficer.ask('DELETE', `/api/v1/files/${scans[0]!.id}`)).status, 204)
  assert.equal((await otherOfficer.ask<ScanList>('GET', '/api/v1/scans')).body.scans.length, 1)
  const mine = (await officer.ask<ScanList>('GET', '/api/v1/scans')).body.scans.find((each) => each.match)!
  assert.equal(mine.match?.applicationId, first)
  assert.equal((await officer.ask('DELETE', `/api/v1/files/${mine.id}`)).body.code, 'file.fixed')
})

test('what a district holds it prints, and the union that passed it on no longer', async () => {
  await act(officer, second, { kind: 'pass', membershipConfirmed: true })
  assert.equal((await annex(officer, second)).code, 'paper.not-printable')
  assert.equal((await annex(point, second)).status, 200)
})
