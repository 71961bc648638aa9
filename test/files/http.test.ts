import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { connect, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import Fastify from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import pg from 'pg'
import sharp from 'sharp'
import { endOfDay, plainDate, startOfDay, type Instant } from '../../domain/dates.ts'
import { guardedFields } from '../../domain/visibility.ts'
import { errorSays, errorStatus, Refused } from '../../contract/errors.ts'
import { fileLimits } from '../../contract/fileLimits.ts'
import { File } from '../../contract/files.ts'
import type { Viewer } from '../../server/context.ts'
import { migrate } from '../../server/db/migrate.ts'
import { inScope, openDatabase, type Db } from '../../server/db/open.ts'
import { startPostgres, type Postgres } from '../../server/db/postgres.ts'
import { attachFiles, filesOfApplication } from '../../server/files/file.ts'
import { routes } from '../../server/files/http.ts'
import { openSecrets } from '../../server/secrets.ts'
import { html, pdf, phonePhoto, redPage } from './samples.ts'

const key = () => randomBytes(32).toString('base64')
const secrets = openSecrets({ demo: true, current: 'k1', keys: { k1: key() }, indexKey: key(), macKey: key() })
const today = plainDate('2026-07-15')!
const clock = { now: (startOfDay(today) + 36_000_000) as Instant }
const district = { id: randomUUID(), kind: 'districtFederation', name: '嘉定区总工会' } as const
const otherDistrict = { id: randomUUID(), kind: 'districtFederation', name: '静安区总工会' } as const
const staff = (role: Viewer['role'], organisation: NonNullable<Viewer['organisation']>): Viewer => ({
  accountId: randomUUID(),
  sessionId: randomUUID(),
  name: role,
  role,
  organisation,
})
const person = (): Viewer => ({ accountId: randomUUID(), sessionId: randomUUID(), name: '', role: 'worker' })
const people = {
  worker: person(),
  stranger: person(),
  busy: person(),
  reviewer: staff('districtReviewer', district),
  elsewhere: staff('districtReviewer', otherDistrict),
  hr: staff('hrOfficer', district),
  finance: staff('districtFinance', district),
  administrator: staff('systemAdministrator', district),
}
type Who = keyof typeof people

let folder: string
let postgres: Postgres
let owner: pg.Client
let db: Db
let base: string
const app = Fastify()

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'jiangsheng-files-'))
  postgres = await startPostgres({ dataDir: folder, settings: { fsync: 'off' } })
  await migrate(postgres.connection('jiangsheng_owner'))
  owner = new pg.Client(postgres.connection('jiangsheng_owner'))
  await owner.connect()
  for (const { accountId, role } of Object.values(people))
    await (role === 'worker'
      ? owner.query(`insert into account (id, kind, phone_index, phone, made_at) values ($1, 'worker', $2, '{}', 0)`, [
          accountId,
          randomBytes(32),
        ])
      : owner.query(
          `insert into account (id, kind, login_name, display_name, password_hash, totp_secret, id_number_index, made_at)
           values ($1, 'staff', $2, $3, 'x', '{}', $4, 0)`,
          [accountId, `s${accountId.slice(0, 8)}`, role, randomBytes(32)],
        ))
  db = openDatabase({ connection: postgres.connection('jiangsheng_app') })
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.addHook('onRequest', async (request) => {
    request.viewer = people[request.headers['x-who'] as Who]
    request.now = clock.now
  })
  app.setErrorHandler((error, _request, reply) => {
    if (!(error instanceof Refused)) return reply.code((error as { statusCode?: number }).statusCode ?? 500).send(error)
    return reply
      .code(errorStatus(error.code))
      .send({ code: error.code, title: errorSays(error.code, error.params), status: errorStatus(error.code) })
  })
  await routes(app, {
    config: { mode: 'demo', host: '127.0.0.1', port: 0, dataDir: folder, sendLog: path.join(folder, 'send-log') },
    db,
    secrets,
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  base = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/api/v1/files`
})
after(async () => {
  await app.close()
  await db.close()
  await owner.end()
  await postgres.stop()
  await rm(folder, { recursive: true })
})

const call = (who: Who | '', method: string, at: string, body?: Buffer, type = 'image/jpeg') =>
  fetch(`${base}/${at}`, {
    method,
    headers: { 'x-who': who, ...(body && { 'content-type': type }) },
    ...(body && { body: new Uint8Array(body) }),
  })
const put = (who: Who, id: string, body: Buffer, query = 'purpose=idFront', type?: string) =>
  call(who, 'PUT', `${id}?${query}`, body, type)

async function refused(answer: Promise<Response> | Response, status: number, code: string): Promise<string> {
  const response = await answer
  const problem = (await response.json()) as { code: string; title: string }
  assert.deepEqual([response.status, problem.code], [status, code])
  return problem.title
}

async function stored(id: string): Promise<string[]> {
  const shelf = await readdir(path.join(folder, 'files', id.slice(-2))).catch(() => [])
  return shelf.filter((name) => name.startsWith(id)).sort()
}

/** An application of the worker's that the district sees, made past the rules of filing. */
async function application(): Promise<string> {
  const id = randomUUID()
  const certificate = randomUUID()
  const superuser = new pg.Client(postgres.connection('postgres'))
  await superuser.connect()
  await superuser.query(`set session_replication_role = replica`)
  await superuser.query(
    `insert into certificate (id, holder_index, level, issued_on) values ($1, '\\x00', 'technician', '2026-01-01')`,
    [certificate],
  )
  await superuser.query(
    `insert into application (id, receipt_number, policy_id, policy_revision, channel, account_id, applicant_index,
       certificate_id, filing_authority, level, occupation_name, amount_fen, state, step, steps, version, received_at,
       form_revision, base_union_id, district_id, visible_to, finding, updated_at)
     values ($1, $2, '2026', 1, 'unit', $3, '\\x00', $4, 'x', 'technician', '电工', 1, 'inReview', 'firstReview', '{}', 1,
       0, 1, $5, $5, array[$5::uuid], 'allMet', 0)`,
    [id, id, people.worker.accountId, certificate, district.id],
  )
  await superuser.end()
  return id
}

test('without a sign-in, as an administrator or for another’s purpose nothing is taken', async () => {
  const photo = await phonePhoto(400, 300)
  await refused(call('', 'PUT', `${randomUUID()}?purpose=idFront`, photo), 401, 'sign-in.required')
  await refused(call('', 'GET', randomUUID()), 401, 'sign-in.required')
  await refused(put('administrator', randomUUID(), photo), 403, 'forbidden')
  await refused(put('worker', randomUUID(), photo, 'purpose=payoutProof'), 403, 'file.wrong-purpose')
  for (const [id, query] of [
    ['..%2f..%2fetc', 'purpose=idFront'],
    [randomUUID(), 'purpose=other'],
    [randomUUID(), 'purpose=idFront&name=x'],
  ] as const)
    assert.equal((await put('worker', id, photo, query)).status, 400)
})

test('a photo is taken, lies sealed, and is shown to its owner alone', async () => {
  const id = randomUUID()
  const draftId = randomUUID()
  const answer = await put('worker', id, await phonePhoto(), `purpose=certificate&draftId=${draftId}`)
  assert.equal(answer.status, 200)
  const file = File.parse(await answer.json())
  assert.deepEqual([file.id, file.purpose, file.draftId, file.uploadedAt], [id, 'certificate', draftId, clock.now])
  assert.deepEqual(await (await call('worker', 'GET', id)).json(), file)

  const page = await call('worker', 'GET', `${id}/pages/1`)
  const jpeg = Buffer.from(await page.arrayBuffer())
  assert.equal(jpeg.length, file.byteSize)
  const { format, width, height, exif } = await sharp(jpeg).metadata()
  assert.deepEqual([format, width, height, exif], ['jpeg', 1600, 1200, undefined])
  assert.equal(page.headers.get('content-type'), 'image/jpeg')
  assert.equal(page.headers.get('x-content-type-options'), 'nosniff')
  assert.match(page.headers.get('content-security-policy')!, /sandbox/)
  assert.equal(page.headers.get('content-disposition'), 'inline; filename="certificate-1.jpg"')
  assert.equal(page.headers.get('cache-control'), 'private, no-store')

  const [name] = await stored(id)
  const lying = await readFile(path.join(folder, 'files', id.slice(-2), name!))
  assert.ok(!lying.includes(jpeg.subarray(0, 20)), 'the stored page is not the picture')

  for (const who of ['stranger', 'reviewer', 'elsewhere', 'hr', 'administrator'] as const) {
    await refused(call(who, 'GET', id), 404, 'not-found')
    await refused(call(who, 'GET', `${id}/pages/1`), 404, 'not-found')
    await refused(call(who, 'DELETE', id), 404, 'not-found')
  }
  await refused(call('worker', 'GET', `${id}/pages/2`), 404, 'not-found')
  assert.equal((await call('worker', 'GET', `${id}/pages/0`)).status, 400)
})

test('the same upload again answers the same; another content or person under the id is refused', async () => {
  const id = randomUUID()
  const photo = await phonePhoto(500, 400)
  const answers = await Promise.all(Array.from({ length: 5 }, () => put('worker', id, photo)))
  const bodies = await Promise.all(answers.map((answer) => answer.text()))
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200, 200, 200],
    bodies.join(),
  )
  assert.equal(new Set(bodies).size, 1)
  const before = await (await call('worker', 'GET', `${id}/pages/1`)).arrayBuffer()
  await refused(put('worker', id, await phonePhoto(500, 400)), 409, 'file.id-taken')
  await refused(put('worker', id, photo, 'purpose=idBack'), 409, 'file.id-taken')
  await refused(put('stranger', id, await phonePhoto(300, 300)), 409, 'file.id-taken')
  await refused(put('stranger', id, photo), 409, 'file.id-taken')
  assert.deepEqual(await (await call('worker', 'GET', `${id}/pages/1`)).arrayBuffer(), before)
  assert.equal((await put('worker', id.toUpperCase(), photo)).status, 200)
})

test('a PDF of three pages is three pictures', async () => {
  const id = randomUUID()
  const answer = await put('worker', id, pdf([redPage, redPage, redPage]), 'purpose=card', 'application/pdf')
  const file = File.parse(await answer.json())
  assert.deepEqual(
    file.pages.map(({ page }) => page),
    [1, 2, 3],
  )
  for (const { page } of file.pages) {
    const picture = Buffer.from(await (await call('worker', 'GET', `${id}/pages/${page}`)).arrayBuffer())
    assert.equal((await sharp(picture).metadata()).format, 'jpeg')
  }
  assert.deepEqual(await stored(id), [`${id}.1`, `${id}.2`, `${id}.3`])
})

test('what is refused leaves nothing behind', async () => {
  const id = randomUUID()
  assert.match(await refused(put('worker', id, html), 415, 'file.not-supported'), /网页.*请拍照上传/)
  await refused(
    put('worker', id, pdf(Array(6).fill(redPage)), undefined, 'application/pdf'),
    422,
    'file.too-many-pages',
  )
  await refused(put('worker', id, Buffer.alloc(0)), 422, 'file.empty')
  await refused(
    put('worker', id, await phonePhoto(300, 300), `purpose=idFront&applicationId=${randomUUID()}`),
    404,
    'not-found',
  )
  assert.deepEqual(await stored(id), [])
  await refused(call('worker', 'GET', id), 404, 'not-found')
})

test('10 MB and a byte is refused in words, and the connection lives on to carry them', async () => {
  const big = Buffer.alloc(fileLimits.bytes + 1, 0xff)
  assert.equal(await refused(put('worker', randomUUID(), big), 413, 'file.too-large'), '10.1MB，超过10MB。请重拍一张。')
  const twelve = Buffer.alloc(12 * 1024 * 1024)
  assert.equal(
    await refused(put('worker', randomUUID(), twelve), 413, 'file.too-large'),
    '12MB，超过10MB。请重拍一张。',
  )
})

test('an endless upload that does not say its size is answered, and cut off', async () => {
  const { hostname, port, pathname } = new URL(`${base}/${randomUUID()}`)
  const socket = connect(Number(port), hostname)
  socket.write(
    `PUT ${pathname}?purpose=idFront HTTP/1.1\r\nhost: x\r\nx-who: worker\r\ncontent-type: image/jpeg\r\n` +
      'transfer-encoding: chunked\r\n\r\n',
  )
  const part = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(1 << 20), Buffer.from('\r\n')])
  const more = () => {
    while (socket.writable && socket.write(part));
  }
  let answer = ''
  socket.on('data', (bytes) => (answer += bytes.toString('latin1')))
  socket.on('drain', more)
  socket.on('error', () => {})
  more()
  await new Promise((closed) => socket.on('close', closed))
  assert.match(answer, /^HTTP\/1\.1 413 /)
  assert.match(answer, /file\.too-large/)
  assert.ok(socket.bytesWritten < 80_000_000, `${socket.bytesWritten} bytes sent`)
})

test('an upload that breaks off leaves nothing, and the next one under its id is taken', async () => {
  const id = randomUUID()
  const { hostname, port, pathname } = new URL(`${base}/${id}`)
  const socket = connect(Number(port), hostname)
  const photo = await phonePhoto(400, 300)
  socket.write(
    `PUT ${pathname}?purpose=idFront HTTP/1.1\r\nhost: x\r\nx-who: worker\r\ncontent-type: image/jpeg\r\n` +
      `content-length: ${photo.length}\r\n\r\n`,
  )
  await new Promise((sent) => socket.write(photo.subarray(0, photo.length / 2), sent))
  socket.destroy()
  await refused(call('worker', 'GET', id), 404, 'not-found')
  assert.equal((await put('worker', id, photo)).status, 200)
})

test('a draft’s file can be erased by its owner, again and for good; the id stays used', async () => {
  const id = randomUUID()
  const photo = await phonePhoto(400, 300)
  await put('worker', id, photo, `purpose=idBack&draftId=${randomUUID()}`)
  assert.equal((await stored(id)).length, 1)
  assert.equal((await call('worker', 'DELETE', id)).status, 204)
  assert.equal((await call('worker', 'DELETE', id)).status, 204)
  assert.deepEqual(await stored(id), [])
  await refused(call('worker', 'GET', `${id}/pages/1`), 404, 'not-found')
  await refused(put('worker', id, photo, 'purpose=idBack'), 409, 'file.id-taken')
})

test('with its application a file stays, its unions see it, HR does not see the card, and each look is recorded', async () => {
  const applicationId = await application()
  const [certificate, card, another] = [randomUUID(), randomUUID(), randomUUID()]
  const photo = await phonePhoto(400, 300)
  await put('worker', certificate, photo, `purpose=certificate&draftId=${applicationId}`)
  await put('worker', card, photo, `purpose=card&draftId=${applicationId}`)
  await put('stranger', another, photo, 'purpose=idFront')
  const attach = (files: Parameters<typeof attachFiles>[3]) =>
    inScope(db, { kind: 'person', accountId: people.worker.accountId }, (trx) =>
      attachFiles(trx, people.worker.accountId, applicationId, files),
    )
  await assert.rejects(attach({ idFront: another }), { code: 'file.missing' })
  await assert.rejects(attach({ idBack: certificate }), { code: 'file.missing' })
  await attach({ certificate, card })
  await attach({ certificate, card })

  await refused(call('worker', 'DELETE', card), 409, 'file.fixed')
  assert.equal((await call('reviewer', 'GET', `${certificate}/pages/1`)).status, 200)
  for (const id of [certificate, card]) await refused(call('elsewhere', 'GET', `${id}/pages/1`), 404, 'not-found')
  assert.equal((await call('hr', 'GET', `${certificate}/pages/1`)).status, 200)
  await refused(call('hr', 'GET', `${card}/pages/1`), 404, 'not-found')
  await refused(call('hr', 'GET', card), 404, 'not-found')
  for (const id of [certificate, card]) await refused(call('finance', 'GET', `${id}/pages/1`), 404, 'not-found')
  const { rows } = await owner.query(
    `select account_id, object_id from audit_event where kind = 'file.viewed' and object_id = any ($1)`,
    [[certificate, card]],
  )
  assert.deepEqual(
    rows.map((row) => `${row.account_id} ${row.object_id}`).sort(),
    [`${people.reviewer.accountId} ${certificate}`, `${people.hr.accountId} ${certificate}`].sort(),
  )
  const evidence = randomUUID()
  await refused(
    put('elsewhere', evidence, photo, `purpose=registerEvidence&applicationId=${applicationId}`),
    404,
    'not-found',
  )
  assert.equal(
    (await put('reviewer', evidence, photo, `purpose=registerEvidence&applicationId=${applicationId}`)).status,
    200,
  )
})

test('papers of money are for finance; whoever handed one in sees it until a claim has it', async () => {
  const applicationId = await application()
  const [proof, loose] = [randomUUID(), randomUUID()]
  const photo = await phonePhoto(400, 300)
  await put('reviewer', proof, photo, `purpose=payoutProof&applicationId=${applicationId}`)
  await put('reviewer', loose, photo, 'purpose=payoutProof')
  assert.equal((await call('reviewer', 'GET', `${loose}/pages/1`)).status, 200)
  assert.equal((await call('finance', 'GET', `${proof}/pages/1`)).status, 200)
  for (const who of ['worker', 'hr', 'elsewhere', 'reviewer'] as const)
    await refused(call(who, 'GET', proof), 404, 'not-found')
})

test('one account that opens many uploads keeps nobody else waiting', async () => {
  const open = new AbortController()
  const never = () => new ReadableStream({ start: (stream) => stream.enqueue(new Uint8Array([0xff, 0xd8, 0xff])) })
  const headers = { 'x-who': 'stranger', 'content-type': 'image/jpeg' }
  const slow = Array.from({ length: 40 }, () => {
    const request = { method: 'PUT', headers, body: never(), duplex: 'half', signal: open.signal }
    return fetch(`${base}/${randomUUID()}?purpose=idFront`, request as RequestInit)
  })
  const refusals: unknown[] = []
  const hear = async (answer: Response) => refusals.push(((await answer.json()) as { code: string }).code)
  const heard = Promise.allSettled(slow.map((each) => each.then(hear)))
  while (refusals.length < 32) await new Promise((resolve) => setTimeout(resolve, 20))
  assert.deepEqual([...new Set(refusals)], ['file.busy'])
  assert.equal((await put('worker', randomUUID(), await phonePhoto(300, 300))).status, 200)
  open.abort()
  await heard
})

test('the files of an application are listed, for HR without the card', async () => {
  const applicationId = await application()
  const photo = await phonePhoto(400, 300)
  const upload = async (purpose: string) => {
    const id = randomUUID()
    await put('worker', id, photo, `purpose=${purpose}&applicationId=${applicationId}`)
    return id
  }
  const files = [await upload('idFront'), await upload('card')]
  const listed = (who: 'hr' | 'reviewer' | 'elsewhere') => {
    const { accountId, organisation } = people[who]
    return inScope(db, { kind: 'union', accountId, organisationId: organisation!.id }, async (trx) =>
      (await filesOfApplication(trx, people[who], applicationId, guardedFields)).map(({ id }) => id).sort(),
    )
  }
  assert.deepEqual(await listed('reviewer'), files.toSorted())
  assert.deepEqual(await listed('hr'), [files[0]])
  assert.deepEqual(await listed('elsewhere'), [])
})

test('a stored page that was altered or swapped is not shown', async () => {
  const [one, two] = [randomUUID(), randomUUID()]
  await put('worker', one, await phonePhoto(400, 300))
  await put('worker', two, await phonePhoto(400, 300))
  const place = (id: string) => path.join(folder, 'files', id.slice(-2), `${id}.1`)
  await writeFile(place(one), await readFile(place(two)))
  const answer = await call('worker', 'GET', `${one}/pages/1`)
  assert.equal(answer.status, 500)
  assert.equal((await call('worker', 'GET', `${two}/pages/1`)).status, 200)
})

test('an account’s day is full after 60 files, also when they come at once; the next day is a new one', async () => {
  const { accountId } = people.busy
  await owner.query(
    `insert into file (id, purpose, owner_account_id, page_count, byte_size, sha256, uploaded_at)
     select gen_random_uuid(), 'idFront', $1, 1, 1000, '\\x00', $2 from generate_series(1, $3)`,
    [accountId, clock.now, fileLimits.ofWorkerPerDay.files - 2],
  )
  const photo = await phonePhoto(300, 300)
  const answers = await Promise.all(Array.from({ length: 5 }, () => put('busy', randomUUID(), photo)))
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 200, 429, 429, 429])
  await refused(put('busy', randomUUID(), photo), 429, 'file.quota')
  const earlier = clock.now
  clock.now = endOfDay(today)
  assert.equal((await put('busy', randomUUID(), photo)).status, 200)
  clock.now = earlier
})
