-- What leaves the house leaves once (四.一.5, 四.二.3, 四.三): after a second restore, while the bank contradicts an earlier
-- attempt, and while somebody names another account.

-- The send log, and what two people said of it ---------------------------------------------------------------------------
-- As in 0022. That it was never sent was said of what the log held then: a later line under the same reference is another
-- sending, which a second restore may have made the database forget.
create or replace function references_known(p_references text[], p_sent bigint[]) returns table (reference text)
language sql stable security definer set search_path = public
begin atomic
  select p.reference from unnest(p_references, p_sent) i (reference, sent) join payout p on p.reference = i.reference
    where p.state not in ('made', 'cancelled') and (p.state <> 'released' or i.sent > sent_until())
  union select s.reference from unnest(p_references, p_sent) i (reference, sent) join sent_before s on s.reference = i.reference
    where i.sent <= s.sent_at or s.agreed_by is not null and s.answer <> 'notSent';
end;
-- Writes down what the log holds and the database does not know: a question, never an answer. What was answered of an
-- earlier sending is asked anew, but for what two people agreed had left; who said it stays in the audit log.
create function send_log_holds(p_lines jsonb, p_at bigint) returns void
language plpgsql security definer set search_path = public as $$
begin
  if scope_kind() not in ('union', 'city') and scope_job() is distinct from 'bank' then return; end if;
  insert into sent_before as s (reference, amount_fen, batch_id, route, claims, sent_at, found_at)
    select i.reference, i.amount_fen, i.batch_id, i.route, i.claims, i.sent_at, p_at
    from jsonb_to_recordset(p_lines) i (reference text, amount_fen bigint, batch_id uuid, route text, claims text[], sent_at bigint)
    on conflict (reference) do update set missing = false, amount_fen = excluded.amount_fen, batch_id = excluded.batch_id,
      route = excluded.route, claims = excluded.claims, sent_at = excluded.sent_at, found_at = excluded.found_at,
      bank_word = null, bank_asked_at = null, answer = null, answered_by = null, answered_at = null, agreed_by = null,
      agreed_at = null, words = null
    where excluded.sent_at > s.sent_at and (s.agreed_by is null or s.answer = 'notSent');
end $$;
revoke execute on function send_log_holds from public;
grant execute on function send_log_holds to jiangsheng_app;
drop policy found on sent_before;
revoke insert on sent_before from jiangsheng_app;
-- As in 0022, but for what was sent once more.
create or replace function sent_before_answered() returns trigger language plpgsql as $$
begin
  if old.agreed_by is not null then
    if old.answer = 'notSent' and new.sent_at > old.sent_at and new.answer is null and new.agreed_by is null then
      return new;
    end if;
    raise exception 'two people agreed on it' using errcode = 'check_violation', constraint = 'sent_before_agreed';
  end if;
  -- an answer that the bank's word belies is taken back
  if new.answer is not null and (new.answer, new.answered_by) is distinct from (old.answer, old.answered_by)
      and new.answered_by is distinct from scope_account()
    or new.agreed_by is not null and (new.agreed_by is distinct from scope_account() or new.answer is distinct from old.answer
      or new.answered_by is distinct from old.answered_by) then
    raise exception 'by who is signed in' using errcode = 'check_violation', constraint = 'action_by_oneself';
  end if;
  return new;
end $$;

-- Released, and at home -------------------------------------------------------------------------------------------------
-- As in 0030; and while the bank says otherwise of another attempt at the same award, that one may have been paid.
create or replace function payouts_disputed(p_payouts uuid[]) returns setof uuid
language plpgsql security definer set search_path = public as $$
begin
  if scope_kind() not in ('union', 'city') then return; end if;
  perform lock_certificates((select coalesce(array_agg(w.certificate_id), '{}') from payout p join award w on w.id = p.award_id
    where p.id = any (p_payouts)));
  return query select p.id from payout p join award w on w.id = p.award_id where p.id = any (p_payouts)
    and (exists (select from objection o where o.certificate_id = w.certificate_id and (o.state = 'open' or o.approved_already))
      or exists (select from correction c where c.award_id = w.id and c.confirmed_by is null and c.refused_by is null)
      or exists (select from payout o join bank_order b on b.payout_id = o.id
        where o.award_id = w.id and o.id <> p.id and b.trouble is not null));
end $$;

-- As in 0030; a line is also taken back where what was recorded of the attempt before it was wrong, and another account that
-- somebody names since the batch was made stops its release, however late. Who names one waits for the release, or it for them.
create or replace function payout_follows() returns trigger language plpgsql security definer set search_path = public as $$
declare b payout_batch; certificate uuid; withdrawn boolean := old.state = 'released' and new.state = 'cancelled';
begin
  if (new.id, new.reference, new.award_id, new.batch_id, new.line, new.attempt, new.follows, new.amount_fen, new.payee,
      new.payee_tail, new.account_index, new.applicant_index) is distinct from
     (old.id, old.reference, old.award_id, old.batch_id, old.line, old.attempt, old.follows, old.amount_fen, old.payee,
      old.payee_tail, old.account_index, old.applicant_index)
    or (old.state, new.state) not in (('made', 'released'), ('made', 'cancelled'), ('released', 'sent'),
      ('released', 'cancelled'), ('sent', 'unknown'),
      ('sent', 'settled'), ('sent', 'failed'), ('sent', 'bounced'), ('unknown', 'settled'), ('unknown', 'failed'),
      ('unknown', 'bounced'), ('settled', 'bounced'), ('settled', 'unknown'), ('failed', 'unknown'), ('bounced', 'unknown')) then
    raise exception 'a payout does not become that' using errcode = 'check_violation', constraint = 'payout_follows';
  end if;
  if withdrawn is distinct from (new.withdrawn_at is distinct from old.withdrawn_at) or withdrawn and not exists (select from correction c
      where c.award_id = new.award_id and c.kind in ('cancel', 'recordedWrongly') and c.confirmed_by = scope_account()
        and c.confirmed_at = new.withdrawn_at and c.payout_id is distinct from new.id
        and not exists (select from posting p where p.cause_id = c.id)
        and not exists (select from payout_result r where r.payout_id = c.payout_id and r.source_id = c.id)) then
    raise exception 'two people take it back' using errcode = 'check_violation', constraint = 'payout_withdrawn_by_two';
  end if;
  select * into b from payout_batch where id = new.batch_id;
  if new.batch_id is not null and not withdrawn and (new.state in ('made', 'cancelled')) <> (b.released_at is null) then
    raise exception 'its batch is not released' using errcode = 'check_violation', constraint = 'payout_with_its_batch';
  end if;
  if new.state = 'released' then
    select w.certificate_id into certificate from award w where w.id = new.award_id;
    perform lock_certificates(array[certificate]);
    if exists (select from objection o where o.certificate_id = certificate and (o.state = 'open' or o.approved_already)) then
      raise exception 'somebody objects' using errcode = 'check_violation', constraint = 'award_undisputed';
    end if;
    if bank_contradicts(new.award_id) then
      raise exception 'the bank says otherwise' using errcode = 'check_violation', constraint = 'bank_agrees';
    end if;
    perform from award where id = new.award_id for no key update;
    if exists (select from payee_change c where c.award_id = new.award_id
        and (c.confirmed_at > b.made_at or c.confirmed_by is null and c.refused_by is null)) then
      raise exception 'another account is named' using errcode = 'check_violation', constraint = 'payout_account_as_made';
    end if;
  end if;
  return new;
end $$;

-- As in 0030, and what was recorded of a payment is wrong although there were other attempts since, as long as none of them is
-- with the bank or paid: one that is at home is taken back by the same two people. Nothing is added to a list while its funding waits for its release.
create or replace function correction_stands(c correction) returns void language plpgsql security definer set search_path = public as $$
declare w award; p payout; route text;
begin
  -- Who funds a list or issues its notices has it meanwhile.
  perform from approval_list l where l.id in (select i.list_id from approval_line i join award g on g.application_id = i.application_id
    where g.id = c.award_id) order by l.id for update;
  select * into w from award where id = c.award_id for update;
  if exists (select from recovery r where r.award_id = w.id and r.confirmed_by is null) then
    raise exception 'the money is asked back' using errcode = 'check_violation', constraint = 'correction_in_recovery';
  end if;
  if c.kind = 'reinstate' then
    if w.cancelled_at is null or w.stands_on <> 'cancelled' or exists (select from recovery r where r.award_id = w.id) then
      raise exception 'the city does not have it back' using errcode = 'check_violation', constraint = 'correction_of_cancelled';
    end if;
    -- A transfer is the sum of what was committed when it was made, and is not given up.
    if exists (select from transfer t join approval_line i on i.list_id = t.approval_list_id
        where t.kind = 'funding' and t.released_at is null and i.application_id = w.application_id) then
      raise exception 'its list is being funded' using errcode = 'check_violation', constraint = 'correction_in_funding';
    end if;
    if certificate_taken(w.certificate_id, w.application_id) is not null then
      raise exception 'the certificate is taken' using errcode = 'check_violation', constraint = 'correction_certificate_taken';
    end if;
    return;
  end if;
  if w.cancelled_at is not null then
    raise exception 'it is cancelled' using errcode = 'check_violation', constraint = 'correction_of_award';
  end if;
  -- What was released and is at home still stays there: nobody sends it while this transaction lasts.
  perform from payout o where o.award_id = w.id and o.state = 'released' for update;
  if c.kind = 'recordedWrongly' then
    select * into p from payout where id = c.payout_id;
    select b.route into route from payout_batch b where b.id = p.batch_id;
    if route = 'bank' and not exists (select from bank_order o where o.payout_id = p.id and o.trouble = 'contradicts') then
      raise exception 'the bank is asked' using errcode = 'check_violation', constraint = 'correction_bank_route';
    end if;
    if p.award_id is distinct from w.id or p.batch_id is null or p.state not in ('settled', 'failed', 'bounced')
      or exists (select from payout o where o.award_id = w.id and o.id <> p.id and o.state in ('made', 'sent', 'unknown', 'settled')) then
      raise exception 'another attempt is under way' using errcode = 'check_violation', constraint = 'correction_last_attempt';
    end if;
    return;
  end if;
  if exists (select from payout o where o.award_id = w.id and o.state = 'made') then
    raise exception 'it stands in a batch' using errcode = 'check_violation', constraint = 'correction_in_batch';
  end if;
  if exists (select from payout o where o.award_id = w.id and o.state in ('sent', 'unknown')) then
    raise exception 'it is with the bank' using errcode = 'check_violation', constraint = 'correction_on_its_way';
  end if;
  if w.stands_on in ('committed', 'serviceCentre') and w.notice_id is not null then
    raise exception 'a notice names it' using errcode = 'check_violation', constraint = 'correction_in_notice';
  end if;
  if w.stands_on = 'committed' and exists (select from transfer t join approval_line i on i.list_id = t.approval_list_id
      where t.kind = 'funding' and t.released_at is null and i.application_id = w.application_id) then
    raise exception 'its money is on its way' using errcode = 'check_violation', constraint = 'correction_in_funding';
  end if;
  if exists (select from transfer_line l join transfer t on t.id = l.transfer_id
      where l.award_id = w.id and t.released_at is null and t.dropped_at is null) then
    raise exception 'it is being passed on' using errcode = 'check_violation', constraint = 'correction_passed_on';
  end if;
  if c.cause = 'displaced' and not exists (select from objection o where o.against_id = w.application_id and o.approved_already) then
    raise exception 'no objection was granted' using errcode = 'check_violation', constraint = 'correction_displaced';
  end if;
end $$;

-- As in 0031; a claim that the same person filed again for the same certificate goes on where the cancelled award ended.
create or replace function typed_back(p_payout uuid) returns uuid language sql stable security definer set search_path = public
return (select r.id from payout n join award w on w.id = n.award_id
  cross join lateral (select o.id, o.state from payout o join award v on v.id = o.award_id
    left join payout_batch b on b.id = o.batch_id
    where o.applicant_index = n.applicant_index and v.certificate_id = w.certificate_id and o.id <> n.id
      and o.state not in ('made', 'cancelled') and (v.id <> w.id or o.attempt < n.attempt)
    order by v.id = w.id desc, case when v.id = w.id then o.attempt end desc, b.released_at desc limit 1) o
  cross join lateral (select r.id, r.source from payout_result r
    where r.payout_id = o.id and r.outcome = o.state order by r.recorded_at desc limit 1) r
  where n.id = p_payout and o.state in ('failed', 'bounced') and r.source = 'hand');
create or replace function payout_stops(p_batch uuid) returns table (payout_id uuid, stop text)
language sql stable security definer set search_path = public
begin atomic
  with line as (select p.id, p.award_id, p.account_index, p.applicant_index, w.certificate_id, b.made_at
    from payout p join award w on w.id = p.award_id join payout_batch b on b.id = p.batch_id
    where p.batch_id = p_batch and p.state = 'made' and (scope_kind() = 'city' or b.payer_id = scope_organisation()))
  select l.id, 'oneAccountManyPeople' from line l where exists (select from payout o
    where o.account_index = l.account_index and o.applicant_index <> l.applicant_index and o.state <> 'cancelled')
  union all
  select l.id, 'onePersonManyAccounts' from line l where exists (select from payout o
    where o.applicant_index = l.applicant_index and o.account_index <> l.account_index
      and o.state not in ('cancelled', 'failed', 'bounced'))
  union all
  select l.id, 'accountChanged' from line l where exists (select from payee_change c
    where c.award_id = l.award_id and (c.confirmed_at > l.made_at or c.confirmed_by is null and c.refused_by is null))
  union all
  select l.id, 'disputed' from line l where exists (select from objection o
    where o.certificate_id = l.certificate_id and (o.state = 'open' or o.approved_already))
  union all
  select l.id, 'typedBack' from line l where exists (select from payout o
    where o.applicant_index = l.applicant_index and o.state in ('failed', 'bounced')) and typed_back(l.id) is not null;
end;
create or replace function typed_back_looked_at() returns trigger language plpgsql security definer set search_path = public as $$
begin
  if exists (select from payout o where o.applicant_index = new.applicant_index and o.state in ('failed', 'bounced'))
    and typed_back(new.id) is not null and not exists (select from payout_accepted a
      join payout_batch b on b.id = new.batch_id and b.released_by = a.accepted_by
      where a.payout_id = new.id and a.stop = 'typedBack') then
    raise exception 'nobody has looked at it' using errcode = 'check_violation', constraint = 'typed_back_looked_at';
  end if;
  return new;
end $$;
drop trigger looked_at on payout;
create trigger looked_at before update on payout for each row when (new.state = 'released')
  execute function typed_back_looked_at();

-- Who makes ---------------------------------------------------------------------------------------------------------------
-- A batch and a budget begin with who is signed in, and with nobody's second look: otherwise one person could be both.
create function payout_batch_begins() returns trigger language plpgsql security definer set search_path = public as $$
begin
  if new.made_by is distinct from scope_account() or new.released_at is not null or new.dropped_at is not null then
    raise exception 'by who is signed in' using errcode = 'check_violation', constraint = 'action_by_oneself';
  end if;
  return new;
end $$;
create trigger begins before insert on payout_batch for each row execute function payout_batch_begins();
create function budget_begins() returns trigger language plpgsql security definer set search_path = public as $$
begin
  if new.set_by is distinct from scope_account() or new.confirmed_at is not null then
    raise exception 'by who is signed in' using errcode = 'check_violation', constraint = 'action_by_oneself';
  end if;
  return new;
end $$;
create trigger begins before insert on budget for each row execute function budget_begins();
