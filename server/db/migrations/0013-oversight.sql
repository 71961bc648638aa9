-- 咨询, 经审, 问题和建议, letters of inquiry, and lines taken off an approval list.

-- Consultant and auditor read what their jobs let them; of a claim they write nothing.
create function scope_reads_only() returns boolean language sql stable parallel safe
  return coalesce(scope_job() in ('consultation', 'oversight'), false);
create policy readers_write_nothing on application as restrictive for insert to jiangsheng_app
  with check (not (select scope_reads_only()));
create policy readers_change_nothing on application as restrictive for update to jiangsheng_app
  using (not (select scope_reads_only()));
create policy readers_write_nothing on action as restrictive for insert to jiangsheng_app
  with check (not (select scope_reads_only()));
create policy readers_write_nothing on action_note as restrictive for insert to jiangsheng_app
  with check (not (select scope_reads_only()));
create policy readers_write_nothing on duty as restrictive for insert to jiangsheng_app
  with check (not (select scope_reads_only()));
create policy readers_write_nothing on check_record as restrictive for insert to jiangsheng_app
  with check (not (select scope_reads_only()));
create policy readers_write_nothing on form_revision as restrictive for insert to jiangsheng_app
  with check (not (select scope_reads_only()));
create policy readers_write_nothing on file as restrictive for insert to jiangsheng_app
  with check (not (select scope_reads_only()));
create policy readers_change_nothing on file as restrictive for update to jiangsheng_app
  using (not (select scope_reads_only()));
create policy readers_write_nothing on file_page as restrictive for insert to jiangsheng_app
  with check (not (select scope_reads_only()));
-- Both name the officers who acted, and in whose hands a claim is.
create policy readers on account for select to jiangsheng_app using (kind = 'staff' and (select scope_reads_only()));
create policy readers on appointment for select to jiangsheng_app using ((select scope_reads_only()));

-- 咨询 --------------------------------------------------------------------------------------------------------------
-- One call: how the caller proved themselves, and what that opened. While it lasts the consultant sees those
-- applications and no other; a look-up that found nothing is kept too, and opens nothing.
create table consultation (
  id uuid primary key,
  account_id uuid not null references account,
  at bigint not null,
  proof text not null check (proof in ('receipt', 'receiptPhone', 'receiptId', 'idPhone', 'receiptIdPhone')),
  -- Keyed digest of what the caller said: the same id with other facts is another request.
  digest bytea not null,
  found int not null default 0,
  ended_at bigint
);
create unique index consultation_one_open on consultation (account_id) where ended_at is null;
create index consultation_account on consultation (account_id, at);
create table consultation_case (
  consultation_id uuid not null references consultation,
  application_id uuid not null references application,
  primary key (consultation_id, application_id)
);
-- What was asked and what was answered, sealed; kept with the application.
create table call_note (
  id uuid primary key,
  consultation_id uuid not null,
  application_id uuid not null,
  account_id uuid not null references account,
  body jsonb not null,
  at bigint not null,
  foreign key (consultation_id, application_id) references consultation_case (consultation_id, application_id)
);
create index call_note_application on call_note (application_id, at);

alter table consultation enable row level security;
alter table consultation_case enable row level security;
alter table call_note enable row level security;
create policy own on consultation to jiangsheng_app
  using ((select scope_job()) = 'consultation' and account_id = (select scope_account()));
-- Cases of the call that is open now; ended ones are closed again.
create policy in_call on consultation_case for select to jiangsheng_app
  using ((select scope_job()) = 'consultation'
    and exists (select from consultation c where c.id = consultation_id and c.ended_at is null));
create policy in_call on application for select to jiangsheng_app
  using ((select scope_job()) = 'consultation' and id = any (array (select k.application_id from consultation_case k)));
create policy in_call on award for select to jiangsheng_app
  using ((select scope_job()) = 'consultation'
    and application_id = any (array (select k.application_id from consultation_case k)));
create policy in_call on allocation_notice for select to jiangsheng_app
  using ((select scope_job()) = 'consultation' and exists (select from award w where w.notice_id = allocation_notice.id));
create policy centre_and_consultants on call_note for select to jiangsheng_app
  using (((select scope_kind()) = 'city' or (select scope_job()) = 'consultation')
    and exists (select from application a where a.id = application_id));
create policy in_call on call_note for insert to jiangsheng_app
  with check ((select scope_job()) = 'consultation' and account_id = (select scope_account())
    and exists (select from consultation_case k
      where k.consultation_id = call_note.consultation_id and k.application_id = call_note.application_id));
grant select, insert on consultation, call_note to jiangsheng_app;
grant update (ended_at) on consultation to jiangsheng_app;
grant select on consultation_case to jiangsheng_app;

-- Whom the caller has proven to be, and so what may be told beyond how the case stands.
create function caller_proven(p_application uuid) returns boolean language sql stable
  return exists (select from consultation_case k join consultation c on c.id = k.consultation_id
    where k.application_id = p_application and c.proof <> 'receipt');
create policy callers_own on form_revision as restrictive for select to jiangsheng_app
  using ((select scope_job()) is distinct from 'consultation' or caller_proven(application_id));
create policy callers_own on action_note as restrictive for select to jiangsheng_app
  using ((select scope_job()) is distinct from 'consultation'
    or exists (select from action a where a.id = action_id and caller_proven(a.application_id)));
create policy callers_own on call_note as restrictive for select to jiangsheng_app
  using ((select scope_job()) is distinct from 'consultation' or caller_proven(application_id));
-- No pictures, no checks, nothing of the money but where it is.
create policy not_on_the_phone on file as restrictive for select to jiangsheng_app
  using ((select scope_job()) is distinct from 'consultation');
create policy not_on_the_phone on certificate as restrictive for select to jiangsheng_app
  using ((select scope_job()) is distinct from 'consultation');
create policy not_on_the_phone on certificate_number as restrictive for select to jiangsheng_app
  using ((select scope_job()) is distinct from 'consultation');
create policy not_on_the_phone on check_record as restrictive for select to jiangsheng_app
  using ((select scope_job()) is distinct from 'consultation');
create policy not_on_the_phone on assessment as restrictive for select to jiangsheng_app
  using ((select scope_job()) is distinct from 'consultation');
create policy not_on_the_phone on duty as restrictive for select to jiangsheng_app
  using ((select scope_job()) is distinct from 'consultation');
create policy not_on_the_phone on posting as restrictive for select to jiangsheng_app
  using ((select scope_job()) is distinct from 'consultation');
create policy not_on_the_phone on disbursement_confirmation as restrictive for select to jiangsheng_app
  using ((select scope_job()) is distinct from 'consultation');

-- Opens the call's cases: those that match every fact the caller named. The facts are blind indexes; without a receipt
-- number it takes the ID number and the phone together. Runs as the owner, because the consultant sees no application
-- that no caller has proven to be theirs; it answers with a count.
create function consultation_open(p_id uuid, p_receipt text, p_applicant bytea, p_phone bytea) returns int
language plpgsql security definer set search_path = public as $$
declare opened int;
begin
  if scope_job() is distinct from 'consultation' or not exists (select from consultation c
      where c.id = p_id and c.account_id = scope_account() and c.ended_at is null and c.found = 0
        and c.proof = case when p_receipt is null then 'idPhone' when p_applicant is null and p_phone is null then 'receipt'
          when p_applicant is null then 'receiptPhone' when p_phone is null then 'receiptId' else 'receiptIdPhone' end)
    or (p_receipt is null and (p_applicant is null or p_phone is null)) then
    raise exception 'no call to open cases for' using errcode = 'insufficient_privilege';
  end if;
  insert into consultation_case (consultation_id, application_id)
    select p_id, a.id from application a join account w on w.id = a.account_id
    where (p_receipt is null or a.receipt_number = p_receipt) and (p_applicant is null or a.applicant_index = p_applicant)
      and (p_phone is null or w.phone_index = p_phone)
    order by a.received_at desc limit 20;
  get diagnostics opened = row_count;
  update consultation set found = opened where id = p_id;
  return opened;
end $$;
revoke execute on function consultation_open from public;
grant execute on function consultation_open to jiangsheng_app;

-- 经审 --------------------------------------------------------------------------------------------------------------
create policy oversight on application for select to jiangsheng_app using ((select scope_job()) = 'oversight');
create policy oversight on approval_list for select to jiangsheng_app using ((select scope_job()) = 'oversight');
create policy oversight on approval_line for select to jiangsheng_app using ((select scope_job()) = 'oversight');
create policy oversight on allocation_notice for select to jiangsheng_app using ((select scope_job()) = 'oversight');
create policy oversight on award for select to jiangsheng_app using ((select scope_job()) = 'oversight');
create policy oversight on transfer for select to jiangsheng_app using ((select scope_job()) = 'oversight');
-- With vouchers: the scans of the money papers.
create policy oversight on file for select to jiangsheng_app
  using ((select scope_job()) = 'oversight'
    and (exists (select from disbursement_confirmation c where c.scan_file_id = file.id)
      or exists (select from payout p where p.proof_file_id = file.id)));

-- A sample: its plan, the frame it was drawn from, and what was drawn. Drawn once, never changed.
create table audit_sample (
  id uuid primary key,
  number int not null unique check (number > 0),
  policy_id text not null,
  -- Codes, ids and sums only.
  filter jsonb not null,
  method text not null check (method in ('random', 'largest')),
  -- The same seed over the same frame draws the same sample.
  seed text check (length(seed) between 1 and 64),
  wanted int not null check (wanted between 1 and 200),
  frame_size int not null check (frame_size > 0),
  frame_fen bigint not null,
  -- SHA-256 over the receipt numbers of the frame, in order, one a line.
  frame_digest bytea not null,
  drawn_by uuid not null references account,
  drawn_at bigint not null,
  check ((method = 'random') = (seed is not null))
);
create table audit_sample_case (
  sample_id uuid not null references audit_sample,
  place int not null check (place > 0),
  application_id uuid not null references application,
  -- The application's version when it was drawn.
  version int not null,
  primary key (sample_id, place),
  unique (sample_id, application_id)
);
-- What the auditor finds in a drawn case; a later one takes the place of an earlier, which stays.
create table audit_verdict (
  id uuid primary key,
  sample_id uuid not null,
  place int not null,
  outcome text not null check (outcome in ('clear', 'problem')),
  body jsonb,
  given_by uuid not null references account,
  given_at bigint not null,
  foreign key (sample_id, place) references audit_sample_case (sample_id, place),
  constraint problem_in_words check (outcome = 'clear' or body is not null)
);
create index audit_verdict_case on audit_verdict (sample_id, place, given_at);
alter table audit_sample enable row level security;
alter table audit_sample_case enable row level security;
alter table audit_verdict enable row level security;
create policy oversight on audit_sample for select to jiangsheng_app using ((select scope_job()) = 'oversight');
create policy oversight on audit_sample_case for select to jiangsheng_app using ((select scope_job()) = 'oversight');
create policy oversight on audit_verdict for select to jiangsheng_app using ((select scope_job()) = 'oversight');
create policy draws on audit_sample for insert to jiangsheng_app
  with check ((select scope_job()) = 'oversight' and drawn_by = (select scope_account()));
-- A sample is whole when it is drawn: its cases come with it, in the same transaction, and never after.
create policy draws on audit_sample_case for insert to jiangsheng_app
  with check ((select scope_job()) = 'oversight' and exists (select from audit_sample s
    where s.id = sample_id and s.drawn_by = (select scope_account()) and s.xmin = pg_current_xact_id()::xid));
create policy judges on audit_verdict for insert to jiangsheng_app
  with check ((select scope_job()) = 'oversight' and given_by = (select scope_account()));
grant select, insert on audit_sample, audit_sample_case, audit_verdict to jiangsheng_app;

-- 问题和建议 (四.一.末) -----------------------------------------------------------------------------------------------
create table feedback (
  id uuid primary key,
  kind text not null check (kind in ('problem', 'suggestion')),
  account_id uuid not null references account,
  role text not null,
  organisation_id uuid not null references organisation,
  application_id uuid references application,
  body jsonb not null,
  at bigint not null,
  -- When its writer last looked at it.
  seen_at bigint not null
);
create index feedback_account on feedback (account_id, at);
create index feedback_at on feedback (at, id);
create table feedback_answer (
  id uuid primary key,
  feedback_id uuid not null references feedback,
  body jsonb not null,
  answered_by uuid not null references account,
  at bigint not null
);
create index feedback_answer_feedback on feedback_answer (feedback_id, at);
-- An answer to all, published: words in clear, nobody's case.
create table common_answer (
  id uuid primary key,
  question text not null check (length(question) between 2 and 200),
  answer text not null check (length(answer) between 2 and 1000),
  published_by uuid not null references account,
  at bigint not null
);
create index common_answer_at on common_answer (at);
alter table feedback enable row level security;
alter table feedback_answer enable row level security;
alter table common_answer enable row level security;
create policy own on feedback for select to jiangsheng_app using (account_id = (select scope_account()));
create policy own_seen on feedback for update to jiangsheng_app using (account_id = (select scope_account()));
create policy centre on feedback for select to jiangsheng_app using ((select scope_kind()) = 'city');
-- About a case only by who sees it.
create policy officers_write on feedback for insert to jiangsheng_app
  with check (account_id = (select scope_account()) and (select scope_kind()) <> 'person'
    and (application_id is null or exists (select from application a where a.id = application_id)));
create policy with_feedback on feedback_answer for select to jiangsheng_app
  using (exists (select from feedback f where f.id = feedback_id));
create policy centre_answers on feedback_answer for insert to jiangsheng_app
  with check ((select scope_kind()) = 'city' and answered_by = (select scope_account()));
create policy officers on common_answer for select to jiangsheng_app
  using ((select scope_kind()) in ('union', 'city')
    or (select scope_job()) in ('consultation', 'oversight', 'audit', 'people'));
create policy centre_publishes on common_answer for insert to jiangsheng_app
  with check ((select scope_kind()) = 'city' and published_by = (select scope_account()));
grant select, insert on feedback, feedback_answer, common_answer to jiangsheng_app;
grant update (seen_at) on feedback to jiangsheng_app;

-- 函询 --------------------------------------------------------------------------------------------------------------
-- A letter that asks an authority about a certificate its register does not show. Sent and not answered is an open fact.
create table inquiry (
  id uuid primary key,
  application_id uuid not null references application,
  letter_number text not null check (length(letter_number) between 2 and 40),
  addressed_to text not null check (length(addressed_to) between 2 and 60),
  sent_on date not null,
  sent_by uuid not null references account,
  at bigint not null
);
create index inquiry_application on inquiry (application_id, at);
-- On what a check of the certificate rests: the authority's site, the copies handed in, or the reply to a letter.
alter table check_record add column basis text check (basis in ('site', 'copies', 'inquiry')),
  add column inquiry_id uuid references inquiry,
  add column replied_on date,
  add constraint basis_of_certificate check (basis is null or name = 'certificateRegister'),
  add constraint inquiry_is_named check ((basis is not distinct from 'inquiry') = (inquiry_id is not null)
    and (inquiry_id is null) = (replied_on is null)),
  -- A reply is kept as it came.
  add constraint reply_is_kept check (basis is distinct from 'inquiry' or outcome = 'unavailable' or file_id is not null);
alter table inquiry enable row level security;
create policy with_application on inquiry for select to jiangsheng_app
  using (exists (select from application a where a.id = application_id));
create policy centre on inquiry for insert to jiangsheng_app
  with check ((select scope_kind()) = 'city' and sent_by = (select scope_account())
    and exists (select from application a where a.id = application_id));
create policy not_on_the_phone on inquiry as restrictive for select to jiangsheng_app
  using ((select scope_job()) is distinct from 'consultation');
grant select, insert on inquiry to jiangsheng_app;

-- Approval lists ------------------------------------------------------------------------------------------------------
-- Why final approval looks at a line first; found when the list is made, frozen with the line.
alter table approval_line add column exceptions text[] not null default '{}';

-- Lines taken off -----------------------------------------------------------------------------------------------------
-- A line that final approval sends back leaves its list, which stays to be approved without it.
create table approval_line_off (
  list_id uuid not null references approval_list,
  application_id uuid not null references application,
  amount_fen bigint not null check (amount_fen > 0),
  action_id uuid not null unique references action (id),
  primary key (list_id, application_id)
);
alter table approval_line_off enable row level security;
create policy city on approval_line_off for select to jiangsheng_app using ((select scope_kind()) = 'city');
create policy oversight on approval_line_off for select to jiangsheng_app using ((select scope_job()) = 'oversight');
grant select on approval_line_off to jiangsheng_app;
alter table approval_list drop constraint approval_list_line_count_check, drop constraint approval_list_total_fen_check,
  add constraint approval_list_line_count_check check (line_count >= 0),
  add constraint approval_list_total_fen_check check (total_fen >= 0 and (total_fen = 0) = (line_count = 0)),
  add constraint approves_something check (approved_by is null or line_count > 0);
-- Runs as the owner: a list's lines are nobody's to change, except by the action that sends one back.
create function take_line_off(p_list uuid, p_application uuid, p_action uuid) returns void
language plpgsql security definer set search_path = public as $$
declare taken bigint;
begin
  if scope_kind() is distinct from 'city' or not exists (select from action a where a.id = p_action
      and a.application_id = p_application and a.kind = 'sendBack' and a.account_id = scope_account()) then
    raise exception 'only a line that is sent back' using errcode = 'insufficient_privilege';
  end if;
  update approval_list l set line_count = l.line_count - 1, total_fen = l.total_fen - i.amount_fen from approval_line i
    where l.id = p_list and l.approved_at is null and l.replaced_by is null
      and i.list_id = l.id and i.application_id = p_application
    returning i.amount_fen into taken;
  if taken is null then
    raise exception 'no such line waits' using errcode = 'check_violation', constraint = 'line_waits_for_approval';
  end if;
  delete from approval_line where list_id = p_list and application_id = p_application;
  insert into approval_line_off values (p_list, p_application, taken, p_action);
end $$;
revoke execute on function take_line_off from public;
grant execute on function take_line_off to jiangsheng_app;
