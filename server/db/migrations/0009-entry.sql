-- A filing point types in what stands on a worker's paper form. The claim then has no account until the worker, signed in
-- with the phone that stands on the form, gives its receipt number and the full ID number (`link_entered`).
alter table application
  alter column account_id drop not null,
  add column entered_by uuid references account,
  add column linked_at bigint,
  -- Filed by a worker, or entered for one; by both only once it was linked.
  add constraint application_of_one check (case when linked_at is null
    then num_nonnulls(account_id, entered_by) = 1 else num_nonnulls(account_id, entered_by) = 2 end);
create index application_entered on application (filing_point_id, base_union_id, received_at) where entered_by is not null;

-- What was consented to on paper, when, and the scan that shows it.
create table paper_entry (
  application_id uuid primary key references application,
  filing_point_id uuid not null references organisation,
  entered_by uuid not null references account,
  -- Blind index of the phone on the form: only who signs in with it may link the claim.
  phone_index bytea not null,
  consents text[] not null check (cardinality(consents) > 0),
  consented_on date not null,
  consent_file_id uuid not null references file,
  entered_at bigint not null
);
-- Wrong guesses at a link, in machine time. Written and counted by `link_entered` alone.
create table link_attempt (
  account_id uuid not null references account,
  at bigint not null
);
create index link_attempt_account on link_attempt (account_id, at);

-- Rows of the filing point's grid are drafts of the point: its officers share them.
alter table draft
  add column filing_point_id uuid references organisation,
  add column base_union_id uuid references organisation,
  -- The consent on paper as typed so far: a date and the id of a scan, nothing personal.
  add column paper jsonb,
  -- Its row in the grid of its union.
  add column place int,
  add constraint draft_of_point check (num_nonnulls(filing_point_id, base_union_id, paper, place) in (0, 4));
create index draft_point on draft (filing_point_id, base_union_id, place) where filing_point_id is not null;
-- Likewise what a point uploads for them.
alter table file add column filing_point_id uuid references organisation;

alter table paper_entry enable row level security;
alter table link_attempt enable row level security;

create policy point on draft to jiangsheng_app
  using ((select scope_kind()) = 'union' and filing_point_id = (select scope_organisation()))
  with check ((select scope_kind()) = 'union' and filing_point_id = (select scope_organisation())
    and exists (select from filing_point_service s
      where s.filing_point_id = (select scope_organisation()) and s.base_union_id = draft.base_union_id));
-- One draft corrects an entered claim, whoever began it: the point that entered it, or the worker it is linked to.
create policy entered_here on draft to jiangsheng_app
  using ((select scope_kind()) = 'union' and exists (select from application a where a.id = draft.id
    and a.entered_by is not null and a.filing_point_id = (select scope_organisation())));
create policy entered_for_me on draft to jiangsheng_app
  using ((select scope_kind()) = 'person' and exists (select from application a where a.id = draft.id
    and a.entered_by is not null and a.account_id = (select scope_account())));

create policy point on file to jiangsheng_app
  using ((select scope_kind()) = 'union' and filing_point_id = (select scope_organisation()));
create policy point_of_scope on file as restrictive for insert to jiangsheng_app
  with check (filing_point_id is null
    or (select scope_kind()) = 'union' and filing_point_id = (select scope_organisation()));

create policy point_enters on application for insert to jiangsheng_app
  with check ((select scope_kind()) = 'union' and account_id is null and entered_by = (select scope_account())
    and filing_point_id = (select scope_organisation()) and exists (select from filing_point_service s
      where s.filing_point_id = (select scope_organisation()) and s.base_union_id = application.base_union_id));
create policy point_enters on form_revision for insert to jiangsheng_app
  with check ((select scope_kind()) = 'union' and exists (select from application a where a.id = application_id
    and a.entered_by is not null and a.filing_point_id = (select scope_organisation())));
create policy point_enters on assessment for insert to jiangsheng_app
  with check ((select scope_kind()) = 'union' and exists (select from application a where a.id = application_id
    and a.entered_by is not null and a.filing_point_id = (select scope_organisation())));

create policy with_application on paper_entry for select to jiangsheng_app
  using (exists (select from application a where a.id = application_id));
create policy point_enters on paper_entry for insert to jiangsheng_app
  with check ((select scope_kind()) = 'union' and entered_by = (select scope_account())
    and filing_point_id = (select scope_organisation())
    and exists (select from application a where a.id = application_id and a.entered_by = (select scope_account())));
-- A corrected form may bear another phone.
create policy corrects on paper_entry for update to jiangsheng_app
  using ((select scope_kind()) in ('union', 'person') and exists (select from application a where a.id = application_id
    and (a.filing_point_id = (select scope_organisation()) or a.account_id = (select scope_account()))));

grant select, insert on paper_entry to jiangsheng_app;
grant update (phone_index) on paper_entry to jiangsheng_app;

-- No claim is entered without the consent that allows it.
create function entered_with_consent() returns trigger language plpgsql as $$
begin
  if not exists (select from paper_entry where application_id = new.id) then
    raise exception 'entered without a recorded consent' using errcode = 'check_violation', constraint = 'entered_with_consent';
  end if;
  return null;
end $$;
create constraint trigger entered_with_consent after insert on application deferrable initially deferred
  for each row when (new.entered_by is not null) execute function entered_with_consent();

-- A filing point speaks for a worker only on what it entered.
create function point_speaks_for_entered() returns trigger language plpgsql as $$
begin
  if not exists (select from application a where a.id = new.application_id and a.entered_by is not null
      and a.filing_point_id = (select scope_organisation())) then
    raise exception 'not entered by this filing point' using errcode = 'check_violation', constraint = 'point_speaks_for_entered';
  end if;
  return new;
end $$;
create trigger point_speaks before insert on action for each row
  when (new.role = 'filingPoint' and new.kind in ('file', 'amend', 'resubmit', 'withdraw', 'requestReReview'))
  execute function point_speaks_for_entered();

-- The one way an entered claim comes to have an account. It asks for the phone of who is signed in, the receipt number
-- and the ID number on the form, and says nothing of which of them was wrong. Five wrong answers in 24 hours, counted
-- here, and nothing is looked up any more. Runs as the owner: until it is linked, no person's scope sees the claim.
create function link_entered(p_receipt text, p_id_index bytea, p_at bigint)
returns table (outcome text, application_id uuid, tries_left int)
language plpgsql security definer set search_path = public as $$
declare
  me uuid := scope_account();
  machine_now bigint := (extract(epoch from clock_timestamp()) * 1000)::bigint;
  most int := 5;
  wrong int;
  linked uuid;
begin
  if scope_kind() is distinct from 'person' or me is null then
    raise exception 'only a worker links a claim' using errcode = 'insufficient_privilege';
  end if;
  perform pg_advisory_xact_lock(hashtextextended('link ' || me, 0));
  select count(*) into wrong from link_attempt t where t.account_id = me and t.at > machine_now - 86400000;
  if wrong >= most then
    return query select 'locked', null::uuid, 0;
    return;
  end if;
  update application a set account_id = me, linked_at = coalesce(a.linked_at, p_at)
    from paper_entry e join account s on s.phone_index = e.phone_index
    where a.receipt_number = p_receipt and a.applicant_index = p_id_index and e.application_id = a.id
      and s.id = me and s.kind = 'worker' and (a.account_id is null or a.account_id = me)
    returning a.id into linked;
  if linked is null then
    insert into link_attempt values (me, machine_now);
    return query select 'mismatch', null::uuid, most - wrong - 1;
    return;
  end if;
  return query select 'linked', linked, most - wrong;
end $$;
revoke execute on function link_entered from public;
grant execute on function link_entered to jiangsheng_app;
