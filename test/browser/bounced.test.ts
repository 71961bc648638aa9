/** 退票: the phone says why and what to do, takes another card with a fresh code, finance confirms, the same award is paid. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, test } from 'node:test'
import type { MyApplications } from '../../contract/applications.ts'
import type { DemoAccounts } from '../../contract/people.ts'
import type { PayoutBatchDetail, PayoutBatches, PayoutLine, PayoutLines } from '../../contract/payouts.ts'
import { browserAt, type Client } from '../app.ts'
import { demoId } from '../../server/demo/demo.ts'
import { withHouse } from './house.ts'
import { menu, photo } from './people.ts'

const house = await withHouse()
const number = '13800006021'
const card = '6228480000000000158'

async function staff(loginName: string): Promise<Client> {
  const client = browserAt(house.url)
  const { password, code } = await accountOf(client, loginName)
  const answer = await client.ask('POST', '/api/v1/sign-in/staff', { loginName, password, code })
  assert.equal(answer.status, 200, answer.body.title)
  return client
}
/** A code is good once; tests do not wait half a minute for the next. */
async function accountOf(client: Client, loginName: string) {
  await house.database.owner.query('update account set totp_step = 0 where login_name = $1', [loginName])
  const { body } = await client.ask<DemoAccounts>('GET', '/api/v1/demo/accounts')
  return body.accounts.find((account) => account.loginName === loginName)!
}
async function put<Body>(client: Client, address: string, body: object = {}): Promise<Body> {
  const answer = await client.ask<Body>('PUT', `/api/v1${address}`, body)
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return answer.body
}
const linesOf = async (client: Client, batchId: string): Promise<PayoutLine[]> =>
  (await client.ask<PayoutLines>('GET', `/api/v1/payout-batches/${batchId}/lines`)).body.lines

/** Types what the bank said, with its receipt. */
async function typeResult(client: Client, payoutId: string, said: object): Promise<void> {
  const proofFileId = randomUUID()
  const { buffer } = await photo('回单')
  const sent = await client.send(`/api/v1/files/${proofFileId}?purpose=payoutProof`, buffer)
  assert.equal(sent.status, 200, JSON.stringify(sent.body))
  await put(client, `/payouts/${payoutId}/results/${randomUUID()}`, { ...said, proofFileId })
}

let maker: Client
let line: PayoutLine
before(async () => {
  const { page } = await house.phone(number)
  maker = await staff('jiading.caiwu1')
  const { applications } = (await (await page.request.get('/api/v1/applications')).json()) as MyApplications
  const paid = applications.filter(({ state }) => state === 'paid').map(({ id }) => id)
  const answer = await maker.ask<PayoutBatches>('GET', '/api/v1/payout-batches')
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  const { batches } = answer.body
  const lines = (await Promise.all(batches.map(({ id }) => linesOf(maker, id)))).flat()
  line = lines.find(({ applicationId, state }) => state === 'settled' && paid.includes(applicationId))!
  const given = { outcome: 'bounced', code: 'notActivated', on: '2026-07-15' }
  await typeResult(maker, line.payoutId, given)
})

test('the worker sees why, what to do, and names another card with a fresh code', async () => {
  const { page } = await house.phone(number)
  await page.goto('/mine')
  await page.getByRole('link', { name: /退票/ }).click()
  await page.getByRole('heading', { name: /银行退回了.*会员服务卡还没有激活/ }).waitFor()
  await page.getByText('资助还在，金额不变，不用重新申报').waitFor()
  await page.getByRole('link', { name: '已激活，重新发放' }).waitFor()
  assert.doesNotMatch(await page.getByRole('main').innerText(), /\d{13}/, 'last digits only')
  await page.getByRole('link', { name: '填新卡号' }).click()
  await page.getByRole('button', { name: '获取验证码' }).click()
  await page.getByText('还没有填卡号。').waitFor()
  await page.getByLabel('卡号').fill(card)
  await page.getByRole('button', { name: '获取验证码' }).click()
  await page.getByText(/^验证码已发到/).waitFor()
  await page.getByLabel('短信验证码').fill('000000')
  await page.getByRole('button', { name: /^提交，请/ }).click()
  await page.getByText(/^验证码不对/).waitFor()
  await page.getByRole('button', { name: '填入这个验证码' }).click()
  await page.getByRole('button', { name: /^提交，请/ }).click()
  await page.getByRole('heading', { name: '已收到，等另一个人核对' }).waitFor()
  await page
    .getByText(`尾号${card.slice(-4)}`)
    .first()
    .waitFor()
})

test('finance compares both accounts and confirms', async () => {
  const { page } = await house.desk('jiading.caiwu2')
  await menu(page, '收款账户更正')
  await page.getByRole('link', { name: line.receiptNumber }).click()
  await page.getByText('查看，已记录').waitFor()
  const shown = page.getByRole('row', { name: /^卡号/ })
  assert.equal((await shown.innerText()).replaceAll(/\s/g, '').includes(card), true)
  await page.getByRole('button', { name: '确认这个账户' }).click()
  await page.getByRole('heading', { name: '已确认' }).waitFor()
  await page.getByRole('link', { name: '回到收款账户更正' }).click()
  await page.getByText('没有等核对的账户').waitFor()
})

test('the same award is paid again, and the phone shows both attempts', async () => {
  const { page } = await house.phone(number)
  await page.reload()
  await page.getByRole('heading', { name: /^已核对，等重新发放/ }).waitFor()
  // the demonstration's own proposal to correct what was recorded of it holds it up until it is answered
  await put(maker, `/corrections/${demoId('correction', 'first')}/refusal`, { words: '核对过回单，登记没有错。' })
  const made = await put<PayoutBatchDetail>(maker, `/payout-batches/${randomUUID()}`, {
    ...{ format: 'csv-utf8', payOn: '2026-07-15' },
  })
  const again = (await linesOf(maker, made.id)).find(({ applicationId }) => applicationId === line.applicationId)!
  assert.deepEqual([again.attempt, again.amountFen, again.payeeTail], [2, line.amountFen, card.slice(-4)])
  const releaser = await staff('jiading.caiwu2')
  const { code } = await accountOf(releaser, 'jiading.caiwu2')
  const accept = [{ payoutId: again.payoutId, stop: 'typedBack', words: '看过银行回单，没有付出去' }]
  await put(releaser, `/payout-batches/${made.id}/release`, { code, accept })
  await put(maker, `/payout-batches/${made.id}/downloads/${randomUUID()}`, { part: 1 })
  await page.reload()
  await page.getByRole('heading', { name: /^正在重新发放/ }).waitFor()
  const settled = { outcome: 'settled', bankSerial: 'S2', on: '2026-07-15' }
  await typeResult(maker, again.payoutId, settled)
  await page.reload()
  await page.getByRole('heading', { name: /已经到你的卡上$/ }).waitFor()
  const way = page.getByRole('list').filter({ hasText: '第1次发放' })
  await way.getByText(/尾号\d{4}，银行退回：会员服务卡还没有激活/).waitFor()
  await way.getByText(new RegExp(`打到尾号${card.slice(-4)}的会员服务卡`)).waitFor()
})
