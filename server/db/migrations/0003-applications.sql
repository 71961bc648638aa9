create table policy_revision (
  policy_id text not null,
  revision int not null,
  state text not null check (state in ('draft', 'active', 'superseded')),
  body jsonb not null,
  source_hash bytea not null,
  opened_at bigint not null,
  primary key (policy_id, revision)
);
create unique index policy_one_active on policy_revision ((state = 'active')) where state = 'active';
-- Public: the notice and its rules.
grant select, insert, update on policy_revision to jiangsheng_app;
grant select on policy_revision to jiangsheng_worker;

-- Overwritten while one types; its id becomes the application's. Reserves nothing.
create table draft (
  id uuid primary key,
  account_id uuid not null references account,
  body jsonb not null,
  version int not null,
  updated_at bigint not null
);
create index draft_account on draft (account_id);
alter table draft enable row level security;
create policy own on draft to jiangsheng_app
  using ((select scope_kind()) = 'person' and account_id = (select scope_account()));
grant select, insert, update, delete on draft to jiangsheng_app;

create table certificate (
  id uuid primary key,
  holder_index bytea not null,
  level text not null,
  occupation_code text,
  issued_on date not null
);
-- Same holder, occupation, level and day under another number go to a person.
create index certificate_alike on certificate (holder_index, level, issued_on);
-- One certificate, one award, for ever: re-issued numbers share the certificate.
create table certificate_number (
  space text not null,
  number text not null,
  certificate_id uuid not null references certificate,
  primary key (space, number)
);
create index certificate_number_certificate on certificate_number (certificate_id);
create index certificate_number_digits on certificate_number (number);
create index certificate_number_tail on certificate_number (right(number, 6));

create table filing_batch (
  id uuid primary key,
  policy_id text not null,
  number int not null check (number > 0),
  opened_on date not null,
  closed_on date check (closed_on >= opened_on),
  opened_by uuid not null references account,
  closed_by uuid references account,
  unique (policy_id, number),
  check ((closed_on is null) = (closed_by is null))
);
create unique index filing_batch_one_open on filing_batch (policy_id) where closed_on is null;

create sequence receipt_number;
create table application (
  id uuid primary key,
  receipt_number text not null unique,
  policy_id text not null,
  policy_revision int not null,
  channel text not null check (channel in ('unit', 'individual', 'collective')),
  account_id uuid not null references account,
  -- Blind index of the ID number typed: finds a person's own cases, opens nothing.
  applicant_index bytea not null,
  certificate_id uuid not null references certificate,
  filing_authority text not null,
  level text not null,
  occupation_name text not null,
  amount_fen bigint not null check (amount_fen > 0),
  -- The fold of the actions, written in the same transaction.
  state text not null check (state in ('inReview', 'returned', 'declined', 'withdrawn', 'approved', 'awarded', 'paid', 'bounced')),
  step text,
  steps text[] not null,
  version int not null check (version > 0),
  received_at bigint not null,
  returned_until date,
  form_revision int not null,
  -- The unions it was filed under, kept whatever becomes of the tree.
  unit_id uuid references organisation,
  base_union_id uuid not null references organisation,
  filing_point_id uuid references organisation,
  district_id uuid not null references organisation,
  visible_to uuid[] not null,
  batch_id uuid references filing_batch,
  -- What the latest assessment found: allMet, unknown or unmet.
  finding text not null check (finding in ('allMet', 'unknown', 'unmet')),
  updated_at bigint not null,
  foreign key (policy_id, policy_revision) references policy_revision,
  check ((step is null) = (state not in ('inReview', 'returned'))),
  check ((returned_until is null) = (state <> 'returned'))
);
create unique index application_one_live_per_certificate on application (certificate_id)
  where state not in ('declined', 'withdrawn');
create index application_account on application (account_id);
create index application_applicant on application (applicant_index);
-- One index for each desk's queue, oldest first; a desk names its own column and the state.
create index application_queue_unit on application (unit_id, state, step, received_at, id);
create index application_queue_base on application (base_union_id, state, step, received_at, id);
create index application_queue_point on application (filing_point_id, state, step, received_at, id);
create index application_queue_district on application (district_id, state, step, received_at, id);
create index application_queue_city on application (state, step, received_at, id);
create index application_batch on application (batch_id);

-- Form revisions hold what was filed, encrypted; they can be re-encrypted or erased while the actions still verify.
create table form_revision (
  application_id uuid not null references application,
  revision int not null check (revision > 0),
  body jsonb not null,
  made_by uuid not null references account,
  made_at bigint not null,
  primary key (application_id, revision)
);

create table action (
  application_id uuid not null references application,
  seq int not null check (seq > 0),
  id uuid not null unique,
  kind text not null,
  step text,
  account_id uuid not null references account,
  role text not null,
  at bigint not null,
  form_revision int,
  -- Keyed digest of the form as filed: the chain says what was filed without holding it.
  form_digest bytea,
  steps text[],
  printed_box_changed boolean,
  returned_until date,
  received_at bigint,
  reasons text[],
  document_number text,
  -- Keyed digest of the words, which stand in action_note and can be erased.
  note_digest bytea,
  previous_digest bytea,
  -- Keyed digest over everything above and the previous one.
  digest bytea not null,
  primary key (application_id, seq),
  check ((seq = 1) = (previous_digest is null)),
  check ((form_revision is null) = (form_digest is null)),
  -- Who may do what, once more: a step is decided in its role, or in the one that stands in for it.
  constraint action_in_its_role check (case kind
    when 'approve' then role = 'approver'
    when 'award' then role = 'centreFinance'
    when 'pay' then role = 'districtFinance'
    when 'pass' then (step, role) in (('hrOpinion', 'hrOfficer'), ('hrOpinion', 'filingPoint'),
      ('hrOpinion', 'unionOfficer'), ('hrOpinion', 'districtReviewer'), ('firstReview', 'unionOfficer'),
      ('firstReview', 'districtReviewer'), ('forwarding', 'filingPoint'), ('forwarding', 'unionOfficer'),
      ('forwarding', 'districtReviewer'), ('secondReview', 'districtReviewer'), ('automaticChecks', 'verifier'),
      ('roster', 'verifier'), ('verification', 'verifier'))
    when 'return' then step is not null and role <> 'worker' and returned_until is not null
    when 'decline' then step is not null and role <> 'worker'
    when 'undo' then step is not null and role <> 'worker'
    when 'file' then role = 'worker' and seq = 1
    else role = 'worker' and kind in ('amend', 'withdraw', 'resubmit') end)
);
create index action_account on action (account_id);
create table action_note (
  action_id uuid primary key references action (id),
  body jsonb not null
);

-- Four eyes: one duty per person and application.
create table duty (
  application_id uuid not null references application,
  account_id uuid not null references account,
  duty text not null check (duty in ('firstReview', 'secondReview', 'verification', 'approval', 'payment')),
  primary key (application_id, account_id)
);

create function duty_not_own() returns trigger language plpgsql security definer set search_path = public as $$
begin
  if exists (select from application a join account s on s.id = new.account_id
    where a.id = new.application_id and (a.account_id = s.id or a.applicant_index = s.id_number_index)) then
    raise exception 'nobody decides their own application' using errcode = 'check_violation', constraint = 'own_application';
  end if;
  return new;
end $$;
create trigger not_own before insert on duty for each row execute function duty_not_own();

-- The duty a decision takes on; `dutyOf` in domain/roles.ts says the same, and a test holds them together.
create function duty_of(p_kind text, p_step text, p_role text) returns text language sql immutable
return case
  when p_kind = 'pay' then 'payment'
  when p_kind = 'approve' then 'approval'
  when p_kind not in ('pass', 'return', 'decline') then null
  -- Recording a seal that HR has put on paper decides nothing.
  when p_step = 'hrOpinion' and p_role <> 'hrOfficer' then null
  when p_step in ('hrOpinion', 'firstReview') then 'firstReview'
  when p_step = 'secondReview' then 'secondReview'
  when p_step in ('automaticChecks', 'roster', 'verification') then 'verification'
  when p_step = 'finalApproval' then 'approval'
end;

-- A decision takes its duty on by itself, so that no code path can forget it.
create function action_takes_duty() returns trigger language plpgsql as $$
declare wanted text; held text;
begin
  if new.account_id is distinct from scope_account() then
    raise exception 'an action is taken by who is signed in' using errcode = 'check_violation', constraint = 'action_by_oneself';
  end if;
  if new.role <> 'worker' and not exists (select from appointment p
      where p.account_id = new.account_id and p.role = new.role) then
    raise exception 'no such appointment' using errcode = 'check_violation', constraint = 'action_in_its_role';
  end if;
  wanted := duty_of(new.kind, new.step, new.role);
  if wanted is null then return new; end if;
  insert into duty values (new.application_id, new.account_id, wanted) on conflict do nothing;
  select duty into held from duty where application_id = new.application_id and account_id = new.account_id;
  if held is distinct from wanted then
    raise exception 'holds another duty' using errcode = 'check_violation', constraint = 'four_eyes';
  end if;
  return new;
end $$;
create trigger takes_duty before insert on action for each row execute function action_takes_duty();

-- Checks are recorded facts; silence is never refusal.
create table check_record (
  id uuid primary key,
  application_id uuid not null references application,
  name text not null check (name in ('certificateRegister', 'membership', 'previousAwards', 'alikeCertificate')),
  source text not null,
  outcome text not null check (outcome in ('pass', 'fail', 'noData', 'unavailable')),
  shown jsonb not null,
  file_id uuid,
  account_id uuid references account,
  at bigint not null
);
create index check_record_application on check_record (application_id, at);

create table assessment (
  application_id uuid not null references application,
  -- The application's version at which it was made.
  version int not null,
  verdict text not null,
  body jsonb not null,
  at bigint not null,
  primary key (application_id, version)
);

create table file (
  id uuid primary key,
  purpose text not null check (purpose in ('idFront', 'idBack', 'certificate', 'card', 'registerEvidence',
    'confirmationScan', 'transferProof', 'payoutProof', 'receiptScan')),
  owner_account_id uuid not null references account,
  application_id uuid references application,
  draft_id uuid,
  page_count int not null check (page_count > 0),
  byte_size int not null,
  sha256 bytea not null,
  uploaded_at bigint not null,
  erased_at bigint
);
create index file_owner on file (owner_account_id, uploaded_at);
create index file_application on file (application_id);
create table file_page (
  file_id uuid not null references file on delete cascade,
  page int not null check (page > 0),
  media_type text not null check (media_type in ('image/jpeg', 'image/png')),
  width int not null,
  height int not null,
  byte_size int not null,
  primary key (file_id, page)
);
alter table check_record add foreign key (file_id) references file;

-- Row-level security ------------------------------------------------------------------------------------------------
alter table certificate enable row level security;
alter table certificate_number enable row level security;
alter table filing_batch enable row level security;
alter table application enable row level security;
alter table form_revision enable row level security;
alter table action enable row level security;
alter table action_note enable row level security;
alter table duty enable row level security;
alter table check_record enable row level security;
alter table assessment enable row level security;
alter table file enable row level security;
alter table file_page enable row level security;

create policy person on application to jiangsheng_app
  using ((select scope_kind()) = 'person' and account_id = (select scope_account()));
create policy union_subtree on application for select to jiangsheng_app
  using ((select scope_kind()) = 'union' and (select scope_organisation()) = any (visible_to));
create policy union_subtree_acts on application for update to jiangsheng_app
  using ((select scope_kind()) = 'union' and (select scope_organisation()) = any (visible_to));
create policy city on application for select to jiangsheng_app using ((select scope_kind()) = 'city');
create policy city_acts on application for update to jiangsheng_app using ((select scope_kind()) = 'city');
create policy verifies on application for select to jiangsheng_worker using ((select scope_job()) = 'verify');

-- What hangs on an application is seen by whoever sees the application.
create policy with_application on form_revision for select to jiangsheng_app
  using (exists (select from application a where a.id = application_id));
create policy with_application on action for select to jiangsheng_app
  using (exists (select from application a where a.id = application_id));
create policy with_application on duty for select to jiangsheng_app
  using (exists (select from application a where a.id = application_id));
create policy with_application on check_record for select to jiangsheng_app
  using (exists (select from application a where a.id = application_id));
create policy with_application on assessment for select to jiangsheng_app
  using (exists (select from application a where a.id = application_id));
create policy with_action on action_note for select to jiangsheng_app
  using (exists (select from action a where a.id = action_id));
-- What is written says who writes it: a worker what was filed, the unions what they decided.
create policy worker_writes on form_revision for insert to jiangsheng_app
  with check ((select scope_kind()) = 'person' and exists (select from application a where a.id = application_id));
create policy worker_writes on assessment for insert to jiangsheng_app
  with check ((select scope_kind()) = 'person' and exists (select from application a where a.id = application_id));
create policy each_in_their_role on action for insert to jiangsheng_app
  with check (((select scope_kind()) = 'person') = (role = 'worker') and exists (select from application a where a.id = application_id));
create policy decided on duty for insert to jiangsheng_app
  with check ((select scope_kind()) in ('union', 'city') and exists (select from application a where a.id = application_id));
create policy looked_up on check_record for insert to jiangsheng_app
  with check (((select scope_kind()) in ('union', 'city')
      or (account_id is null and file_id is null and name in ('previousAwards', 'alikeCertificate')))
    and exists (select from application a where a.id = application_id));
create policy own_words on action_note for insert to jiangsheng_app
  with check (exists (select from action a where a.id = action_id and a.account_id = (select scope_account())));
create policy with_application on certificate for select to jiangsheng_app
  using (exists (select from application a where a.certificate_id = certificate.id));
create policy with_application on certificate_number for select to jiangsheng_app
  using (exists (select from application a where a.certificate_id = certificate_number.certificate_id));
create policy known on filing_batch for select to jiangsheng_app using ((select scope_kind()) is not null);
create policy city on filing_batch for all to jiangsheng_app using ((select scope_kind()) = 'city');
create policy own on file to jiangsheng_app using (owner_account_id = (select scope_account()));
create policy with_application on file for select to jiangsheng_app
  using (application_id is not null and exists (select from application a where a.id = application_id));
create policy with_file on file_page for select to jiangsheng_app using (exists (select from file f where f.id = file_id));
create policy own on file_page for insert to jiangsheng_app
  with check (exists (select from file f where f.id = file_id and f.owner_account_id = (select scope_account())));
create policy verifies on form_revision for select to jiangsheng_worker using ((select scope_job()) = 'verify');
create policy verifies on action for select to jiangsheng_worker using ((select scope_job()) = 'verify');

grant usage on sequence receipt_number to jiangsheng_app;
grant select, insert on application to jiangsheng_app;
-- Whose it is, its receipt and the rules it was filed under stay; everything else changes with an action.
grant update (applicant_index, certificate_id, filing_authority, level, occupation_name, amount_fen, state, step, steps,
  version, received_at, returned_until, form_revision, unit_id, base_union_id, filing_point_id, district_id, visible_to,
  batch_id, finding, updated_at) on application to jiangsheng_app;
grant select, insert on action, action_note, duty, check_record, assessment to jiangsheng_app;
grant select, insert on form_revision to jiangsheng_app;
grant select on certificate, certificate_number to jiangsheng_app;
grant select, insert, update on filing_batch to jiangsheng_app;
grant select, insert on file, file_page to jiangsheng_app;
grant update (application_id, erased_at) on file to jiangsheng_app;
grant select on application, action, form_revision to jiangsheng_worker;

-- The state on the row is the one its last action leads to: no update goes without an action.
create function application_follows_actions() returns trigger language plpgsql as $$
declare last_kind text; last_account uuid;
begin
  select kind, account_id into last_kind, last_account from action where application_id = new.id and seq = new.version;
  if last_kind is null or last_account is distinct from scope_account() or not (case last_kind
      when 'file' then new.state = 'inReview'
      when 'amend' then new.state = 'inReview'
      when 'resubmit' then new.state = 'inReview'
      when 'pass' then new.state = 'inReview'
      when 'undo' then new.state = 'inReview'
      when 'return' then new.state = 'returned'
      when 'decline' then new.state = 'declined'
      when 'withdraw' then new.state = 'withdrawn'
      when 'approve' then new.state = 'approved'
      when 'award' then new.state = 'awarded'
      when 'pay' then new.state = 'paid'
      else false end)
    or exists (select from action where application_id = new.id and seq > new.version) then
    raise exception 'state without its action' using errcode = 'check_violation', constraint = 'application_follows_actions';
  end if;
  return null;
end $$;
create constraint trigger follows_actions after insert or update of state, version, step on application
  deferrable initially deferred for each row execute function application_follows_actions();

-- The certificate a number stands for, made on first sight. Runs as the owner, because a filer may not see other
-- people's certificates; it answers with nothing but the id. What is known of its holder is what the application says that
-- now rests on it: words of a withdrawn or corrected one would hide certificates that are alike.
create function certificate_of(p_id uuid, p_space text, p_number text, p_holder bytea, p_level text, p_occupation text, p_issued date, p_application uuid)
returns uuid language plpgsql security definer set search_path = public as $$
declare known uuid;
begin
  select certificate_id into known from certificate_number where space = p_space and number = p_number;
  if known is not null then
    update certificate set holder_index = p_holder, level = p_level, occupation_code = p_occupation, issued_on = p_issued
      where id = known and certificate_taken(known, p_application) is null;
    return known;
  end if;
  insert into certificate (id, holder_index, level, occupation_code, issued_on)
    values (p_id, p_holder, p_level, p_occupation, p_issued);
  insert into certificate_number (space, number, certificate_id) values (p_space, p_number, p_id)
    on conflict (space, number) do update set number = excluded.number
    returning certificate_id into known;
  if known <> p_id then delete from certificate where id = p_id; end if;
  return known;
end $$;
revoke execute on function certificate_of from public;
grant execute on function certificate_of to jiangsheng_app;
