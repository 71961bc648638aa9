/** What is read and seen of a claim beside its form: words of officers, what a register showed, pictures. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { ApplicationView } from '../../contract/applications.ts'
import { inScope } from '../../server/db/open.ts'
import { type Client, withApp } from '../app.ts'
import { act, filed, readPolicy, upload, view } from './claim.ts'

const office = await withApp()
const worker = await office.worker('13800006021')
const other = await office.worker('13800006022')
const logins = ['qiheng.gonghui', 'qiheng.renli', 'gongyequ.shenbao', 'jiading.fushen1', 'zhongxin.shenhe1'] as const
const [union, hr, point, district, verifier] = (await Promise.all(logins.map((login) => office.staff(login)))) as [
  Client,
  Client,
  Client,
  Client,
  Client,
]
const [second, approver] = [await office.staff('zhongxin.shenhe2'), await office.staff('shi.zhongshen1')]

async function atSecondReview(serial: number): Promise<string> {
  const id = await filed(worker, serial)
  await act(union, id, { kind: 'pass', membershipConfirmed: true })
  assert.equal((await act(point, id, { kind: 'pass' })).body.step, 'secondReview')
  return id
}

const said = ({ history }: ApplicationView) =>
  history.filter(({ words }) => words !== undefined).map(({ kind, words }) => [kind, words])

test('officers’ words for one another reach neither the worker nor HR; what is meant for the worker does', async () => {
  const id = await atSecondReview(1)
  const returned = ['return', '请重拍身份证。']
  await act(district, id, { kind: 'return', reasons: ['idUnclear'], words: returned[1]! })
  await act(district, id, { kind: 'undo', words: '内部：先不退，同厂张某也报过' })
  const passed = ['pass', '内部：同厂张某也报过']
  await act(district, id, { kind: 'pass', words: passed[1]! })
  const { form } = await view(verifier, id)
  const evidenceFileId = await upload(verifier, 'registerEvidence')
  const shown = {
    level: form.level,
    occupationCode: form.occupationCode,
    occupationName: form.occupationName,
    issuedOn: form.issuedOn,
    holderMatches: true,
    valid: true,
  }
  const check = { basis: 'site', source: '市人社局证书查询', outcome: 'pass', shown, evidenceFileId }
  const address = `/api/v1/applications/${id}/checks/${randomUUID()}`
  assert.equal((await verifier.ask('PUT', address, check)).status, 200)
  await act(verifier, id, { kind: 'pass' })
  const listId = randomUUID()
  await second.ask('PUT', `/api/v1/approval-lists/${listId}`, {})
  const back = { applicationIds: [id], words: '给审核的话：疑似挂证' }
  const sent = await approver.ask('PUT', `/api/v1/approval-lists/${listId}/returns/${randomUUID()}`, back)
  assert.equal(sent.status, 200, JSON.stringify(sent.body))

  for (const reader of [worker, hr]) {
    const seen = await view(reader, id)
    assert.deepEqual(said(seen), [returned])
    assert.equal(seen.decision, undefined)
    assert.ok(!JSON.stringify(seen).includes('张某') && !JSON.stringify(seen).includes('挂证'))
    assert.ok(seen.files.every(({ purpose }) => purpose !== 'registerEvidence'))
    assert.deepEqual(
      seen.checks.filter(({ name }) => name === 'certificateRegister').map((each) => each.evidenceFileId),
      [undefined],
      'that it was looked up is no secret',
    )
    assert.equal((await reader.ask('GET', `/api/v1/files/${evidenceFileId}`)).status, 404)
    assert.equal((await reader.ask('GET', `/api/v1/files/${evidenceFileId}/pages/1`)).status, 404)
  }
  const atDesk = await view(verifier, id)
  assert.deepEqual([said(atDesk).length, atDesk.decision!.words], [4, '给审核的话：疑似挂证'])
  assert.equal((await verifier.ask('GET', `/api/v1/files/${evidenceFileId}/pages/1`)).status, 200)

  const { rows } = await office.database.owner.query('select account_id, unit_id from application where id = $1', [id])
  const { account_id: accountId, unit_id: unitId } = rows[0]
  const scopes = [
    { kind: 'person', accountId },
    { kind: 'union', accountId: randomUUID(), organisationId: unitId },
  ] as const
  for (const scope of scopes)
    await inScope(office.deps.db, scope, async (trx) => {
      const notes = await sql`select a.kind from action_note n join action a on a.id = n.action_id
        where a.application_id = ${id}`.execute(trx)
      assert.deepEqual(notes.rows, [{ kind: 'return' }], scope.kind)
      const files = await sql`select id from file where id = ${evidenceFileId}`.execute(trx)
      assert.deepEqual(files.rows, [], scope.kind)
    })
})

test('a worker reads their own words, and the answer to them', async () => {
  const id = await atSecondReview(2)
  const { reasons } = await readPolicy(worker)
  const reason = reasons.find(({ outcome, steps }) => outcome === 'decline' && steps.includes('secondReview'))!
  await act(district, id, { kind: 'decline', reasons: [reason.id], words: '不符合通知。' })
  await act(worker, id, { kind: 'requestReReview', words: '我符合，请再看。' })
  assert.deepEqual(said(await view(worker, id)), [
    ['decline', '不符合通知。'],
    ['requestReReview', '我符合，请再看。'],
  ])
  assert.deepEqual(said(await view(hr, id)), [['decline', '不符合通知。']])
})

test('beside one’s task a picture of what is masked is shown for a reason, which is logged; to HR not at all', async () => {
  const id = await atSecondReview(3)
  const { files } = await view(district, id)
  assert.deepEqual(
    files.map(({ masked }) => masked),
    files.map(() => undefined),
  )
  const fileOf = (purpose: string) => files.find((each) => each.purpose === purpose)!.id
  const guarded = ['idFront', 'idBack', 'card']
  const look = async (client: Client, purpose: string) => {
    const { status, body } = await client.ask('GET', `/api/v1/files/${fileOf(purpose)}/pages/1`)
    return status === 200 ? 200 : body.code
  }
  const ask = (client: Client, purpose: string, reason: string) =>
    client.ask('POST', `/api/v1/files/${fileOf(purpose)}/pages/1`, { reason })
  const auditor = await office.staff('jingshen')
  for (const client of [worker, district]) for (const purpose of guarded) assert.equal(await look(client, purpose), 200)
  for (const client of [union, point, verifier, approver, auditor]) {
    const seen = await view(client, id)
    assert.deepEqual(
      seen.files
        .filter(({ masked }) => masked)
        .map(({ purpose }) => purpose)
        .toSorted(),
      guarded.toSorted(),
    )
    for (const purpose of guarded) assert.equal(await look(client, purpose), 'file.reason-needed')
    assert.equal((await client.ask('GET', `/api/v1/files/${fileOf('card')}`)).body.code, 'file.reason-needed')
    assert.equal(await look(client, 'certificate'), 200)
    assert.equal((await ask(client, 'card', ' ')).status, 400)
    const shown = await ask(client, 'card', '打电话给陆文轩核实')
    assert.deepEqual([shown.status, shown.headers['content-type']], [200, 'image/jpeg'])
  }
  const { rows } = await office.database.owner.query(
    `select detail, detail::text as whole from audit_event where kind = 'application.unmasked' and object_id = $1`,
    [id],
  )
  assert.equal(rows.length, 5)
  for (const { detail, whole } of rows) {
    assert.deepEqual([detail.field, detail.file, detail.page], ['card', fileOf('card'), 1])
    assert.doesNotMatch(whole, /陆文轩/)
  }
  const elsewhere = await office.staff('pudong.fushen1')
  for (const client of [hr, elsewhere, await office.staff('jiading.caiwu1'), other])
    for (const purpose of guarded) {
      assert.equal(await look(client, purpose), 'not-found')
      assert.equal((await ask(client, purpose, '与材料对照')).status, 404)
    }
  assert.deepEqual(
    (await view(hr, id)).files.map(({ purpose }) => purpose),
    ['certificate'],
  )

  await act(district, id, { kind: 'pass' })
  assert.deepEqual(
    [await look(verifier, 'idFront'), await look(verifier, 'card'), await look(district, 'idFront')],
    [200, 'file.reason-needed', 'file.reason-needed'],
  )
})

test('asked for its opinion, HR sees the identity card it compares with, and never the card the money goes to', async () => {
  const id = await filed(worker, 4, { filingAuthority: 'industry', certificateNumber: 'S004231000025252000004' })
  const pictures = async () => {
    const { files } = await view(hr, id)
    return files.map(({ purpose }) => purpose).toSorted()
  }
  assert.deepEqual(await pictures(), ['certificate', 'idBack', 'idFront'])
  const idFront = (await view(hr, id)).files.find(({ purpose }) => purpose === 'idFront')!.id
  assert.equal((await hr.ask('GET', `/api/v1/files/${idFront}/pages/1`)).status, 200)
  assert.equal((await act(hr, id, { kind: 'pass' })).status, 200)
  assert.deepEqual(await pictures(), ['certificate'])
  assert.equal((await hr.ask('GET', `/api/v1/files/${idFront}/pages/1`)).status, 404)
})
