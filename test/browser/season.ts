/** A season in a running house: claims that wait for final approval, and what people do that other tests show in pages. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readPayFormats } from '../../connectors/payFile/formatFile.ts'
import { type BankAnswer, resultFileFor } from '../../connectors/payFile/resultFile.ts'
import type { NoticeView, Notices } from '../../contract/payments.ts'
import type { PayoutBatchDetail, PayoutLine, PayoutLines } from '../../contract/payouts.ts'
import type { DemoAccounts } from '../../contract/people.ts'
import { type PlainDate, plainDate } from '../../domain/dates.ts'
import { type Fen, fen } from '../../domain/money.ts'
import { appendActions, type NewAction } from '../../server/applications/actions.ts'
import { businessNow } from '../../server/db/clock.ts'
import { inScope } from '../../server/db/open.ts'
import { demoId } from '../../server/demo/demo.ts'
import { browserAt, type Client, sentCode, signInWorker } from '../app.ts'
import { type amounts, fileClaim } from '../payments/filed.ts'
import { card } from '../payments/paying.ts'
import { readCsv } from '../payments/secondReader.ts'
import type { House } from './house.ts'
import { photo } from './people.ts'

export const id = (): string => randomUUID()
export type Claim = { readonly n: number; readonly id: string; readonly receipt: string }
type Level = keyof typeof amounts
/** The base union that filed and the district that pays; without a district the city does (四.二.3). */
export type Where = { readonly base: string; readonly district: string; readonly direct?: true }

export const receiptOf = (n: number): string => `JS26-${String(n).padStart(7, '0')}`

/** What the bank says to the lines of a file that was given out; `of` the nth line. */
export function answersTo(file: Buffer, on: string, of: (place: number) => Partial<BankAnswer> = () => ({})): Buffer {
  const { payments } = readCsv(file)
  const rows = payments.map(({ reference, account, name, fen: amount }, place): BankAnswer => {
    const said = of(place)
    const settled = { serial: `${on.replaceAll('-', '')}${reference.slice(-6)}`, on: plainDate(on) as PlainDate }
    const paid = { reference, account, name, amountFen: fen(Number(amount)) satisfies Fen }
    return { ...paid, outcome: 'settled', ...(said.outcome === 'failed' ? {} : settled), ...said }
  })
  return Buffer.from(resultFileFor(readPayFormats().get('csv-utf8')!, rows))
}

export function openSeason(house: House, workerPhone: string) {
  const clients = new Map<string, Client>()

  /** A code is good once; tests do not wait half a minute for the next. */
  async function accountOf(client: Client, loginName: string) {
    await house.database.owner.query('update account set totp_step = 0 where login_name = $1', [loginName])
    const { body } = await client.ask<DemoAccounts>('GET', '/api/v1/demo/accounts')
    return body.accounts.find((account) => account.loginName === loginName)!
  }
  async function clientOf(who: string): Promise<Client> {
    const known = clients.get(who)
    if (known) return known
    const client = browserAt(house.url)
    clients.set(who, client)
    if (who === workerPhone) return signInWorker(client, workerPhone)
    const { password, code } = await accountOf(client, who)
    const { status, body } = await client.ask('POST', '/api/v1/sign-in/staff', { loginName: who, password, code })
    assert.equal(status, 200, body.title)
    return client
  }
  async function ask<Body>(who: string, method: 'GET' | 'PUT' | 'POST', address: string, body?: object) {
    const client = await clientOf(who)
    const answer = await client.ask<Body>(method, `/api/v1${address}`, method === 'GET' ? undefined : (body ?? {}))
    assert.equal(answer.status, 200, `${who} ${address}: ${JSON.stringify(answer.body)}`)
    return answer.body
  }
  const put = <Body>(who: string, address: string, body?: object) => ask<Body>(who, 'PUT', address, body)
  const get = <Body>(who: string, address: string) => ask<Body>(who, 'GET', address)
  /** @returns the name of the refusal */
  async function refusal(who: string, address: string, body: object = {}): Promise<string> {
    const answer = await (await clientOf(who)).ask('PUT', `/api/v1${address}`, body)
    return answer.body.code
  }
  async function scan(who: string, purpose: string, picture: Buffer): Promise<string> {
    const fileId = id()
    const sent = await (await clientOf(who)).send(`/api/v1/files/${fileId}?purpose=${purpose}`, picture)
    assert.equal(sent.status, 200, JSON.stringify(sent.body))
    return fileId
  }

  /** Claims of one worker as they stand before final approval, numbered from `from` on. */
  async function file(where: Where, from: number, levels: readonly Level[]): Promise<Claim[]> {
    await clientOf(workerPhone)
    const { rows } = await house.database.owner.query("select id from account where kind = 'worker'")
    const at = await businessNow(house.deps.config, house.deps.db)
    const claims = levels.map((level, place) => ({
      n: from + place,
      id: id(),
      level,
      receipt: receiptOf(from + place),
    }))
    const organisation = (key: string) => demoId('organisation', key)
    const channel = where.direct ? 'individual' : 'unit'
    await inScope(house.deps.db, { kind: 'person', accountId: rows[0].id }, async (trx) => {
      for (const claim of claims)
        await fileClaim(trx, house.deps, house.database.owner, {
          ...claim,
          ...{ channel, account: card(claim.n), at, worker: rows[0].id },
          ...{ city: organisation('city'), district: organisation(where.district) },
          baseUnion: organisation(where.base),
        })
    })
    const pass = (loginName: string, role: NewAction['role'], step: NewAction['step']) => {
      const accountId = demoId('account', loginName)
      const passes = claims.map((claim): NewAction => ({
        ...{ applicationId: claim.id, id: id(), kind: 'pass', at, accountId, role },
        ...(step && { step }),
      }))
      return inScope(house.deps.db, { kind: 'city', accountId }, (trx) => appendActions(trx, house.deps, passes))
    }
    if (where.direct) await pass('zhongxin.shenhe1', 'verifier', 'automaticChecks')
    else {
      await pass(`${where.base}.gonghui`, 'unionOfficer', 'firstReview')
      await pass('zhongxin.shenhe1', 'verifier', 'verification')
    }
    return claims
  }

  /** All that waits, on one list, approved. @returns the list's id */
  async function approve(documentNumber: string): Promise<string> {
    const list = id()
    await put('zhongxin.shenhe2', `/approval-lists/${list}`)
    await put('shi.zhongshen1', `/approval-lists/${list}/approval`, { documentNumber })
    return list
  }
  /** Made by one, released by another. */
  async function transfer(who: readonly [string, string], body: object): Promise<void> {
    const transferId = id()
    await put(who[0], `/transfers/${transferId}`, body)
    await put(who[1], `/transfers/${transferId}/release`)
  }
  const noticeOf = async (who: string, district: string): Promise<NoticeView> => {
    const { notices } = await get<Notices>(who, '/allocation-notices')
    const current = notices.filter(({ stage }) => stage !== 'superseded')
    return current.find(({ districtId }) => districtId === demoId('organisation', district))!
  }

  /** Made by one and released by another with a fresh code; what can be paid now. */
  async function release(who: readonly [string, string], body: object): Promise<PayoutBatchDetail> {
    const batch = await put<PayoutBatchDetail>(who[0], `/payout-batches/${id()}`, { format: 'csv-utf8', ...body })
    const { code } = await accountOf(await clientOf(who[1]), who[1])
    const typed = batch.stopped.filter(({ stops }) => stops.includes('typedBack'))
    const accept = typed.map(({ payoutId }) => ({ payoutId, stop: 'typedBack', words: '看过银行回单' }))
    return put<PayoutBatchDetail>(who[1], `/payout-batches/${batch.id}/release`, { code, accept })
  }
  const linesOf = async (who: string, batchId: string): Promise<PayoutLine[]> =>
    (await get<PayoutLines>(who, `/payout-batches/${batchId}/lines`)).lines
  /** Its file is given out, and the bank settles all of it. */
  async function settle(who: string, { id: batchId }: PayoutBatchDetail, on: string): Promise<void> {
    await put(who, `/payout-batches/${batchId}/downloads/${id()}`, { part: 1 })
    const proofFileId = await scan(who, 'payoutProof', (await photo('回单')).buffer)
    for (const { payoutId, line } of await linesOf(who, batchId)) {
      const said = { outcome: 'settled', bankSerial: `${on}-${line}`, on, proofFileId }
      await put(who, `/payouts/${payoutId}/results/${id()}`, said)
    }
  }

  /** The next code for another account, as if a day had passed since the last. */
  const aDayPasses = () =>
    house.database.owner.query("update one_time_code set sent_at = sent_at - 86400001 where purpose = 'payee'")
  const textCode = async () => sentCode(await clientOf(workerPhone), workerPhone)
  async function nameAccount(claim: Claim, proposal: object, confirmer: string): Promise<void> {
    await aDayPasses()
    await ask(workerPhone, 'POST', `/applications/${claim.id}/payee-changes/codes`)
    const code = await textCode()
    const change = id()
    await put(workerPhone, `/applications/${claim.id}/payee-changes/${change}`, { ...proposal, code })
    await put(confirmer, `/payee-changes/${change}/confirmation`)
  }

  /** A desk for somebody who may have signed in elsewhere a moment ago. */
  async function desk(loginName: string) {
    await house.database.owner.query('update account set totp_step = 0 where login_name = $1', [loginName])
    return (await house.desk(loginName)).page
  }

  return {
    ...{ ask, put, get, refusal, scan, file, approve, transfer, noticeOf, release, linesOf, settle },
    ...{ aDayPasses, textCode, nameAccount, desk },
    phone: async () => (await house.phoneOf(await clientOf(workerPhone))).page,
  }
}
