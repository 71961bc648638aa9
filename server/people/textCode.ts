/**
 * Codes sent to a phone: six digits, five minutes, five attempts, each good once and only for what it was sent for. What
 * is counted stays counted, so a refusal of a wrong code is thrown after its transaction is committed.
 */
import { randomInt, randomUUID, timingSafeEqual } from 'node:crypto'
import { type SmsGateway, smsGateway, SmsNotSent } from '../../connectors/sms.ts'
import { Refused } from '../../contract/errors.ts'
import { type Instant, shanghaiDate, startOfDay } from '../../domain/dates.ts'
import type { Config } from '../config.ts'
import type { Deps, Viewer } from '../context.ts'
import { inScope, type Trx } from '../db/open.ts'
import type { Envelope } from '../secrets.ts'
import { phonePlace, signInScope } from './session.ts'
import { askedCodes, countAttempt, expireCode, insertCode, lockLatestCode, lockPhone, phoneOfWorker } from './sql.ts'

const secondMs = 1000
/** Per address it is generous: a whole company, or a whole mobile network, can stand behind one. */
export const codeLimits = {
  validSeconds: 300,
  resendAfterSeconds: 60,
  attempts: 5,
  perDay: 10,
  perHourAndAddress: 1000,
}

/** What a code is for; beside a sign-in, whose it is. */
type CodeFor = { readonly purpose: 'signIn' } | { readonly purpose: 'payee'; readonly accountId: string }

const says: { readonly [P in CodeFor['purpose']]: (code: string) => string } = {
  signIn: (code) => `【匠升】验证码${code}，5分钟内有效。不要告诉别人。`,
  payee: (code) => `【匠升】核对收款卡的验证码${code}，5分钟内有效。不是你在操作就不用理，不要告诉别人。`,
}

type Texts = Pick<SmsGateway, 'send'>
const noGateway: Texts = { send: () => Promise.reject(new SmsNotSent('no gateway is configured')) }
export const textsOf = ({ smsUrl }: Config): Texts => (smsUrl ? smsGateway(smsUrl) : noGateway)

const accountOf = (code: CodeFor) => (code.purpose === 'signIn' ? null : code.accountId)
/** Of what was sent, to which phone, for what, and whose. */
function codeHash({ secrets }: Deps, id: string, phone: string, digits: string, code: CodeFor): Buffer {
  const bound = code.purpose === 'signIn' ? '' : ` ${code.purpose} ${code.accountId}`
  return secrets.mac('one-time code', `${id} ${phone} ${digits}${bound}`)
}

/**
 * @param at machine time
 * @throws {Refused} sign-in.code-wait, sign-in.code-too-many, sign-in.code-not-sent, request.too-many
 */
export async function sendTextCode(
  deps: Deps,
  texts: Texts,
  phone: string,
  code: CodeFor,
  { address, at }: { readonly address: string; readonly at: number },
): Promise<void> {
  const phoneIndex = deps.secrets.blindIndex('phone', phone)
  const originIndex = deps.secrets.mac('address', address)
  const digits = String(randomInt(1_000_000)).padStart(6, '0')
  const id = randomUUID()
  await inScope(deps.db, signInScope, async (trx) => {
    await lockPhone(trx, phoneIndex)
    const dayStart = startOfDay(shanghaiDate(at as Instant))
    const limits = { phone: phoneIndex, purpose: code.purpose, origin: originIndex }
    const { last_at, today, from_origin } = await askedCodes(trx, {
      ...{ ...limits, dayStart, hourStart: at - 3600 * secondMs },
    })
    const wait = Math.ceil(((last_at ?? 0) - at) / secondMs) + codeLimits.resendAfterSeconds
    if (wait > 0) throw new Refused('sign-in.code-wait', { seconds: wait })
    if ((today ?? 0) >= codeLimits.perDay) throw new Refused('sign-in.code-too-many')
    if ((from_origin ?? 0) >= codeLimits.perHourAndAddress) throw new Refused('request.too-many', { seconds: 600 })
    await insertCode(trx, {
      id,
      phone_index: phoneIndex,
      origin_index: originIndex,
      code_hash: codeHash(deps, id, phone, digits, code),
      purpose: code.purpose,
      account_id: accountOf(code),
      sent_at: at,
      expires_at: at + codeLimits.validSeconds * secondMs,
    })
  })
  try {
    await texts.send({ reference: id, phone, text: says[code.purpose](digits) })
  } catch (error) {
    if (!(error instanceof SmsNotSent)) throw error
    await inScope(deps.db, signInScope, (trx) => expireCode(trx, id, at))
    throw new Refused('sign-in.code-not-sent')
  }
}

/**
 * Counts an attempt; a code that was right is used up.
 * @returns why it is refused, for the caller to throw once this is committed
 */
export async function tryTextCode(
  trx: Trx,
  deps: Deps,
  phone: string,
  typed: string,
  code: CodeFor,
  at: number,
): Promise<Refused | undefined> {
  const sent = await lockLatestCode(trx, deps.secrets.blindIndex('phone', phone), code.purpose)
  const usable = sent && sent.used_at === null && sent.expires_at > at && sent.attempts < codeLimits.attempts
  if (!usable) return new Refused('sign-in.code-expired')
  const right = timingSafeEqual(codeHash(deps, sent.id, phone, typed.replace(/\s/g, ''), code), sent.code_hash)
  const attempts = sent.attempts + 1
  await countAttempt(trx, sent.id, attempts, right ? at : null)
  const left = codeLimits.attempts - attempts
  if (right) return undefined
  return left > 0 ? new Refused('sign-in.code-wrong', { left }) : new Refused('sign-in.code-expired')
}

/** @throws {Refused} forbidden, for who is no worker with a phone */
async function ownPhone(deps: Deps, { accountId }: Viewer): Promise<string> {
  const phone = await inScope(deps.db, signInScope, (trx) => phoneOfWorker(trx, accountId))
  if (!phone) throw new Refused('forbidden')
  return deps.secrets.openText(phonePlace(accountId), phone as Envelope)
}

/** To the phone that a worker signs in with. @throws {Refused} like `sendTextCode` */
export const sendOwnCode = async (
  deps: Deps,
  viewer: Viewer,
  caller: { readonly address: string; readonly at: number },
): Promise<void> =>
  sendTextCode(
    deps,
    textsOf(deps.config),
    await ownPhone(deps, viewer),
    { purpose: 'payee', accountId: viewer.accountId },
    caller,
  )

/** @param at machine time @throws {Refused} sign-in.code-wrong, sign-in.code-expired */
export async function requireOwnCode(deps: Deps, viewer: Viewer, typed: string, at: number): Promise<void> {
  const phone = await ownPhone(deps, viewer)
  const code = { purpose: 'payee', accountId: viewer.accountId } as const
  const refusal = await inScope(deps.db, signInScope, (trx) => tryTextCode(trx, deps, phone, typed, code, at))
  if (refusal) throw refusal
}
