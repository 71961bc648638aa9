/** Sessions: opaque tokens, stored hashed. Machine time throughout; appointments hold by business day. */
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { SessionList, SessionView } from '../../contract/session.ts'
import { Refused } from '../../contract/errors.ts'
import { type Instant, type PlainDate, shanghaiDate } from '../../domain/dates.ts'
import { maskMobile } from '../../domain/phone.ts'
import { roleTitles } from '../../domain/roles.ts'
import { record } from '../audit/audit.ts'
import type { Deps, Viewer } from '../context.ts'
import { clockOffset } from '../db/clock.ts'
import { inScope, readInScope, type Scope, type Trx } from '../db/open.ts'
import type { Envelope, Secrets } from '../secrets.ts'
import { appointmentsOf, appointSession, endSession, insertSession, openSessions } from './sql.ts'
import { sessionOfToken, touchSession } from './sql.ts'

const minuteMs = 60_000

/** Minutes one may be idle, and hours a session lasts at most. */
export const sessionLimits = {
  staff: { idleMinutes: 30, hours: 10 },
  worker: { idleMinutes: 60, hours: 12 },
} as const
type AccountKind = keyof typeof sessionLimits

const touchEveryMs = minuteMs
const tokenHash = (token: string) => createHash('sha256').update(token).digest()
export const signInScope: Scope = { kind: 'job', job: 'sign-in' }

/** A worker's phone as stored with their account. */
export const phonePlace = (accountId: string) => ({ table: 'account', column: 'phone', row: accountId })
const nameOfWorker = (secrets: Secrets, accountId: string, phone: Envelope) =>
  maskMobile(secrets.openText(phonePlace(accountId), phone))

/** Who asks, and the business time at which they ask, in one round trip. */
export async function recognise(deps: Deps, token: string | undefined): Promise<{ viewer?: Viewer; now: Instant }> {
  const at = Date.now()
  const isDemo = deps.config.mode === 'demo'
  if (!token && !isDemo) return { now: at as Instant }
  const [session, offset] = await readInScope(deps.db, signInScope, (trx) =>
    Promise.all([token ? sessionOfToken(trx, tokenHash(token)) : undefined, isDemo ? clockOffset(trx) : 0]),
  )
  const now = (at + offset) as Instant
  const viewer = session && (await viewerOf(deps, session, at, shanghaiDate(now)))
  return { now, ...(viewer && { viewer }) }
}

type Session = NonNullable<Awaited<ReturnType<typeof sessionOfToken>>>

/** The viewer of a session that still holds; one that does not is ended, and touched where it does. */
async function viewerOf({ db, secrets }: Deps, session: Session, at: number, today: PlainDate) {
  const { id, account_id, kind, role, organisation_id, organisation_kind, organisation_name } = session
  const idle = at - session.last_seen_at >= sessionLimits[kind].idleMinutes * minuteMs
  if (idle || at >= session.expires_at || session.disabled_at !== null) {
    const why = session.disabled_at !== null ? 'disabled' : idle ? 'idle' : 'expired'
    await inScope(db, signInScope, (trx) => endSession(trx, id, at, why))
    return undefined
  }
  if (at - session.last_seen_at >= touchEveryMs) await inScope(db, signInScope, (trx) => touchSession(trx, id, at))
  const base = { accountId: account_id, sessionId: id }
  if (kind === 'worker') {
    const viewer: Viewer = {
      ...base,
      // opened by who asks for it: few requests do
      get name() {
        return nameOfWorker(secrets, account_id, session.phone!)
      },
      role: 'worker',
    }
    return viewer
  }
  const holds = session.valid_from !== null && session.valid_from <= today && (session.valid_to ?? today) >= today
  if (!holds || !role || !organisation_id || !organisation_kind || !organisation_name) return undefined
  const organisation = { id: organisation_id, kind: organisation_kind, name: organisation_name }
  const viewer: Viewer = { ...base, name: session.display_name!, role, organisation }
  return viewer
}

export type NewSession = { accountId: string; kind: AccountKind; appointmentId?: string; device: string; at: number }

/** @returns the token, which is stored nowhere */
export async function startSession(trx: Trx, session: NewSession): Promise<{ token: string; sessionId: string }> {
  const { accountId, kind, appointmentId, device, at } = session
  const token = randomBytes(32).toString('base64url')
  const sessionId = randomUUID()
  await insertSession(trx, {
    id: sessionId,
    token_hash: tokenHash(token),
    account_id: accountId,
    appointment_id: appointmentId ?? null,
    started_at: at,
    last_seen_at: at,
    expires_at: at + sessionLimits[kind].hours * 60 * minuteMs,
    device,
  })
  return { token, sessionId }
}

/** What every page needs to know first. */
export async function showSession(deps: Deps, viewer: Viewer | undefined, now: Instant): Promise<SessionView> {
  const kind: AccountKind = viewer && viewer.role !== 'worker' ? 'staff' : 'worker'
  const today = shanghaiDate(now)
  const view = { mode: deps.config.mode, now, today, idleSeconds: sessionLimits[kind].idleMinutes * 60 }
  if (!viewer) return view
  const { accountId: id, name } = viewer
  if (kind === 'worker') return { ...view, account: { id, kind, name, appointments: [] } }
  const rows = await inScope(deps.db, signInScope, (trx) => appointmentsOf(trx, [id], today))
  const appointments = rows.map((row) => ({
    id: row.id,
    role: row.role,
    roleTitle: roleTitles[row.role],
    organisationId: row.organisation_id,
    organisationName: row.organisation_name,
    organisationKind: row.organisation_kind,
  }))
  const appointment = appointments.find(
    (each) => each.role === viewer.role && each.organisationId === viewer.organisation?.id,
  )
  return { ...view, account: { id, kind, name, appointments, ...(appointment && { appointment }) } }
}

/** Acts in another of one's own appointments from now on. @throws {Refused} sign-in.appointment */
export function switchAppointment(deps: Deps, viewer: Viewer, appointmentId: string, now: Instant): Promise<Viewer> {
  return inScope(deps.db, signInScope, async (trx) => {
    const appointments = await appointmentsOf(trx, [viewer.accountId], shanghaiDate(now))
    const chosen = appointments.find(({ id }) => id === appointmentId)
    if (!chosen) throw new Refused('sign-in.appointment')
    await appointSession(trx, viewer.sessionId, appointmentId)
    const detail = { appointment: appointmentId }
    await record(trx, deps.secrets, { ...own(viewer), kind: 'session.switched', at: now, detail })
    const { organisation_id: id, organisation_kind: kind, organisation_name: name } = chosen
    return { ...viewer, role: chosen.role, organisation: { id, kind, name } }
  })
}

const own = ({ sessionId, accountId }: Viewer) => ({ objectKind: 'session', objectId: sessionId, accountId }) as const

export async function listSessions(deps: Deps, viewer: Viewer): Promise<SessionList> {
  const rows = await inScope(deps.db, signInScope, (trx) => openSessions(trx, Date.now(), viewer.accountId))
  return {
    sessions: rows.map(({ id, device, started_at, last_seen_at }) => ({
      id,
      device,
      startedAt: started_at,
      lastSeenAt: last_seen_at,
      current: id === viewer.sessionId,
    })),
  }
}

export function signOut(deps: Deps, viewer: Viewer, now: Instant): Promise<void> {
  return inScope(deps.db, signInScope, async (trx) => {
    await endSession(trx, viewer.sessionId, Date.now(), 'signedOut')
    await record(trx, deps.secrets, { ...own(viewer), kind: 'session.ended', at: now })
  })
}

/** Ends one of one's own sessions. @throws {Refused} not-found */
export function revokeOwnSession(deps: Deps, viewer: Viewer, id: string, now: Instant): Promise<void> {
  return inScope(deps.db, signInScope, async (trx) => {
    if (!(await endSession(trx, id, Date.now(), 'revoked', viewer.accountId))) throw new Refused('not-found')
    await record(trx, deps.secrets, { ...own(viewer), objectId: id, kind: 'session.revoked', at: now })
  })
}

const browsers = [
  [/MicroMessenger/, '微信'],
  [/Edg\//, 'Edge'],
  [/Firefox\//, 'Firefox'],
  [/Chrome\//, 'Chrome'],
  [/Safari\//, 'Safari'],
] as const
const systems = [
  [/iPhone|iPad/, 'iPhone或iPad'],
  [/HarmonyOS|OpenHarmony/, '鸿蒙'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'Mac'],
  [/Linux/, 'Linux'],
] as const

/** Enough to tell one's own devices apart, and no more of them than that. */
export function deviceOf(userAgent: string | undefined): string {
  const find = (list: readonly (readonly [RegExp, string])[]) => list.find(([form]) => form.test(userAgent ?? ''))?.[1]
  return [find(browsers), find(systems)].filter(Boolean).join(' · ') || '其他设备'
}
