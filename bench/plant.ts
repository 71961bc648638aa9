/** What stands in the database before a request that is measured: written by set, sealed as the server seals. */
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { fileApplication } from '../server/applications/filing.ts'
import { appendActions } from '../server/applications/actions.ts'
import { sealDraft } from '../server/applications/forms.ts'
import { inViewersScope, type Viewer } from '../server/context.ts'
import { businessNow } from '../server/db/clock.ts'
import { demoId } from '../server/demo/demo.ts'
import { staffViewer } from '../server/demo/offices.ts'
import { phonePlace } from '../server/people/session.ts'
import type { DraftForm, FormFiles } from '../contract/form.ts'
import type { Instant } from '../domain/dates.ts'
import { readIdentityNumber } from '../domain/identityNumber.ts'
import { plainDate } from '../domain/dates.ts'
import type { StepKind } from '../domain/policy.ts'
import { filledForm } from '../test/applications/claim.ts'
import type { Request } from './drive.ts'
import type { House } from './house.ts'

const lot = 1000

/** Rows of one table with equal columns; buffers become bytea. */
export async function insert(house: House, table: string, rows: readonly object[]): Promise<void> {
  const columns = Object.keys(rows[0]!).join(', ')
  const keepBuffers = (_key: string, value: unknown) => {
    const { type, data } = (value ?? {}) as { type?: unknown; data?: number[] }
    return type === 'Buffer' ? `\\x${Buffer.from(data!).toString('hex')}` : value
  }
  for (let from = 0; from < rows.length; from += lot) {
    await house.owner.query(
      `insert into ${table} (${columns}) select ${columns} from jsonb_populate_recordset(null::${table}, $1)`,
      [JSON.stringify(rows.slice(from, from + lot), keepBuffers)],
    )
  }
}

/** A session as a sign-in starts it. @returns its row, and the token that opens it */
function newSession(accountId: string, appointmentId?: string) {
  const token = randomBytes(32).toString('base64url')
  const at = Date.now()
  const row = {
    id: randomUUID(),
    token_hash: createHash('sha256').update(token).digest(),
    account_id: accountId,
    appointment_id: appointmentId ?? null,
    started_at: at,
    last_seen_at: at,
    expires_at: at + 36_000_000,
    device: 'bench',
  }
  return { token, row }
}

/** Signs a member of the demonstration's staff in, in their first role. @returns the token */
export async function signIn(house: House, loginName: string, role: string, place: string): Promise<string> {
  const { token, row } = newSession(
    demoId('account', loginName),
    demoId('appointment', `${loginName} ${role} ${place}`),
  )
  await insert(house, 'session', [row])
  return token
}

/** Everybody has just done something: a session is marked once a minute, which is no part of what is measured. */
export async function freshen({ owner }: House): Promise<void> {
  await owner.query('update session set last_seen_at = $1', [Date.now()])
}

let persons = 0
/** No two alike; with the check digit that fits. */
function nextPerson() {
  const serial = persons++
  const day = new Date(Date.UTC(1966, 0, 1) + (serial % 12_000) * 86_400_000).toISOString().slice(0, 10)
  const start = `310101${day.replaceAll('-', '')}${String(Math.floor(serial / 12_000)).padStart(3, '0')}`
  const idNumber = Array.from('0123456789X', (last) => start + last).find(
    (number) => readIdentityNumber(number, soon).ok,
  )!
  return {
    serial,
    accountId: randomUUID(),
    idNumber,
    phone: `139${String(serial).padStart(8, '0')}`,
    certificateNumber: `Y0000310002172${String(52_000_000 + serial)}`,
  }
}
const soon = plainDate('2026-07-15')!

type Draft = { readonly id: string; readonly union: string; readonly accountId: string; readonly token: string }

/** Base unions of five districts, in the order in which they are taken. */
const unions = ['qiheng', 'chengyuan', 'lianshu', 'hulan', 'qiming'] as const

/** Complete drafts with their pictures' records, each of a worker of their own who is signed in. */
export async function plantDrafts(house: House, count: number): Promise<Draft[]> {
  const { deps, policy } = house
  const at = await businessNow(deps.config, deps.db)
  const [accounts, sessions, drafts, files, pages]: object[][] = [[], [], [], [], []]
  const planted: Draft[] = []
  for (let made = 0; made < count; made++) {
    const { serial, accountId, phone, ...person } = nextPerson()
    const union = unions[serial % unions.length]!
    const id = randomUUID()
    const [form, held] = withFiles({ ...filledForm(serial, policy, demoId('organisation', union)), phone, ...person })
    const { token, row } = newSession(accountId)
    accounts!.push({
      id: accountId,
      kind: 'worker',
      phone_index: deps.secrets.blindIndex('phone', phone),
      phone: deps.secrets.seal(phonePlace(accountId), phone),
      made_at: at,
    })
    sessions!.push(row)
    drafts!.push({ id, account_id: accountId, body: sealDraft(deps, id, form), version: 1, updated_at: at })
    for (const [purpose, file] of held) {
      const record = { id: file, purpose, owner_account_id: accountId, draft_id: id, page_count: 1, uploaded_at: at }
      files!.push({ ...record, byte_size: 90_000, sha256: createHash('sha256').update(file).digest() })
      pages!.push({ file_id: file, page: 1, media_type: 'image/jpeg', width: 1000, height: 630, byte_size: 90_000 })
    }
    planted.push({ id, union, accountId, token })
  }
  const tables = { account: accounts, session: sessions, draft: drafts, file: files, file_page: pages }
  for (const [table, rows] of Object.entries(tables)) await insert(house, table, rows!)
  await house.owner.query('vacuum analyze')
  return planted
}

function withFiles(form: DraftForm): [DraftForm, [string, string][]] {
  const ids = () => randomUUID()
  const files: FormFiles = { idFront: ids(), idBack: ids(), certificate: ids(), card: ids() }
  return [{ ...form, files }, Object.entries(files)]
}

export const filingOf = ({ id, token }: Draft): Request => ({
  method: 'PUT',
  address: `/api/v1/applications/${id}`,
  token,
  body: { draftVersion: 1 },
})

export const annexOf = ({ id, token }: Draft): Request => ({
  method: 'GET',
  address: `/api/v1/applications/${id}/annex.pdf`,
  token,
})

/** Who has each union's applications before second review, and who at it. */
const offices: {
  readonly [U in (typeof unions)[number]]: { officer: string; forwards: string; reviewer: [string, string] }
} = {
  qiheng: { officer: 'qiheng.gonghui', forwards: 'gongyequ.shenbao', reviewer: ['jiading.fushen1', 'jiading'] },
  chengyuan: { officer: 'chengyuan.gonghui', forwards: 'chengyuan.gonghui', reviewer: ['pudong.fushen1', 'pudong'] },
  lianshu: { officer: 'lianshu.gonghui', forwards: 'lianshu.gonghui', reviewer: ['minhang.fushen1', 'minhang'] },
  hulan: { officer: 'hulan.gonghui', forwards: 'hulan.gonghui', reviewer: ['baoshan.fushen1', 'baoshan'] },
  qiming: { officer: 'qiming.gonghui', forwards: 'qiming.gonghui', reviewer: ['jidian.fushen1', 'jidian'] },
}

async function passAll(house: House, viewer: Viewer, step: StepKind, ids: readonly string[], at: Instant) {
  const { accountId, role } = viewer
  for (let from = 0; from < ids.length; from += 250) {
    const passes = ids
      .slice(from, from + 250)
      .map((applicationId) => ({ applicationId, id: randomUUID(), kind: 'pass' as const, accountId, role, at, step }))
    await inViewersScope(house.deps, viewer, (trx) => appendActions(trx, house.deps, passes))
  }
}

/** Applications that wait for second review in five districts. */
export async function plantWaiting(house: House, count: number): Promise<Draft[]> {
  const { deps } = house
  const drafts = await plantDrafts(house, count)
  const at = await businessNow(deps.config, deps.db)
  const waiting = drafts.values()
  const lane = async () => {
    for (const { id, accountId } of waiting)
      await fileApplication(deps, { accountId, sessionId: '', name: '', role: 'worker' }, id, 1, at)
  }
  await Promise.all(Array.from({ length: 8 }, lane))
  for (const union of unions) {
    const { officer, forwards } = offices[union]
    const ids = drafts.filter((draft) => draft.union === union).map(({ id }) => id)
    await passAll(house, staffViewer(officer), 'firstReview', ids, at)
    await passAll(house, staffViewer(forwards), 'forwarding', ids, at)
  }
  await house.owner.query('vacuum analyze')
  return drafts
}

/** The reviewers' passing of applications that wait for it. */
export async function plantDecisions(house: House, count: number): Promise<Request[]> {
  const waiting = await plantWaiting(house, count)
  const tokens = new Map<string, string>()
  for (const union of unions) {
    const [loginName, place] = offices[union].reviewer
    tokens.set(union, await signIn(house, loginName, 'districtReviewer', place))
  }
  return waiting.map(({ id, union }) => ({
    method: 'PUT',
    address: `/api/v1/applications/${id}/actions/${randomUUID()}`,
    token: tokens.get(union)!,
    body: { kind: 'pass', expectedVersion: 3 },
  }))
}
