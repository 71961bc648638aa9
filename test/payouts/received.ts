/** Money of approved awards brought to a district union, up to its receipt: from there it is paid out. */
import { randomUUID } from 'node:crypto'
import type { NoticeDetail, Notices } from '../../contract/payments.ts'
import { nth, type openCity } from '../payments/city.ts'

type City = Awaited<ReturnType<typeof openCity>>
const id = () => randomUUID() as string

/** @returns the lines of the union's notice, in the order of their receipt numbers */
export async function receivedIn(
  city: City,
  district: 'jiading' | 'minhang',
  levels: Parameters<City['waiting']>[1],
  documentNumber: string,
): Promise<NoticeDetail['lines']> {
  const { put, get, done } = city
  await city.waiting(district, levels)
  const [list, funding, transfer] = [id(), id(), id()]
  await done(put('verifier', `/approval-lists/${list}`))
  await done(put('approver', `/approval-lists/${list}/approval`, { documentNumber }))
  await done(put('cityFinance', `/transfers/${funding}`, { kind: 'funding', subjectId: list, voucherNumber: 'F1' }))
  await done(put('cityFinance2', `/transfers/${funding}/release`))
  const { notices } = await done<Notices>(put('centreFinance', `/approval-lists/${list}/allocation`))
  const notice = nth(notices, 0)
  const confirmation = await city.confirmation(district, notice)
  await done(put(district, `/allocation-notices/${notice.id}/confirmation`, confirmation))
  const allocation = { kind: 'allocation', subjectId: notice.id, voucherNumber: 'A1' }
  await done(put('centreFinance', `/transfers/${transfer}`, allocation))
  await done(put('centreFinance2', `/transfers/${transfer}/release`))
  const receivedOn = new Date(city.clock.now + 8 * 3_600_000).toISOString().slice(0, 10)
  await done(put(district, `/allocation-notices/${notice.id}/receipt`, { receivedOn, receiptNumber: '收1' }))
  const { lines } = await done<NoticeDetail>(get(district, `/allocation-notices/${notice.id}`))
  return lines.toSorted((a, b) => a.receiptNumber.localeCompare(b.receiptNumber))
}
