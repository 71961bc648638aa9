/** Who prints the documents of money, what stands on them for whom, and that each print is on record. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { NoticeDetail, Notices } from '../../contract/payments.ts'
import { loadClaims } from '../../server/demo/claims.ts'
import type { Client } from '../app.ts'
import { withApp } from '../app.ts'
import { readPdf } from './pdfPage.ts'

const house = await withApp()
assert.ok(await loadClaims(house.deps))
const pudong = await house.staff('pudong.caiwu1')
const centre = await house.staff('zhongxin.caiwu1')
const worker = await house.worker('13800006021')
const { notices } = (await pudong.ask<Notices>('GET', '/api/v1/allocation-notices')).body
const notice = notices[0]!
const address = `/api/v1/allocation-notices/${notice.id}`
const {
  body: { lines },
} = await pudong.ask<NoticeDetail>('GET', address)
const { body: byCentre } = await centre.ask<NoticeDetail>('GET', address)

async function print(client: Client, paper: 'paper' | 'confirmation-paper') {
  const { statusCode, headers, rawPayload } = await house.app.inject({
    method: 'GET',
    url: `${address}/${paper}`,
    headers: { ...(client.cookie && { cookie: client.cookie }) },
  })
  if (statusCode >= 400) return { code: (JSON.parse(rawPayload.toString()) as { code: string }).code, text: '' }
  assert.equal(headers['content-type'], 'application/pdf')
  const pages = readPdf(rawPayload)
  return {
    code: 'printed',
    text: pages
      .map(({ glyphs }) => glyphs.map(({ text }) => text).join(''))
      .join('')
      .replace(/\s/g, ''),
  }
}
const prints = async () =>
  (
    await house.database.owner.query(
      `select e.kind, s.login_name as who, e.detail from audit_event e join account s on s.id = e.account_id
       where e.kind in ('allocation-notice.printed', 'confirmation.printed') and e.object_id = $1 order by e.at, e.kind`,
      [notice.id],
    )
  ).rows as { kind: string; who: string; detail: object }[]

test('nobody else prints them: another district, other desks, a worker, nobody signed in', async () => {
  for (const paper of ['paper', 'confirmation-paper'] as const) {
    assert.equal((await print(house.client(), paper)).code, 'sign-in.required')
    assert.equal((await print(worker, paper)).code, 'forbidden')
    assert.equal((await print(await house.staff('minhang.caiwu1'), paper)).code, 'not-found')
    for (const desk of ['pudong.fushen1', 'shi.caiwu1', 'jingshen', 'xitong'])
      assert.equal((await print(await house.staff(desk), paper)).code, 'forbidden', desk)
  }
  assert.equal((await print(centre, 'confirmation-paper')).code, 'forbidden', 'the union confirms, not the centre')
  assert.deepEqual(await prints(), [])
})

const checkCode = /附表校验码((?:[0-9A-F]{4}){4})/

test('the centre and the union print the same notice, without ID numbers and with accounts by their last digits', async () => {
  const { text } = await print(centre, 'paper')
  assert.equal((await print(pudong, 'paper')).text, text)
  for (const value of [notice.number, notice.documentNumber, notice.district, `尾号${notice.accountTail}`])
    assert.ok(text.includes(value), value)
  for (const line of lines)
    for (const value of [line.receiptNumber, line.applicantName, `尾号${line.payeeTail}`])
      assert.ok(text.includes(value), value)
  assert.ok(!text.includes(byCentre.receivingAccount!))
  assert.doesNotMatch(text, /\d{12,}/)
  assert.deepEqual((await prints()).map(({ kind, who, detail }) => [kind, who, detail]).toSorted(), [
    ['allocation-notice.printed', 'pudong.caiwu1', {}],
    ['allocation-notice.printed', 'zhongxin.caiwu1', {}],
  ])
})

test('the union’s confirmation has its account whole and the notice’s code; a changed account is not printed', async () => {
  const { text } = await print(pudong, 'confirmation-paper')
  assert.ok(text.includes(`收款账户${byCentre.receivingAccount!}`), text)
  assert.equal(checkCode.exec(text)![1], checkCode.exec((await print(pudong, 'paper')).text)![1])
  assert.equal((await prints()).filter(({ kind }) => kind === 'confirmation.printed').length, 1)
  const set = (tail: string) =>
    house.database.owner.query('update organisation set receiving_account_tail = $2 where id = $1', [
      notice.districtId,
      tail,
    ])
  await set('9999')
  const changed = await print(pudong, 'confirmation-paper')
  assert.ok(changed.text.includes(`收款账户尾号${notice.accountTail}`))
  assert.ok(!changed.text.includes(byCentre.receivingAccount!))
  await set(notice.accountTail)
})
