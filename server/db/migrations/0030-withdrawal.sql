-- A line of a released batch that has not left the house is taken back with its award: proposed by one, confirmed by another,
-- as every correction. Its batch stays as it was released; its money goes back to where the release took it from, and from
-- there on as that of any award that is cancelled. It never left, so whatever is paid later bears the same reference.
alter table payout add column withdrawn_at bigint,
  add constraint payout_withdrawn_is_cancelled check (withdrawn_at is null or state = 'cancelled');
grant update (withdrawn_at) on payout to jiangsheng_app;

-- As in 0022, and back from released.
create or replace function payout_follows() returns trigger language plpgsql security definer set search_path = public as $$
declare released bigint; certificate uuid; withdrawn boolean := old.state = 'released' and new.state = 'cancelled';
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
      where c.award_id = new.award_id and c.kind = 'cancel' and c.confirmed_by = scope_account() and c.confirmed_at = new.withdrawn_at
        and not exists (select from posting p where p.cause_id = c.id)) then
    raise exception 'two people take it back' using errcode = 'check_violation', constraint = 'payout_withdrawn_by_two';
  end if;
  select b.released_at into released from payout_batch b where b.id = new.batch_id;
  if new.batch_id is not null and not withdrawn and (new.state in ('made', 'cancelled')) <> (released is null) then
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
  end if;
  return new;
end $$;

-- As in 0022; what may be taken back stays at home, too, until that is answered.
create or replace function payouts_disputed(p_payouts uuid[]) returns setof uuid
language plpgsql security definer set search_path = public as $$
begin
  if scope_kind() not in ('union', 'city') then return; end if;
  perform lock_certificates((select coalesce(array_agg(w.certificate_id), '{}') from payout p join award w on w.id = p.award_id
    where p.id = any (p_payouts)));
  return query select p.id from payout p join award w on w.id = p.award_id where p.id = any (p_payouts)
    and (exists (select from objection o where o.certificate_id = w.certificate_id and (o.state = 'open' or o.approved_already))
      or exists (select from correction c where c.award_id = w.id and c.confirmed_by is null and c.refused_by is null));
end $$;

-- As in 0022, and back to where a release took it from.
alter table posting drop constraint posting_from_where_to_where,
add constraint posting_from_where_to_where check (case cause_kind
    when 'approve' then debit_account = 'cityBudget' and credit_account = 'committed'
    when 'funding' then debit_account = 'committed' and credit_account = 'serviceCentre'
    when 'allocation' then debit_account = 'serviceCentre' and credit_account like 'union:%'
    when 'onward' then debit_account like 'union:%' and credit_account like 'union:%'
    -- A payout of a released batch: from whoever pays, or once more after it was given back.
    when 'release' then (debit_account = 'committed' or debit_account like 'union:%' or debit_account = 'bounced:' || award_id)
      and credit_account = 'payment:' || award_id
    -- Back to where its release took it from.
    when 'withdraw' then debit_account = 'payment:' || award_id
      and (credit_account = 'committed' or credit_account like 'union:%' or credit_account = 'bounced:' || award_id)
    -- From the union's own account: as it was recorded before there were batches.
    when 'pay' then (debit_account = 'payment:' || award_id or debit_account like 'union:%') and credit_account = 'worker:' || award_id
    when 'bounce' then debit_account in ('payment:' || award_id, 'worker:' || award_id) and credit_account = 'bounced:' || award_id
    -- What was recorded of a payment is taken back: it is with the bank, and nobody knows.
    when 'reversal' then debit_account in ('worker:' || award_id, 'bounced:' || award_id) and credit_account = 'payment:' || award_id
    when 'cancel' then debit_account = 'committed' and credit_account = 'cancelled'
      or (debit_account = 'serviceCentre' or debit_account like 'union:%' or debit_account = 'bounced:' || award_id)
        and (credit_account like 'surplus:%' or credit_account = 'cancelled')
    when 'recovery' then debit_account = 'worker:' || award_id and (credit_account like 'surplus:%' or credit_account = 'cancelled')
    when 'handBack' then debit_account like 'surplus:%' and (credit_account like 'surplus:%' or credit_account = 'cancelled')
    when 'reinstate' then debit_account = 'cancelled' and credit_account = 'committed'
    else false end);
-- The bank is never asked about it: under its reference another attempt may be handed over.
create function withdrawn_is_no_order() returns trigger language plpgsql security definer set search_path = public as $$
begin
  delete from bank_order where payout_id = new.id;
  return null;
end $$;
create trigger withdrawn_is_no_order after update of state on payout for each row
  when (old.state = 'released' and new.state = 'cancelled') execute function withdrawn_is_no_order();
create function posting_is_withdrawn() returns trigger language plpgsql security definer set search_path = public as $$
begin
  if not exists (select from payout p join posting r on r.cause_id = p.id and r.cause_kind = 'release'
      where p.id = new.cause_id and p.award_id = new.award_id and p.withdrawn_at = new.at and r.debit_account = new.credit_account)
    or exists (select from posting r where r.cause_id = new.cause_id and r.cause_kind = 'withdraw') then
    raise exception 'nobody took it back' using errcode = 'check_violation', constraint = 'posting_by_correction';
  end if;
  return new;
end $$;
create trigger is_withdrawn before insert on posting for each row when (new.cause_kind = 'withdraw')
  execute function posting_is_withdrawn();

-- As in 0025, but for what was released and is at home.
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
    if certificate_taken(w.certificate_id, w.application_id) is not null then
      raise exception 'the certificate is taken' using errcode = 'check_violation', constraint = 'correction_certificate_taken';
    end if;
    return;
  end if;
  if w.cancelled_at is not null then
    raise exception 'it is cancelled' using errcode = 'check_violation', constraint = 'correction_of_award';
  end if;
  if c.kind = 'recordedWrongly' then
    select * into p from payout where id = c.payout_id;
    select b.route into route from payout_batch b where b.id = p.batch_id;
    if route = 'bank' and not exists (select from bank_order o where o.payout_id = p.id and o.trouble = 'contradicts') then
      raise exception 'the bank is asked' using errcode = 'check_violation', constraint = 'correction_bank_route';
    end if;
    if p.award_id is distinct from w.id or p.batch_id is null or p.state not in ('settled', 'failed', 'bounced')
      or exists (select from payout o where o.award_id = w.id and o.attempt > p.attempt and o.state <> 'cancelled') then
      raise exception 'not the last attempt' using errcode = 'check_violation', constraint = 'correction_last_attempt';
    end if;
    return;
  end if;
  if exists (select from payout o where o.award_id = w.id and o.state = 'made') then
    raise exception 'it stands in a batch' using errcode = 'check_violation', constraint = 'correction_in_batch';
  end if;
  -- What was released and is at home still stays there: nobody sends it while this transaction lasts.
  perform from payout o where o.award_id = w.id and o.state = 'released' for update;
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
