-- More that can happen to an application: 转送, a line sent back from the approval list, one re-review after a decline, and
-- an objection granted. `domain/application.ts` says the same; a test holds them together.
alter table application drop constraint application_state_check, drop constraint application_check,
  add constraint application_state_check check (state in ('inReview', 'returned', 'declined', 'reReview', 'withdrawn',
    'approved', 'awarded', 'paid', 'bounced')),
  add constraint application_step_of_state check ((step is null) = (state not in ('inReview', 'returned', 'reReview')));

alter table appointment drop constraint appointment_role_check,
  add constraint appointment_role_check check (role in ('hrOfficer', 'unionOfficer', 'filingPoint', 'districtReviewer',
    'districtFinance', 'verifier', 'centreFinance', 'approver', 'cityFinance', 'consultant', 'auditor',
    'systemAdministrator', 'securityAdministrator', 'auditAdministrator')),
  -- 经审 looks for a time that is set beforehand.
  add constraint auditor_for_a_time check (role <> 'auditor' or valid_to is not null);

alter table action drop constraint action_in_its_role,
  add constraint action_in_its_role check (case kind
    when 'approve' then role = 'approver'
    when 'sendBack' then role = 'approver' and step = 'finalApproval'
    when 'award' then role = 'centreFinance'
    when 'pay' then role = 'districtFinance'
    when 'pass' then (step, role) in (('hrOpinion', 'hrOfficer'), ('hrOpinion', 'filingPoint'),
      ('hrOpinion', 'unionOfficer'), ('hrOpinion', 'districtReviewer'), ('firstReview', 'unionOfficer'),
      ('firstReview', 'filingPoint'), ('firstReview', 'districtReviewer'), ('forwarding', 'filingPoint'),
      ('forwarding', 'unionOfficer'), ('forwarding', 'districtReviewer'), ('secondReview', 'districtReviewer'),
      ('automaticChecks', 'verifier'), ('roster', 'verifier'), ('verification', 'verifier'))
    when 'return' then step is not null and role <> 'worker' and returned_until is not null
    when 'decline' then step is not null and role <> 'worker'
    when 'undo' then step is not null and role <> 'worker'
    when 'redirect' then role in ('hrOfficer', 'unionOfficer', 'filingPoint', 'districtReviewer') and steps is not null
    when 'uphold' then step is not null and role <> 'worker'
    when 'overturn' then step is not null and role <> 'worker'
    when 'displace' then role = 'verifier'
    when 'file' then role in ('worker', 'filingPoint') and seq = 1
    else role in ('worker', 'filingPoint') and kind in ('amend', 'withdraw', 'resubmit', 'requestReReview') end);

create or replace function duty_of(p_kind text, p_step text, p_role text) returns text language sql immutable
return case
  when p_kind = 'pay' then 'payment'
  when p_kind in ('approve', 'sendBack') then 'approval'
  when p_kind = 'displace' then 'verification'
  when p_kind not in ('pass', 'return', 'decline', 'uphold', 'overturn') then null
  -- Recording a seal that is on paper decides nothing.
  when p_step = 'hrOpinion' and p_role <> 'hrOfficer' then null
  when p_step = 'firstReview' and p_role = 'filingPoint' then null
  when p_step in ('hrOpinion', 'firstReview') then 'firstReview'
  when p_step = 'secondReview' then 'secondReview'
  when p_step in ('automaticChecks', 'roster', 'verification') then 'verification'
  when p_step = 'finalApproval' then 'approval'
end;

create or replace function application_follows_actions() returns trigger language plpgsql as $$
declare last_kind text; last_account uuid;
begin
  select kind, account_id into last_kind, last_account from action where application_id = new.id and seq = new.version;
  if last_kind is null or last_account is distinct from scope_account() or not (case last_kind
      when 'return' then new.state = 'returned'
      when 'decline' then new.state = 'declined'
      when 'uphold' then new.state = 'declined'
      when 'displace' then new.state = 'declined'
      when 'requestReReview' then new.state = 'reReview'
      when 'withdraw' then new.state = 'withdrawn'
      when 'approve' then new.state = 'approved'
      when 'award' then new.state = 'awarded'
      when 'pay' then new.state = 'paid'
      else last_kind in ('file', 'amend', 'resubmit', 'pass', 'undo', 'redirect', 'sendBack', 'overturn')
        and new.state = 'inReview' end)
    or exists (select from action where application_id = new.id and seq > new.version) then
    raise exception 'state without its action' using errcode = 'check_violation', constraint = 'application_follows_actions';
  end if;
  return null;
end $$;

-- A person decides once on one application: who declined it does not look at it again.
create function re_review_by_another() returns trigger language plpgsql as $$
declare declined_by uuid;
begin
  select account_id into declined_by from action
    where application_id = new.application_id and kind = 'decline' order by seq desc limit 1;
  if declined_by = new.account_id then
    raise exception 'a re-review is somebody else''s' using errcode = 'check_violation', constraint = 're_review_by_another';
  end if;
  return new;
end $$;
create trigger by_another before insert on action for each row when (new.kind in ('uphold', 'overturn'))
  execute function re_review_by_another();

-- What is handed in: the form with its seals, the consent of a worker for whom somebody types, the answer to a letter of
-- inquiry, and what an objection rests on.
alter table file drop constraint file_purpose_check,
  add constraint file_purpose_check check (purpose in ('idFront', 'idBack', 'certificate', 'card', 'registerEvidence',
    'confirmationScan', 'transferProof', 'payoutProof', 'receiptScan', 'stampedForm', 'consent', 'inquiryReply',
    'objectionEvidence'));
