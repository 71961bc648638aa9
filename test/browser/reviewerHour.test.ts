/** A district reviewer's hour: fifty cases with the keyboard alone, from the queue to an empty one. */
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Page } from 'playwright-core'
import type { DemoAccounts } from '../../contract/people.ts'
import { act, filed, idNumber } from '../applications/claim.ts'
import { browserAt, type Client, signInWorker } from '../app.ts'
import { withHouse } from './house.ts'
import { dialogGone, typeInDialog } from './people.ts'

// the first morning on which one may file: the queue holds what is planted here and nothing else
const house = await withHouse('2026-06-16T09:00:00+08:00')
const cases = 50
const twin = { serial: 348, of: 347 }
let page: Page

async function staff(loginName: string): Promise<Client> {
  const client = browserAt(house.url)
  const { body } = await client.ask<DemoAccounts>('GET', '/api/v1/demo/accounts')
  const { password, code } = body.accounts.find((account) => account.loginName === loginName)!
  const { status } = await client.ask('POST', '/api/v1/sign-in/staff', { loginName, password, code })
  assert.equal(status, 200)
  return client
}

before(async () => {
  const [officer, point] = [await staff('qiheng.gonghui'), await staff('gongyequ.shenbao')]
  const perWorker = 10
  const filers = Array.from({ length: cases / perWorker }, async (_, ten) => {
    const worker = await signInWorker(browserAt(house.url), `1390000300${ten}`)
    for (let serial = 300 + ten * perWorker; serial < 300 + (ten + 1) * perWorker; serial++) {
      const change =
        serial === twin.serial ? { idNumber: idNumber(twin.of), name: `陆文轩${twin.of}`, issuedOn: '2025-11-20' } : {}
      const id = await filed(worker, serial, change)
      await act(officer, id, { kind: 'pass', membershipConfirmed: true })
      assert.equal((await act(point, id, { kind: 'pass' })).body.step, 'secondReview')
    }
  })
  await Promise.all(filers)
  page = (await house.desk('jiading.fushen1')).page
  page.setDefaultTimeout(12_000)
})

const press = (key: string) => page.keyboard.press(key)
/** The sentence at the foot, which readers hear too. */
const said = (text: RegExp) => page.getByRole('status').filter({ hasText: text }).first().waitFor()
/** A key that decides counts a moment after the case came up. */
const settled = () => page.waitForTimeout(700)
/** The case that stands has the focus on whose it is. */
async function standing(): Promise<string> {
  const heading = page.getByRole('heading', { level: 1 })
  await page.getByRole('region', { name: '评估' }).waitFor()
  await page.waitForFunction(() => document.activeElement?.tagName === 'H1')
  await settled()
  return (await heading.innerText()).trim()
}
async function nextAfter(name: string): Promise<string> {
  await page.waitForFunction((old) => document.querySelector('h1')?.textContent?.trim() !== old, name)
  return standing()
}
const dialog = () => page.getByRole('dialog')
const closed = () => dialogGone(page)
const waitingRows = () => page.getByRole('region', { name: '待复审' }).locator('tbody tr')

test('passed, the next stands by itself; undone, it is back in hand', async () => {
  await waitingRows().nth(49).waitFor()
  await press('Enter')
  const first = await standing()
  await press('a')
  await said(new RegExp(`^${first}：已同意申报`))
  await nextAfter(first)
  await press('u')
  await dialog().getByText('撤销后此件回到你手里').waitFor()
  await typeInDialog(page, '金额没看清，再看一遍')
  await press('Control+Enter')
  await closed()
  await said(new RegExp(`^${first}：已撤销上一个决定`))
  await page.getByText('金额没看清，再看一遍').waitFor()
  await page.getByRole('button', { name: /^同意申报/ }).waitFor()
  await settled()
  await press('a')
  await said(new RegExp(`^${first}：已同意申报`))
  await nextAfter(first)
})

test('sent back with a reason, held with a reason', async () => {
  const back = await standing()
  await press('t')
  await dialog().getByRole('checkbox').first().waitFor()
  await press('Space')
  await press('Control+Enter')
  await said(new RegExp(`^${back}：已退回补正`))
  const kept = await nextAfter(back)
  await press('h')
  await dialog().getByLabel('暂缓的理由').waitFor()
  await typeInDialog(page, '等申请人送原件来')
  await press('Control+Enter')
  await said(new RegExp(`^${kept}：已暂缓`))
  await nextAfter(kept)
  await press('Escape')
  await page.getByRole('cell', { name: /暂缓/ }).waitFor()
  assert.equal(await waitingRows().count(), 48)
})

test('clean ones together: not before those that the machine drew were looked at', async () => {
  await press('c')
  await said(/^选中了47件/)
  await press('b')
  await dialog().getByText('系统从45件里随机抽了3件').waitFor()
  await dialog().getByText('2件没有放进来').waitFor()
  await press('Control+Enter')
  await dialog().getByText('还没有看').nth(2).waitFor()
  await press('Enter')
  for (let looked = 1; looked <= 3; looked++) {
    await page.getByText(`第${looked}件，共3件`).waitFor()
    await page.getByText('抽看的一件').waitFor()
    await standing()
    await press('j')
  }
  await dialog().getByText('看过了').nth(2).waitFor()
  await press('Control+Enter')
  await dialog().getByText('45件已同意申报').waitFor()
  await press('Control+Enter')
  await closed()
  await page.waitForFunction(() => document.querySelectorAll('section.queue tbody tr').length === 3)
})

test('two that look alike are compared side by side, and the answer is there for the other', async () => {
  await press('j')
  await press('Enter')
  await standing()
  if ((await page.getByRole('button', { name: /^并排比对/ }).count()) === 0) await press('j')
  await page.getByText('可能是同一张证书').waitFor()
  await standing()
  await press('c')
  await dialog()
    .getByRole('row', { name: /证书编号.*不同/ })
    .waitFor()
  await dialog()
    .getByRole('row', { name: /发证日期.*相同/ })
    .waitFor()
  await press('Space')
  await press('Tab')
  await typeInDialog(page, '两张证书编号、照片都不同')
  await press('Control+Enter')
  await closed()
  await page.getByText('两张证书编号、照片都不同').waitFor()
  const one = await standing()
  await press('a')
  await said(new RegExp(`^${one}：已同意申报`))
  await page.waitForFunction(() => !document.querySelector('[aria-label="同人同证"]')?.textContent?.includes('可能是'))
})

test('what is left is done, and the desk says so', async () => {
  await press('Escape')
  await page.waitForFunction(() => document.querySelectorAll('section.queue tbody tr').length === 2)
  await press('Enter')
  let name = await standing()
  for (let left = 2; left > 0; left--) {
    // what the page had read before the case was held stands until it has read again
    const release = page.getByRole('button', { name: /^解除暂缓/ })
    await release.or(page.getByText('两张证书编号、照片都不同')).first().waitFor()
    if ((await release.count()) > 0) {
      await press('h')
      await dialog().getByText('解除后可以照常办').waitFor()
      await press('Control+Enter')
      await closed()
      await page.getByRole('button', { name: /^暂缓/ }).waitFor()
    }
    await press('a')
    await said(new RegExp(`^${name}：已同意申报`))
    if (left > 1) name = await nextAfter(name)
  }
  await page.getByText('待复审的都办完了').waitFor()
  const { rows } = await house.database.owner.query(
    `select state, step, count(*)::int as n from application group by 1, 2 order by 1`,
  )
  assert.deepEqual(rows, [
    { state: 'inReview', step: 'verification', n: cases - 1 },
    { state: 'returned', step: 'secondReview', n: 1 },
  ])
})
