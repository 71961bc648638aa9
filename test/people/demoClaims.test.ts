/** The demonstration's claims: every state is there, everything verifies, and loading twice or in two goes is loading once. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BatchList, MyApplications, QueueCounts, QueuePage } from '../../contract/applications.ts'
import type { NoticeDetail, Notices } from '../../contract/payments.ts'
import { instant, plainDate } from '../../domain/dates.ts'
import { readAccount } from '../../domain/bankCard.ts'
import { readIdentityNumber } from '../../domain/identityNumber.ts'
import { verifyChains } from '../../server/applications/actions.ts'
import { verifyAudit } from '../../server/audit/audit.ts'
import { inScope } from '../../server/db/open.ts'
import { applicants, demoWorkerPhone } from '../../server/demo/applicants.ts'
import { loadClaims } from '../../server/demo/claims.ts'
import { demoClaims } from '../../server/demo/filings.ts'
import { demoRows } from '../../server/demo/rows.ts'
import { demoStaff } from '../../server/demo/staff.ts'
import { verifyLedger } from '../../server/ledger/ledger.ts'
import { type TestApp, withApp } from '../app.ts'

const clock = '2026-07-15T09:00:00+08:00'
const office = await withApp(clock)

const tables =
  'application action form_revision draft check_record file filing_batch approval_list posting payout'.split(' ')
const counted = async ({ database }: TestApp) => {
  const text = tables.map((table) => `(select count(*)::int from ${table}) ${table}`).join(', ')
  return (await database.owner.query<Record<string, number>>(`select ${text}`)).rows[0]!
}
const grouped = async ({ database }: TestApp, column: string) => {
  const { rows } = await database.owner.query<{ key: string; n: number }>(
    `select ${column} as key, count(*)::int n from application group by 1`,
  )
  return Object.fromEntries(rows.map(({ key, n }) => [key, n]))
}
async function verified({ database, deps }: TestApp) {
  const chains = await verifyChains(database.worker, deps.secrets)
  assert.ok(!('bad' in chains), JSON.stringify(chains))
  const verify = { kind: 'job', job: 'verify' } as const
  const ledger = await inScope(database.worker, verify, (trx) => verifyLedger(trx, deps.secrets))
  assert.ok(!('bad' in ledger), JSON.stringify(ledger))
  await inScope(database.worker, verify, (trx) => verifyAudit(trx, deps.secrets))
  return { chains, ledger }
}

test('loading that is stopped halfway, begun again by two servers at once, and once more, loads every claim once', async () => {
  const stop = new AbortController()
  const stopped = assert.rejects(loadClaims(office.deps, stop.signal))
  while ((await counted(office)).action! < 60) await new Promise((resolve) => setTimeout(resolve, 5))
  stop.abort()
  await stopped
  const half = await counted(office)
  assert.ok(half.application! > 0 && half.payout === 0, JSON.stringify(half))
  await verified(office)

  await Promise.all([loadClaims(office.deps), loadClaims(office.deps)])
  const whole = await counted(office)
  assert.equal(whole.application, demoClaims.length)
  assert.equal(whole.draft, demoRows.length + 2, 'those that a filing point is typing, and those of who object')
  assert.deepEqual([whole.filing_batch, whole.approval_list, whole.payout], [3, 2, 4])
  await loadClaims(office.deps)
  assert.deepEqual(await counted(office), whole)
  assert.deepEqual(await counted(office), whole)

  const { chains, ledger } = await verified(office)
  assert.deepEqual([chains.applications, chains.actions], [whole.application, whole.action])
  assert.deepEqual([ledger.total.awards, ledger.postings], [7, 7 + 7 + 4 + 2 + 2])
})

test('every state and step is there, and nothing lies before the window or after the clock', async () => {
  assert.deepEqual(await grouped(office, "coalesce(case when state = 'inReview' then step end, state)"), {
    hrOpinion: 2,
    firstReview: 4,
    forwarding: 2,
    secondReview: 19,
    verification: 6,
    finalApproval: 4,
    awarded: 5,
    paid: 1,
    bounced: 1,
    returned: 4,
    reReview: 1,
    declined: 2,
    withdrawn: 1,
  })
  const { rows } = await office.database.owner.query<{ first: number; last: number; sorted: boolean }>(
    `select (select min(at) from action) "first",
       greatest((select max(at) from action), (select max(at) from posting), (select max(uploaded_at) from file)) "last",
       (select bool_and(sorted) from (select receipt_number > lag(receipt_number, 1, '') over (order by received_at) sorted
         from application) each) sorted`,
  )
  const { first, last, sorted } = rows[0]!
  assert.ok(first >= instant('2026-06-16T00:00:00+08:00')! && last < instant(clock)! && sorted)
})

test('the queues are filled, some of it overdue', async () => {
  const queueOf = async (login: string) =>
    (await (await office.staff(login)).ask<QueuePage>('GET', '/api/v1/queue')).body
  const countsOf = async (login: string) =>
    (await (await office.staff(login)).ask<QueueCounts>('GET', '/api/v1/queue/counts')).body
  const jiading = await queueOf('jiading.fushen1')
  const { todo, returned, overdue, more } = await countsOf('jiading.fushen1')
  assert.deepEqual(
    { todo, returned, overdue, more, all: jiading.items.length },
    { todo: 17, returned: 2, overdue: 5, more: false, all: 17 },
  )
  assert.ok(jiading.items.some(({ dueOn }) => dueOn === '2026-07-17'))
  assert.deepEqual(new Set(jiading.items.map(({ finding }) => finding)), new Set(['allMet', 'unmet']))
  for (const [login, todo] of [
    ['qiheng.renli', 1],
    ['qiheng.gonghui', 1],
    // one of them waits for its first review: its union has no officer and seals on paper
    ['nanxiang.shenbao', 2],
    ['pudong.fushen1', 1],
    ['zhongxin.shenhe1', 6],
    ['shi.zhongshen1', 4],
  ] as const)
    assert.equal((await countsOf(login)).todo, todo, login)
  const { batches } = (await (await office.staff('zhongxin.shenhe2')).ask<BatchList>('GET', '/api/v1/filing-batches'))
    .body
  assert.deepEqual(
    batches.map(({ number, closedOn, reviewDueOn }) => [number, closedOn, reviewDueOn]),
    [
      [3, undefined, undefined],
      [2, '2026-07-03', '2026-07-17'],
      [1, '2026-06-26', '2026-07-10'],
    ],
  )
})

test('the account a district is paid to is shown whole to the finance that transfers to it, and to nobody else', async () => {
  const seenBy = async (loginName: string) => {
    const staff = await office.staff(loginName)
    const { body } = await staff.ask<Notices>('GET', '/api/v1/allocation-notices')
    const notice = body.notices.find((each) => each.district === '嘉定区总工会')!
    return (await staff.ask<NoticeDetail>('GET', `/api/v1/allocation-notices/${notice.id}`)).body
  }
  const { receivingAccount, accountTail } = await seenBy('zhongxin.caiwu1')
  assert.match(receivingAccount ?? '', new RegExp(`^\\d{9,}${accountTail}$`))
  assert.equal((await seenBy('jiading.caiwu1')).receivingAccount, undefined)
})

test("the demonstration's worker finds three claims, and their pictures", async () => {
  const worker = await office.worker(demoWorkerPhone)
  const { applications } = (await worker.ask<MyApplications>('GET', '/api/v1/applications')).body
  assert.deepEqual(applications.map(({ state }) => state).toSorted(), ['inReview', 'paid', 'returned'])
  const { rows } = await office.database.owner.query<{ id: string }>('select id from file where application_id = $1', [
    applications[0]!.id,
  ])
  assert.equal(rows.length, 4)
  for (const { id } of rows) {
    const { statusCode, rawPayload } = await office.app.inject({
      url: `/api/v1/files/${id}/pages/1`,
      headers: { cookie: worker.cookie! },
    })
    assert.deepEqual([statusCode, rawPayload.subarray(0, 2).toString('hex')], [200, 'ffd8'])
  }
})

test('people and claims are possible: numbers hold, each person and certificate once, nobody named like staff', () => {
  const today = plainDate('2026-07-15')!
  for (const { name, idNumber, account } of applicants)
    assert.ok(readIdentityNumber(idNumber, today).ok && readAccount(account).ok, name)
  const distinct = (texts: readonly string[]) => assert.equal(new Set(texts).size, texts.length)
  for (const key of ['name', 'idNumber', 'phone'] as const) distinct(applicants.map((each) => each[key]))
  // two gave one account: what stops a batch is there to be seen
  assert.equal(new Set(applicants.map(({ account }) => account)).size, applicants.length - 1)
  distinct(demoClaims.map(({ certificateNumber }) => certificateNumber))
  distinct([...applicants, ...demoStaff].map(({ name }) => name))
  distinct([...applicants, ...demoStaff].map(({ idNumber }) => idNumber))
})

test('on the opening day there is none; soon after, all lie within the days that have been', async () => {
  const opening = await withApp('2026-06-16T15:00:00+08:00')
  await loadClaims(opening.deps)
  assert.equal((await counted(opening)).application, 0)

  const from = '2026-06-24T09:00:00+08:00'
  const early = await withApp(from)
  await loadClaims(early.deps)
  assert.deepEqual(await counted(early), await counted(office))
  await verified(early)
  const { rows } = await early.database.owner.query<{ first: number; last: number }>(
    'select min(received_at) "first", (select max(at) from action) "last" from application',
  )
  assert.ok(rows[0]!.first >= instant('2026-06-16T00:00:00+08:00')! && rows[0]!.last < instant(from)!)
})
