create table organisation (
  id uuid primary key,
  parent_id uuid references organisation,
  kind text not null check (kind in ('cityFederation', 'serviceCentre', 'districtFederation', 'bureauUnion',
    'lowerUnion', 'baseUnion', 'unit', 'filingPoint')),
  name text not null check (length(name) between 1 and 80),
  -- From the root to itself; set by the database, as moving an organisation is a new one with its own dates.
  path uuid[] not null,
  valid_from date not null,
  valid_to date check (valid_to >= valid_from),
  -- Where a district union receives its transfers: an envelope, and what may be shown of it.
  receiving_account jsonb,
  receiving_account_tail text check (receiving_account_tail ~ '^\d{4}$')
);
create index organisation_parent on organisation (parent_id);
create index organisation_path on organisation using gin (path);
create unique index organisation_root on organisation ((parent_id is null)) where parent_id is null;

create function organisation_place() returns trigger language plpgsql as $$
declare above uuid[];
begin
  if tg_op = 'UPDATE' then
    if new.parent_id is distinct from old.parent_id or new.kind <> old.kind or new.path <> old.path then
      raise exception 'an organisation does not move' using errcode = 'check_violation', constraint = 'organisation_stays';
    end if;
    return new;
  end if;
  if new.parent_id is null then
    new.path := array[new.id];
  else
    select path into above from organisation where id = new.parent_id;
    if above is null then
      raise exception 'no such parent' using errcode = 'foreign_key_violation', constraint = 'organisation_parent_id_fkey';
    end if;
    new.path := above || new.id;
  end if;
  return new;
end $$;
create trigger place before insert or update on organisation for each row execute function organisation_place();

-- A filing point serves several base unions (四.一.2).
create table filing_point_service (
  filing_point_id uuid not null references organisation,
  base_union_id uuid not null references organisation,
  valid_from date not null,
  valid_to date check (valid_to >= valid_from),
  primary key (filing_point_id, base_union_id, valid_from)
);
create index filing_point_service_union on filing_point_service (base_union_id);

-- What the annex asks of the unit, kept once by the union and prefilled for each of its workers.
create table unit_facts (
  organisation_id uuid primary key references organisation,
  facts jsonb not null,
  updated_by uuid not null,
  updated_at bigint not null
);

alter table organisation enable row level security;
alter table filing_point_service enable row level security;
alter table unit_facts enable row level security;
-- Names of unions are no secret to whoever has a scope: a worker picks their own from them.
create policy known on organisation for select to jiangsheng_app using ((select scope_kind()) is not null);
-- The tree is the system administrator's, whose job is 'people'.
create policy people_add on organisation for insert to jiangsheng_app with check ((select scope_job()) = 'people');
create policy people_change on organisation for update to jiangsheng_app using ((select scope_job()) = 'people');
create policy known on filing_point_service for select to jiangsheng_app using ((select scope_kind()) is not null);
create policy people_add on filing_point_service for insert to jiangsheng_app with check ((select scope_job()) = 'people');
create policy known on unit_facts for select to jiangsheng_app using ((select scope_kind()) is not null);
create policy own_subtree on unit_facts for all to jiangsheng_app
  using ((select scope_kind()) = 'city' or (select scope_kind()) = 'union' and exists (
    select from organisation o where o.id = organisation_id and (select scope_organisation()) = any (o.path)
    union all
    select from filing_point_service s where s.base_union_id = organisation_id and s.filing_point_id = (select scope_organisation())));
grant select, insert, update on organisation, unit_facts to jiangsheng_app;
grant select, insert on filing_point_service to jiangsheng_app;

-- One account per natural person. A worker's is found by the blind index of the phone, a member of staff's by name.
create table account (
  id uuid primary key,
  kind text not null check (kind in ('worker', 'staff')),
  login_name text unique check (login_name ~ '^[a-z0-9][a-z0-9.-]{2,31}$'),
  -- Staff only, in clear: who decided is shown to those concerned.
  display_name text check (length(display_name) between 1 and 40),
  phone_index bytea unique,
  phone jsonb,
  -- Staff: blind index of their own ID number, so that nobody decides their own application, and nobody has two.
  id_number_index bytea unique,
  password_hash text,
  totp_secret jsonb,
  -- The last TOTP step used: a code is good once.
  totp_step bigint not null default 0,
  failed_attempts int not null default 0,
  locked_until bigint,
  made_by uuid references account,
  made_at bigint not null,
  disabled_at bigint,
  check (case kind when 'worker' then phone_index is not null and phone is not null and login_name is null
    else login_name is not null and display_name is not null and password_hash is not null and totp_secret is not null
      and id_number_index is not null end)
);

create table appointment (
  id uuid primary key,
  account_id uuid not null references account,
  organisation_id uuid not null references organisation,
  role text not null check (role in ('hrOfficer', 'unionOfficer', 'filingPoint', 'districtReviewer', 'districtFinance',
    'verifier', 'centreFinance', 'approver', 'cityFinance', 'systemAdministrator', 'securityAdministrator',
    'auditAdministrator')),
  valid_from date not null,
  valid_to date check (valid_to >= valid_from),
  made_by uuid references account,
  made_at bigint not null,
  constraint appointed_by_another check (made_by <> account_id)
);
create index appointment_account on appointment (account_id);
create index appointment_organisation on appointment (organisation_id, role);

-- Machine time throughout: sessions and codes know nothing of business time.
create table session (
  id uuid primary key,
  token_hash bytea not null unique,
  account_id uuid not null references account,
  appointment_id uuid references appointment,
  started_at bigint not null,
  last_seen_at bigint not null,
  expires_at bigint not null,
  device text not null,
  ended_at bigint,
  ended_why text
);
create index session_account on session (account_id) where ended_at is null;

create table one_time_code (
  id uuid primary key,
  phone_index bytea not null,
  -- Keyed digest of the network address that asked.
  origin_index bytea not null,
  code_hash bytea not null,
  sent_at bigint not null,
  expires_at bigint not null,
  attempts int not null default 0,
  used_at bigint
);
create index one_time_code_phone on one_time_code (phone_index, sent_at desc);
create index one_time_code_origin on one_time_code (origin_index, sent_at);

-- Names that nobody has are counted and locked like those that somebody has, so that the answer never tells which.
create table unknown_sign_in (
  name_index bytea primary key,
  failed_attempts int not null,
  locked_until bigint,
  last_at bigint not null
);
create index unknown_sign_in_last on unknown_sign_in (last_at);

alter table account enable row level security;
alter table appointment enable row level security;
alter table session enable row level security;
alter table one_time_code enable row level security;
alter table unknown_sign_in enable row level security;
-- 'sign-in' finds and makes accounts and sessions; 'people' is the administrators' desk.
create policy sign_in on account for all to jiangsheng_app using ((select scope_job()) in ('sign-in', 'people'));
create policy self on account for select to jiangsheng_app using (id = (select scope_account()));
-- Decisions name who took them; a scope over unions may read staff rows (columns are chosen by the query), and so may
-- the audit administrator.
create policy staff on account for select to jiangsheng_app using (kind = 'staff'
  and ((select scope_kind()) in ('union', 'city', 'person') or (select scope_job()) = 'audit'));
create policy sign_in on appointment for all to jiangsheng_app using ((select scope_job()) in ('sign-in', 'people'));
create policy seen on appointment for select to jiangsheng_app using ((select scope_kind()) in ('union', 'city', 'person'));
create policy sign_in on session for all to jiangsheng_app using ((select scope_job()) in ('sign-in', 'people'));
create policy sign_in on one_time_code for all to jiangsheng_app using ((select scope_job()) = 'sign-in');
create policy sign_in on unknown_sign_in for all to jiangsheng_app using ((select scope_job()) = 'sign-in');
grant select, insert, update on account, appointment, session, one_time_code to jiangsheng_app;
grant select, insert, update, delete on unknown_sign_in to jiangsheng_app;
