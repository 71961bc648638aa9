-- What happens on paper: seals of HR departments and base unions that are recorded for them, the originals that a district
-- seals and keeps for ever, and the copies that district federations send on to the service centre (四.一.2, 四.一.3, R17).

create function shanghai_day(p_at bigint) returns date language sql immutable
return (timestamp '1970-01-01' + (p_at + 28800000) * interval '1 millisecond')::date;

-- The action since which the printed form stands as it is: what was sealed, arrived or copied before is another form's.
-- `lastChange` in domain/application.ts says the same.
create function form_since(p_application uuid) returns int language sql stable
return (select max(seq) from action where application_id = p_application
  and (kind in ('file', 'amend', 'redirect') or (kind = 'resubmit' and printed_box_changed)));

create function past_second_review(a application) returns boolean language sql immutable
return a.state in ('approved', 'awarded', 'paid', 'bounced')
  or (a.state in ('inReview', 'returned', 'reReview') and a.step in ('verification', 'finalApproval'));

-- Seals on paper ------------------------------------------------------------------------------------------------------
create table paper_seal (
  -- The pass it stands for.
  action_id uuid primary key references action (id) deferrable initially deferred,
  application_id uuid not null references application,
  step text not null check (step in ('hrOpinion', 'firstReview')),
  -- R24: where there is no HR seal, the unit's own.
  kind text not null check (kind in ('hrSeal', 'unitSeal', 'unionSeal')),
  -- An organisation's name as the seal has it.
  whose text not null check (length(whose) between 2 and 80),
  sealed_on date not null,
  file_id uuid not null references file,
  recorded_by uuid not null references account,
  recorded_at bigint not null,
  check ((step = 'firstReview') = (kind = 'unionSeal')),
  constraint sealed_by_today check (sealed_on <= shanghai_day(recorded_at))
);
create index paper_seal_application on paper_seal (application_id);

-- Who passes a step by another's seal says whose; and a seal stands for just such a pass.
create function pass_names_its_seal() returns trigger language plpgsql as $$
begin
  if not exists (select from paper_seal s where s.action_id = new.id and s.application_id = new.application_id
      and s.step = new.step and s.recorded_by = new.account_id) then
    raise exception 'a seal on paper is named' using errcode = 'check_violation', constraint = 'pass_names_its_seal';
  end if;
  return null;
end $$;
create constraint trigger names_its_seal after insert on action deferrable initially deferred for each row
  when (new.kind = 'pass' and ((new.step = 'hrOpinion' and new.role <> 'hrOfficer')
    or (new.step = 'firstReview' and new.role = 'filingPoint')))
  execute function pass_names_its_seal();
create function seal_has_its_pass() returns trigger language plpgsql as $$
begin
  if not exists (select from action a join file f on f.id = new.file_id and f.application_id = new.application_id
      where a.id = new.action_id and a.application_id = new.application_id and a.kind = 'pass' and a.step = new.step
      and a.account_id = new.recorded_by and f.purpose = 'stampedForm') then
    raise exception 'a seal stands for a pass, by a scan' using errcode = 'check_violation', constraint = 'seal_has_its_pass';
  end if;
  return null;
end $$;
create constraint trigger has_its_pass after insert on paper_seal deferrable initially deferred for each row
  execute function seal_has_its_pass();

-- Originals -----------------------------------------------------------------------------------------------------------
create table original (
  application_id uuid not null references application,
  -- The form it is (`form_since`): changed boxes are another paper.
  form_seq int not null,
  district_id uuid not null references organisation,
  arrived_by uuid not null references account,
  arrived_at bigint not null,
  sealed_on date,
  sealed_by uuid references account,
  sealed_at bigint,
  box text check (box ~ '^\S(.{0,18}\S)?$'),
  primary key (application_id, form_seq),
  check ((sealed_on is null) = (box is null) and (sealed_on is null) = (sealed_by is null)
    and (sealed_on is null) = (sealed_at is null)),
  constraint sealed_by_today check (sealed_on <= shanghai_day(sealed_at))
);
create index original_box on original (district_id, box);
-- A district's list of one batch.
create index application_paper on application (district_id, batch_id, receipt_number) where batch_id is not null;

create function original_stays() returns trigger language plpgsql as $$
declare a application;
begin
  select * into a from application where id = new.application_id;
  if tg_op = 'INSERT' then
    if a.district_id is distinct from new.district_id or new.form_seq is distinct from form_since(new.application_id)
      or new.sealed_on is not null then
      raise exception 'not this district''s paper' using errcode = 'check_violation', constraint = 'original_of_district';
    end if;
  elsif old.sealed_on is not null then
    if (new.sealed_on, new.sealed_by, new.sealed_at) is distinct from (old.sealed_on, old.sealed_by, old.sealed_at) then
      raise exception 'an original is sealed once' using errcode = 'check_violation', constraint = 'original_sealed_once';
    end if;
  elsif new.sealed_on is not null and not coalesce(past_second_review(a), false) then
    raise exception 'sealed after second review' using errcode = 'check_violation', constraint = 'sealed_after_review';
  end if;
  return new;
end $$;
create trigger stays before insert or update on original for each row execute function original_stays();

-- Copies --------------------------------------------------------------------------------------------------------------
create table transmittal (
  id uuid primary key,
  number text not null unique,
  district_id uuid not null references organisation,
  line_count int not null check (line_count > 0),
  sent_on date not null,
  sent_by uuid not null references account,
  made_at bigint not null,
  constraint sent_by_today check (sent_on <= shanghai_day(made_at))
);
create index transmittal_district on transmittal (district_id, made_at desc, id);
create index transmittal_made on transmittal (made_at desc, id);
create sequence transmittal_number;
create table transmittal_line (
  transmittal_id uuid not null references transmittal,
  application_id uuid not null references application,
  form_seq int not null,
  received_at bigint,
  received_by uuid references account,
  -- The parcel was opened and it was not in it; it may still be found, or sent again.
  missing_at bigint,
  missing_by uuid references account,
  primary key (transmittal_id, application_id),
  check ((received_at is null) = (received_by is null)),
  check ((missing_at is null) = (missing_by is null))
);
-- One form is under way once; what the centre missed is sent again.
create unique index transmittal_line_under_way on transmittal_line (application_id, form_seq) where missing_at is null;
create index transmittal_line_open on transmittal_line (transmittal_id) where received_at is null;

-- 四.一.3: 行业特有 and 苏浙皖 of district federations; bureaus and industry unions send none (R17).
create function wants_copies(a application) returns boolean language sql stable
return a.channel = 'unit' and a.filing_authority in ('jiangsu', 'zhejiang', 'anhui', 'industry')
  and exists (select from organisation o where o.id = a.district_id and o.kind = 'districtFederation');
create function copies_received(p_application uuid) returns boolean language sql stable
return exists (select from transmittal_line l where l.application_id = p_application
  and l.form_seq = form_since(p_application) and l.received_at is not null);
-- R17, as the policy's latest revision reads it.
create function waits_for_copies(p_policy text) returns boolean language sql stable
return (select r -> 'value' = 'true'::jsonb from policy_revision p, jsonb_array_elements(p.body -> 'readings') r
  where p.policy_id = p_policy and p.state <> 'draft' and r ->> 'id' = 'R17' order by p.revision desc limit 1);

create function line_as_reviewed() returns trigger language plpgsql as $$
declare a application;
begin
  if tg_op = 'INSERT' then
    select * into a from application where id = new.application_id;
    if not coalesce(wants_copies(a) and past_second_review(a), false)
      or new.form_seq is distinct from form_since(new.application_id)
      or a.district_id is distinct from (select district_id from transmittal where id = new.transmittal_id)
      or new.received_at is not null or new.missing_at is not null then
      raise exception 'no copies are sent of this' using errcode = 'check_violation', constraint = 'line_as_reviewed';
    end if;
  elsif (old.received_at is not null and (new.received_at, new.received_by) is distinct from (old.received_at, old.received_by))
    or (old.missing_at is not null and (new.missing_at, new.missing_by) is distinct from (old.missing_at, old.missing_by)) then
    raise exception 'what was received stays' using errcode = 'check_violation', constraint = 'line_stays';
  end if;
  return new;
end $$;
create trigger as_reviewed before insert or update on transmittal_line for each row execute function line_as_reviewed();

create function approval_waits_for_copies() returns trigger language plpgsql as $$
begin
  if exists (select from application a where a.id = new.application_id and wants_copies(a) and not copies_received(a.id)
      and waits_for_copies(a.policy_id)) then
    raise exception 'the copies are not there' using errcode = 'check_violation', constraint = 'copies_outstanding';
  end if;
  return new;
end $$;
create trigger waits_for_copies before insert on action for each row when (new.kind = 'approve')
  execute function approval_waits_for_copies();

-- Row-level security --------------------------------------------------------------------------------------------------
alter table paper_seal enable row level security;
alter table original enable row level security;
alter table transmittal enable row level security;
alter table transmittal_line enable row level security;
create policy with_application on paper_seal for select to jiangsheng_app
  using (exists (select from application a where a.id = application_id));
create policy records_it on paper_seal for insert to jiangsheng_app
  with check ((select scope_kind()) = 'union' and recorded_by = (select scope_account())
    and exists (select from application a where a.id = application_id));
-- The originals are the district's alone.
create policy district on original for select to jiangsheng_app
  using ((select scope_kind()) = 'union' and district_id = (select scope_organisation()));
create policy district_receives on original for insert to jiangsheng_app
  with check ((select scope_kind()) = 'union' and district_id = (select scope_organisation())
    and arrived_by = (select scope_account()));
create policy district_seals on original for update to jiangsheng_app
  using ((select scope_kind()) = 'union' and district_id = (select scope_organisation()));
create policy district on transmittal for select to jiangsheng_app
  using ((select scope_kind()) = 'union' and district_id = (select scope_organisation()));
create policy city on transmittal for select to jiangsheng_app using ((select scope_kind()) = 'city');
create policy district_sends on transmittal for insert to jiangsheng_app
  with check ((select scope_kind()) = 'union' and district_id = (select scope_organisation())
    and sent_by = (select scope_account()));
create policy with_application on transmittal_line for select to jiangsheng_app
  using (exists (select from application a where a.id = application_id));
create policy district_sends on transmittal_line for insert to jiangsheng_app
  with check ((select scope_kind()) = 'union' and exists (select from transmittal t where t.id = transmittal_id));
create policy centre_receives on transmittal_line for update to jiangsheng_app using ((select scope_kind()) = 'city');

grant usage on sequence transmittal_number to jiangsheng_app;
grant select, insert on paper_seal, original, transmittal, transmittal_line to jiangsheng_app;
grant update (sealed_on, sealed_by, sealed_at, box) on original to jiangsheng_app;
grant update (received_at, received_by, missing_at, missing_by) on transmittal_line to jiangsheng_app;
