/**
 * Signing in: workers by a code sent to their phone, staff by password and authenticator. No answer tells whether an
 * account exists. What is counted stays counted, so refusals are thrown after their transaction is committed.
 */
import { randomUUID } from 'node:crypto'
import { errorSays, Refused } from '../../contract/errors.ts'
import { type Instant, shanghaiDate, shanghaiTime } from '../../domain/dates.ts'
import { maskMobile, mobile } from '../../domain/phone.ts'
import { record } from '../audit/audit.ts'
import type { Deps, Viewer } from '../context.ts'
import { inScope, type Trx } from '../db/open.ts'
import { nobodysPassword, passwordFits, stepOfCode } from './password.ts'
import { phonePlace, signInScope, startSession } from './session.ts'
import { appointmentsOf, insertWorker, lockStaff, lockUnknown, setAttempts, setUnknownAttempts } from './sql.ts'
import { staffByLogin, workerByPhone } from './sql.ts'
import { sendTextCode, textsOf, tryTextCode } from './textCode.ts'

const secondMs = 1000
export const lockLimits = { attempts: 5, minutes: 15 }

/** Where a request comes from, and when: `at` is machine time, `now` business time. */
export type Caller = { readonly address: string; readonly device: string; readonly at: number; readonly now: Instant }
export type SignedIn = { readonly token: string; readonly viewer: Viewer }

function requireMobile(phone: string): string {
  const number = mobile(phone)
  if (!number) throw new Refused('sign-in.phone', {}, [{ field: 'phone', says: errorSays('sign-in.phone') }])
  return number
}

/** Sends a code. @throws {Refused} sign-in.phone, code-wait, code-too-many, code-not-sent, request.too-many */
export const sendCode = async (deps: Deps, phoneTyped: string, caller: Caller): Promise<void> =>
  sendTextCode(deps, textsOf(deps.config), requireMobile(phoneTyped), { purpose: 'signIn' }, caller)

/** The account is made at the first sign-in. @throws {Refused} sign-in.phone, code-wrong, code-expired, forbidden */
export async function signInWorker(deps: Deps, phoneTyped: string, code: string, caller: Caller): Promise<SignedIn> {
  const phone = requireMobile(phoneTyped)
  const phoneIndex = deps.secrets.blindIndex('phone', phone)
  const { at, now, device } = caller
  const answer = await inScope(deps.db, signInScope, async (trx): Promise<SignedIn | Refused> => {
    const refusal = await tryTextCode(trx, deps, phone, code, { purpose: 'signIn' }, at)
    if (refusal) return refusal
    const known = await workerByPhone(trx, phoneIndex)
    if (known && known.disabled_at !== null) return new Refused('forbidden')
    const accountId = known?.id ?? randomUUID()
    if (!known) {
      const sealed = deps.secrets.seal(phonePlace(accountId), phone)
      await insertWorker(trx, { id: accountId, phone_index: phoneIndex, phone: sealed, made_at: at })
    }
    const { token, sessionId } = await startSession(trx, { accountId, kind: 'worker', device, at })
    await recordSuccess(deps, trx, accountId, sessionId, now)
    return { token, viewer: { accountId, sessionId, name: maskMobile(phone), role: 'worker' } }
  })
  if (answer instanceof Refused) throw answer
  return answer
}

const recordSuccess = (deps: Deps, trx: Trx, accountId: string, sessionId: string, at: Instant) =>
  record(trx, deps.secrets, { kind: 'sign-in.succeeded', objectKind: 'session', objectId: sessionId, accountId, at })

type Typed = { loginName: string; password: string; code: string }

/** @throws {Refused} sign-in.wrong, sign-in.locked, sign-in.appointment */
export async function signInStaff(deps: Deps, typed: Typed, caller: Caller): Promise<SignedIn> {
  const loginName = typed.loginName.normalize('NFKC').toLowerCase()
  const found = await inScope(deps.db, signInScope, (trx) => staffByLogin(trx, loginName))
  const account = found?.disabled_at === null ? found : undefined
  // Outside of any transaction: it takes long, and takes as long for a name that nobody has.
  const passwordRight = await passwordFits(typed.password, account?.password_hash ?? (await nobodysPassword))
  const step = account && stepOfCode(openTotp(deps, account), typed.code, caller.at)
  const answer = await inScope(deps.db, signInScope, async (trx): Promise<SignedIn | Refused> => {
    const nameIndex = deps.secrets.mac('login name', loginName)
    const counted = account
      ? await lockStaff(trx, account.id)
      : { ...(await lockUnknown(trx, nameIndex, caller.at)), totp_step: 0 }
    if ((counted.locked_until ?? 0) > caller.at) return lockedUntil(counted.locked_until!)
    if (account && passwordRight && step !== undefined && step > counted.totp_step) {
      await setAttempts(trx, account.id, { failed_attempts: 0, locked_until: null, totp_step: step })
      return enter(deps, trx, { id: account.id, name: account.display_name! }, caller)
    }
    const failed = (counted.locked_until === null ? counted.failed_attempts : 0) + 1
    const until = failed < lockLimits.attempts ? null : caller.at + lockLimits.minutes * 60 * secondMs
    const set = { failed_attempts: failed, locked_until: until }
    if (account) await setAttempts(trx, account.id, set)
    else await setUnknownAttempts(trx, nameIndex, set)
    await record(trx, deps.secrets, {
      kind: until === null ? 'sign-in.failed' : 'sign-in.locked',
      objectKind: 'account',
      ...(found && { objectId: found.id }),
      at: caller.now,
    })
    return until === null ? new Refused('sign-in.wrong') : lockedUntil(until)
  })
  if (answer instanceof Refused) throw answer
  return answer
}

export const totpPlace = (accountId: string) => ({ table: 'account', column: 'totp_secret', row: accountId })
const openTotp = ({ secrets }: Deps, account: NonNullable<Awaited<ReturnType<typeof staffByLogin>>>) =>
  secrets.openText(totpPlace(account.id), account.totp_secret)

/** The first full minute, in Shanghai, at which the lock is over. */
export const lockedUntil = (until: number) =>
  new Refused('sign-in.locked', { until: shanghaiTime((until + 59 * secondMs) as Instant) })

async function enter(deps: Deps, trx: Trx, account: { id: string; name: string }, caller: Caller) {
  const { at, now, device } = caller
  const [appointment] = await appointmentsOf(trx, [account.id], shanghaiDate(now))
  if (!appointment) return new Refused('sign-in.appointment')
  const started = { accountId: account.id, kind: 'staff', appointmentId: appointment.id, device, at } as const
  const { token, sessionId } = await startSession(trx, started)
  await recordSuccess(deps, trx, account.id, sessionId, now)
  const { organisation_id: id, organisation_kind: kind, organisation_name: name } = appointment
  const organisation = { id, kind, name }
  const viewer: Viewer = { accountId: account.id, sessionId, name: account.name, role: appointment.role, organisation }
  return { token, viewer }
}
