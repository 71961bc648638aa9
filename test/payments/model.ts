/** What holds after every step, whoever took it, and where each award's money has to be. */
import assert from 'node:assert/strict'
import type { LedgerView } from '../../contract/payments.ts'
import { holds } from '../../server/ledger/ledger.ts'
import type { openCity } from './city.ts'

type City = Awaited<ReturnType<typeof openCity>>

/** The identity, four eyes, one debt for one certificate, and the order of transfers. */
export async function everythingAddsUp(city: City): Promise<void> {
  const body = await city.done<LedgerView>(city.get('auditor', '/ledger'))
  assert.ok(holds(body.identity))
  assert.deepEqual(body.identity, body.records)
  for (const union of body.byUnion) assert.ok(holds(union))
  const { rows } = await city.owner.query<Record<string, number>>(`
    select (select count(*) from transfer where made_by = released_by) as both_made_and_released,
      (select count(*) from approval_list where made_by = approved_by) as both_listed_and_approved,
      (select count(*) from (select account_id, application_id from duty group by 1, 2 having count(*) > 1) d) as two_duties,
      (select count(*) from (select certificate_id from award group by 1 having count(*) > 1) c) as two_awards,
      (select count(*) from disbursement_confirmation c join transfer t on t.notice_id = c.notice_id
        join disbursement_confirmation e on e.place < c.place join allocation_notice m on m.id = e.notice_id
        left join transfer u on u.notice_id = e.notice_id
        where m.replaced_by is null and m.ended_at is null and ( u.id is null or t.released_at is not null and u.released_at is null)) as passed_over,
      (select coalesce(max(place), 0) - count(*) from disbursement_confirmation) as places_missing,
      (select count(*) from payout p join award w on w.id = p.award_id where p.paid_on < w.received_on) as paid_too_early,
      (select count(*) from correction where proposed_by = confirmed_by) as both_proposed_and_confirmed,
      (select count(*) from recovery where recorded_by = confirmed_by) as both_recorded_and_confirmed,
      (select count(*) from surplus_transfer where made_by = released_by) as both_made_and_released_surplus,
      (select count(*) from payout p join recovery r on r.award_id = p.award_id
        where r.confirmed_by is null and p.state in ('made', 'released', 'sent', 'unknown')
          and not exists (select from payout_result x where x.payout_id = p.id and x.outcome in ('settled', 'bounced'))) as paid_while_recovered,
      (select count(*) from payout_batch where made_by = released_by) as both_made_and_released_batch,
      (select count(*) from payout_result where source = 'hand' and proof_file_id is null) as typed_without_proof,
      (select count(*) from payout p join payout_batch b on b.id = p.batch_id
        cross join lateral (select r.source, r.recorded_by from payout o join payout_result r on r.payout_id = o.id
          where o.award_id = p.award_id and o.attempt < p.attempt order by o.attempt desc, r.recorded_at desc limit 1) r
        where p.state <> 'cancelled' and r.source = 'hand' and r.recorded_by = b.released_by) as released_by_who_typed,
      (select count(*) from (select award_id from payout
        where state in ('made', 'released', 'sent', 'unknown', 'settled') group by 1 having count(*) > 1) d) as two_payouts,
      (select count(*) from award w where w.application_id is not null and (select coalesce(sum(p.amount_fen), 0) from payout p
        where p.award_id = w.id and p.state = 'settled') > w.amount_fen) as paid_twice,
      (select count(*) from payout p join payout o on o.award_id = p.award_id and o.attempt = p.attempt - 1
        where p.follows is distinct from o.id) as unlinked,
      (select count(*) from payout p where p.withdrawn_at is not null and (p.state <> 'cancelled'
        or exists (select from payout_result x where x.payout_id = p.id))) as withdrawn_and_sent,
      (select count(*) from payee_change where confirmed_by = proposed_by) as both_named_and_confirmed,
      (select count(*) from payout p join payout_batch b on b.id = p.batch_id
        cross join lateral (select c.account_index, c.confirmed_at from payee_change c
          where c.award_id = p.award_id and c.confirmed_at < b.made_at order by c.confirmed_at desc limit 1) c
        where p.account_index <> c.account_index) as paid_to_another_account,
      (select count(*) from allocation_notice n join transfer t on t.notice_id = n.id where n.replaced_by is not null) as transferred_by_an_old_revision,
      (select count(*) from notice_line l join allocation_notice n on n.id = l.notice_id
        where n.replaces is not null and not exists (select from notice_line o where o.notice_id = n.replaces and o.award_id = l.award_id)) as added_to_a_notice,
      (select count(*) from (select award_id from transfer_line l join transfer t on t.id = l.transfer_id
        where t.kind = 'onward' and t.dropped_at is null group by 1 having count(*) > 1) d) as passed_on_twice`)
  await modelAgrees(city)
  for (const [what, count] of Object.entries(rows[0]!)) assert.equal(count, 0, what)
}

/** Where an award's money has to be, told by its payouts' results and its notice alone, in a model of its own. */
export async function modelAgrees(city: City): Promise<void> {
  const { rows: awards } = await city.owner.query(`select w.id, w.stands_on, a.state, w.notice_id is not null as named,
      (select released_at from transfer t where t.notice_id = w.notice_id) is not null as transferred,
      (select c.kind from correction c where c.award_id = w.id and c.confirmed_by is not null and c.kind <> 'recordedWrongly'
        and not exists (select from recovery r where r.correction_id = c.id and r.confirmed_by is null)
        order by c.confirmed_at desc limit 1) as corrected,
      exists (select from transfer f join approval_line i on i.list_id = f.approval_list_id
        where f.kind = 'funding' and f.released_at is not null and i.application_id = w.application_id
        and f.released_at > coalesce((select max(c.confirmed_at) from correction c where c.award_id = w.id and c.kind = 'reinstate'), 0)) as funded,
      (select json_agg(r.outcome order by r.recorded_at, r.id) from payout_result r where r.payout_id = l.id) as words,
      l.state as last
    from award w join application a on a.id = w.application_id left join lateral (select p.* from payout p
      where p.award_id = w.id and p.state not in ('made', 'cancelled') and p.attempt > w.attempts_before
      order by p.state in ('released', 'sent', 'unknown', 'settled') desc, p.attempt desc limit 1) l on true`)
  for (const each of awards) {
    if (each.corrected === 'cancel') {
      assert.equal(each.state, 'cancelled', JSON.stringify(each))
      assert.match(each.stands_on, /^surplus:|^cancelled$/)
      continue
    }
    const [place, state] = expected(each)
    assert.deepEqual([String(each.stands_on).split(':')[0], each.state], [place, state], JSON.stringify(each))
  }
}

/** The place and the application's state. */
function expected(award: {
  last: string | null
  transferred: boolean
  funded: boolean
  named: boolean
}): [string, string] {
  switch (award.last) {
    case 'settled':
      return ['worker', 'paid']
    case 'failed':
    case 'bounced':
      return ['bounced', 'bounced']
    case null:
      break
    default:
      // paid again after it was given back: the worker sees that until it is settled
      return ['payment', (award as { state?: string }).state === 'bounced' ? 'bounced' : 'awarded']
  }
  const named = award.named ? 'awarded' : 'approved'
  return [award.transferred ? 'union' : award.funded ? 'serviceCentre' : 'committed', named]
}
