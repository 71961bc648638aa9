-- Who may see what. The server's roles own nothing and never bypass row-level security; every transaction names its
-- scope, and without one no row is visible. Instants are bigint milliseconds since 1970 (UTC); days are plain dates.
revoke all on schema public from public;
grant usage on schema public to jiangsheng_app, jiangsheng_worker;

-- Used as (select scope_…()) in policies, so that each is computed once a query and not once a row.
create function scope_kind() returns text language sql stable parallel safe
  return nullif(current_setting('app.scope', true), '');
create function scope_account() returns uuid language sql stable parallel safe
  return nullif(current_setting('app.account_id', true), '')::uuid;
create function scope_organisation() returns uuid language sql stable parallel safe
  return nullif(current_setting('app.organisation_id', true), '')::uuid;
create function scope_job() returns text language sql stable parallel safe
  return nullif(current_setting('app.job', true), '');

-- One answer for a repeated request: the id is made by whoever starts the command, unique for ever.
create table command (
  id uuid primary key,
  kind text not null,
  account_id uuid not null,
  -- Keyed digest of the body: the same id with another body is refused.
  digest bytea not null,
  answer jsonb not null,
  at bigint not null
);
alter table command enable row level security;
create policy own on command to jiangsheng_app
  using (account_id = (select scope_account())) with check (account_id = (select scope_account()));
grant select, insert on command to jiangsheng_app;

-- Business time = machine time + offset, in the demonstration only; it moves forward, never back.
create table business_clock (
  singleton boolean primary key default true check (singleton),
  offset_ms bigint not null
);
create function business_clock_forward() returns trigger language plpgsql as $$
begin
  if new.offset_ms < old.offset_ms then
    raise exception 'business time moves only forward' using errcode = 'check_violation', constraint = 'business_clock_forward';
  end if;
  return new;
end $$;
create trigger forward before update on business_clock for each row execute function business_clock_forward();
grant select, insert, update on business_clock to jiangsheng_app;
grant select on business_clock to jiangsheng_worker;
