/** A city with its people and with applications that wait for final approval, on a database of its own. */
import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after } from 'node:test'
import type { InjectOptions } from 'fastify'
import type { ErrorCode } from '../../contract/errors.ts'
import type { Problem } from '../../contract/problem.ts'
import type { Instant } from '../../domain/dates.ts'
import { instant } from '../../domain/dates.ts'
import type { StepKind } from '../../domain/policy.ts'
import type { OrganisationKind, Role } from '../../domain/roles.ts'
import { appendActions, type NewAction } from '../../server/applications/actions.ts'
import { buildApp } from '../../server/app.ts'
import type { Config } from '../../server/config.ts'
import type { Deps, Viewer } from '../../server/context.ts'
import { inScope, type Trx } from '../../server/db/open.ts'
import { newTotpSecret, totpCode, totpStep } from '../../server/people/password.ts'
import { phonePlace, signInScope, startSession } from '../../server/people/session.ts'
import { totpPlace } from '../../server/people/signIn.ts'
import { receivingAccountPlace } from '../../server/organisations/organisation.ts'
import { openPolicy } from '../../server/policies/policy.ts'
import { type Keys, openSecrets } from '../../server/secrets.ts'
import { type TestDatabase, withDatabase } from '../database.ts'
import { type amounts, fileClaim, unitSteps } from './filed.ts'

const key = () => randomBytes(32).toString('base64')
/** Everybody's authenticator. */
const totpSecret = newTotpSecret()
const policies = path.join(import.meta.dirname, '../../policies')

type Organisation = { id: string; kind: OrganisationKind; name: string }
export type Answer = { readonly status: number; readonly body: unknown; readonly problem?: Problem }

/** Who there is: role and organisation by name. `twoHats` is one person in three appointments. */
const staff = {
  officer: ['unionOfficer', 'base'],
  verifier: ['verifier', 'centre'],
  verifier2: ['verifier', 'centre'],
  approver: ['approver', 'city'],
  approver2: ['approver', 'city'],
  cityFinance: ['cityFinance', 'city'],
  cityFinance2: ['cityFinance', 'city'],
  centreFinance: ['centreFinance', 'centre'],
  centreFinance2: ['centreFinance', 'centre'],
  jiading: ['districtFinance', 'jiading'],
  jiading2: ['districtFinance', 'jiading'],
  minhang: ['districtFinance', 'minhang'],
  minhang2: ['districtFinance', 'minhang'],
  jidian: ['districtFinance', 'jidian'],
  jidian2: ['districtFinance', 'jidian'],
  base: ['unionFinance', 'base'],
  base2: ['unionFinance', 'base'],
  auditor: ['auditAdministrator', 'city'],
} as const satisfies { [name: string]: readonly [Role, string] }
const workers = { worker: '13900000001', stranger: '13900000002' } as const
export type Who =
  | keyof typeof staff
  | keyof typeof workers
  | 'twoHatsVerifier'
  | 'twoHatsApprover'
  | 'twoHatsCityFinance'

/** The nth of a list that has one. */
export function nth<T>(all: readonly T[], n: number): T {
  assert.ok(n < all.length)
  return all[n]!
}

/** Business time runs from an instant on, as the demonstration's does. */
async function startBusinessClock(database: TestDatabase, from: string) {
  let offsetMs = 0
  const set = async (text: string) => {
    offsetMs = instant(text)! - Date.now()
    await database.owner.query(
      'insert into business_clock (offset_ms) values ($1) on conflict (singleton) do update set offset_ms = $1',
      [offsetMs],
    )
  }
  await set(from)
  return {
    set,
    get now() {
      return (Date.now() + offsetMs) as Instant
    },
  }
}

/**
 * @param bank the city's bank, where one is reached by the connector
 * @param smsUrl where text messages go
 */
export async function openCity(bank?: Config['bank'], smsUrl?: string) {
  const database = await withDatabase()
  const keys: Keys = { demo: true, current: 'k1', keys: { k1: key() }, indexKey: key(), macKey: key() }
  const secrets = openSecrets(keys)
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'jiangsheng-payments-'))
  const config: Config = {
    mode: 'demo',
    host: '127.0.0.1',
    port: 0,
    dataDir,
    sendLog: path.join(dataDir, 'send-log'),
    ...(bank && { bank }),
    ...(smsUrl && { smsUrl }),
  }
  const deps: Deps = { config, db: database.app, secrets }
  const clock = await startBusinessClock(database, '2026-08-20T10:00:00+08:00')
  assert.equal(await openPolicy(database.app, path.join(policies, '2026'), true, clock.now), 'opened')

  const organisation = (kind: OrganisationKind, name: string): Organisation => ({ id: randomUUID(), kind, name })
  const city = organisation('cityFederation', '市总工会')
  const organisations = {
    city,
    centre: organisation('serviceCentre', '市职工技协服务中心'),
    jiading: organisation('districtFederation', '嘉定区总工会'),
    minhang: organisation('districtFederation', '闵行区总工会'),
    jidian: organisation('bureauUnion', '上海市机电工会'),
    base: organisation('baseUnion', '某厂工会'),
  }
  const districts = { jiading: organisations.jiading, minhang: organisations.minhang, jidian: organisations.jidian }
  const tails: Record<string, string> = {
    [districts.jiading.id]: '1001',
    [districts.minhang.id]: '1002',
    [districts.jidian.id]: '1003',
    [organisations.base.id]: '1004',
    [city.id]: '1000',
    [organisations.centre.id]: '1005',
  }
  for (const { id, kind, name } of Object.values(organisations))
    await database.owner.query(
      `insert into organisation (id, parent_id, kind, name, path, valid_from, receiving_account, receiving_account_tail)
       values ($1, $2, $3, $4, '{}', '2020-01-01', $5, $6)`,
      [
        id,
        id === city.id ? null : kind === 'baseUnion' ? districts.jiading.id : city.id,
        kind,
        name,
        tails[id] ? JSON.stringify(secrets.seal(receivingAccountPlace(id), `31050000000000000${tails[id]}`)) : null,
        tails[id] ?? null,
      ],
    )

  const account = async (name: string) => {
    const id = randomUUID()
    await database.owner.query(
      `insert into account (id, kind, login_name, display_name, password_hash, totp_secret, id_number_index, made_at)
       values ($1, 'staff', $2, $3, 'x', $4, $5, 0)`,
      [id, `u-${id.slice(0, 8)}`, name, JSON.stringify(secrets.seal(totpPlace(id), totpSecret)), randomBytes(32)],
    )
    return id
  }
  const viewers = {} as Record<Who, Viewer>
  const cookies = {} as Record<Who, string>
  const signIn = async (who: Who, accountId: string, role: Role, at: Organisation) => {
    const appointmentId = randomUUID()
    await database.owner.query(
      `insert into appointment (id, account_id, organisation_id, role, valid_from, made_at) values ($1, $2, $3, $4, '2020-01-01', 0)`,
      [appointmentId, accountId, at.id, role],
    )
    const session = { accountId, kind: 'staff' as const, appointmentId, device: 'test', at: Date.now() }
    const { token, sessionId } = await inScope(database.app, signInScope, (trx) => startSession(trx, session))
    viewers[who] = { accountId, sessionId, name: who, role, organisation: at }
    cookies[who] = `jiangsheng=${token}`
  }
  for (const [who, [role, at]] of Object.entries(staff))
    await signIn(who as Who, await account(who), role, organisations[at])
  const twoHats = await account('twoHats')
  await signIn('twoHatsVerifier', twoHats, 'verifier', organisations.centre)
  await signIn('twoHatsApprover', twoHats, 'approver', city)
  await signIn('twoHatsCityFinance', twoHats, 'cityFinance', city)
  for (const [who, phone] of Object.entries(workers)) {
    const accountId = randomUUID()
    await database.owner.query(
      `insert into account (id, kind, phone_index, phone, made_at) values ($1, 'worker', $2, $3, 0)`,
      [accountId, secrets.blindIndex('phone', phone), JSON.stringify(secrets.seal(phonePlace(accountId), phone))],
    )
    const session = { accountId, kind: 'worker' as const, device: 'test', at: Date.now() }
    const { token, sessionId } = await inScope(database.app, signInScope, (trx) => startSession(trx, session))
    viewers[who as Who] = { accountId, sessionId, name: who, role: 'worker' }
    cookies[who as Who] = `jiangsheng=${token}`
  }
  /** Who files all that is filed here. */
  const worker = viewers.worker.accountId

  const asPerson = <T>(accountId: string, work: (trx: Trx) => Promise<T>) =>
    inScope(database.app, { kind: accountId === worker ? 'person' : 'city', accountId }, work)
  const pass = (applicationId: string, who: Who, step: StepKind): NewAction => ({
    applicationId,
    id: randomUUID(),
    kind: 'pass',
    step,
    at: clock.now,
    accountId: viewers[who].accountId,
    role: viewers[who].role,
  })

  let filed = 0
  /** Applications as they stand after verification, with real actions and sealed forms. */
  async function waiting(
    districtName: keyof typeof districts,
    levels: (keyof typeof amounts)[],
    verifier: Who = 'verifier',
  ): Promise<string[]> {
    const ids = levels.map(() => randomUUID() as string)
    await asPerson(worker, async (trx) => {
      for (const [index, applicationId] of ids.entries()) {
        await fileOne(trx, applicationId, districts[districtName], levels[index]!, ++filed)
      }
    })
    await advance(ids, verifier)
    return ids
  }
  /** As `waiting`, of the individual channel: the city pays them itself (四.二.3). */
  async function waitingDirect(levels: (keyof typeof amounts)[], account?: string): Promise<string[]> {
    const ids = levels.map(() => randomUUID() as string)
    await asPerson(worker, async (trx) => {
      for (const [index, applicationId] of ids.entries())
        await fileOne(trx, applicationId, districts.jiading, levels[index]!, ++filed, 'individual', account)
    })
    await asPerson(viewers.verifier.accountId, (trx) =>
      appendActions(
        trx,
        deps,
        ids.map((id) => pass(id, 'verifier', 'automaticChecks')),
      ),
    )
    return ids
  }
  async function advance(ids: readonly string[], verifier: Who = 'verifier') {
    await asPerson(viewers.officer.accountId, (trx) =>
      appendActions(
        trx,
        deps,
        ids.map((id) => pass(id, 'officer', 'firstReview')),
      ),
    )
    await asPerson(viewers[verifier].accountId, (trx) =>
      appendActions(
        trx,
        deps,
        ids.map((id) => pass(id, verifier, 'verification')),
      ),
    )
  }

  const fileOne = (
    trx: Trx,
    id: string,
    district: Organisation,
    level: keyof typeof amounts,
    n: number,
    channel: 'unit' | 'individual' = 'unit',
    account = `62200000000${String(n).padStart(5, '0')}`,
  ) =>
    fileClaim(trx, deps, database.owner, {
      ...{ id, n, level, channel, account, at: clock.now, worker },
      ...{ city: city.id, district: district.id, baseUnion: organisations.base.id },
    })

  /** Sent back by the approver, completed by the worker, and verified once more. */
  async function sendBackAndAgain(id: string) {
    const by = viewers.approver
    const base = { applicationId: id, at: clock.now }
    await asPerson(by.accountId, (trx) =>
      appendActions(trx, deps, [
        {
          ...base,
          id: randomUUID(),
          kind: 'return',
          step: 'finalApproval',
          accountId: by.accountId,
          role: by.role,
          returnedUntil: '2026-09-01' as NewAction['returnedUntil'] & string,
        },
      ]),
    )
    await asPerson(worker, (trx) =>
      appendActions(trx, deps, [
        {
          ...base,
          id: randomUUID(),
          kind: 'resubmit',
          accountId: worker,
          role: 'worker',
          steps: unitSteps,
          printedBoxChanged: true,
        },
      ]),
    )
    await advance([id])
  }

  const scan = async (
    who: Who,
    purpose: 'confirmationScan' | 'payoutProof' | 'accountPaper' | 'receiptScan' = 'confirmationScan',
  ) => {
    const id = randomUUID()
    await database.owner.query(
      `insert into file (id, purpose, owner_account_id, page_count, byte_size, sha256, uploaded_at) values ($1, $2, $3, 1, 1, '', 0)`,
      [id, purpose, viewers[who].accountId],
    )
    return id
  }

  const app = await buildApp(deps)
  after(async () => {
    await app.close()
    rmSync(dataDir, { recursive: true, force: true })
  })

  const inject = (request: InjectOptions) => app.inject(request)

  async function call(who: Who, method: 'GET' | 'PUT' | 'POST', url: string, body?: object): Promise<Answer> {
    const answer = await app.inject({
      method,
      url: `/api/v1${url}`,
      headers: { cookie: cookies[who], 'x-jiangsheng': '1' },
      ...(body && { payload: body }),
    })
    const isJson = String(answer.headers['content-type']).includes('json')
    const json: unknown = isJson ? answer.json() : undefined
    return { status: answer.statusCode, body: json, ...(answer.statusCode >= 400 && { problem: json as Problem }) }
  }
  const put = (who: Who, url: string, body: object = {}) => call(who, 'PUT', url, body)
  const get = (who: Who, url: string) => call(who, 'GET', url)
  const done = async <Body>(answer: Promise<Answer>): Promise<Body> => {
    const { status, body } = await answer
    assert.equal(status, 200, JSON.stringify(body))
    return body as Body
  }
  const refused = async (answer: Promise<Answer>, code: ErrorCode): Promise<Problem> => {
    const { status, body, problem } = await answer
    assert.equal(problem?.code, code, `${status} ${JSON.stringify(body).slice(0, 600)}`)
    return problem!
  }

  /** A fresh code of somebody's authenticator, as if a minute had passed since the last. */
  const code = async (who: Who): Promise<string> => {
    await database.owner.query('update account set totp_step = 0 where id = $1', [viewers[who].accountId])
    return totpCode(totpSecret, totpStep(Date.now()))
  }
  /** Bytes of the answer. */
  const download = async (who: Who, url: string, body: object): Promise<Buffer> => {
    const headers = { cookie: cookies[who], 'x-jiangsheng': '1' }
    const answer = await app.inject({ method: 'PUT', url: `/api/v1${url}`, headers, payload: body })
    assert.equal(answer.statusCode, 200, answer.body.slice(0, 600))
    return answer.rawPayload
  }

  /** A file that is read. */
  const file = (who: Who, url: string) =>
    app.inject({ method: 'GET', url: `/api/v1${url}`, headers: { cookie: cookies[who] } })

  const confirmation = async (who: Who, notice: { lineCount: number; totalFen: number; accountTail: string }) => ({
    lineCount: notice.lineCount,
    totalFen: notice.totalFen,
    accountTail: notice.accountTail,
    scanFileId: await scan(who),
  })

  const receipt = async (who: Who, receivedOn = '2026-08-20', receiptNumber = 'R') => ({
    receivedOn,
    receiptNumber,
    scanFileId: await scan(who, 'receiptScan'),
  })

  return {
    ...database,
    deps,
    keys,
    secrets,
    clock,
    viewers,
    organisations,
    districts,
    waiting,
    waitingDirect,
    sendBackAndAgain,
    scan,
    call,
    put,
    get,
    done,
    refused,
    confirmation,
    receipt,
    code,
    inject,
    download,
    file,
    setClock: clock.set,
  }
}
