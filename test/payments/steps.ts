/** The unions' money on its way to a district, step by step, as its offices take them. */
import { randomUUID } from 'node:crypto'
import type { NoticeDetail, Notices, NoticeView, TransferView } from '../../contract/payments.ts'
import { nth, type openCity, type Who } from './city.ts'

type City = Awaited<ReturnType<typeof openCity>>
const id = () => randomUUID() as string
let lists = 0

/** Listed, approved and, unless told otherwise, funded: the list of all that wait. */
export async function approvedList(city: City, { funded = true } = {}): Promise<string> {
  const list = id()
  await city.done(city.put('verifier', `/approval-lists/${list}`))
  await city.done(
    city.put('approver', `/approval-lists/${list}/approval`, { documentNumber: `沪工〔2026〕${++lists}号` }),
  )
  if (!funded) return list
  const funding = id()
  const body = { kind: 'funding', subjectId: list, voucherNumber: 'F' }
  await city.done(city.put('cityFinance', `/transfers/${funding}`, body))
  await city.done(city.put('cityFinance2', `/transfers/${funding}/release`))
  return list
}

/** One notice for each district of the list, by the name of its finance. */
export async function noticesOf(city: City, list: string, issuedBefore = 0): Promise<NoticeView[]> {
  const { notices } = await city.done<Notices>(
    city.put('centreFinance', `/approval-lists/${list}/allocation`, { issuedBefore }),
  )
  return notices
}

export const noticeFor = (notices: readonly NoticeView[], districtId: string): NoticeView =>
  nth(
    notices.filter((notice) => notice.districtId === districtId && notice.stage === 'issued'),
    0,
  )

export const detailOf = (city: City, who: Who, noticeId: string): Promise<NoticeDetail> =>
  city.done(city.get(who, `/allocation-notices/${noticeId}`))

export const confirmNotice = async (city: City, who: Who, notice: NoticeView) =>
  city.put(who, `/allocation-notices/${notice.id}/confirmation`, await city.confirmation(who, notice))

export const makeAllocation = (city: City, noticeId: string, transferId = id()) =>
  city.put('centreFinance', `/transfers/${transferId}`, { kind: 'allocation', subjectId: noticeId, voucherNumber: 'A' })

/** Made by one, released by another. */
export async function allocate(city: City, noticeId: string): Promise<TransferView> {
  const made = await city.done<TransferView>(makeAllocation(city, noticeId))
  return city.done(city.put('centreFinance2', `/transfers/${made.id}/release`))
}

/** The district of that finance has the money of its notice. */
export async function received(city: City, who: Who, notice: NoticeView): Promise<void> {
  await city.done(confirmNotice(city, who, notice))
  await allocate(city, notice.id)
  await city.done(city.put(who, `/allocation-notices/${notice.id}/receipt`, await city.receipt(who)))
}
