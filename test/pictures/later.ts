/**
 * What becomes of money that did not go as it should: paid again, taken back, asked back, closed with its year. These
 * screens have a demonstration of their own, in which people go on from one to the next.
 */
import type { Page } from 'playwright-core'
import type { Corrections, CorrectionSubject, Surplus } from '../../contract/corrections.ts'
import type { PayeeChanges } from '../../contract/payees.ts'
import type { PayoutBatchDetail, PayoutBatches, PayoutLines } from '../../contract/payouts.ts'
import type { CancelCause } from '../../domain/correction.ts'
import { picks } from '../browser/correctionDesk.ts'
import { freshCode, photo } from '../browser/people.ts'
import { ask, id } from './ask.ts'
import { dropsBatch, makesBatch, payoutBatch, payouts } from './desk.ts'
import { bounced, first, handedIn, large, who as worker } from './phone.ts'
import type { Demonstration, Screen } from './screen.ts'

const [clerk, colleague] = ['jiading.caiwu1', 'jiading.caiwu2'] as const
/** Whose award is taken back before it left the house. */
const cancelled = '13800006102'

/** The worker gives another card; the batch that waits is given up for one that pays it once more. */
async function paysAgain({ pageOf }: Demonstration): Promise<void> {
  const phone = await pageOf(bounced)
  await phone.goto('/mine')
  await handedIn(phone)
  const page = await pageOf(colleague)
  const { items } = await ask<PayeeChanges>(page, 'GET', '/payee-changes')
  await ask(page, 'PUT', `/payee-changes/${items[0]!.id}/confirmation`)
  await dropsBatch(page)
  await makesBatch(page)
}
/** Who typed that it did not arrive cannot release it, and makes it instead. */
async function madeByOther({ pageOf }: Demonstration): Promise<void> {
  const page = await pageOf(clerk)
  await dropsBatch(page)
  await makesBatch(page)
}

/** One proposes that the award is taken back, final approval agrees. */
async function takesBack({ pageOf }: Demonstration, receipt: string, cause: CancelCause, words: string) {
  const [proposes, agrees] = [await pageOf(clerk), await pageOf('shi.zhongshen1')]
  const { awardId } = await ask<CorrectionSubject>(proposes, 'GET', `/correction-subjects/${receipt}`)
  const correction = id()
  await ask(proposes, 'PUT', `/corrections/${correction}`, { kind: 'cancel', awardId, cause, words })
  await ask(agrees, 'PUT', `/corrections/${correction}/confirmation`)
}

/** Released, and one of its awards taken back before its file is given out. */
async function withdraws(demonstration: Demonstration): Promise<void> {
  const page = await demonstration.pageOf(colleague)
  const { batches } = await ask<PayoutBatches>(page, 'GET', '/payout-batches')
  const batch = batches[0]!.id
  const { stopped } = await ask<PayoutBatchDetail>(page, 'GET', `/payout-batches/${batch}`)
  const accept = stopped.flatMap(({ payoutId, stops }) =>
    stops.map((stop) => ({ payoutId, stop, words: '已电话核实，看过回单' })),
  )
  await ask(page, 'PUT', `/payout-batches/${batch}/release`, { code: await freshCode(page, colleague), accept })
  await takesBack(demonstration, 'JS26-0000003', 'certificateRevoked', '评价机构来函，7月14日撤销这张证书。')
}

const handsBack = async ({ pageOf }: Demonstration) => ask(await pageOf(clerk), 'PUT', `/surplus-transfers/${id()}`)
async function releasesSurplus({ pageOf }: Demonstration): Promise<void> {
  const page = await pageOf(colleague)
  const { transfers } = await ask<Surplus>(page, 'GET', '/surplus')
  await ask(page, 'PUT', `/surplus-transfers/${transfers[0]!.id}/release`, { voucherNumber: '嘉工退-0003' })
}

async function bankReceipt(page: Page): Promise<string> {
  const fileId = id()
  const headers = { 'x-jiangsheng': '1', 'content-type': 'image/jpeg' }
  const { buffer: data } = await photo('回单')
  await page.request.put(`/api/v1/files/${fileId}?purpose=payoutProof`, { headers, data })
  return fileId
}

const openOf = async (page: Page) => ask<Corrections>(page, 'GET', '/corrections')
/** What a colleague had proposed of it is found wrong; then what was paid is asked back. */
async function asksBack(demonstration: Demonstration): Promise<void> {
  const page = await demonstration.pageOf(clerk)
  const { corrections } = await openOf(page)
  await ask(page, 'PUT', `/corrections/${corrections[0]!.id}/refusal`, { words: '银行查过，就是这一笔，登记没有错。' })
  await takesBack(demonstration, 'JS26-0000001', 'certificateRevoked', '评价机构来函，7月14日撤销这张证书。')
}
async function comesBack({ pageOf }: Demonstration): Promise<void> {
  const page = await pageOf(clerk)
  const { recoveries } = await openOf(page)
  const receipt = { receivedOn: '2026-07-15', voucherNumber: '嘉工收-0031', scanFileId: await bankReceipt(page) }
  await ask(page, 'PUT', `/recoveries/${recoveries[0]!.id}/receipts/${id()}`, receipt)
}
async function confirmsRecovery({ pageOf }: Demonstration): Promise<void> {
  const page = await pageOf(colleague)
  const { recoveries } = await openOf(page)
  await ask(page, 'PUT', `/recoveries/${recoveries[0]!.id}/confirmation`)
}

/** What is left of the batch is sent, and the bank settles it. */
async function paysRest(page: Page): Promise<void> {
  const { batches } = await ask<PayoutBatches>(page, 'GET', '/payout-batches')
  const batch = batches[0]!.id
  await page.request.put(`/api/v1/payout-batches/${batch}/downloads/${id()}`, {
    ...{ headers: { 'x-jiangsheng': '1' }, data: { part: 1 } },
  })
  const { lines } = await ask<PayoutLines>(page, 'GET', `/payout-batches/${batch}/lines?state=sent`)
  const said = { outcome: 'settled', on: '2026-07-15', proofFileId: await bankReceipt(page) }
  for (const { payoutId } of lines) await ask(page, 'PUT', `/payouts/${payoutId}/results/${id()}`, said)
}

/** In January one of the city's finance proposes the close, another confirms it. */
const close = id()
async function proposesClose({ pageOf }: Demonstration): Promise<void> {
  await paysRest(await pageOf(clerk))
  const to = Date.parse('2027-01-04T09:00:00+08:00')
  await ask(await pageOf('xitong'), 'PUT', '/demo/clock', { to })
  await ask(await pageOf('shi.caiwu1'), 'PUT', `/books/years/${close}`, { year: 2026 })
}
const closesYear = async ({ pageOf }: Demonstration) =>
  ask(await pageOf('shi.caiwu2'), 'PUT', `/books/years/${close}/confirmation`)

const filed = { path: '/mine', route: '/applications/:id' } as const
const surplus = { path: '/desk/surplus' } as const
const corrections = { path: '/desk/corrections' } as const
const years = { path: '/desk/years' } as const

export const screens: readonly Screen[] = [
  { name: 'desk-payout-typed-own', who: clerk, ...payouts, plant: paysAgain, open: payoutBatch(3) },
  { name: 'desk-payout-typed-back', who: colleague, ...payouts, plant: madeByOther, open: payoutBatch(4) },
  { name: 'desk-payout-withdrawn', who: clerk, ...payouts, plant: withdraws, open: payoutBatch(4) },
  { name: 'phone-cancelled', who: cancelled, ...filed, open: first(/^高级技师/), ...large },
  { name: 'desk-surplus-held', who: clerk, ...surplus },
  { name: 'desk-surplus-made', who: colleague, ...surplus, plant: handsBack },
  { name: 'desk-surplus-released', who: clerk, ...surplus, plant: releasesSurplus },
  { name: 'desk-surplus-arriving', who: 'zhongxin.caiwu1', ...surplus },
  { name: 'desk-recovery-open', who: clerk, ...corrections, plant: asksBack },
  { name: 'phone-mine-pay-back', who: worker, path: '/mine', ...large },
  { name: 'phone-pay-back', who: worker, ...filed, open: first(/^高级工 · 多工序/), ...large },
  { name: 'desk-recovery-recorded', who: colleague, ...corrections, plant: comesBack },
  { name: 'phone-paid-back', who: worker, ...filed, open: first(/^高级工 · 多工序/), ...large },
  {
    ...{ name: 'desk-recovery-confirmed', who: clerk, path: '/desk/corrections?tab=closed', plant: confirmsRecovery },
    open: (page) => picks(page, { receipt: 'JS26-0000001' }, '追回'),
  },
  { name: 'desk-years-proposed', who: 'shi.caiwu2', ...years, plant: proposesClose },
  { name: 'desk-years-closed', who: 'shi.caiwu1', ...years, plant: closesYear },
]
