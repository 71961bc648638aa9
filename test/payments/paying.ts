/** Paying workers as a union's two finance clerks do it, and the bank's answers. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readPayFormats } from '../../connectors/payFile/formatFile.ts'
import { type BankAnswer, resultFileFor } from '../../connectors/payFile/resultFile.ts'
import type { Notices } from '../../contract/payments.ts'
import type { PayoutBatchDetail, PayoutLine, PayoutLines, ResultsTaken } from '../../contract/payouts.ts'
import type { SandboxInbox } from '../../contract/people.ts'
import { shanghaiDate } from '../../domain/dates.ts'
import type { Answer, openCity, Who } from './city.ts'

type City = Awaited<ReturnType<typeof openCity>>
const id = () => randomUUID() as string
export const formats = readPayFormats()

export type Making = {
  noticeId?: string
  awardIds?: readonly string[]
  format?: string
  payOn?: string
  route?: string
}

/** @param payOn a day from today on, business time */
export const makeBatch = (city: City, maker: Who, { payOn = '2026-12-01', ...making }: Making = {}, batchId = id()) =>
  city.put(maker, `/payout-batches/${batchId}`, { format: 'csv-utf8', payOn, ...making })

export async function releaseBatch(city: City, releaser: Who, batchId: string, accept: readonly object[] = []) {
  return city.put(releaser, `/payout-batches/${batchId}/release`, { code: await city.code(releaser), accept })
}

export const linesOf = async (city: City, who: Who, batchId: string): Promise<PayoutLine[]> => {
  const { lines } = await city.done<PayoutLines>(city.get(who, `/payout-batches/${batchId}/lines`))
  return lines
}

/** Made by one, released by another, its first file given out. */
export async function sendBatch(city: City, [maker, releaser]: readonly [Who, Who], making: Making = {}) {
  const batch = await city.done<PayoutBatchDetail>(makeBatch(city, maker, making))
  await city.done(releaseBatch(city, releaser, batch.id))
  const bytes = await city.download(maker, `/payout-batches/${batch.id}/downloads/${id()}`, { part: 1 })
  return { batch, bytes, lines: await linesOf(city, maker, batch.id) }
}

/** What a bank answers to lines of a batch; the account and name are those that were sent. */
export async function answersTo(
  city: City,
  lines: readonly PayoutLine[],
  of: (line: PayoutLine) => Partial<BankAnswer>,
) {
  const { rows } = await city.owner.query('select id, award_id, payee from payout where id = any ($1)', [
    lines.map((line) => line.payoutId),
  ])
  return lines.map((line): BankAnswer => {
    const row = rows.find((each) => each.id === line.payoutId)
    const place = { table: 'award', column: 'payee', row: row.award_id }
    const payee = JSON.parse(city.secrets.openText(place, row.payee)) as { name: string; accountNumber: string }
    return {
      ...{ reference: line.reference, account: payee.accountNumber, name: payee.name },
      ...{ amountFen: line.amountFen as BankAnswer['amountFen'], outcome: 'settled', serial: `S${line.line}` },
      ...of(line),
    }
  })
}

export const uploadAnswers = (
  city: City,
  who: Who,
  batchId: string,
  answers: readonly BankAnswer[],
  format = 'csv-utf8',
  fileId = id(),
) => {
  const bytes = resultFileFor(formats.get(format)!, answers)
  const content = Buffer.from(bytes).toString('base64')
  return city.put(who, `/payout-batches/${batchId}/results/${fileId}`, { name: '回盘.csv', content })
}

/** What somebody types that the bank said, with a scan of its receipt. */
export const typeResult = async (city: City, who: Who, payoutId: string, said: object): Promise<Answer> =>
  city.put(who, `/payouts/${payoutId}/results/${id()}`, { ...said, proofFileId: await city.scan(who, 'payoutProof') })

/** All of a notice's awards paid and settled. */
export async function payAll(city: City, clerks: readonly [Who, Who], making: Making = {}): Promise<PayoutLine[]> {
  const { batch, lines } = await sendBatch(city, clerks, making)
  const day = shanghaiDate(city.clock.now)
  const answers = await answersTo(city, lines, () => ({ on: day }))
  const taken = await city.done<ResultsTaken>(uploadAnswers(city, clerks[0], batch.id, answers))
  assert.equal(taken.counts.settled, lines.length)
  return linesOf(city, clerks[0], batch.id)
}

/** Claims of one district, approved, funded, allocated and received. @returns the notice's id */
export async function toUnion(
  city: City,
  union: keyof City['districts'],
  levels: Parameters<City['waiting']>[1],
): Promise<string> {
  const { put, done } = city
  await city.waiting(union, levels)
  const [list, funding, allocation] = [id(), id(), id()]
  await done(put('verifier', `/approval-lists/${list}`))
  await done(
    put('approver', `/approval-lists/${list}/approval`, { documentNumber: `沪工〔2026〕${list.slice(0, 4)}号` }),
  )
  await done(put('cityFinance', `/transfers/${funding}`, { kind: 'funding', subjectId: list, voucherNumber: 'F' }))
  await done(put('cityFinance2', `/transfers/${funding}/release`))
  const { notices } = await done<Notices>(put('centreFinance', `/approval-lists/${list}/allocation`))
  const notice = notices.find(({ districtId }) => districtId === city.districts[union].id)!
  await done(put(union, `/allocation-notices/${notice.id}/confirmation`, await city.confirmation(union, notice)))
  const made = { kind: 'allocation', subjectId: notice.id, voucherNumber: 'A' }
  await done(put('centreFinance', `/transfers/${allocation}`, made))
  await done(put('centreFinance2', `/transfers/${allocation}/release`))
  const receivedOn = shanghaiDate(city.clock.now)
  const scanFileId = await city.scan(union, 'receiptScan')
  await done(put(union, `/allocation-notices/${notice.id}/receipt`, { receivedOn, receiptNumber: 'R', scanFileId }))
  return notice.id
}

/** A card number whose check digit holds. */
export function card(n: number): string {
  const digits = `622848${String(n).padStart(12, '0')}`
  const sum = Array.from(digits)
    .toReversed()
    .reduce((total, digit, place) => {
      const value = Number(digit) * (place % 2 === 0 ? 2 : 1)
      return total + (value > 9 ? value - 9 : value)
    }, 0)
  return `${digits}${(10 - (sum % 10)) % 10}`
}

/** Asks for the code with which another account is named, as if a day had passed since the last. */
export async function askPayeeCode(city: City, applicationId: string): Promise<Answer> {
  await city.owner.query(`update one_time_code set sent_at = sent_at - 86400001 where purpose = 'payee'`)
  return city.call('worker', 'POST', `/applications/${applicationId}/payee-changes/codes`, {})
}
/** The last one on the worker's phone. */
export async function payeeCodeOnPhone(city: City): Promise<string> {
  const { messages } = await city.done<SandboxInbox>(city.get('worker', '/demo/inbox'))
  return /\d{6}/.exec(messages.find(({ text }) => text.includes('核对收款卡'))!.text)![0]
}
export async function payeeCode(city: City, applicationId: string): Promise<string> {
  await city.done(askPayeeCode(city, applicationId))
  return payeeCodeOnPhone(city)
}
