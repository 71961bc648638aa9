/** Notices issued anew, places in the order, and who sees them (四.一.5, R12). */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { ApprovalLists, NoticeDetail } from '../../contract/payments.ts'
import type { Reissued, TransferQueue } from '../../contract/transfers.ts'
import { inScope } from '../../server/db/open.ts'
import { verifyLedger } from '../../server/ledger/ledger.ts'
import { nth, openCity, type Who } from './city.ts'
import { allocate, approvedList, confirmNotice, detailOf, makeAllocation, noticeFor, noticesOf } from './steps.ts'

const city = await openCity()
const { put, get, done, refused } = city
const id = () => randomUUID() as string

await city.waiting('jiading', ['seniorWorker', 'technician', 'seniorTechnician'])
await city.waiting('minhang', ['technician'])
await city.waiting('jidian', ['seniorWorker'])
const list = await approvedList(city)
const issued = await noticesOf(city, list)
const notice = {
  jiading: noticeFor(issued, city.districts.jiading.id),
  minhang: noticeFor(issued, city.districts.minhang.id),
  jidian: noticeFor(issued, city.districts.jidian.id),
}
const first = await detailOf(city, 'jiading', notice.jiading.id)
const [a, b, c] = [nth(first.lines, 0), nth(first.lines, 1), nth(first.lines, 2)]
const reissue = (who: Who, noticeId: string, takeOff: readonly string[], newId = id()) =>
  put(who, `/allocation-notices/${noticeId}/reissue/${newId}`, { takeOff, words: '职工已离职，单位来函撤回。' })
const queue = (who: Who) => done<TransferQueue>(get(who, '/transfer-queue'))
const stateOf = async (applicationId: string) =>
  (await city.owner.query('select state from application where id = $1', [applicationId])).rows[0].state as string
const verify = () => inScope(city.worker, { kind: 'job', job: 'verify' }, (trx) => verifyLedger(trx, city.secrets))
/** What the database says by itself to the centre. */
const asCentre = (text: string) =>
  inScope(city.app, { kind: 'city', accountId: city.viewers.centreFinance.accountId }, (trx) =>
    sql.raw(text).execute(trx),
  )

test('only the centre takes off, and only who stands in the notice', async () => {
  for (const who of ['jiading', 'cityFinance', 'verifier', 'approver', 'base', 'auditor'] as const)
    await refused(reissue(who, notice.jiading.id, [a.awardId]), 'forbidden')
  await refused(reissue('centreFinance', id(), [a.awardId]), 'not-found')
  const { lines } = await detailOf(city, 'minhang', notice.minhang.id)
  await refused(reissue('centreFinance', notice.jiading.id, [nth(lines, 0).awardId]), 'money.done')
  assert.equal((await reissue('centreFinance', notice.jiading.id, [])).status, 400)
  for (const who of ['officer', 'verifier'] as const) await refused(get(who, '/transfer-queue'), 'forbidden')
})

let second: NoticeDetail
test('a line taken off after the confirmation: a new revision, and the place is lost', async (each) => {
  await done(confirmNotice(city, 'jiading', notice.jiading))
  await done(confirmNotice(city, 'minhang', notice.minhang))
  const newId = id()
  const answer = await done<Reissued>(reissue('centreFinance', notice.jiading.id, [b.awardId], newId))
  assert.deepEqual(answer, { noticeId: newId })
  assert.deepEqual(await done(reissue('centreFinance', notice.jiading.id, [b.awardId], newId)), answer, 'done once')
  second = await detailOf(city, 'jiading', newId)

  await each.test('the revision has the same number and names the rest', () => {
    assert.equal(second.number, `${notice.jiading.number}第2版`)
    assert.deepEqual(
      second.lines.map((line) => line.awardId),
      [a.awardId, c.awardId],
    )
    assert.deepEqual([second.lineCount, second.totalFen], [2, 80_000 + 200_000])
    assert.deepEqual([second.stage, second.replaces], ['issued', notice.jiading.id])
  })
  await each.test('the old one stays as it was, and counts no more', async () => {
    const old = await detailOf(city, 'jiading', notice.jiading.id)
    assert.deepEqual([old.stage, old.replacedBy, old.place, old.lineCount], ['superseded', newId, 1, 3])
    assert.equal(old.lines.length, 3)
    assert.deepEqual(
      old.lines.map((line) => line.takenOff ?? false),
      [false, true, false],
    )
    await refused(makeAllocation(city, notice.jiading.id), 'money.superseded')
    await refused(confirmNotice(city, 'jiading', notice.jiading), 'money.superseded')
    await refused(reissue('centreFinance', notice.jiading.id, [a.awardId]), 'money.superseded')
  })
  await each.test('who was taken off is finally approved as before, and told', async () => {
    assert.equal(await stateOf(b.applicationId), 'approved')
    assert.equal(await stateOf(a.applicationId), 'awarded')
    const { lists } = await done<ApprovalLists>(get('centreFinance', '/approval-lists'))
    const shown = lists.find((row) => row.id === list)!
    assert.deepEqual([shown.toIssue, shown.notices], [1, 4])
    const { rows } = await city.owner.query("select kind from message where application_id = $1 and kind = 'takeOff'", [
      b.applicationId,
    ])
    assert.equal(rows.length, 1)
  })
  await each.test('the place is when the current revision was confirmed', async () => {
    await refused(makeAllocation(city, newId), 'act.not-in-this-state')
    assert.deepEqual((await queue('minhang')).own, { place: 2, before: 0 })
    await done(confirmNotice(city, 'jidian', notice.jidian))
    await done(confirmNotice(city, 'jiading', second))
    const { entries, own } = await queue('jiading')
    assert.deepEqual(own, { place: 4, before: 2 })
    assert.deepEqual(
      entries.map(({ place, stage, own: mine }) => [place, stage, mine]),
      [
        [1, 'superseded', true],
        [2, 'confirmed', false],
        [3, 'confirmed', false],
        [4, 'confirmed', true],
      ],
    )
    assert.deepEqual(
      entries.map((entry) => entry.noticeId !== undefined),
      [true, false, false, true],
      'others may not open it',
    )
    assert.deepEqual(
      (await queue('centreFinance')).entries.map((entry) => entry.noticeId !== undefined).includes(false),
      false,
    )
  })
})

test('the database adds nobody, transfers nothing that is replaced, and passes nobody over', async (each) => {
  const revision = (
    replaces: string,
    fields: string,
  ) => `insert into allocation_notice (id, policy_id, number, revision,
      replaces, approval_list_id, district_id, line_count, total_fen, receiving_account_tail, issued_by, issued_at)
    select '${id()}', policy_id, number || 'x', revision + 1, id, approval_list_id, district_id, ${fields},
      receiving_account_tail, issued_by, 1 from allocation_notice where id = '${replaces}'`
  await each.test('a second revision of what is replaced', async () => {
    await assert.rejects(asCentre(revision(notice.jiading.id, '1, 1')), { constraint: 'notice_current' })
  })
  await each.test('a revision that names who was not in the one before', async () => {
    const newId = id()
    const adds = inScope(city.app, { kind: 'city', accountId: city.viewers.centreFinance.accountId }, async (trx) => {
      await sql.raw(revision(second.id, '1, 100000').replace(/select '[^']+'/, `select '${newId}'`)).execute(trx)
      await sql.raw(`insert into notice_line values ('${newId}', '${b.awardId}', 100000)`).execute(trx)
    })
    await assert.rejects(adds, { constraint: 'notice_adds_nobody' })
  })
  await each.test('a revision without its lines', async () => {
    await assert.rejects(asCentre(revision(second.id, '1, 80000')), { constraint: 'notice_adds_up' })
  })
  await each.test('a line more in a notice that is out', async () => {
    const more = asCentre(`insert into notice_line values ('${notice.minhang.id}', '${b.awardId}', 100000)`)
    await assert.rejects(more, { constraint: 'notice_names_its_own' })
    await assert.rejects(asCentre(`insert into notice_line values ('${second.id}', '${b.awardId}', 100000)`), {
      constraint: 'notice_adds_up',
    })
    await assert.rejects(asCentre(`insert into notice_line values ('${notice.jiading.id}', '${b.awardId}', 1)`))
  })
  await each.test('an award that leaves its notice, or goes to another', async () => {
    const moved = (to: string) => asCentre(`update award set notice_id = ${to} where id = '${a.awardId}'`)
    await assert.rejects(moved('null'), { constraint: 'award_named_once' })
    await assert.rejects(moved(`'${notice.minhang.id}'`), { constraint: 'award_named_once' })
  })
  await each.test('a confirmation of what is replaced, or unequal', async () => {
    const scan = await city.scan('jidian')
    const says = (noticeId: string, total: number) => `insert into disbursement_confirmation
      select id, policy_id, 99, line_count, ${total}, receiving_account_tail, '${scan}', '${city.viewers.jidian.accountId}', 1
      from allocation_notice where id = '${noticeId}'`
    await assert.rejects(asCentre(says(notice.jiading.id, 380_000)), { constraint: 'notice_current' })
    await assert.rejects(asCentre(says(second.id, 1)), { constraint: 'confirmation_equals_notice' })
  })
  await each.test('a transfer out of turn', async () => {
    const makes = (noticeId: string, transferId: string) =>
      asCentre(`insert into transfer (id, kind, approval_list_id, notice_id, amount_fen, voucher_number, made_by, made_at)
        select '${transferId}', 'allocation', approval_list_id, id, total_fen, 'X', '${city.viewers.centreFinance.accountId}', 1
        from allocation_notice where id = '${noticeId}'`)
    await assert.rejects(makes(second.id, id()), { constraint: 'allocation_in_turn' })
    await assert.rejects(makes(notice.jiading.id, id()), { constraint: 'notice_current' })
  })
  await each.test('lines are never changed', async () => {
    for (const text of ['update notice_line set amount_fen = 1', 'delete from notice_line'])
      await assert.rejects(asCentre(text), { code: '42501' })
  })
})

test('the order is kept, and shown to have been', async (each) => {
  await refused(makeAllocation(city, second.id), 'money.not-your-turn')
  const made = await done<{ id: string }>(makeAllocation(city, notice.minhang.id))
  await each.test('once its transfer is made, nobody is taken off', async () => {
    const { lines } = await detailOf(city, 'centreFinance', notice.minhang.id)
    await refused(reissue('centreFinance', notice.minhang.id, [nth(lines, 0).awardId]), 'money.transfer-made')
  })
  const later = await done<{ id: string }>(makeAllocation(city, notice.jidian.id))
  const passes = inScope(city.app, { kind: 'city', accountId: city.viewers.centreFinance2.accountId }, (trx) =>
    sql
      .raw(
        `update transfer set released_by = '${city.viewers.centreFinance2.accountId}', released_at = 5 where id = '${later.id}'`,
      )
      .execute(trx),
  )
  await assert.rejects(passes, { constraint: 'allocation_in_turn' })
  await done(put('centreFinance2', `/transfers/${made.id}/release`))
  await done(put('centreFinance2', `/transfers/${later.id}/release`))
  await allocate(city, second.id)
  const { entries, outOfOrder, released, own } = await queue('jidian')
  assert.deepEqual([outOfOrder, released, own], [[], 3, undefined])
  const times = entries.flatMap(({ releasedAt }) => releasedAt ?? [])
  assert.deepEqual(
    times,
    times.toSorted((x, y) => x - y),
  )
  assert.ok('total' in (await verify()), JSON.stringify(await verify()))
})

test('who was taken off stands in a later notice, and the last one taken off ends it', async () => {
  const all = await noticesOf(city, list, 4)
  const later = noticeFor(all, city.districts.jiading.id)
  assert.deepEqual([later.lineCount, later.totalFen], [1, 100_000])
  await done(confirmNotice(city, 'jiading', later))
  assert.deepEqual(await done<Reissued>(reissue('centreFinance', later.id, [b.awardId])), {})
  assert.equal((await detailOf(city, 'jiading', later.id)).stage, 'superseded')
  assert.equal(await stateOf(b.applicationId), 'approved')
  await refused(makeAllocation(city, later.id), 'money.superseded')
  const again = noticeFor(await noticesOf(city, list, 5), city.districts.jiading.id)
  await done(confirmNotice(city, 'jiading', again))
  assert.equal((await queue('jiading')).own?.before, 0, 'what ended is nobody before it')
  await allocate(city, again.id)
  assert.ok('total' in (await verify()))
})

test('taking off, confirming and transferring at once: one after the other', async () => {
  const [one] = await city.waiting('minhang', ['technician', 'seniorWorker'])
  assert.ok(one)
  const notices = await noticesOf(city, await approvedList(city))
  const minhang = noticeFor(notices, city.districts.minhang.id)
  const { lines } = await detailOf(city, 'minhang', minhang.id)
  const answers = await Promise.all([
    reissue('centreFinance', minhang.id, [nth(lines, 0).awardId]),
    confirmNotice(city, 'minhang', minhang),
    reissue('centreFinance2', minhang.id, [nth(lines, 1).awardId]),
    makeAllocation(city, minhang.id),
  ])
  const codes = answers.map(({ status, problem }) => problem?.code ?? status)
  assert.equal([codes[0], codes[2]].filter((code) => code === 200).length <= 1, true, JSON.stringify(codes))
  for (const code of codes)
    assert.ok(
      [200, 'money.superseded', 'money.transfer-made', 'act.not-in-this-state'].includes(code as string),
      JSON.stringify(codes),
    )
  const { rows } = await city.owner.query(
    `select count(*)::int as n from transfer t join allocation_notice n on n.id = t.notice_id where n.replaced_by is not null`,
  )
  assert.equal(rows[0].n, 0)
  assert.ok('total' in (await verify()))
})
