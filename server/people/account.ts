/** Accounts of staff: made top-down, one for each natural person, disabled and unlocked; and the security desk. */
import { randomUUID } from 'node:crypto'
import { errorSays, type FieldError, Refused } from '../../contract/errors.ts'
import type { AccountList, AddAppointment, MakeAccount, SecurityView } from '../../contract/people.ts'
import { type Instant, type PlainDate, plainDate, shanghaiDate } from '../../domain/dates.ts'
import { readIdentityNumber } from '../../domain/identityNumber.ts'
import { roleHome, roleTitles, type StaffRole } from '../../domain/roles.ts'
import { record } from '../audit/audit.ts'
import { type Deps, inViewersScope, type Viewer } from '../context.ts'
import { inScope, refusalOf, type Trx } from '../db/open.ts'
import { organisationOn, rootOrganisation } from '../organisations/organisation.ts'
import type { Envelope, Secrets } from '../secrets.ts'
import { hashPassword, newTotpSecret, totpUri, weakPassword } from './password.ts'
import { phonePlace, sessionLimits } from './session.ts'
import { lockLimits, totpPlace } from './signIn.ts'
import { codeLimits } from './textCode.ts'
import {
  anyStaff,
  appointmentById,
  appointmentsOf,
  disableAccount,
  endSession,
  endSessionsOf,
  insertAppointment,
} from './sql.ts'
import {
  insertStaff,
  insertWorker,
  lockedStaff,
  lockFirstStaff,
  openSessions,
  setAttempts,
  staffAfter,
  staffById,
  staffByNames,
  workerByPhone,
} from './sql.ts'

const malformed = (...fields: FieldError[]) => new Refused('request.malformed', {}, fields)
const loginForm = /^[a-z0-9][a-z0-9.-]{2,31}$/

export type StaffMember = {
  readonly id: string
  readonly loginName: string
  readonly name: string
  readonly idNumber: string
  readonly password: string
  /** Base32; a new one where it is left out. */
  readonly totpSecret?: string
  readonly appointments: readonly {
    readonly id: string
    readonly organisationId: string
    readonly role: StaffRole
    /** Its last day. */
    readonly validTo?: PlainDate | undefined
  }[]
}

/** A member of staff as stored, the password still to be hashed. @throws {Refused} request.malformed, people.password-weak */
function checkStaff(member: Pick<StaffMember, 'loginName' | 'idNumber' | 'password' | 'name'>, today: PlainDate) {
  const loginName = member.loginName.normalize('NFKC').toLowerCase()
  if (!loginForm.test(loginName)) {
    const says = '账号名用3到32个小写字母、数字、点或短横，字母或数字开头。'
    throw malformed({ field: 'loginName', says })
  }
  const reading = readIdentityNumber(member.idNumber, today)
  if (!reading.ok) throw malformed({ field: 'idNumber', says: reading.says })
  if (weakPassword(member.password, [loginName, ...loginName.split(/[.-]/), member.name])) {
    const says = errorSays('people.password-weak')
    throw new Refused('people.password-weak', {}, [{ field: 'password', says }])
  }
  return { loginName, idNumber: reading.number }
}

type Making = { readonly madeBy: string | null; readonly at: Instant }

/**
 * Stores an account with its appointments. Unique violations are the caller's.
 * @param made.at business time
 * @returns the TOTP URI, which is shown once
 */
export async function plantStaff(
  trx: Trx,
  secrets: Secrets,
  member: StaffMember & { passwordHash: string },
  { madeBy, at }: Making,
): Promise<string> {
  const secret = member.totpSecret ?? newTotpSecret()
  await insertStaff(trx, {
    id: member.id,
    login_name: member.loginName,
    display_name: member.name,
    id_number_index: secrets.blindIndex('idNumber', member.idNumber),
    password_hash: member.passwordHash,
    totp_secret: secrets.seal(totpPlace(member.id), secret),
    made_by: madeBy,
    made_at: at,
  })
  for (const [place, { id, organisationId, role, validTo }] of member.appointments.entries())
    await insertAppointment(trx, {
      id,
      account_id: member.id,
      organisation_id: organisationId,
      role,
      valid_from: shanghaiDate(at),
      valid_to: validTo ?? null,
      made_by: madeBy,
      // the first is the one they sign in with
      made_at: at + place,
    })
  return totpUri(secret, member.loginName)
}

export const firstRoles = ['systemAdministrator', 'securityAdministrator', 'auditAdministrator'] as const
export type FirstAdministrator = Omit<MakeAccount, 'organisationId' | 'role'> & { role: (typeof firstRoles)[number] }

/**
 * Makes the first three administrators of an installation that has no staff, at the root of the tree, which is made too
 * where it is missing.
 * @returns their TOTP URIs, in order; undefined where staff exists already, and nothing is made
 * @throws {Refused} what `checkStaff` throws, and people.person-has-account or people.login-taken for two alike
 */
export async function makeFirstAdministrators(
  deps: Omit<Deps, 'config'>,
  wishes: readonly FirstAdministrator[],
  rootName: string,
  at: Instant,
): Promise<string[] | undefined> {
  const { db, secrets } = deps
  const today = shanghaiDate(at)
  const members = await Promise.all(
    wishes.map(async (wish) => {
      const { loginName, idNumber } = checkStaff(wish, today)
      const { name, password, role } = wish
      return { id: randomUUID(), loginName, idNumber, name, password, role, passwordHash: await hashPassword(password) }
    }),
  )
  if (new Set(members.map(({ idNumber }) => idNumber)).size < members.length)
    throw new Refused('people.person-has-account')
  if (new Set(members.map(({ loginName }) => loginName)).size < members.length) throw new Refused('people.login-taken')
  return inScope(db, { kind: 'job', job: 'people' }, async (trx) => {
    await lockFirstStaff(trx)
    if (await anyStaff(trx)) return undefined
    const organisationId = await rootOrganisation(trx, rootName, today)
    const uris: string[] = []
    for (const member of members) {
      const appointments = [{ id: randomUUID(), organisationId, role: member.role }]
      uris.push(await plantStaff(trx, secrets, { ...member, appointments }, { madeBy: null, at }))
      const entry = { kind: 'account.made', objectKind: 'account', objectId: member.id, at } as const
      await record(trx, secrets, { ...entry, detail: { role: member.role, organisation: organisationId } })
    }
    return uris
  })
}

/** The account of a worker's phone, made where there is none. `at` is business time. @returns its id */
export async function plantWorker(
  trx: Trx,
  secrets: Secrets,
  { id, phone, at }: { readonly id: string; readonly phone: string; readonly at: Instant },
): Promise<string> {
  const phoneIndex = secrets.blindIndex('phone', phone)
  const known = await workerByPhone(trx, phoneIndex)
  if (known) return known.id
  await insertWorker(trx, {
    id,
    phone_index: phoneIndex,
    phone: secrets.seal(phonePlace(id), phone),
    made_at: at,
  })
  return id
}

/** Whether any account of staff exists. */
export const hasStaff = (trx: Trx): Promise<boolean> => anyStaff(trx)

export const staffNamed = (trx: Trx, loginNames: readonly string[]) => staffByNames(trx, loginNames)

/** Whether the viewer may appoint somebody there. @throws {Refused} not-found, people.outside, people.role-home */
async function requirePlace(trx: Trx, viewer: Viewer, organisationId: string, role: StaffRole, today: PlainDate) {
  const organisation = await organisationOn(trx, organisationId, today)
  if (!organisation)
    throw new Refused('not-found', {}, [{ field: 'organisationId', says: '没有这个组织，重新选一个。' }])
  if (!organisation.path.includes(viewer.organisation!.id)) throw new Refused('people.outside')
  if (!roleHome[role].includes(organisation.kind))
    throw new Refused('people.role-home', {}, [{ field: 'role', says: '换岗位或换单位。' }])
}

/** 经审 looks for a time that is set beforehand. @throws {Refused} people.end-date */
function lastDayOf({ role, validTo }: Pick<MakeAccount, 'role' | 'validTo'>, today: PlainDate): PlainDate | undefined {
  const day = validTo === undefined ? undefined : plainDate(validTo)
  const missing = validTo === undefined && role === 'auditor'
  if (missing || (validTo !== undefined && (!day || day < today)))
    throw new Refused('people.end-date', {}, [{ field: 'validTo', says: '写任职的最后一天，不早于今天。' }])
  return day
}

/**
 * Makes an account with its first appointment. Repeated before the account is used, it answers the same URI again.
 * @throws {Refused} what `checkStaff` and `requirePlace` throw, people.end-date, people.login-taken, people.person-has-account,
 *   request.reused-id
 */
export async function makeAccount(deps: Deps, viewer: Viewer, id: string, wish: MakeAccount, at: Instant) {
  const today = shanghaiDate(at)
  const { loginName, idNumber } = checkStaff(wish, today)
  const validTo = lastDayOf(wish, today)
  const passwordHash = await hashPassword(wish.password)
  const appointments = [{ id, organisationId: wish.organisationId, role: wish.role, validTo }]
  const { name, password } = wish
  try {
    return await inViewersScope(deps, viewer, async (trx) => {
      await requirePlace(trx, viewer, wish.organisationId, wish.role, today)
      const member = { id, loginName, name, idNumber, password, appointments, passwordHash }
      const uri = await plantStaff(trx, deps.secrets, member, { madeBy: viewer.accountId, at })
      const detail = { role: wish.role, organisation: wish.organisationId }
      await record(trx, deps.secrets, { ...done(viewer, id, at), kind: 'account.made', detail })
      return { id, totpUri: uri }
    })
  } catch (error) {
    const constraint = refusalOf(error)?.constraint
    if (constraint === 'account_pkey') return repeatedMaking(deps, viewer, id, { loginName, idNumber, wish })
    if (constraint === 'account_login_name_key')
      throw new Refused('people.login-taken', {}, [{ field: 'loginName', says: errorSays('people.login-taken') }])
    if (constraint === 'account_id_number_index_key')
      throw new Refused('people.person-has-account', {}, [{ field: 'idNumber', says: '这个人已有账号。' }])
    throw error
  }
}

const done = (viewer: Viewer, objectId: string, at: Instant) =>
  ({ objectKind: 'account', objectId, accountId: viewer.accountId, at }) as const

type Made = { loginName: string; idNumber: string; wish: MakeAccount }

/** The answer to the first request was lost: nobody has the secret yet, as nobody has signed in with it. */
function repeatedMaking({ db, secrets }: Deps, viewer: Viewer, id: string, { loginName, idNumber, wish }: Made) {
  return inScope(db, { kind: 'job', job: 'people', accountId: viewer.accountId }, async (trx) => {
    const [account, appointment] = await Promise.all([staffById(trx, id), appointmentById(trx, id)])
    const same =
      account?.made_by === viewer.accountId &&
      account.login_name === loginName &&
      account.display_name === wish.name &&
      account.totp_step === 0 &&
      account.id_number_index?.equals(secrets.blindIndex('idNumber', idNumber)) &&
      appointment?.role === wish.role &&
      appointment.valid_to === (wish.validTo ?? null) &&
      appointment.organisation_id === wish.organisationId
    if (!same) throw new Refused('request.reused-id')
    return { id, totpUri: totpUri(secrets.openText(totpPlace(id), account.totp_secret as Envelope), loginName) }
  })
}

/**
 * A further appointment for an account. Repeating it is no error.
 * @throws {Refused} as `requirePlace`, request.reused-id; forbidden for oneself
 */
export function appoint(deps: Deps, viewer: Viewer, accountId: string, id: string, wish: AddAppointment, at: Instant) {
  if (accountId === viewer.accountId) throw new Refused('forbidden')
  const validTo = lastDayOf(wish, shanghaiDate(at))
  return inViewersScope(deps, viewer, async (trx) => {
    await requirePlace(trx, viewer, wish.organisationId, wish.role, shanghaiDate(at))
    if (!(await staffById(trx, accountId))) throw new Refused('not-found')
    const inserted = await insertAppointment(trx, {
      id,
      account_id: accountId,
      organisation_id: wish.organisationId,
      role: wish.role,
      valid_from: shanghaiDate(at),
      valid_to: validTo ?? null,
      made_by: viewer.accountId,
      made_at: at,
    })
    if (inserted) {
      const detail = { role: wish.role, organisation: wish.organisationId }
      await record(trx, deps.secrets, { ...done(viewer, accountId, at), kind: 'account.appointed', detail })
      return
    }
    const known = await appointmentById(trx, id)
    const { organisationId, role } = wish
    const same =
      known?.organisation_id === organisationId && known.role === role && known.valid_to === (validTo ?? null)
    if (known?.account_id !== accountId || !same) throw new Refused('request.reused-id')
  })
}

/** Ends its sessions too. @throws {Refused} not-found; forbidden for oneself */
export function disable(deps: Deps, viewer: Viewer, id: string, at: Instant): Promise<void> {
  if (id === viewer.accountId) throw new Refused('forbidden')
  return inViewersScope(deps, viewer, async (trx) => {
    if (!(await staffById(trx, id))) throw new Refused('not-found')
    const machineNow = Date.now()
    await disableAccount(trx, id, machineNow)
    await endSessionsOf(trx, id, machineNow, 'disabled')
    await record(trx, deps.secrets, { ...done(viewer, id, at), kind: 'account.disabled' })
  })
}

/** @throws {Refused} not-found */
export function unlock(deps: Deps, viewer: Viewer, id: string, at: Instant): Promise<void> {
  return inViewersScope(deps, viewer, async (trx) => {
    if (!(await staffById(trx, id))) throw new Refused('not-found')
    await setAttempts(trx, id, { failed_attempts: 0, locked_until: null })
    await record(trx, deps.secrets, { ...done(viewer, id, at), kind: 'account.unlocked' })
  })
}

const pageSize = 100

/** By login name; `after` is the last one of the page before. */
export function listAccounts(deps: Deps, viewer: Viewer, after: string, now: Instant): Promise<AccountList> {
  return inViewersScope(deps, viewer, async (trx) => {
    const rows = await staffAfter(trx, after, pageSize + 1)
    const page = rows.slice(0, pageSize)
    const ids = page.map(({ id }) => id)
    const appointments = Map.groupBy(await appointmentsOf(trx, ids, shanghaiDate(now)), (each) => each.account_id)
    const accounts = page.map((row) => ({
      id: row.id,
      loginName: row.login_name!,
      name: row.display_name!,
      appointments: (appointments.get(row.id) ?? []).map((each) => ({
        role: each.role,
        roleTitle: roleTitles[each.role],
        organisationId: each.organisation_id,
        organisationName: each.organisation_name,
        ...(each.valid_to !== null && { validTo: each.valid_to }),
      })),
      madeAt: row.made_at,
      disabled: row.disabled_at !== null,
      failedAttempts: row.failed_attempts,
      ...((row.locked_until ?? 0) > Date.now() && { lockedUntil: row.locked_until! }),
    }))
    return { accounts, ...(rows.length > pageSize && { nextCursor: page.at(-1)!.login_name! }) }
  })
}

/** Limits in force, locked accounts, open sessions. */
export function showSecurity(deps: Deps, viewer: Viewer): Promise<SecurityView> {
  const { staff, worker } = sessionLimits
  return inViewersScope(deps, viewer, async (trx) => {
    const [locked, sessions] = await Promise.all([lockedStaff(trx, Date.now()), openSessions(trx, Date.now())])
    return {
      limits: {
        attempts: lockLimits.attempts,
        lockMinutes: lockLimits.minutes,
        staffIdleMinutes: staff.idleMinutes,
        staffHours: staff.hours,
        workerIdleMinutes: worker.idleMinutes,
        workerHours: worker.hours,
        codeMinutes: codeLimits.validSeconds / 60,
      },
      locked: locked.map((row) => ({
        accountId: row.id,
        loginName: row.login_name!,
        name: row.display_name!,
        lockedUntil: row.locked_until!,
        failedAttempts: row.failed_attempts,
      })),
      sessions: sessions.map((row) => ({
        id: row.id,
        who: row.display_name ?? '职工',
        role: row.role ? roleTitles[row.role as StaffRole] : roleTitles.worker,
        device: row.device,
        startedAt: row.started_at,
        lastSeenAt: row.last_seen_at,
      })),
    }
  })
}

/** Ends anybody's session. @throws {Refused} not-found */
export function revokeSession(deps: Deps, viewer: Viewer, id: string, at: Instant): Promise<void> {
  return inViewersScope(deps, viewer, async (trx) => {
    if (!(await endSession(trx, id, Date.now(), 'revoked'))) throw new Refused('not-found')
    await record(trx, deps.secrets, { ...done(viewer, id, at), objectKind: 'session', kind: 'session.revoked' })
  })
}
