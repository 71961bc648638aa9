-- What was recorded or approved wrongly, money that comes back, and money that lies where nobody needs it (结余退回).

-- Corrections ----------------------------------------------------------------------------------------------------------
-- Proposed by one person, confirmed by another; what it does is posted and acted in the transaction of the confirmation.
create table correction (
  id uuid primary key,
  -- recordedWrongly: what was recorded of a payout is taken back, and asked again; cancel: the award is taken back;
  -- reinstate: what was cancelled is granted after all.
  kind text not null check (kind in ('recordedWrongly', 'cancel', 'reinstate')),
  award_id uuid not null references award,
  payout_id uuid references payout,
  cause text check (cause in ('certificateRevoked', 'displaced', 'undeliverable', 'other')),
  -- Why, for the colleague who confirms it (sealed).
  words jsonb not null,
  proposed_by uuid not null references account,
  proposed_role text not null,
  proposed_at bigint not null,
  confirmed_by uuid references account,
  confirmed_at bigint,
  -- By the other person, or taken back by who proposed it.
  refused_by uuid references account,
  refused_at bigint,
  refused_words jsonb,
  constraint correction_confirmed_by_another check (confirmed_by <> proposed_by),
  check ((confirmed_by is null) = (confirmed_at is null) and (refused_by is null) = (refused_at is null)),
  check (confirmed_by is null or refused_by is null),
  constraint correction_of_its_kind check ((kind = 'recordedWrongly') = (payout_id is not null) and (kind = 'cancel') = (cause is not null))
);
create unique index correction_one_open on correction (award_id) where confirmed_by is null and refused_by is null;
create index correction_award on correction (award_id, proposed_at);
create index correction_order on correction (proposed_at, id);
create index correction_payout on correction (payout_id) where payout_id is not null;

-- 追回: a worker was paid, and the award is taken back. Until the money is back, the award stays paid.
create table recovery (
  id uuid primary key,
  award_id uuid not null references award,
  correction_id uuid not null unique references correction,
  cause text not null,
  -- To whom it is paid back.
  payer_id uuid not null references organisation,
  amount_fen bigint not null check (amount_fen > 0),
  opened_at bigint not null,
  received_on date,
  voucher_number text,
  scan_file_id uuid references file,
  recorded_by uuid references account,
  recorded_at bigint,
  confirmed_by uuid references account,
  confirmed_at bigint,
  constraint recovery_confirmed_by_another check (confirmed_by <> recorded_by),
  check ((received_on is null) = (recorded_by is null) and (voucher_number is null) = (recorded_by is null)
    and (scan_file_id is null) = (recorded_by is null) and (recorded_at is null) = (recorded_by is null)),
  check (confirmed_by is null or recorded_by is not null),
  check ((confirmed_by is null) = (confirmed_at is null))
);
create unique index recovery_one_open on recovery (award_id) where confirmed_by is null;
create index recovery_award on recovery (award_id);
create index recovery_open on recovery (payer_id, opened_at) where confirmed_by is null;
create index recovery_scan on recovery (scan_file_id) where scan_file_id is not null;

-- Attempts to pay it that came to nothing before it was cancelled and granted once more.
alter table award add column attempts_before int not null default 0;

-- In that role, and where money is handled at whoever pays the award.
create function holds_role_for(p_account uuid, p_role text, p_payer uuid) returns boolean
language sql stable security definer set search_path = public
return exists (select from appointment p where p.account_id = p_account and p.role = p_role
  and (p_role = 'approver' or p_role in ('districtFinance', 'unionFinance', 'cityFinance') and p.organisation_id = p_payer));
create function pays_for(p_account uuid, p_payer uuid) returns boolean
language sql stable security definer set search_path = public
return holds_role_for(p_account, 'districtFinance', p_payer) or holds_role_for(p_account, 'unionFinance', p_payer)
  or holds_role_for(p_account, 'cityFinance', p_payer);

-- Whether an award can be corrected so now; asked when it is proposed and once more when it is confirmed.
create function correction_stands(c correction) returns void language plpgsql security definer set search_path = public as $$
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
  if exists (select from payout o where o.award_id = w.id and o.state in ('released', 'sent', 'unknown')) then
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

create function correction_begins() returns trigger language plpgsql security definer set search_path = public as $$
declare w award;
begin
  select * into w from award where id = new.award_id;
  if new.proposed_by is distinct from scope_account() or new.confirmed_by is not null or new.refused_by is not null then
    raise exception 'by who is signed in' using errcode = 'check_violation', constraint = 'action_by_oneself';
  end if;
  if not holds_role_for(new.proposed_by, new.proposed_role, w.payer_id)
    or (new.kind = 'recordedWrongly') and new.proposed_role = 'approver' or (new.kind = 'reinstate') and new.proposed_role <> 'approver' then
    raise exception 'not theirs' using errcode = 'check_violation', constraint = 'correction_by_whom';
  end if;
  perform person_apart(w.application_id, new.proposed_by);
  perform correction_stands(new);
  return new;
end $$;

-- Nobody has a hand in money of their own.
create function person_apart(p_application uuid, p_account uuid) returns void language plpgsql stable security definer set search_path = public as $$
begin
  if exists (select from application a join account s on s.id = p_account
      where a.id = p_application and (a.account_id = s.id or a.applicant_index = s.id_number_index)) then
    raise exception 'nobody decides their own application' using errcode = 'check_violation', constraint = 'own_application';
  end if;
end $$;
create trigger begins before insert on correction for each row execute function correction_begins();

create function correction_answered() returns trigger language plpgsql security definer set search_path = public as $$
declare w award; person uuid := coalesce(new.confirmed_by, new.refused_by);
begin
  if old.confirmed_by is not null or old.refused_by is not null or person is null
    or (new.id, new.kind, new.award_id, new.payout_id, new.cause, new.words, new.proposed_by, new.proposed_role, new.proposed_at)
      is distinct from (old.id, old.kind, old.award_id, old.payout_id, old.cause, old.words, old.proposed_by, old.proposed_role, old.proposed_at) then
    raise exception 'a correction stays as it was proposed' using errcode = 'check_violation', constraint = 'correction_answered';
  end if;
  if person is distinct from scope_account() then
    raise exception 'by who is signed in' using errcode = 'check_violation', constraint = 'action_by_oneself';
  end if;
  select * into w from award where id = new.award_id;
  -- An approver confirms what is taken back or granted again; what was recorded of a payment, a colleague of who pays.
  if new.refused_by is distinct from new.proposed_by
    and not (case when new.kind = 'recordedWrongly' then pays_for(person, w.payer_id) else holds_role_for(person, 'approver', w.payer_id) end) then
    raise exception 'not theirs' using errcode = 'check_violation', constraint = 'correction_by_whom';
  end if;
  if new.confirmed_by is not null then
    perform person_apart(w.application_id, person);
    perform correction_stands(new);
  end if;
  return new;
end $$;
create trigger answered before update on correction for each row execute function correction_answered();

create function recovery_begins() returns trigger language plpgsql security definer set search_path = public as $$
declare w award;
begin
  select * into w from award where id = new.award_id;
  if new.recorded_by is not null or (new.payer_id, new.amount_fen) is distinct from (w.payer_id, w.amount_fen)
    or w.stands_on <> 'worker:' || w.id or not exists (select from correction c
      where c.id = new.correction_id and c.award_id = w.id and c.cause = new.cause and c.kind = 'cancel' and c.confirmed_by = scope_account()) then
    raise exception 'what was paid is asked back by a correction' using errcode = 'check_violation', constraint = 'recovery_begins';
  end if;
  return new;
end $$;
create trigger begins before insert on recovery for each row execute function recovery_begins();
create function recovery_is_told() returns trigger language plpgsql security definer set search_path = public as $$
begin
  insert into message (kind, at, application_id, cause_id, account_id, words_revision)
    select 'recovery', new.opened_at, a.id, new.id, a.account_id, (select coalesce(max(r.revision), 0) from message_words r)
    from award w join application a on a.id = w.application_id where w.id = new.award_id;
  return null;
end $$;
create trigger is_told after insert on recovery for each row execute function recovery_is_told();

create function recovery_goes_on() returns trigger language plpgsql security definer set search_path = public as $$
declare w award; person uuid := coalesce(new.confirmed_by, new.recorded_by);
begin
  if old.confirmed_by is not null or (new.id, new.award_id, new.correction_id, new.cause, new.payer_id, new.amount_fen, new.opened_at)
      is distinct from (old.id, old.award_id, old.correction_id, old.cause, old.payer_id, old.amount_fen, old.opened_at)
    -- What is confirmed is what was recorded.
    or new.confirmed_by is not null and (new.received_on, new.voucher_number, new.scan_file_id, new.recorded_by, new.recorded_at)
      is distinct from (old.received_on, old.voucher_number, old.scan_file_id, old.recorded_by, old.recorded_at) then
    raise exception 'a recovery is closed once' using errcode = 'check_violation', constraint = 'recovery_goes_on';
  end if;
  select * into w from award where id = new.award_id for update;
  if person is distinct from scope_account() then
    raise exception 'by who is signed in' using errcode = 'check_violation', constraint = 'action_by_oneself';
  end if;
  if not pays_for(person, w.payer_id) then
    raise exception 'not theirs' using errcode = 'check_violation', constraint = 'correction_by_whom';
  end if;
  perform person_apart(w.application_id, person);
  return new;
end $$;
create trigger goes_on before update on recovery for each row execute function recovery_goes_on();

-- While an award may be taken back, or its money is asked back, nothing is paid.
create function award_is_held() returns trigger language plpgsql security definer set search_path = public as $$
begin
  perform from award where id = new.award_id for update;
  if exists (select from correction c where c.award_id = new.award_id and c.confirmed_by is null and c.refused_by is null)
    or exists (select from recovery r where r.award_id = new.award_id and r.confirmed_by is null) then
    raise exception 'a correction is open' using errcode = 'check_violation', constraint = 'award_held';
  end if;
  return new;
end $$;
create trigger is_held before insert on payout for each row execute function award_is_held();

-- Money moves by a correction that was confirmed, a recovery that was, and from a confirmed one nowhere else.
create function posting_is_corrected() returns trigger language plpgsql security definer set search_path = public as $$
begin
  if not (case new.cause_kind
    when 'cancel' then exists (select from correction c
      where c.id = new.cause_id and c.award_id = new.award_id and c.kind = 'cancel' and c.confirmed_by is not null)
    when 'reinstate' then exists (select from correction c
      where c.id = new.cause_id and c.award_id = new.award_id and c.kind = 'reinstate' and c.confirmed_by = scope_account())
    when 'recovery' then exists (select from recovery r
      where r.id = new.cause_id and r.award_id = new.award_id and r.confirmed_by = scope_account())
    else exists (select from surplus_transfer t join surplus_transfer_line l on l.transfer_id = t.id
      where t.id = new.cause_id and l.award_id = new.award_id and t.received_by = scope_account()
        and new.debit_account = 'surplus:' || t.from_id and new.credit_account = surplus_account(t.to_id)) end)
    -- It lies with whoever had it.
    or new.cause_kind in ('cancel', 'recovery') and new.credit_account is distinct from (select case
      when new.debit_account = 'committed' then 'cancelled'
      when new.debit_account = 'serviceCentre' then surplus_account((select o.id from organisation o where o.kind = 'serviceCentre'))
      when new.debit_account like 'union:%' then surplus_account(substr(new.debit_account, 7)::uuid)
      else surplus_account(w.payer_id) end from award w where w.id = new.award_id) then
    raise exception 'nobody confirmed it' using errcode = 'check_violation', constraint = 'posting_by_correction';
  end if;
  return new;
end $$;
-- What is left with an organisation; with the city it has arrived.
create function surplus_account(p_organisation uuid) returns text language sql stable security definer set search_path = public
return (select case o.kind when 'cityFederation' then 'cancelled' else 'surplus:' || o.id end from organisation o where o.id = p_organisation);
create trigger is_corrected before insert on posting for each row
  when (new.cause_kind in ('cancel', 'reinstate', 'recovery', 'handBack')) execute function posting_is_corrected();

-- Granted once more: it goes into a later notice, and what was tried before does not count.
create function reinstated_begins_anew() returns trigger language plpgsql security definer set search_path = public as $$
begin
  update award set notice_id = null where id = new.award_id and notice_id is not null;
  update award w set received_on = null,
      attempts_before = coalesce((select max(p.attempt) from payout p where p.award_id = w.id), 0),
      payer_id = case when exists (select from approval_line i join approval_list l on l.id = i.list_id
        where i.application_id = w.application_id and l.route = 'viaUnions') then w.district_id else w.payer_id end
    where w.id = new.award_id;
  return new;
end $$;
create trigger begins_anew before insert on posting for each row when (new.cause_kind = 'reinstate')
  execute function reinstated_begins_anew();

-- Once a displaced award is cancelled, the certificate waits for who objected, as it does where an objection is granted
-- before approval: `approved_already` ends, and with it that the certificate is held.
alter table objection add column freed_at bigint;
create or replace function objection_changes() returns trigger language plpgsql security definer set search_path = public as $$
begin
  if (new.id, new.receipt_number, new.account_id, new.applicant_index, new.certificate_id, new.draft_id, new.body, new.raised_at)
    is distinct from
    (old.id, old.receipt_number, old.account_id, old.applicant_index, old.certificate_id, old.draft_id, old.body, old.raised_at) then
    raise exception 'an objection stays as it was raised' using errcode = 'check_violation', constraint = 'objection_stays';
  end if;
  if old.state = 'open' then
    if new.state = 'open' or new.decided_by is distinct from scope_account() or scope_kind() is distinct from 'city'
      or new.filed_as is not null or new.freed_at is not null then
      raise exception 'the centre decides' using errcode = 'check_violation', constraint = 'objection_by_centre';
    end if;
    if exists (select from account s left join application a on a.id = new.against_id
        where s.id = new.decided_by and (s.id in (new.account_id, a.account_id)
          or s.id_number_index in (new.applicant_index, a.applicant_index))) then
      raise exception 'neither side decides' using errcode = 'check_violation', constraint = 'objection_by_no_party';
    end if;
  elsif old.freed_at is null and new.freed_at is not null then
    if not old.approved_already or new.approved_already or new.file_before is null
      or (new.state, new.decided_by, new.decided_at, new.against_id, new.answer, new.filed_as)
        is distinct from (old.state, old.decided_by, old.decided_at, old.against_id, old.answer, old.filed_as)
      or not exists (select from award w where w.application_id = new.against_id and w.cancelled_at is not null) then
      raise exception 'the award is not cancelled' using errcode = 'check_violation', constraint = 'objection_freed';
    end if;
  elsif (new.state, new.decided_by, new.decided_at, new.against_id, new.approved_already, new.answer, new.file_before, new.freed_at)
      is distinct from
      (old.state, old.decided_by, old.decided_at, old.against_id, old.approved_already, old.answer, old.file_before, old.freed_at)
      or old.filed_as is not null or not exists (select from application a where a.id = new.filed_as
        and a.account_id = new.account_id and a.certificate_id = new.certificate_id and a.received_at = new.raised_at) then
    raise exception 'an objection is decided once, and used once' using errcode = 'check_violation', constraint = 'objection_once';
  end if;
  return new;
end $$;
create function granted_late(p_application uuid) returns boolean language sql stable security definer set search_path = public
return scope_kind() in ('union', 'city') and exists (select from objection o where o.against_id = p_application and o.approved_already);
revoke execute on function granted_late from public;
grant execute on function granted_late to jiangsheng_app;
-- Whoever cancels the award sees no objection: the database frees the certificate, and tells who objected.
create function free_for_who_objected(p_application uuid, p_at bigint, p_file_before bigint) returns int
language plpgsql security definer set search_path = public as $$
declare freed int;
begin
  with done as (update objection o set approved_already = false, freed_at = p_at, file_before = p_file_before
      where o.against_id = p_application and o.approved_already and exists (select from award w
        where w.application_id = p_application and w.cancelled_at = p_at) returning o.id, o.account_id),
    told as (insert into message (kind, at, objection_id, cause_id, account_id, words_revision)
      select 'objection.freed', p_at, d.id, p_application, d.account_id, (select coalesce(max(r.revision), 0) from message_words r)
      from done d)
    select count(*) into freed from done;
  return freed;
end $$;
revoke execute on function free_for_who_objected from public;
grant execute on function free_for_who_objected to jiangsheng_app;

-- As in 0020 and 0012; a claim whose award was cancelled is not alive.
create or replace function grants_a_free_certificate() returns trigger language plpgsql security definer set search_path = public as $$
begin
  perform lock_certificates(array[new.certificate_id]);
  if exists (select from application a where a.certificate_id = new.certificate_id
      and a.state not in ('declined', 'withdrawn', 'cancelled')) then
    raise exception 'a claim is alive' using errcode = 'check_violation', constraint = 'grant_of_a_free_certificate';
  end if;
  return new;
end $$;
create or replace function claim_objected_to(p_objection uuid) returns table (application_id uuid, state text)
language sql stable security definer set search_path = public
begin atomic
  select a.id, a.state from objection o join application a on a.certificate_id = o.certificate_id
    where o.id = p_objection and a.state not in ('declined', 'withdrawn', 'cancelled') and scope_kind() = 'city';
end;

-- 结余退回 --------------------------------------------------------------------------------------------------------------
-- What was cancelled goes back the way it came, step by step: made by one, released by another, received by the one above.
create sequence surplus_transfer_number;
create table surplus_transfer (
  id uuid primary key,
  number text not null unique,
  from_id uuid not null references organisation,
  to_id uuid not null references organisation,
  line_count int not null check (line_count > 0),
  total_fen bigint not null check (total_fen > 0),
  made_by uuid not null references account,
  made_at bigint not null,
  released_by uuid references account,
  released_at bigint,
  voucher_number text,
  dropped_by uuid references account,
  dropped_at bigint,
  received_by uuid references account,
  received_at bigint,
  received_on date,
  receipt_number text,
  constraint surplus_release_by_another check (released_by <> made_by),
  check ((released_by is null) = (released_at is null) and (released_by is null) = (voucher_number is null)),
  check ((dropped_by is null) = (dropped_at is null)),
  check ((received_by is null) = (received_at is null) and (received_by is null) = (received_on is null)
    and (received_by is null) = (receipt_number is null)),
  check (received_by is null or released_by is not null),
  constraint surplus_released_or_dropped check (released_by is null or dropped_by is null)
);
create index surplus_transfer_from on surplus_transfer (from_id, made_at);
create index surplus_transfer_to on surplus_transfer (to_id, made_at);
create table surplus_transfer_line (
  transfer_id uuid not null references surplus_transfer,
  award_id uuid not null references award,
  amount_fen bigint not null check (amount_fen > 0),
  primary key (transfer_id, award_id)
);
create index surplus_transfer_line_award on surplus_transfer_line (award_id);

-- Whence an organisation had the money of an award: the union above that passed it on, the centre, the city.
create function surplus_goes_to(p_award uuid, p_from uuid) returns uuid language sql stable security definer set search_path = public
return coalesce(
  (select case when p.debit_account like 'union:%' then substr(p.debit_account, 7)::uuid
      else (select o.id from organisation o where o.kind = 'serviceCentre') end
    from posting p where p.award_id = p_award and p.credit_account = 'union:' || p_from order by p.seq desc limit 1),
  (select c.id from organisation o join organisation c on c.kind = 'cityFederation' where o.id = p_from and o.kind = 'serviceCentre'),
  -- Handed back to it by one below that had it from elsewhere.
  (select o.id from organisation o where o.kind = 'serviceCentre'));
revoke execute on function surplus_goes_to, holds_role_for, pays_for, correction_stands, person_apart from public;
grant execute on function surplus_goes_to to jiangsheng_app;

create function surplus_line_lies_there() returns trigger language plpgsql security definer set search_path = public as $$
declare w award; t surplus_transfer;
begin
  select * into w from award where id = new.award_id for update;
  select * into t from surplus_transfer where id = new.transfer_id;
  if t.released_at is not null or t.dropped_at is not null or w.stands_on is distinct from 'surplus:' || t.from_id
    or w.amount_fen <> new.amount_fen or surplus_goes_to(w.id, t.from_id) is distinct from t.to_id
    or exists (select from surplus_transfer_line l join surplus_transfer o on o.id = l.transfer_id
      where l.award_id = w.id and o.id <> t.id and o.received_at is null and o.dropped_at is null) then
    raise exception 'it does not lie there' using errcode = 'check_violation', constraint = 'surplus_lies_there';
  end if;
  return new;
end $$;
create trigger lies_there before insert on surplus_transfer_line for each row execute function surplus_line_lies_there();

create function finances_at(p_account uuid, p_organisation uuid) returns boolean language sql stable security definer set search_path = public
return exists (select from appointment p where p.account_id = p_account and p.organisation_id = p_organisation
  and p.role in ('districtFinance', 'unionFinance', 'centreFinance', 'cityFinance'));
create function surplus_transfer_changes() returns trigger language plpgsql security definer set search_path = public as $$
declare person uuid; place uuid := new.from_id;
begin
  if tg_op = 'INSERT' then
    person := new.made_by;
    if new.released_by is not null or new.dropped_by is not null then
      raise exception 'a transfer begins' using errcode = 'check_violation', constraint = 'surplus_once';
    end if;
  else
    if old.dropped_by is not null or old.received_by is not null
      or old.released_by is not null and (new.released_by, new.released_at, new.voucher_number, new.dropped_by)
        is distinct from (old.released_by, old.released_at, old.voucher_number, old.dropped_by)
      or old.released_by is null and new.received_by is not null
      or (new.id, new.number, new.from_id, new.to_id, new.line_count, new.total_fen, new.made_by, new.made_at)
        is distinct from (old.id, old.number, old.from_id, old.to_id, old.line_count, old.total_fen, old.made_by, old.made_at) then
      raise exception 'each step once' using errcode = 'check_violation', constraint = 'surplus_once';
    end if;
    person := coalesce(new.received_by, new.released_by, new.dropped_by);
    if new.received_by is not null then place := new.to_id; end if;
    if (select row (count(*), coalesce(sum(l.amount_fen), 0)) from surplus_transfer_line l where l.transfer_id = new.id)
      is distinct from row (new.line_count::bigint, new.total_fen::numeric) then
      raise exception 'it is the sum of its lines' using errcode = 'check_violation', constraint = 'surplus_adds_up';
    end if;
  end if;
  if person is distinct from scope_account() then
    raise exception 'by who is signed in' using errcode = 'check_violation', constraint = 'action_by_oneself';
  end if;
  if not finances_at(person, place) then
    raise exception 'not theirs' using errcode = 'check_violation', constraint = 'surplus_by_whom';
  end if;
  return new;
end $$;
create trigger changes before insert or update on surplus_transfer for each row execute function surplus_transfer_changes();
revoke execute on function finances_at, surplus_account from public;

-- Money of a list comes once; of what was granted once more, again.
drop index transfer_one_funding;
create unique index transfer_one_funding on transfer (approval_list_id) where kind = 'funding' and released_at is null;

-- Surplus is kept by organisation ---------------------------------------------------------------------------------------
create function ledger_account(p_account text) returns text language sql immutable
return case when p_account like 'union:%' or p_account like 'surplus:%' then p_account else split_part(p_account, ':', 1) end;
create or replace function postings_by_account(out district_id uuid, out account text, out debit_fen bigint, out credit_fen bigint,
  out debits int) returns setof record language sql stable
begin atomic
  select w.district_id, ledger_account(s.account), sum(s.debit)::bigint, sum(s.credit)::bigint,
    (count(*) filter (where s.debit > 0))::int
  from posting p join award w on w.id = p.award_id
  cross join lateral (values (p.debit_account, p.amount_fen, 0), (p.credit_account, 0, p.amount_fen)) s (account, debit, credit)
  group by 1, 2 order by 1, 2;
end;
create or replace function postings_are_totalled() returns trigger language plpgsql security definer set search_path = public as $$
begin
  insert into ledger_total as t (district_id, account, debit_fen, credit_fen, debits)
    select w.district_id, ledger_account(s.account), sum(s.debit), sum(s.credit), count(*) filter (where s.debit > 0)
    from added p join award w on w.id = p.award_id
    cross join lateral (values (p.debit_account, p.amount_fen, 0), (p.credit_account, 0, p.amount_fen)) s (account, debit, credit)
    group by 1, 2 order by 1, 2
  on conflict (district_id, account) do update set debit_fen = t.debit_fen + excluded.debit_fen,
    credit_fen = t.credit_fen + excluded.credit_fen, debits = t.debits + excluded.debits;
  return null;
end $$;
delete from ledger_total;
insert into ledger_total select * from postings_by_account();
create index award_surplus on award (stands_on) where stands_on like 'surplus:%';

-- Who sees it ----------------------------------------------------------------------------------------------------------
alter table correction enable row level security;
alter table recovery enable row level security;
alter table surplus_transfer enable row level security;
alter table surplus_transfer_line enable row level security;
create function pays_award(p_award uuid) returns boolean language plpgsql stable as $$
begin return exists (select from award w where w.id = p_award and w.payer_id = scope_organisation()); end $$;
create function sees_surplus(p_transfer uuid) returns boolean language plpgsql stable as $$
begin return exists (select from surplus_transfer t where t.id = p_transfer); end $$;
create function sees_recovery_of_scan(p_file uuid) returns boolean language plpgsql stable as $$
begin return exists (select from recovery r where r.scan_file_id = p_file); end $$;
create policy city on correction to jiangsheng_app using ((select scope_kind()) = 'city');
create policy payer on correction to jiangsheng_app using ((select scope_kind()) = 'union' and pays_award(award_id));
create policy looks_on on correction for select to jiangsheng_app using ((select scope_job()) in ('oversight', 'audit'));
create policy verifies on correction for select to jiangsheng_worker using ((select scope_job()) = 'verify');
create policy city on recovery to jiangsheng_app using ((select scope_kind()) = 'city');
create policy payer on recovery to jiangsheng_app
  using ((select scope_kind()) = 'union' and payer_id = (select scope_organisation()));
create policy looks_on on recovery for select to jiangsheng_app using ((select scope_job()) in ('oversight', 'audit'));
create policy person on recovery for select to jiangsheng_app using ((select scope_kind()) = 'person' and sees_award(award_id));
create policy verifies on recovery for select to jiangsheng_worker using ((select scope_job()) = 'verify');
create policy city on surplus_transfer to jiangsheng_app using ((select scope_kind()) = 'city');
create policy parties on surplus_transfer to jiangsheng_app
  using ((select scope_kind()) = 'union' and (select scope_organisation()) in (from_id, to_id));
create policy looks_on on surplus_transfer for select to jiangsheng_app using ((select scope_job()) in ('oversight', 'audit'));
create policy verifies on surplus_transfer for select to jiangsheng_worker using ((select scope_job()) = 'verify');
create policy with_transfer on surplus_transfer_line to jiangsheng_app
  using (((select scope_kind()) in ('union', 'city') or (select scope_job()) in ('oversight', 'audit')) and sees_surplus(transfer_id));
create policy verifies on surplus_transfer_line for select to jiangsheng_worker using ((select scope_job()) = 'verify');
create policy with_recovery on file for select to jiangsheng_app
  using (purpose = 'payoutProof' and (select scope_kind()) in ('union', 'city') and sees_recovery_of_scan(id));

grant usage on sequence surplus_transfer_number to jiangsheng_app;
grant select, insert on correction, recovery, surplus_transfer, surplus_transfer_line to jiangsheng_app;
grant update (confirmed_by, confirmed_at, refused_by, refused_at, refused_words) on correction to jiangsheng_app;
grant update (received_on, voucher_number, scan_file_id, recorded_by, recorded_at, confirmed_by, confirmed_at) on recovery to jiangsheng_app;
grant update (released_by, released_at, voucher_number, dropped_by, dropped_at, received_by, received_at, received_on, receipt_number)
  on surplus_transfer to jiangsheng_app;
grant select on correction, recovery, surplus_transfer, surplus_transfer_line to jiangsheng_worker;
