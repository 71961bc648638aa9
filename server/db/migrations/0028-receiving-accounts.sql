-- Where an organisation receives money: proposed by one of its finance, confirmed by another person, and what a transfer
-- was made for (四.一.5).

-- Receiving accounts ---------------------------------------------------------------------------------------------------
create table receiving_account_change (
  id uuid primary key,
  organisation_id uuid not null references organisation,
  -- Sealed as the organisation's own is, and what may be shown of it.
  account jsonb not null,
  account_tail text not null check (account_tail ~ '^\d{4}$'),
  -- The tail of the one before; absent where none was registered.
  replaces_tail text,
  proposed_by uuid not null references account,
  proposed_at bigint not null,
  confirmed_by uuid references account,
  confirmed_at bigint,
  -- By the other person with words (sealed), or taken back by who proposed it.
  refused_by uuid references account,
  refused_at bigint,
  refused_words jsonb,
  constraint receiving_account_by_another check (confirmed_by <> proposed_by),
  check ((confirmed_by is null) = (confirmed_at is null) and (refused_by is null) = (refused_at is null)),
  check (confirmed_by is null or refused_by is null),
  check ((refused_words is not null) = (refused_by is not null and refused_by <> proposed_by))
);
create unique index receiving_account_one_open on receiving_account_change (organisation_id)
  where confirmed_by is null and refused_by is null;
create index receiving_account_order on receiving_account_change (organisation_id, proposed_at, id);

create function day_of(p_at bigint) returns date language sql stable
return (to_timestamp(p_at / 1000.0) at time zone 'Asia/Shanghai')::date;
-- Who handles money there on the day, other than the one named.
create function handles_money(p_account uuid, p_organisation uuid, p_day date) returns boolean
language sql stable security definer set search_path = public
return exists (select from appointment p join account a on a.id = p.account_id
  where p.account_id = p_account and p.organisation_id = p_organisation and a.disabled_at is null
    and p.role in ('districtFinance', 'unionFinance', 'centreFinance', 'cityFinance')
    and p.valid_from <= p_day and coalesce(p.valid_to >= p_day, true));
-- Whose finance answers a proposal: the organisation's own, or where nobody else is there, that of the nearest above it.
create function receiving_account_answered_at(p_organisation uuid, p_proposer uuid, p_day date) returns uuid
language sql stable security definer set search_path = public
return (select w.id from organisation o cross join unnest(o.path) with ordinality w (id, depth)
  where o.id = p_organisation and exists (select from appointment p where p.organisation_id = w.id
    and p.account_id <> p_proposer and handles_money(p.account_id, w.id, p_day))
  order by w.depth desc limit 1);
revoke execute on function day_of, handles_money, receiving_account_answered_at from public;
grant execute on function day_of, receiving_account_answered_at to jiangsheng_app;

create function receiving_account_begins() returns trigger language plpgsql security definer set search_path = public as $$
declare o organisation;
begin
  if new.proposed_by is distinct from scope_account() or new.confirmed_by is not null or new.refused_by is not null then
    raise exception 'by who is signed in' using errcode = 'check_violation', constraint = 'action_by_oneself';
  end if;
  select * into o from organisation where id = new.organisation_id for no key update;
  if o.kind in ('unit', 'filingPoint') or not handles_money(new.proposed_by, o.id, day_of(new.proposed_at)) then
    raise exception 'not theirs' using errcode = 'check_violation', constraint = 'receiving_account_by_whom';
  end if;
  new.replaces_tail := o.receiving_account_tail;
  return new;
end $$;
create trigger begins before insert on receiving_account_change for each row execute function receiving_account_begins();
create function receiving_account_answered() returns trigger language plpgsql security definer set search_path = public as $$
declare person uuid := coalesce(new.confirmed_by, new.refused_by);
begin
  if old.confirmed_by is not null or old.refused_by is not null
    or (new.id, new.organisation_id, new.account, new.account_tail, new.replaces_tail, new.proposed_by, new.proposed_at)
      is distinct from (old.id, old.organisation_id, old.account, old.account_tail, old.replaces_tail, old.proposed_by, old.proposed_at) then
    raise exception 'a proposal stays as it was made' using errcode = 'check_violation', constraint = 'receiving_account_answered';
  end if;
  if person is distinct from scope_account() then
    raise exception 'by who is signed in' using errcode = 'check_violation', constraint = 'action_by_oneself';
  end if;
  if new.refused_by = new.proposed_by then return new; end if;
  if not coalesce(handles_money(person, receiving_account_answered_at(new.organisation_id, new.proposed_by,
      day_of(coalesce(new.confirmed_at, new.refused_at))), day_of(coalesce(new.confirmed_at, new.refused_at))), false) then
    raise exception 'not theirs' using errcode = 'check_violation', constraint = 'receiving_account_by_whom';
  end if;
  if new.confirmed_by is not null and new.confirmed_by <> new.proposed_by then
    update organisation set receiving_account = new.account, receiving_account_tail = new.account_tail
      where id = new.organisation_id;
  end if;
  return new;
end $$;
create trigger answered before update on receiving_account_change for each row execute function receiving_account_answered();

-- Nobody writes it alone: the confirmation does.
revoke insert, update on organisation from jiangsheng_app;
grant insert (id, parent_id, kind, name, path, valid_from, valid_to) on organisation to jiangsheng_app;
grant update (name, valid_to) on organisation to jiangsheng_app;

alter table receiving_account_change enable row level security;
create function below_own(p_organisation uuid) returns boolean language plpgsql stable as $$
begin return exists (select from organisation o where o.id = p_organisation and scope_organisation() = any (o.path)); end $$;
create policy union_subtree on receiving_account_change to jiangsheng_app
  using ((select scope_kind()) = 'union' and below_own(organisation_id));
create policy city on receiving_account_change to jiangsheng_app using ((select scope_kind()) = 'city');
grant select, insert on receiving_account_change to jiangsheng_app;
grant update (confirmed_by, confirmed_at, refused_by, refused_at, refused_words) on receiving_account_change to jiangsheng_app;

-- What a transfer was made for ------------------------------------------------------------------------------------------
-- The account as it stood when the transfer was made. Up to here accounts were given once and never changed.
alter table transfer add column receiving_account jsonb, add column receiving_account_tail text;
alter table transfer disable trigger user;
update transfer t set receiving_account = o.receiving_account, receiving_account_tail = o.receiving_account_tail
  from organisation o
  where o.id = case t.kind when 'onward' then t.to_id
    when 'allocation' then (select n.district_id from allocation_notice n where n.id = t.notice_id) end;
alter table transfer enable trigger user;

-- Another account since stops the release; whoever makes the transfer anew looks at the new one, and is its maker.
create function transfer_keeps_account() returns trigger language plpgsql security definer set search_path = public as $$
declare o organisation;
begin
  select * into o from organisation where id = case new.kind when 'onward' then new.to_id
    else (select n.district_id from allocation_notice n where n.id = new.notice_id) end for share;
  if tg_op = 'INSERT' or new.released_by is null and new.dropped_by is null then
    if tg_op = 'UPDATE' and (old.released_by is not null or old.dropped_by is not null
        or old.receiving_account is not distinct from o.receiving_account) then
      raise exception 'the account is the same' using errcode = 'check_violation', constraint = 'transfer_released_once';
    end if;
    new.receiving_account := o.receiving_account;
    new.receiving_account_tail := o.receiving_account_tail;
  elsif new.released_by is not null and old.released_by is null
      and new.receiving_account is distinct from o.receiving_account then
    raise exception 'another account since' using errcode = 'check_violation', constraint = 'transfer_account_changed';
  end if;
  return new;
end $$;
create trigger keeps_account before insert or update on transfer for each row
  when (new.kind in ('allocation', 'onward')) execute function transfer_keeps_account();
create or replace function transfer_takes_duty() returns trigger language plpgsql as $$
declare person uuid;
begin
  if tg_op = 'UPDATE' and (old.released_by is not null or old.dropped_by is not null) then
    raise exception 'a transfer is released once' using errcode = 'check_violation', constraint = 'transfer_released_once';
  end if;
  person := case tg_op when 'INSERT' then new.made_by else coalesce(new.released_by, new.dropped_by, new.made_by) end;
  if person is distinct from scope_account() then
    raise exception 'a transfer is moved by who is signed in' using errcode = 'check_violation', constraint = 'action_by_oneself';
  end if;
  if new.approval_list_id is null then return new; end if;
  insert into duty select w.application_id, person, 'payment' from approval_line l
    join award w on w.application_id = l.application_id
    where l.list_id = new.approval_list_id and (new.notice_id is null or w.notice_id = new.notice_id)
    on conflict do nothing;
  if exists (select from approval_line l join award w on w.application_id = l.application_id
      join duty d on d.application_id = w.application_id and d.account_id = person and d.duty <> 'payment'
      where l.list_id = new.approval_list_id and (new.notice_id is null or w.notice_id = new.notice_id)) then
    raise exception 'holds another duty' using errcode = 'check_violation', constraint = 'four_eyes';
  end if;
  return new;
end $$;
-- By who is signed in, for the centre; who made a transfer is written in no other way.
create function renew_transfer(p_transfer uuid, p_at bigint) returns void language sql security definer set search_path = public
begin atomic
  update transfer set made_by = scope_account(), made_at = p_at
    where id = p_transfer and kind = 'allocation' and scope_kind() = 'city';
end;
revoke execute on function renew_transfer from public;
grant execute on function renew_transfer to jiangsheng_app;

-- How far money has come -------------------------------------------------------------------------------------------------
-- What the city has still to give, what lies with the centre, and what of a notice was cancelled.
create index award_committed on award (application_id) include (amount_fen) where stands_on = 'committed';
create index award_at_centre on award (amount_fen) where stands_on = 'serviceCentre';
create index award_cancelled_in_notice on award (notice_id) include (amount_fen) where cancelled_at is not null;

-- A worker's own proposal -------------------------------------------------------------------------------------------------
-- Taken back by the worker who made it, until somebody has answered it; nobody else answers their own.
alter table payee_change drop constraint payee_confirmed_by_another,
  add constraint payee_confirmed_by_another check (confirmed_by <> proposed_by);
create or replace function payee_change_takes_duty() returns trigger language plpgsql security definer set search_path = public as $$
begin
  if new.refused_by = new.proposed_by then
    if scope_kind() is distinct from 'person' then
      raise exception 'another answers' using errcode = 'check_violation', constraint = 'payee_confirmed_by_another';
    end if;
    return null;
  end if;
  perform takes_payment_duty(w.application_id, coalesce(new.confirmed_by, new.refused_by)) from award w where w.id = new.award_id;
  -- What was refused the worker hears of; what was confirmed is an action, and told as one.
  if new.refused_by is not null then
    insert into message (kind, at, application_id, cause_id, account_id, words_revision)
      select 'payeeRefused', new.refused_at, a.id, new.id, a.account_id, (select coalesce(max(r.revision), 0) from message_words r)
      from award w join application a on a.id = w.application_id where w.id = new.award_id and a.account_id = new.proposed_by;
  end if;
  return null;
end $$;
create policy person_withdraws on payee_change for update to jiangsheng_app
  using ((select scope_kind()) = 'person' and proposed_by = (select scope_account()) and sees_award(award_id))
  with check (refused_by = (select scope_account()) and confirmed_by is null);
-- An auditor sees that an account was changed, by whom and from which tail to which; the server reads no more of it.
create policy looks_on on payee_change for select to jiangsheng_app using ((select scope_job() = 'oversight'));
