/** The demonstration: loaded once into an empty database, with accounts whose passwords and secrets anybody may know. */
import { createHash } from 'node:crypto'
import { Secret } from 'otpauth'
import { Refused } from '../../contract/errors.ts'
import type { DemoAccounts } from '../../contract/people.ts'
import { instant, type Instant, type PlainDate, plainDate, shanghaiDate, startOfDay } from '../../domain/dates.ts'
import { roleTitles } from '../../domain/roles.ts'
import { record } from '../audit/audit.ts'
import { type Deps, inViewersScope, type Viewer } from '../context.ts'
import { advanceClock, clockStarted, lockClock, startClock } from '../db/clock.ts'
import { inScope, type Scope, type Trx } from '../db/open.ts'
import { plantFacts, plantOrganisation } from '../organisations/organisation.ts'
import { confirmReceivingAccount, finance, proposeReceivingAccount } from '../organisations/receivingAccount.ts'
import { hasStaff, plantStaff, staffNamed } from '../people/account.ts'
import { hashPassword, totpCode, totpStep } from '../people/password.ts'
import { demoWorkerPhone } from './applicants.ts'
import { demoFacts, type DemoPlace, demoPlaces } from './organisations.ts'
import { type DemoPerson, demoStaff } from './staff.ts'

const digest = (text: string) => createHash('sha256').update(`jiangsheng demonstration ${text}`).digest()

/** The same ids in every demonstration (RFC 9562 version 8). */
export function demoId(kind: string, key: string): string {
  const hex = digest(`${kind} ${key}`).toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
const placeNames = new Map(demoPlaces.map(({ key, name }) => [key, name]))

/** Told to everybody who opens the demonstration; one for all, as each costs its hash at every start from nothing. */
const demoPassword = 'Yanshi-2026-Putuo'
const demoTotpSecret = ({ loginName }: DemoPerson) =>
  new Secret({ buffer: new Uint8Array(digest(`totp ${loginName}`).subarray(0, 20)).buffer }).base32

const people: Scope = { kind: 'job', job: 'people' }
/** The tree and everybody's posts are older than the season. */
const longAgo = plainDate('2026-01-01')!

/**
 * Loads the demonstration and starts its clock, unless that was done before. The clock comes last, so that loading is
 * begun again after a stop halfway; what is there already stays.
 */
export async function loadDemo(deps: Deps): Promise<void> {
  const { db, config } = deps
  const at = (config.clockStart ?? Date.now()) as Instant
  const since = shanghaiDate(at) < longAgo ? shanghaiDate(at) : longAgo
  if (await inScope(db, people, clockStarted)) return
  const passwordHash = await hashPassword(demoPassword)
  const loaded = await inScope(db, people, async (trx) => {
    await lockClock(trx)
    if (await clockStarted(trx)) return true
    for (const place of demoPlaces) await plantPlace(trx, place, since)
    if (!(await hasStaff(trx)))
      for (const person of demoStaff) await plantPerson(deps, trx, person, passwordHash, since)
    return false
  })
  if (loaded) return
  const updatedBy = demoId('account', 'xitong')
  await inScope(db, { kind: 'city', accountId: updatedBy }, async (trx) => {
    for (const { key, facts } of demoFacts)
      await plantFacts(trx, { organisationId: demoId('organisation', key), facts, updatedBy, updatedAt: at })
  })
  await plantAccounts(deps, instant(`${since}T09:30:00+08:00`)!)
  await inScope(db, people, (trx) => startClock(trx, at - Date.now()))
}

async function plantPlace(trx: Trx, place: DemoPlace, validFrom: PlainDate) {
  const { key, under, kind, name, serves } = place
  await plantOrganisation(trx, {
    id: demoId('organisation', key),
    ...(under && { parentId: demoId('organisation', under) }),
    kind,
    name,
    validFrom,
    ...(serves && { serves: serves.map((each) => demoId('organisation', each)) }),
  })
}

/** Who handles the money of a place, or of the nearest above it where nobody else does. */
function financeOf(key: string, not?: DemoPerson): Viewer | undefined {
  const isOf = ([role, at]: DemoPerson['holds'][number]) => at === key && finance.some((each) => each === role)
  const person = demoStaff.find((each) => each !== not && each.holds.some(isOf))
  const { kind, name, under } = demoPlaces.find((place) => place.key === key)!
  if (!person) return not && under ? financeOf(under, not) : undefined
  return {
    accountId: demoId('account', person.loginName),
    sessionId: demoId('session', person.loginName),
    name: person.name,
    role: person.holds.find(isOf)![0],
    organisation: { id: demoId('organisation', key), kind, name },
  }
}

/** Where there is somebody to register an account and somebody to confirm it. */
async function plantAccounts(deps: Deps, at: Instant): Promise<void> {
  const names = demoStaff.map(({ loginName }) => loginName)
  if ((await inScope(deps.db, people, (trx) => staffNamed(trx, names))).length < names.length) return
  for (const { key, receivingAccount } of demoPlaces) {
    const clerk = receivingAccount && financeOf(key)
    if (!clerk) continue
    const other = financeOf(
      key,
      demoStaff.find(({ name }) => name === clerk.name),
    )!
    const id = demoId('receiving account', key)
    await inViewersScope(deps, clerk, (trx) => proposeReceivingAccount(trx, deps, clerk, id, receivingAccount, at))
    await inViewersScope(deps, other, (trx) => confirmReceivingAccount(trx, deps, other, id, at))
  }
}

async function plantPerson({ secrets }: Deps, trx: Trx, person: DemoPerson, passwordHash: string, since: PlainDate) {
  const { loginName, name, idNumber, holds, until: validTo } = person
  const appointments = holds.map(([role, key]) => ({
    id: demoId('appointment', `${loginName} ${role} ${key}`),
    organisationId: demoId('organisation', key),
    role,
    validTo,
  }))
  const member = { id: demoId('account', loginName), loginName, name, idNumber, password: demoPassword }
  const stored = { ...member, appointments, passwordHash, totpSecret: demoTotpSecret(person) }
  await plantStaff(trx, secrets, stored, { madeBy: null, at: startOfDay(since) })
}

/**
 * Accounts to sign in with. A code is good once, so for an account that has used the present one it is the next, which
 * counts as drift of its clock.
 */
export async function demoAccounts(deps: Deps): Promise<DemoAccounts> {
  const rows = await inScope(deps.db, people, (trx) =>
    staffNamed(
      trx,
      demoStaff.map(({ loginName }) => loginName),
    ),
  )
  const used = new Map(rows.map(({ login_name, totp_step }) => [login_name, totp_step]))
  const present = totpStep(Date.now())
  return {
    accounts: demoStaff.map((person) => {
      const [role, key] = person.holds[0]!
      const step = Math.max(present, Math.min((used.get(person.loginName) ?? 0) + 1, present + 1))
      return {
        loginName: person.loginName,
        password: demoPassword,
        name: person.name,
        roleTitle: roleTitles[role],
        organisationName: placeNames.get(key)!,
        code: totpCode(demoTotpSecret(person), step),
      }
    }),
  }
}

/** Moves business time forward. @throws {Refused} clock.backwards */
export function moveClock(deps: Deps, viewer: Viewer, to: Instant): Promise<{ now: Instant }> {
  return inViewersScope(deps, viewer, async (trx) => {
    if (!(await advanceClock(trx, to - Date.now()))) throw new Refused('clock.backwards')
    const entry = { kind: 'clock.advanced', objectKind: 'business_clock', accountId: viewer.accountId } as const
    await record(trx, deps.secrets, { ...entry, at: to })
    return { now: to }
  })
}

/** The accounts, for the terminal; codes are shown on the desk's sign-in page. */
export function demoLines(): string[] {
  const lines = demoStaff.map((person) => {
    const posts = person.holds.map(([role, key]) => `${placeNames.get(key)} ${roleTitles[role]}`).join('、')
    return `  ${person.loginName.padEnd(20)} ${demoPassword.padEnd(20)} ${posts}`
  })
  const worker = `  ${demoWorkerPhone.padEnd(20)} ${'短信验证码'.padEnd(15)} 职工，名下有办理中、退回补正、已发放的申报`
  return ['演示账号（动态码在工作台登录页；职工用任意手机号登录，短信在登录页）：', worker, ...lines]
}
