-- 年度结账: a calendar year of the books is closed by two people, and nothing is booked into it any more. What is found wrong
-- later is booked on the day it is found, into the year that is open.

-- A month or a year of postings is found without reading all of them; they lie in the order of their days.
create index posting_at on posting using brin (at) with (pages_per_range = 32);

create function year_of_books(p_at bigint) returns int language sql immutable
return extract(year from to_timestamp(p_at / 1000.0) at time zone 'Asia/Shanghai')::int;
create function year_begins(p_year int) returns bigint language sql immutable
return (extract(epoch from make_timestamp(p_year, 1, 1, 0, 0, 0) at time zone 'Asia/Shanghai') * 1000)::bigint;

-- A posting as text, for ever the same: a line of the archive's postings.csv, whose digest anybody can recompute.
create function posting_line(p posting) returns text language sql stable
return concat_ws(',', p.seq, p.id, p.at, to_char(to_timestamp(p.at / 1000.0) at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS.MS'),
  p.debit_account, p.credit_account, p.amount_fen, p.award_id, p.cause_kind, p.cause_id, encode(p.mac, 'hex'));

-- What stands on each account before an instant; what the city gave out of its budget is below nothing, so they sum to zero.
create function balances_before(p_at bigint) returns jsonb language sql stable
return (select coalesce(jsonb_agg(jsonb_build_object('account', b.account, 'fen', b.fen, 'awards', b.awards) order by b.account collate "C"), '[]')
  from (select ledger_account(s.account) as account, sum(s.fen)::bigint as fen, sum(s.awards)::int as awards
    from posting p cross join lateral (values (p.debit_account, -p.amount_fen, -1), (p.credit_account, p.amount_fen, 1)) s (account, fen, awards)
    where p.at < p_at group by 1 having sum(s.awards) <> 0) b);

-- A year of postings: how many, what they moved, and the SHA-256 over the SHA-256 of each line in their order.
create function books_of_year(p_year int, out postings int, out moved_fen bigint, out first_seq bigint, out last_seq bigint,
  out digest bytea, out opening jsonb, out closing jsonb) language sql stable
begin atomic
  select count(*)::int, coalesce(sum(p.amount_fen), 0)::bigint, min(p.seq), max(p.seq),
    sha256(coalesce(string_agg(sha256(convert_to(posting_line(p), 'UTF8')), ''::bytea order by p.seq), ''::bytea)),
    balances_before(year_begins(p_year)), balances_before(year_begins(p_year + 1))
  from posting p where p.at >= year_begins(p_year) and p.at < year_begins(p_year + 1);
end;

create table year_close (
  id uuid primary key,
  year int not null check (year between 2000 and 2999),
  proposed_by uuid not null references account,
  proposed_at bigint not null,
  confirmed_by uuid references account,
  confirmed_at bigint,
  dropped_by uuid references account,
  dropped_at bigint,
  -- Taken from the postings by the database when it is proposed; the same when it is confirmed, or it is not confirmed.
  postings int not null default 0 check (postings > 0),
  moved_fen bigint not null default 0,
  first_seq bigint not null default 0,
  last_seq bigint not null default 0,
  digest bytea not null default '',
  opening jsonb not null default '[]',
  closing jsonb not null default '[]',
  -- When it was confirmed: what waited for an answer, and the audit log's last lot.
  open_items jsonb,
  audit_lot bigint,
  audit_hash bytea,
  constraint year_confirmed_by_another check (confirmed_by <> proposed_by),
  constraint year_is_over check (year_of_books(proposed_at) > year),
  check ((confirmed_by is null) = (confirmed_at is null) and (dropped_by is null) = (dropped_at is null)),
  check (confirmed_by is null or dropped_by is null),
  check ((confirmed_by is null) = (open_items is null))
);
create unique index year_close_once on year_close (year) where dropped_by is null;

create function keeps_city_books(p_account uuid) returns boolean language sql stable security definer set search_path = public
return exists (select from appointment p where p.account_id = p_account and p.role = 'cityFinance');

create function year_close_begins() returns trigger language plpgsql security definer set search_path = public as $$
declare b record;
begin
  if new.proposed_by is distinct from scope_account() or new.confirmed_by is not null or new.dropped_by is not null
    or not keeps_city_books(new.proposed_by) then
    raise exception 'by the city''s finance' using errcode = 'check_violation', constraint = 'year_by_whom';
  end if;
  -- What is being booked into that year is in it before it is read.
  perform pg_advisory_xact_lock(hashtext('year close'), new.year);
  if exists (select from posting p where p.at < year_begins(new.year)
      and p.at >= coalesce((select year_begins(max(c.year) + 1) from year_close c where c.confirmed_at is not null), 0)) then
    raise exception 'a year before it is open' using errcode = 'check_violation', constraint = 'year_after_year';
  end if;
  select * into b from books_of_year(new.year);
  if b.postings = 0 then
    raise exception 'nothing was booked' using errcode = 'check_violation', constraint = 'year_has_postings';
  end if;
  new.postings := b.postings;
  new.moved_fen := b.moved_fen;
  new.first_seq := b.first_seq;
  new.last_seq := b.last_seq;
  new.digest := b.digest;
  new.opening := b.opening;
  new.closing := b.closing;
  new.open_items := null;
  return new;
end $$;
create trigger begins before insert on year_close for each row execute function year_close_begins();

create function year_close_answered() returns trigger language plpgsql security definer set search_path = public as $$
declare b record; person uuid := coalesce(new.confirmed_by, new.dropped_by);
begin
  if old.confirmed_by is not null or old.dropped_by is not null or person is null
    or (new.id, new.year, new.proposed_by, new.proposed_at, new.digest) is distinct from (old.id, old.year, old.proposed_by, old.proposed_at, old.digest) then
    raise exception 'a close stays as it was proposed' using errcode = 'check_violation', constraint = 'year_answered';
  end if;
  if person is distinct from scope_account() or not keeps_city_books(person) then
    raise exception 'by the city''s finance' using errcode = 'check_violation', constraint = 'year_by_whom';
  end if;
  if new.confirmed_by is not null then
    perform pg_advisory_xact_lock(hashtext('year close'), new.year);
    select * into b from books_of_year(new.year);
    if (b.postings, b.digest, b.opening, b.closing) is distinct from (old.postings, old.digest, old.opening, old.closing) then
      raise exception 'the year is another since' using errcode = 'check_violation', constraint = 'year_as_proposed';
    end if;
    new.open_items := jsonb_build_object(
      'unheard', (select count(*) from payout y where y.state in ('released', 'sent', 'unknown')),
      'corrections', (select count(*) from correction c where c.confirmed_by is null and c.refused_by is null),
      'recoveries', (select count(*) from recovery r where r.confirmed_by is null),
      'surplus', (select count(*) from surplus_transfer t where t.received_at is null and t.dropped_at is null));
    select l.lot, l.hash into new.audit_lot, new.audit_hash from audit_lot l order by l.lot desc limit 1;
  end if;
  return new;
end $$;
create trigger answered before update on year_close for each row execute function year_close_answered();

-- Whoever books waits for nobody but the close of that same year.
create function posting_in_open_year() returns trigger language plpgsql security definer set search_path = public as $$
declare first int; last int;
begin
  select year_of_books(min(a.at)), year_of_books(max(a.at)) into first, last from added a;
  if first is null then
    return null;
  end if;
  for y in first .. last loop
    perform pg_advisory_xact_lock_shared(hashtext('year close'), y);
  end loop;
  if exists (select from year_close c where c.year >= first and c.confirmed_at is not null) then
    raise exception 'that year is closed' using errcode = 'check_violation', constraint = 'posting_in_open_year';
  end if;
  return null;
end $$;
create trigger in_open_year after insert on posting referencing new table as added for each statement
  execute function posting_in_open_year();

-- Whose batch it was, also for a union that does not see the batches of the unions below it.
create function payer_of_batch(p_batch uuid) returns uuid language sql stable strict security definer set search_path = public
return (select b.payer_id from payout_batch b where b.id = p_batch);

revoke execute on function books_of_year, balances_before, keeps_city_books, payer_of_batch from public;
grant execute on function books_of_year, balances_before to jiangsheng_worker;
grant execute on function payer_of_batch to jiangsheng_app;

alter table year_close enable row level security;
create policy city on year_close to jiangsheng_app using ((select scope_kind()) = 'city');
create policy looks_on on year_close for select to jiangsheng_app using ((select scope_job()) in ('oversight', 'audit'));
create policy verifies on year_close for select to jiangsheng_worker using ((select scope_job()) = 'verify');
grant select, insert (id, year, proposed_by, proposed_at) on year_close to jiangsheng_app;
grant update (confirmed_by, confirmed_at, dropped_by, dropped_at) on year_close to jiangsheng_app;
grant select on year_close to jiangsheng_worker;
