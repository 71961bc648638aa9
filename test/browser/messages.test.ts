/** The worker hears of each turn, the centre writes in what words, and the district takes over what was left undone. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { instant } from '../../domain/dates.ts'
import { browserAt, signInWorker } from '../app.ts'
import { filed, view } from '../applications/claim.ts'
import { mine } from '../messages/desk.ts'
import { withHouse } from './house.ts'
import { confirmed, menu, passed } from './people.ts'

const house = await withHouse()
const phone = '13700000088'

test('the centre changes the words, with what they look like, and a name nobody knows is refused', async () => {
  const { page } = await house.desk('zhongxin.shenhe1')
  await menu(page, '消息文字')
  await page
    .getByRole('navigation', { name: '哪一种消息' })
    .getByRole('button', { name: /^提交申报/ })
    .click()
  const body = page.getByLabel('正文', { exact: true })
  await body.fill('{姓名}的申报收到了')
  await page.getByText(/^\{姓名\}在这里不能用/).waitFor()
  await page.getByText('先改好标出的地方').waitFor()
  await body.fill('收到了，由{单位工会}来办。受理号')
  await page
    .getByRole('group', { name: '加到正文的末尾' })
    .getByRole('button', { name: '{受理号}', exact: true })
    .click()
  const preview = page.getByRole('region', { name: '发出来的样子' })
  await preview.getByText('收到了，由上海启衡精密机械有限公司工会来办。受理号JS26-0000518').waitFor()
  await page.getByLabel(/^短信/).fill('收到'.repeat(40))
  await preview.getByText('短信84字，算2条').waitFor()
  await page.getByLabel(/^短信/).fill('尾号{受理号尾号}收到了')
  await page.getByRole('button', { name: '保存，以后发的用这个' }).click()
  await page.getByText(/^“提交申报”的文字已保存/).waitFor()
  await page
    .getByRole('region', { name: '改过的' })
    .getByText(/孙牧之/)
    .waitFor()
})

let receipt = ''

test('the worker sees each turn in those words, the text message delivered, and opens the claim from it', async () => {
  const client = await signInWorker(browserAt(house.url), phone)
  const id = await filed(client, 1701)
  receipt = (await view(client, id)).receiptNumber
  while ((await mine(client, id))[0]!.sms !== 'delivered') await sleep(100)
  // a code is sent once a minute
  await house.database.owner.query('update one_time_code set sent_at = sent_at - 120000')
  const { page } = await house.phone(phone)
  await page.getByRole('link', { name: /^消息.*1条未读/ }).click()
  const told = page.getByRole('link', { name: /已收到你的申报/ })
  await told.getByText(`收到了，由上海启衡精密机械有限公司工会来办。受理号${receipt}`).waitFor()
  await told.getByText('短信已送达').waitFor()
  await told.click()
  await page.getByRole('heading', { name: '申报进度' }).waitFor()
  await page.getByText(/7月22日前没有办，会提醒，嘉定区总工会也可以办/).waitFor()
  await page.goto('/mine')
  await page.getByRole('link', { name: '消息', exact: true }).waitFor()
  assert.equal(await page.getByText(/条未读/).count(), 0)
})

test('after five working days the union is reminded, and the district takes over', async () => {
  const { owner } = house.database
  await owner.query(
    'update business_clock set offset_ms = $1 - (extract(epoch from clock_timestamp()) * 1000)::bigint',
    [instant('2026-07-23T09:00:00+08:00')!],
  )
  const reminded = async () =>
    (
      await owner.query(
        'select from reminder r join application a on a.id = r.application_id where a.receipt_number = $1',
        [receipt],
      )
    ).rows.length
  while ((await reminded()) === 0) await sleep(200)

  const { page: union } = await house.desk('qiheng.gonghui')
  await union.getByRole('link', { name: /^消息，\d+条未读/ }).click()
  const item = union.getByRole('listitem').filter({ hasText: '有申报过了提醒日' })
  await item.getByRole('button', { name: /^列出\d+件/ }).click()
  await union.getByRole('link', { name: receipt }).waitFor()

  const { page: district } = await house.desk('jiading.fushen1')
  await menu(district, '下级逾期')
  await district.getByRole('link', { name: receipt }).click()
  await district.getByRole('region', { name: '评估' }).waitFor()
  await district.getByRole('checkbox', { name: /是本市工会会员/ }).check()
  await district.getByRole('button', { name: /^同意申报/ }).click()
  await passed(district, '陆文轩1701')

  const { page } = await house.phone(phone)
  await page.getByRole('link', { name: /^消息/ }).click()
  await page.getByRole('link', { name: /单位工会初审同意/ }).waitFor()
  await page.getByRole('link', { name: /已提醒经办单位/ }).waitFor()
})

test('the last batch is announced, and every desk that holds open cases says so', async () => {
  const { page: centre } = await house.desk('zhongxin.shenhe1')
  await menu(centre, '申报批次')
  await centre.getByRole('button', { name: '预告这是最后一批…' }).click()
  await centre.getByLabel('计划截止日').fill('2026-08-31')
  await confirmed(centre, '发预告')
  await centre.getByText(/^已预告：第\d+批是最后一批/).waitFor()
  const { page: union } = await house.desk('qiheng.gonghui')
  await union.goto('/desk/')
  await union.getByText(/批是最后一批，计划8月31日（周一）截止/).waitFor()
})
