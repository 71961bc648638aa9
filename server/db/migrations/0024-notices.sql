-- Allocation notices issued anew, the order provable, money passed on to lower unions, the city's budget (四.一.4–5).

-- Notices issued anew --------------------------------------------------------------------------------------------------
-- Taking somebody off issues a notice anew. What the one before said stays; its confirmation counts no more.
alter table allocation_notice
  add column revision int not null default 1 check (revision > 0),
  add column replaces uuid unique references allocation_notice,
  add column replaced_by uuid unique references allocation_notice,
  -- The last one was taken off: nothing is left of it.
  add column ended_at bigint,
  add check ((revision = 1) = (replaces is null)),
  add check (replaced_by is null or ended_at is null);

-- Whom a notice names, as issued: what an award stands in later changes nothing of it.
create table notice_line (
  notice_id uuid not null references allocation_notice,
  award_id uuid not null references award,
  amount_fen bigint not null check (amount_fen > 0),
  primary key (notice_id, award_id)
);
create index notice_line_award on notice_line (award_id);
insert into notice_line select notice_id, id, amount_fen from award where notice_id is not null;

create function notice_replaces() returns trigger language plpgsql security definer set search_path = public as $$
declare before allocation_notice;
begin
  if new.replaced_by is not null or new.ended_at is not null then
    raise exception 'a notice begins' using errcode = 'check_violation', constraint = 'notice_current';
  end if;
  if new.replaces is null then return new; end if;
  select * into before from allocation_notice where id = new.replaces for no key update;
  if before.replaced_by is not null or before.ended_at is not null
    or (new.policy_id, new.approval_list_id, new.district_id, new.revision)
      is distinct from (before.policy_id, before.approval_list_id, before.district_id, before.revision + 1) then
    raise exception 'a revision follows the current one' using errcode = 'check_violation', constraint = 'notice_current';
  end if;
  if exists (select from transfer t where t.notice_id = new.replaces) then
    raise exception 'its money is on its way' using errcode = 'check_violation', constraint = 'notice_without_transfer';
  end if;
  return new;
end $$;
create trigger replaces before insert on allocation_notice for each row execute function notice_replaces();
create function notice_is_replaced() returns trigger language plpgsql security definer set search_path = public as $$
begin
  update allocation_notice set replaced_by = new.id where id = new.replaces;
  return null;
end $$;
create trigger is_replaced after insert on allocation_notice for each row when (new.replaces is not null)
  execute function notice_is_replaced();
create function notice_ends() returns trigger language plpgsql security definer set search_path = public as $$
begin
  if old.ended_at is not null or old.replaced_by is not null then
    raise exception 'it is not the current one' using errcode = 'check_violation', constraint = 'notice_current';
  end if;
  if exists (select from transfer t where t.notice_id = new.id) then
    raise exception 'its money is on its way' using errcode = 'check_violation', constraint = 'notice_without_transfer';
  end if;
  return new;
end $$;
create trigger ends before update of ended_at on allocation_notice for each row execute function notice_ends();

-- A notice names awards of its list and its union, and no more of them once it is out; a revision names nobody anew.
create function notice_lines_hold() returns trigger language plpgsql security definer set search_path = public as $$
begin
  if exists (select from added a join allocation_notice n on n.id = a.notice_id
      left join notice_line l on l.notice_id = n.replaces and l.award_id = a.award_id and l.amount_fen = a.amount_fen
      where n.replaces is not null and l.award_id is null) then
    raise exception 'nobody is added' using errcode = 'check_violation', constraint = 'notice_adds_nobody';
  end if;
  if exists (select from added a join allocation_notice n on n.id = a.notice_id join award w on w.id = a.award_id
      left join approval_line i on i.application_id = w.application_id and i.list_id = n.approval_list_id
      where i.list_id is null or (w.amount_fen, w.district_id) is distinct from (a.amount_fen, n.district_id)) then
    raise exception 'not of its list and union' using errcode = 'check_violation', constraint = 'notice_names_its_own';
  end if;
  if exists (select from (select distinct notice_id from added) a join allocation_notice n on n.id = a.notice_id
      where (select count(*) from notice_line l where l.notice_id = n.id) > n.line_count) then
    raise exception 'a notice is the sum of its lines' using errcode = 'check_violation', constraint = 'notice_adds_up';
  end if;
  return null;
end $$;
create trigger hold after insert on notice_line referencing new table as added for each statement
  execute function notice_lines_hold();
create function notice_adds_up() returns trigger language plpgsql security definer set search_path = public as $$
begin
  if (select row (count(*), coalesce(sum(l.amount_fen), 0)) from notice_line l where l.notice_id = new.id)
    is distinct from row (new.line_count::bigint, new.total_fen::numeric) then
    raise exception 'a notice is the sum of its lines' using errcode = 'check_violation', constraint = 'notice_adds_up';
  end if;
  return null;
end $$;
create constraint trigger adds_up after insert on allocation_notice deferrable initially deferred
  for each row execute function notice_adds_up();

-- An award stands in one current notice that names it. It goes from there to the revision after it, or out: taken off, or
-- cancelled.
create or replace function award_undisputed() returns trigger language plpgsql security definer set search_path = public as $$
begin
  if new.notice_id is null then
    if new.cancelled_at is null and not exists (select from allocation_notice n where n.id = old.notice_id
        and (n.ended_at is not null or n.replaced_by is not null and not exists (select from notice_line l
          where l.notice_id = n.replaced_by and l.award_id = new.id))) then
      raise exception 'nobody took it off' using errcode = 'check_violation', constraint = 'award_named_once';
    end if;
    return new;
  end if;
  if old.notice_id is not null
    and not exists (select from allocation_notice n where n.id = new.notice_id and n.replaces = old.notice_id) then
    raise exception 'an award stands in one notice' using errcode = 'check_violation', constraint = 'award_named_once';
  end if;
  if old.notice_id is null then
    perform lock_certificates(array[new.certificate_id]);
    if exists (select from objection o where o.certificate_id = new.certificate_id and (o.state = 'open' or o.approved_already)) then
      raise exception 'somebody objects' using errcode = 'check_violation', constraint = 'award_undisputed';
    end if;
  end if;
  if new.cancelled_at is not null or not exists (select from notice_line l join allocation_notice n on n.id = l.notice_id
      where l.notice_id = new.notice_id and l.award_id = new.id and n.replaced_by is null and n.ended_at is null) then
    raise exception 'no current notice names it' using errcode = 'check_violation', constraint = 'award_in_its_notice';
  end if;
  return new;
end $$;

-- The order ------------------------------------------------------------------------------------------------------------
-- Only the current revision is confirmed, equal to it (R12). Places are given one at a time: what is confirmed later is
-- not earlier by the clock of another process.
create function confirmation_of_current() returns trigger language plpgsql security definer set search_path = public as $$
declare n allocation_notice;
begin
  select * into n from allocation_notice where id = new.notice_id for no key update;
  if n.replaced_by is not null or n.ended_at is not null then
    raise exception 'another revision took its place' using errcode = 'check_violation', constraint = 'notice_current';
  end if;
  if (new.policy_id, new.line_count, new.total_fen, new.account_tail)
    is distinct from (n.policy_id, n.line_count, n.total_fen, n.receiving_account_tail) then
    raise exception 'it is not equal to its notice' using errcode = 'check_violation', constraint = 'confirmation_equals_notice';
  end if;
  new.confirmed_at := greatest(new.confirmed_at,
    (select max(c.confirmed_at) from disbursement_confirmation c where c.policy_id = new.policy_id));
  return new;
end $$;
create trigger of_current before insert on disbursement_confirmation for each row execute function confirmation_of_current();

-- First confirmed, first transferred: nobody with a lower place is passed over, neither made nor released.
create function allocation_in_turn() returns trigger language plpgsql security definer set search_path = public as $$
declare n allocation_notice; confirmed disbursement_confirmation; behind bigint;
begin
  select * into n from allocation_notice where id = new.notice_id for no key update;
  if n.replaced_by is not null or n.ended_at is not null then
    raise exception 'another revision took its place' using errcode = 'check_violation', constraint = 'notice_current';
  end if;
  select * into confirmed from disbursement_confirmation where notice_id = new.notice_id;
  if confirmed.notice_id is null or (new.amount_fen, new.approval_list_id) is distinct from (n.total_fen, n.approval_list_id) then
    raise exception 'what was confirmed is transferred' using errcode = 'check_violation', constraint = 'allocation_of_confirmed';
  end if;
  if exists (select from disbursement_confirmation c join allocation_notice m on m.id = c.notice_id
      left join transfer t on t.notice_id = m.id
      where c.policy_id = confirmed.policy_id and c.place < confirmed.place and m.replaced_by is null and m.ended_at is null
        and (t.id is null or new.released_at is not null and t.released_at is null)) then
    raise exception 'somebody is before it' using errcode = 'check_violation', constraint = 'allocation_in_turn';
  end if;
  if new.released_at is not null then
    select max(t.released_at) into behind from disbursement_confirmation c join transfer t on t.notice_id = c.notice_id
      where c.policy_id = confirmed.policy_id and c.place < confirmed.place;
    new.released_at := greatest(new.released_at, behind);
  end if;
  return new;
end $$;
create trigger in_turn before insert or update on transfer for each row when (new.kind = 'allocation')
  execute function allocation_in_turn();

-- The order as every union may see it: names, places, times and sums, nothing of a person.
create function transfer_queue() returns table (notice_id uuid, number text, policy_id text, place int, district_id uuid,
  district text, line_count int, total_fen bigint, confirmed_at bigint, made_at bigint, released_at bigint,
  received_on date, superseded boolean)
language sql stable security definer set search_path = public
begin atomic
  select n.id, n.number, c.policy_id, c.place, n.district_id, o.name, n.line_count, n.total_fen, c.confirmed_at, t.made_at,
    t.released_at, r.received_on, n.replaced_by is not null or n.ended_at is not null
  from disbursement_confirmation c join allocation_notice n on n.id = c.notice_id join organisation o on o.id = n.district_id
    left join transfer t on t.notice_id = n.id left join transfer_receipt r on r.transfer_id = t.id
  where (scope_kind() in ('union', 'city') or scope_job() in ('oversight', 'audit'))
    and c.policy_id = (select max(l.policy_id) from disbursement_confirmation l)
  order by c.place;
end;
revoke execute on function transfer_queue from public;
grant execute on function transfer_queue to jiangsheng_app;

-- Receipts -------------------------------------------------------------------------------------------------------------
-- A receipt has its number and its scan; those recorded before had none.
alter table transfer_receipt add column scan_file_id uuid references file,
  add constraint receipt_has_scan check (scan_file_id is not null) not valid;
create index transfer_receipt_scan on transfer_receipt (scan_file_id) where scan_file_id is not null;
create function sees_receipt_of_scan(p_file uuid) returns boolean language plpgsql stable as $$
begin return exists (select from transfer_receipt r where r.scan_file_id = p_file); end $$;
create policy with_receipt on file for select to jiangsheng_app
  using (purpose = 'receiptScan' and ((select scope_kind()) in ('union', 'city') or (select scope_job()) = 'oversight')
    and sees_receipt_of_scan(id));

-- Passed on ------------------------------------------------------------------------------------------------------------
-- Money of named awards onward to the union below that the awards' workers are of (转拨).
alter table transfer drop constraint transfer_kind_check, drop constraint transfer_check1,
  alter column approval_list_id drop not null,
  add column from_id uuid references organisation,
  add column to_id uuid references organisation,
  add column dropped_by uuid references account,
  add column dropped_at bigint,
  add constraint transfer_kind_check check (kind in ('funding', 'allocation', 'onward')),
  add constraint transfer_of_its_kind check (
    (kind in ('funding', 'allocation')) = (approval_list_id is not null) and (kind = 'allocation') = (notice_id is not null)
    and (kind = 'onward') = (from_id is not null) and (kind = 'onward') = (to_id is not null)),
  add check ((dropped_by is null) = (dropped_at is null)),
  add constraint transfer_released_or_dropped check (dropped_by is null or released_by is null and kind = 'onward');
create index transfer_from on transfer (from_id, made_at) where from_id is not null;
create index transfer_to on transfer (to_id, made_at) where to_id is not null;
create table transfer_line (
  transfer_id uuid not null references transfer,
  award_id uuid not null references award,
  amount_fen bigint not null check (amount_fen > 0),
  primary key (transfer_id, award_id)
);
create index transfer_line_award on transfer_line (award_id);

-- As in 0004; what was dropped takes nothing, and what names its awards takes its duties by its lines.
create or replace function transfer_takes_duty() returns trigger language plpgsql as $$
declare person uuid;
begin
  if tg_op = 'UPDATE' and (old.released_by is not null or old.dropped_by is not null) then
    raise exception 'a transfer is released once' using errcode = 'check_violation', constraint = 'transfer_released_once';
  end if;
  person := case tg_op when 'INSERT' then new.made_by else coalesce(new.released_by, new.dropped_by) end;
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

create function transfer_lines_take_duty(p_transfer uuid, p_account uuid) returns void
language plpgsql security definer set search_path = public as $$
begin
  insert into duty select w.application_id, p_account, 'payment' from transfer_line l join award w on w.id = l.award_id
    where l.transfer_id = p_transfer on conflict do nothing;
  if exists (select from transfer_line l join award w on w.id = l.award_id
      join duty d on d.application_id = w.application_id and d.account_id = p_account and d.duty <> 'payment'
      where l.transfer_id = p_transfer) then
    raise exception 'holds another duty' using errcode = 'check_violation', constraint = 'four_eyes';
  end if;
end $$;
revoke execute on function transfer_lines_take_duty from public;

-- An award is on its way once, or not at all: in a batch, or in one transfer that is neither released nor dropped.
create function award_passed_on(p_award uuid, p_except uuid) returns boolean
language sql stable security definer set search_path = public
return exists (select from transfer_line l join transfer t on t.id = l.transfer_id
  where l.award_id = p_award and t.released_at is null and t.dropped_at is null and t.id is distinct from p_except);

-- Lines are added once, with their transfer. What is passed on lies with who passes it, and its worker is of the union that
-- gets it.
create function transfer_lines_hold() returns trigger language plpgsql security definer set search_path = public as $$
begin
  perform from award w join added a on a.award_id = w.id order by w.id for no key update of w;
  if exists (select from (select distinct transfer_id from added) a join transfer t on t.id = a.transfer_id
      where t.kind <> 'onward' or t.released_at is not null or t.dropped_at is not null
        or (select sum(l.amount_fen) from transfer_line l where l.transfer_id = t.id) > t.amount_fen) then
    raise exception 'a transfer is the sum of its lines' using errcode = 'check_violation', constraint = 'transfer_adds_up';
  end if;
  if exists (select from added a join award w on w.id = a.award_id
      where w.amount_fen <> a.amount_fen or award_passed_on(w.id, a.transfer_id)) then
    raise exception 'it is on its way already' using errcode = 'check_violation', constraint = 'award_passed_on_once';
  end if;
  if exists (select from added a join transfer t on t.id = a.transfer_id join award w on w.id = a.award_id
      join application p on p.id = w.application_id join organisation u on u.id = p.base_union_id
      where w.payer_id is distinct from t.from_id or w.stands_on is distinct from 'union:' || t.from_id or w.received_on is null
        or w.cancelled_at is not null or not (t.to_id = any (u.path)) or not (t.from_id = any (u.path))
        or t.from_id = t.to_id or not (t.from_id = any ((select g.path from organisation g where g.id = t.to_id)::uuid[]))
        or exists (select from payout y where y.award_id = w.id and y.state in ('made', 'released', 'sent', 'unknown', 'settled'))) then
    raise exception 'it is not there to be passed on' using errcode = 'check_violation', constraint = 'award_passed_on_once';
  end if;
  perform transfer_lines_take_duty(t.id, t.made_by) from (select distinct transfer_id from added) a join transfer t on t.id = a.transfer_id;
  return null;
end $$;
create trigger hold after insert on transfer_line referencing new table as added for each statement
  execute function transfer_lines_hold();
create function transfer_adds_up() returns trigger language plpgsql security definer set search_path = public as $$
begin
  if (select sum(l.amount_fen) from transfer_line l where l.transfer_id = new.id) is distinct from new.amount_fen then
    raise exception 'a transfer is the sum of its lines' using errcode = 'check_violation', constraint = 'transfer_adds_up';
  end if;
  return null;
end $$;
create constraint trigger adds_up after insert on transfer deferrable initially deferred
  for each row when (new.kind = 'onward') execute function transfer_adds_up();

-- Released, its awards are the union's below to pay, once it has recorded its receipt: its own two weeks.
create function transfer_passes_on() returns trigger language plpgsql security definer set search_path = public as $$
begin
  perform transfer_lines_take_duty(new.id, new.released_by);
  update award w set payer_id = new.to_id, received_on = null from transfer_line l
    where l.transfer_id = new.id and w.id = l.award_id;
  return null;
end $$;
create trigger passes_on after update of released_at on transfer for each row
  when (new.kind = 'onward' and new.released_at is not null) execute function transfer_passes_on();
create or replace function receipt_starts_two_weeks() returns trigger language plpgsql security definer set search_path = public as $$
begin
  update award w set received_on = new.received_on from transfer t
    where t.id = new.transfer_id and t.kind = 'allocation' and w.notice_id = t.notice_id;
  update award w set received_on = new.received_on from transfer t join transfer_line l on l.transfer_id = t.id
    where t.id = new.transfer_id and t.kind = 'onward' and w.id = l.award_id and w.payer_id = t.to_id and w.received_on is null;
  return null;
end $$;
create function receipt_of_released() returns trigger language plpgsql security definer set search_path = public as $$
begin
  if not exists (select from transfer t where t.id = new.transfer_id and t.released_at is not null) then
    raise exception 'nothing was transferred' using errcode = 'check_violation', constraint = 'receipt_of_released';
  end if;
  return new;
end $$;
create trigger of_released before insert on transfer_receipt for each row execute function receipt_of_released();

-- What is being passed on is not paid out.
create function payout_not_passed_on() returns trigger language plpgsql security definer set search_path = public as $$
begin
  perform from award where id = new.award_id for no key update;
  if award_passed_on(new.award_id, null) then
    raise exception 'it is being passed on' using errcode = 'check_violation', constraint = 'award_passed_on_once';
  end if;
  return new;
end $$;
create trigger not_passed_on before insert on payout for each row execute function payout_not_passed_on();

-- The budget -----------------------------------------------------------------------------------------------------------
-- What the city grants for a policy, by document number. It counts once a second person has confirmed it; the last one
-- confirmed is the budget.
create table budget (
  id uuid primary key,
  seq bigint generated always as identity unique,
  policy_id text not null,
  amount_fen bigint not null check (amount_fen > 0),
  document_number text not null,
  set_by uuid not null references account,
  set_at bigint not null,
  confirmed_by uuid references account,
  confirmed_at bigint,
  constraint budget_by_another check (confirmed_by <> set_by),
  check ((confirmed_by is null) = (confirmed_at is null))
);
create index budget_policy on budget (policy_id, seq);
create function lock_budget(p_policy text) returns void language sql
return pg_advisory_xact_lock(hashtext('budget'), hashtext(p_policy));
-- Only the last one set is confirmed.
create function budget_is_confirmed() returns trigger language plpgsql security definer set search_path = public as $$
begin
  perform lock_budget(new.policy_id);
  if new.confirmed_by is distinct from scope_account() then
    raise exception 'by who is signed in' using errcode = 'check_violation', constraint = 'action_by_oneself';
  end if;
  if old.confirmed_at is not null
    or exists (select from budget b where b.policy_id = new.policy_id and b.seq > new.seq) then
    raise exception 'another was set since' using errcode = 'check_violation', constraint = 'budget_confirmed_once';
  end if;
  return new;
end $$;
create trigger is_confirmed before update on budget for each row execute function budget_is_confirmed();
create function budget_of(p_policy text) returns bigint language sql stable security definer set search_path = public
return (select amount_fen from budget where policy_id = p_policy and confirmed_at is not null order by seq desc limit 1);
-- Lists that were approved, less what was cancelled of them.
create index award_cancelled on award (policy_id) include (amount_fen) where cancelled_at is not null;
create function committed_of(p_policy text) returns bigint language sql stable security definer set search_path = public
return coalesce((select sum(l.total_fen) from approval_list l where l.policy_id = p_policy and l.approved_at is not null), 0)
  - coalesce((select sum(w.amount_fen) from award w where w.policy_id = p_policy and w.cancelled_at is not null
      and w.application_id is not null), 0);
revoke execute on function award_passed_on, budget_of, committed_of, lock_budget from public;
grant execute on function budget_of, committed_of to jiangsheng_app;
-- Approvals of one policy are counted one after the other.
create function approval_within_budget() returns trigger language plpgsql security definer set search_path = public as $$
begin
  perform lock_budget(new.policy_id);
  if committed_of(new.policy_id) > budget_of(new.policy_id) then
    raise exception 'beyond the budget' using errcode = 'check_violation', constraint = 'approval_within_budget';
  end if;
  return null;
end $$;
create constraint trigger within_budget after update of approved_at on approval_list deferrable initially deferred
  for each row when (new.approved_at is not null) execute function approval_within_budget();

-- Who sees it ----------------------------------------------------------------------------------------------------------
alter table notice_line enable row level security;
alter table transfer_line enable row level security;
alter table budget enable row level security;
create policy city on notice_line to jiangsheng_app using ((select scope_kind()) = 'city');
create policy with_notice on notice_line for select to jiangsheng_app
  using (((select scope_kind()) = 'union' or (select scope_job()) = 'oversight') and sees_notice(notice_id));
create policy audits on notice_line for select to jiangsheng_app using ((select scope_job()) = 'audit');
create policy verifies on notice_line for select to jiangsheng_worker using ((select scope_job()) = 'verify');

create policy parties on transfer for select to jiangsheng_app
  using ((select scope_kind()) = 'union' and (select scope_organisation()) in (from_id, to_id));
create policy passes_on on transfer for insert to jiangsheng_app
  with check ((select scope_kind()) = 'union' and kind = 'onward' and from_id = (select scope_organisation()));
create policy releases on transfer for update to jiangsheng_app
  using ((select scope_kind()) = 'union' and kind = 'onward' and from_id = (select scope_organisation()));
create policy city on transfer_line to jiangsheng_app using ((select scope_kind()) = 'city');
create policy with_transfer on transfer_line for select to jiangsheng_app
  using (((select scope_kind()) = 'union' or (select scope_job()) in ('oversight', 'audit')) and sees_transfer(transfer_id));
create policy passes_on on transfer_line for insert to jiangsheng_app
  with check ((select scope_kind()) = 'union' and exists (select from transfer t where t.id = transfer_id
    and t.kind = 'onward' and t.from_id = (select scope_organisation())));
create policy verifies on transfer_line for select to jiangsheng_worker using ((select scope_job()) = 'verify');
create policy lower_receives on transfer_receipt for insert to jiangsheng_app
  with check ((select scope_kind()) = 'union' and exists (select from transfer t where t.id = transfer_id
    and t.kind = 'onward' and t.to_id = (select scope_organisation())));

create policy city on budget to jiangsheng_app using ((select scope_kind()) = 'city');
create policy looks_on on budget for select to jiangsheng_app using ((select scope_job()) in ('oversight', 'audit'));

grant select, insert on notice_line, transfer_line, budget to jiangsheng_app;
grant update (ended_at) on allocation_notice to jiangsheng_app;
grant update (dropped_by, dropped_at) on transfer to jiangsheng_app;
grant update (confirmed_by, confirmed_at) on budget to jiangsheng_app;
grant select on notice_line, transfer_line to jiangsheng_worker;
