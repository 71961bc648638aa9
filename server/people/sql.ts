import { type Selectable, sql } from 'kysely'
import type { PlainDate } from '../../domain/dates.ts'
import type { OrganisationKind, Role, StaffRole } from '../../domain/roles.ts'
import type { Trx } from '../db/open.ts'
import { statement } from '../db/statement.ts'
import type { AccountTable, OneTimeCodeTable, SessionTable } from '../db/tables.ts'
import type { Envelope } from '../secrets.ts'

type SessionRow = Selectable<SessionTable>

// Sessions -----------------------------------------------------------------------------------------------------------

/** The open session of a token, with its account, appointment and organisation. */
export async function sessionOfToken(trx: Trx, tokenHash: Buffer) {
  const [row] = await openSession(trx, tokenHash)
  if (!row) return undefined
  return {
    ...row,
    kind: row.kind as 'worker' | 'staff',
    phone: row.phone as Envelope | null,
    role: row.role as StaffRole | null,
    organisation_kind: row.organisation_kind as OrganisationKind | null,
  }
}

const openSession = statement((trx, tokenHash: Buffer) =>
  trx
    .selectFrom('session')
    .innerJoin('account', 'account.id', 'session.account_id')
    .leftJoin('appointment', 'appointment.id', 'session.appointment_id')
    .leftJoin('organisation', 'organisation.id', 'appointment.organisation_id')
    .select(['session.id', 'session.account_id', 'session.last_seen_at', 'session.expires_at'])
    .select(['account.kind', 'account.display_name', 'account.phone', 'account.disabled_at'])
    .select(['appointment.role', 'appointment.valid_from', 'appointment.valid_to'])
    .select(['organisation.id as organisation_id', 'organisation.kind as organisation_kind'])
    .select(['organisation.name as organisation_name'])
    .where('session.token_hash', '=', tokenHash)
    .where('session.ended_at', 'is', null),
)

export async function insertSession(trx: Trx, row: Omit<SessionRow, 'ended_at' | 'ended_why'>): Promise<void> {
  await trx.insertInto('session').values(row).execute()
}

export async function touchSession(trx: Trx, id: string, at: number): Promise<void> {
  await trx.updateTable('session').set({ last_seen_at: at }).where('id', '=', id).execute()
}

export async function appointSession(trx: Trx, id: string, appointmentId: string): Promise<void> {
  await trx.updateTable('session').set({ appointment_id: appointmentId }).where('id', '=', id).execute()
}

/** Ends one session, of that account where one is named; false where there is none to end. */
export async function endSession(trx: Trx, id: string, at: number, why: string, accountId?: string): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('session')
    .set({ ended_at: at, ended_why: why })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .$if(accountId !== undefined, (query) => query.where('account_id', '=', accountId!))
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export async function endSessionsOf(trx: Trx, accountId: string, at: number, why: string): Promise<void> {
  const query = trx.updateTable('session').set({ ended_at: at, ended_why: why })
  await query.where('account_id', '=', accountId).where('ended_at', 'is', null).execute()
}

/** Sessions not ended and not past their absolute end, latest first; of one account, or of everybody. */
export const openSessions = (trx: Trx, at: number, accountId?: string) =>
  trx
    .selectFrom('session')
    .innerJoin('account', 'account.id', 'session.account_id')
    .leftJoin('appointment', 'appointment.id', 'session.appointment_id')
    .select(['session.id', 'session.device', 'session.started_at', 'session.last_seen_at'])
    .select(['account.kind', 'account.display_name', 'appointment.role'])
    .where('session.ended_at', 'is', null)
    .where('session.expires_at', '>', at)
    .$if(accountId !== undefined, (query) => query.where('session.account_id', '=', accountId!))
    .orderBy('session.last_seen_at', 'desc')
    .limit(500)
    .execute()

// Appointments -------------------------------------------------------------------------------------------------------

/** Those that hold on the day, in organisations that exist on it. */
export async function appointmentsOf(trx: Trx, accountIds: readonly string[], today: PlainDate) {
  const rows = await trx
    .selectFrom('appointment')
    .innerJoin('organisation', 'organisation.id', 'appointment.organisation_id')
    .select(['appointment.id', 'appointment.account_id', 'appointment.role', 'organisation.id as organisation_id'])
    .select([
      'organisation.name as organisation_name',
      'organisation.kind as organisation_kind',
      'appointment.valid_to',
    ])
    .where(sql<boolean>`appointment.account_id = any(${accountIds}::uuid[])`)
    .where('appointment.valid_from', '<=', today)
    .where((eb) => eb.or([eb('appointment.valid_to', 'is', null), eb('appointment.valid_to', '>=', today)]))
    .orderBy('appointment.made_at')
    .orderBy('appointment.id')
    .execute()
  return rows.map((row) => ({
    ...row,
    role: row.role as StaffRole,
    organisation_kind: row.organisation_kind as OrganisationKind,
  }))
}

export type NewAppointment = { id: string; account_id: string; organisation_id: string; role: Role } & {
  valid_from: string
  valid_to: string | null
  made_by: string | null
  made_at: number
}
/** False where that id is taken. */
export async function insertAppointment(trx: Trx, row: NewAppointment): Promise<boolean> {
  const query = trx
    .insertInto('appointment')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doNothing())
  const { numInsertedOrUpdatedRows } = await query.executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

export const appointmentById = (trx: Trx, id: string) =>
  trx
    .selectFrom('appointment')
    .select(['account_id', 'organisation_id', 'role', 'valid_to'])
    .where('id', '=', id)
    .executeTakeFirst()

// Accounts -----------------------------------------------------------------------------------------------------------

type Counted = { failed_attempts: number; locked_until: number | null }

export async function staffByLogin(trx: Trx, loginName: string) {
  const row = await trx
    .selectFrom('account')
    .select(['id', 'display_name', 'password_hash', 'totp_secret', 'disabled_at'])
    .where('login_name', '=', loginName)
    .where('kind', '=', 'staff')
    .executeTakeFirst()
  return row && { ...row, totp_secret: row.totp_secret as Envelope, password_hash: row.password_hash! }
}

/** Holds the account's row to the end of the transaction. */
export async function lockStaff(trx: Trx, id: string): Promise<Counted & { totp_step: number; totp_secret: Envelope }> {
  const row = await trx
    .selectFrom('account')
    .select(['failed_attempts', 'locked_until', 'totp_step', 'totp_secret'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow()
  return { ...row, totp_secret: row.totp_secret as Envelope }
}

export async function setAttempts(trx: Trx, id: string, set: Counted & { totp_step?: number }): Promise<void> {
  await trx.updateTable('account').set(set).where('id', '=', id).execute()
}

/** The same count for a name that nobody has; its row is held to the end of the transaction. */
export async function lockUnknown(trx: Trx, nameIndex: Buffer, at: number): Promise<Counted> {
  const dayMs = 86_400_000
  await trx
    .deleteFrom('unknown_sign_in')
    .where('last_at', '<', at - dayMs)
    .execute()
  return trx
    .insertInto('unknown_sign_in')
    .values({ name_index: nameIndex, failed_attempts: 0, locked_until: null, last_at: at })
    .onConflict((conflict) => conflict.column('name_index').doUpdateSet({ last_at: at }))
    .returning(['failed_attempts', 'locked_until'])
    .executeTakeFirstOrThrow()
}

export async function setUnknownAttempts(trx: Trx, nameIndex: Buffer, set: Counted): Promise<void> {
  await trx.updateTable('unknown_sign_in').set(set).where('name_index', '=', nameIndex).execute()
}

export const workerByPhone = (trx: Trx, phoneIndex: Buffer) =>
  trx.selectFrom('account').select(['id', 'disabled_at']).where('phone_index', '=', phoneIndex).executeTakeFirst()

/** Sealed; of a worker who is not disabled. */
export async function phoneOfWorker(trx: Trx, accountId: string): Promise<unknown> {
  const row = await trx
    .selectFrom('account')
    .select('phone')
    .where('id', '=', accountId)
    .where('kind', '=', 'worker')
    .where('disabled_at', 'is', null)
    .executeTakeFirst()
  return row?.phone
}

export type NewWorker = { id: string; phone_index: Buffer; phone: Envelope; made_at: number }
export async function insertWorker(trx: Trx, { phone, ...row }: NewWorker): Promise<void> {
  await trx
    .insertInto('account')
    .values({ ...row, kind: 'worker', phone: JSON.stringify(phone) })
    .execute()
}

export type NewStaff = Pick<Selectable<AccountTable>, 'id' | 'made_by' | 'made_at'> & {
  login_name: string
  display_name: string
  id_number_index: Buffer
  password_hash: string
  totp_secret: Envelope
}
/** Unique violations name `account_pkey`, `account_login_name_key` or `account_id_number_index_key`. */
export async function insertStaff(trx: Trx, { totp_secret, ...row }: NewStaff): Promise<void> {
  await trx
    .insertInto('account')
    .values({ ...row, kind: 'staff', totp_secret: JSON.stringify(totp_secret) })
    .execute()
}

const staffRows = (trx: Trx) =>
  trx
    .selectFrom('account')
    .select(['id', 'login_name', 'display_name', 'id_number_index', 'totp_secret', 'totp_step', 'failed_attempts'])
    .select(['locked_until', 'made_by', 'made_at', 'disabled_at'])
    .where('kind', '=', 'staff')

export const staffById = (trx: Trx, id: string) => staffRows(trx).where('id', '=', id).executeTakeFirst()

export const staffAfter = (trx: Trx, loginName: string, limit: number) =>
  staffRows(trx).where('login_name', '>', loginName).orderBy('login_name').limit(limit).execute()

export const staffByNames = (trx: Trx, loginNames: readonly string[]) =>
  staffRows(trx)
    .where(sql<boolean>`login_name = any(${loginNames}::text[])`)
    .execute()

export const lockedStaff = (trx: Trx, at: number) =>
  staffRows(trx).where('locked_until', '>', at).orderBy('locked_until', 'desc').limit(200).execute()

export async function disableAccount(trx: Trx, id: string, at: number): Promise<void> {
  await trx
    .updateTable('account')
    .set({ disabled_at: at })
    .where('id', '=', id)
    .where('disabled_at', 'is', null)
    .execute()
}

/** Held to the end of the transaction: the first administrators are made once. */
export const lockFirstStaff = (trx: Trx) => sql`select pg_advisory_xact_lock(hashtext('first staff'))`.execute(trx)

export async function anyStaff(trx: Trx): Promise<boolean> {
  return (
    (await trx.selectFrom('account').select('id').where('kind', '=', 'staff').limit(1).executeTakeFirst()) !== undefined
  )
}

// One-time codes -----------------------------------------------------------------------------------------------------

/** Held to the end of the transaction, so that two requests at once for one phone are counted one after the other. */
export const lockPhone = (trx: Trx, phoneIndex: Buffer) =>
  sql`select pg_advisory_xact_lock(hashtextextended(${phoneIndex.toString('hex')}, 7))`.execute(trx)

/** How often codes were asked for: by the phone since the day began and last for this, by the address within the hour. */
export const askedCodes = (
  trx: Trx,
  ask: { phone: Buffer; purpose: string; origin: Buffer; dayStart: number; hourStart: number },
) =>
  trx
    .selectNoFrom((eb) => [
      eb
        .selectFrom('one_time_code')
        .select((inner) => inner.fn.countAll<number>().as('n'))
        .where('phone_index', '=', ask.phone)
        .where('sent_at', '>=', ask.dayStart)
        .as('today'),
      eb
        .selectFrom('one_time_code')
        .select((inner) => inner.fn.max('sent_at').as('at'))
        .where('phone_index', '=', ask.phone)
        .where('purpose', '=', ask.purpose)
        .as('last_at'),
      eb
        .selectFrom('one_time_code')
        .select((inner) => inner.fn.countAll<number>().as('n'))
        .where('origin_index', '=', ask.origin)
        .where('sent_at', '>', ask.hourStart)
        .as('from_origin'),
    ])
    .executeTakeFirstOrThrow()

export type NewCode = Pick<
  Selectable<OneTimeCodeTable>,
  'id' | 'phone_index' | 'origin_index' | 'code_hash' | 'purpose' | 'account_id'
> & {
  sent_at: number
  expires_at: number
}
export async function insertCode(trx: Trx, row: NewCode): Promise<void> {
  await trx.insertInto('one_time_code').values(row).execute()
}

export async function expireCode(trx: Trx, id: string, at: number): Promise<void> {
  await trx.updateTable('one_time_code').set({ expires_at: at }).where('id', '=', id).execute()
}

/** The newest code of the phone for that; its row is held to the end of the transaction. */
export const lockLatestCode = (trx: Trx, phoneIndex: Buffer, purpose: string) =>
  trx
    .selectFrom('one_time_code')
    .select(['id', 'code_hash', 'expires_at', 'attempts', 'used_at'])
    .where('phone_index', '=', phoneIndex)
    .where('purpose', '=', purpose)
    .orderBy('sent_at', 'desc')
    .limit(1)
    .forUpdate()
    .executeTakeFirst()

export async function countAttempt(trx: Trx, id: string, attempts: number, usedAt: number | null): Promise<void> {
  await trx.updateTable('one_time_code').set({ attempts, used_at: usedAt }).where('id', '=', id).execute()
}
