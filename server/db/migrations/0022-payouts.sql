-- Paying workers (四.一.5, 四.二.3, 四.三): where an award's money lies, batches of payouts, what the bank said of each.

-- Where the money lies -------------------------------------------------------------------------------------------------
-- Every posting takes an award's money from where it lies and nowhere else; the row is locked while it does, so that of
-- two who take it at once the second is refused.
alter table award
  add column stands_on text,
  -- Who pays it out: the district union, or the union below that it passed the money to; in the channels that the city
  -- pays itself, the city federation.
  add column payer_id uuid references organisation,
  -- Since when the payer has the money: its two weeks run from here.
  add column received_on date,
  -- Cancelled: the certificate is free for whom it belongs to.
  add column cancelled_at bigint;
update award w set payer_id = w.district_id, stands_on = coalesce(
  (select p.credit_account from posting p where p.award_id = w.id order by p.seq desc limit 1), 'cityBudget')
  where w.application_id is not null;
update award w set received_on = e.received_on from transfer t join transfer_receipt e on e.transfer_id = t.id
  where t.notice_id = w.notice_id;
alter table award add constraint award_lies_somewhere
  check (application_id is null or (stands_on is not null and payer_id is not null));
create index award_payable on award (payer_id, policy_id, stands_on) where stands_on not like 'worker:%';
-- One certificate, one award that is not cancelled.
alter table award drop constraint award_certificate_id_key;
create unique index award_certificate_id_key on award (certificate_id) where cancelled_at is null;

alter table posting drop constraint posting_cause_kind_check,
  add constraint posting_from_where_to_where check (case cause_kind
    when 'approve' then debit_account = 'cityBudget' and credit_account = 'committed'
    when 'funding' then debit_account = 'committed' and credit_account = 'serviceCentre'
    when 'allocation' then debit_account = 'serviceCentre' and credit_account like 'union:%'
    when 'onward' then debit_account like 'union:%' and credit_account like 'union:%'
    -- A payout of a released batch: from whoever pays, or once more after it was given back.
    when 'release' then (debit_account = 'committed' or debit_account like 'union:%' or debit_account = 'bounced:' || award_id)
      and credit_account = 'payment:' || award_id
    -- From the union's own account: as it was recorded before there were batches.
    when 'pay' then (debit_account = 'payment:' || award_id or debit_account like 'union:%') and credit_account = 'worker:' || award_id
    when 'bounce' then debit_account in ('payment:' || award_id, 'worker:' || award_id) and credit_account = 'bounced:' || award_id
    -- What was recorded of a payment is taken back: it is with the bank, and nobody knows.
    when 'reversal' then debit_account in ('worker:' || award_id, 'bounced:' || award_id) and credit_account = 'payment:' || award_id
    when 'cancel' then debit_account = 'committed' and credit_account = 'cancelled'
      or (debit_account = 'serviceCentre' or debit_account like 'union:%' or debit_account = 'bounced:' || award_id)
        and (credit_account like 'surplus:%' or credit_account = 'cancelled')
    when 'recovery' then debit_account = 'worker:' || award_id and (credit_account like 'surplus:%' or credit_account = 'cancelled')
    when 'handBack' then debit_account like 'surplus:%' and (credit_account like 'surplus:%' or credit_account = 'cancelled')
    when 'reinstate' then debit_account = 'cancelled' and credit_account = 'committed'
    else false end);

create function postings_move_awards() returns trigger language plpgsql security definer set search_path = public as $$
declare moved int;
begin
  update award w set stands_on = a.credit_account,
      cancelled_at = case a.cause_kind when 'cancel' then a.at when 'recovery' then a.at when 'reinstate' then null else w.cancelled_at end
    from added a where w.id = a.award_id and w.stands_on = a.debit_account and w.amount_fen = a.amount_fen;
  get diagnostics moved = row_count;
  if moved <> (select count(*) from added) then
    raise exception 'the money does not lie where it is taken from' using errcode = 'check_violation', constraint = 'posting_continues';
  end if;
  return null;
end $$;
create trigger moves_awards after insert on posting referencing new table as added for each statement
  execute function postings_move_awards();

-- A payer's two weeks run from its own receipt.
create function receipt_starts_two_weeks() returns trigger language plpgsql security definer set search_path = public as $$
begin
  update award w set received_on = new.received_on from transfer t where t.id = new.transfer_id and w.notice_id = t.notice_id;
  return null;
end $$;
create trigger starts_two_weeks after insert on transfer_receipt for each row execute function receipt_starts_two_weeks();

-- Approval lists are of one way of paying, as their money goes different ways.
alter table approval_list add column route text not null default 'viaUnions' check (route in ('viaUnions', 'fromCity'));

-- Roles, actions, states -----------------------------------------------------------------------------------------------
alter table appointment drop constraint appointment_role_check,
  add constraint appointment_role_check check (role in ('hrOfficer', 'unionOfficer', 'filingPoint', 'districtReviewer',
    'districtFinance', 'unionFinance', 'verifier', 'centreFinance', 'approver', 'cityFinance', 'consultant', 'auditor',
    'systemAdministrator', 'securityAdministrator', 'auditAdministrator'));

alter table application drop constraint application_state_check,
  add constraint application_state_check check (state in ('inReview', 'returned', 'declined', 'reReview', 'withdrawn',
    'approved', 'awarded', 'paid', 'bounced', 'cancelled'));
drop index application_one_live_per_certificate;
create unique index application_one_live_per_certificate on application (certificate_id)
  where state not in ('declined', 'withdrawn', 'cancelled');

alter table action drop constraint action_in_its_role,
  add constraint action_in_its_role check (case kind
    when 'approve' then role = 'approver'
    when 'sendBack' then role = 'approver' and step = 'finalApproval'
    when 'award' then role in ('centreFinance', 'cityFinance')
    when 'takeOff' then role = 'centreFinance'
    when 'pay' then role in ('districtFinance', 'unionFinance', 'cityFinance')
    when 'bounce' then role in ('districtFinance', 'unionFinance', 'cityFinance')
    when 'reopen' then role in ('districtFinance', 'unionFinance', 'cityFinance')
    when 'correctAccount' then role in ('districtFinance', 'unionFinance', 'cityFinance', 'centreFinance')
    when 'cancel' then role in ('approver', 'districtFinance', 'unionFinance', 'cityFinance')
    when 'reinstate' then role = 'approver'
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
      when 'takeOff' then new.state = 'approved'
      when 'reinstate' then new.state = 'approved'
      when 'award' then new.state = 'awarded'
      when 'reopen' then new.state = 'awarded'
      when 'pay' then new.state = 'paid'
      when 'bounce' then new.state = 'bounced'
      when 'correctAccount' then new.state in ('approved', 'awarded', 'bounced')
      when 'cancel' then new.state = 'cancelled'
      else last_kind in ('file', 'amend', 'resubmit', 'pass', 'undo', 'redirect', 'sendBack', 'overturn')
        and new.state = 'inReview' end)
    or exists (select from action where application_id = new.id and seq > new.version) then
    raise exception 'state without its action' using errcode = 'check_violation', constraint = 'application_follows_actions';
  end if;
  return null;
end $$;

-- As in 0012, and what was cancelled takes nothing.
create or replace function certificate_taken(p_certificate uuid, p_except uuid) returns text
language sql stable security definer set search_path = public
return case
  when exists (select from award w where w.certificate_id = p_certificate and w.application_id is distinct from p_except
    and w.cancelled_at is null) then 'awarded'
  when exists (select from application a where a.certificate_id = p_certificate and a.id <> p_except
    and a.state not in ('declined', 'withdrawn', 'cancelled')) then 'filed'
  when exists (select from objection o where o.certificate_id = p_certificate and o.file_before is not null
    and o.filed_as is null and o.account_id is distinct from scope_account() and o.file_before > business_now()) then 'filed'
end;

-- Batches --------------------------------------------------------------------------------------------------------------
create sequence payout_batch_number;
create table payout_batch (
  id uuid primary key,
  number text not null unique,
  policy_id text not null,
  payer_id uuid not null references organisation,
  -- file: given out as a bank's file; bank: handed over by the connector.
  route text not null check (route in ('file', 'bank')),
  -- The format of its file, by name.
  format text not null,
  -- The day that its file bears: part of its bytes.
  pay_on date not null,
  line_count int not null check (line_count > 0),
  total_fen bigint not null check (total_fen > 0),
  -- Keyed digest over all lines as made: person, certificate, award, amount, account, reference.
  digest bytea not null,
  made_by uuid not null references account,
  made_at bigint not null,
  released_by uuid references account,
  released_at bigint,
  dropped_by uuid references account,
  dropped_at bigint,
  constraint payout_release_by_another check (released_by <> made_by),
  check ((released_by is null) = (released_at is null)),
  check ((dropped_by is null) = (dropped_at is null)),
  constraint payout_batch_released_or_dropped check (released_by is null or dropped_by is null)
);
create index payout_batch_payer on payout_batch (payer_id, made_at);

-- What stood here before there were batches was one row an award, written once it was paid.
alter table payout drop constraint payout_award_id_key;
drop trigger counts_paid on payout;
drop trigger undisputed on payout;
alter table payout rename column voucher_number to bank_serial;
alter table payout alter column paid_on drop not null, alter column bank_serial drop not null,
  -- What a bank knows it by, for ever: never a new one while nobody knows what became of it.
  add column reference text,
  add column batch_id uuid references payout_batch,
  add column line int check (line > 0),
  add column attempt int not null default 1 check (attempt > 0),
  add column follows uuid references payout,
  add column amount_fen bigint,
  -- The account it goes to, sealed; what may be shown of it; and what finds the same account again.
  add column payee jsonb,
  add column payee_tail text,
  add column account_index bytea,
  add column applicant_index bytea,
  add column state text not null default 'settled' check (state in ('made', 'released', 'sent', 'unknown', 'settled',
    'failed', 'bounced', 'cancelled')),
  add column code text;
update payout p set amount_fen = w.amount_fen, payee_tail = w.payee_tail, reference = 'JSH' || upper(replace(p.id::text, '-', ''))
  from award w where w.id = p.award_id;

-- The bank's word, one row each time it says something new. Never changed.
create table payout_result (
  id uuid primary key,
  payout_id uuid not null references payout,
  outcome text not null check (outcome in ('settled', 'failed', 'unknown', 'bounced', 'reopened')),
  code text,
  -- As the bank calls it.
  bank_code text,
  bank_serial text,
  -- The bank's day.
  on_day date,
  source text not null check (source in ('file', 'bank', 'hand', 'correction')),
  -- The result file or the correction it comes from.
  source_id uuid,
  proof_file_id uuid references file,
  recorded_by uuid not null references account,
  recorded_at bigint not null,
  constraint payout_result_says_why check ((code is not null) = (outcome in ('failed', 'bounced'))),
  constraint payout_result_says_when check (outcome <> 'settled' or on_day is not null)
);
create index payout_result_payout on payout_result (payout_id, recorded_at);
create index payout_result_proof on payout_result (proof_file_id) where proof_file_id is not null;
insert into payout_result (id, payout_id, outcome, bank_serial, on_day, source, proof_file_id, recorded_by, recorded_at)
  select gen_random_uuid(), id, 'settled', bank_serial, paid_on, 'hand', proof_file_id, recorded_by, recorded_at from payout;
drop index payout_proof;
alter table payout drop column recorded_by, drop column recorded_at, drop column proof_file_id,
  alter column state drop default, alter column amount_fen set not null, alter column reference set not null,
  alter column payee_tail set not null,
  add constraint payout_in_a_batch check ((batch_id is null) = (payee is null) and (batch_id is null) = (line is null)
    and (batch_id is null) = (account_index is null) and (batch_id is null) = (applicant_index is null)),
  add constraint payout_paid_on check ((state in ('settled', 'bounced')) <= (paid_on is not null)),
  add constraint payout_attempts unique (award_id, attempt),
  add constraint payout_lines unique (batch_id, line),
  add constraint payout_after_the_last check ((attempt = 1) = (follows is null)),
  add constraint payout_follows_once unique (follows);
-- One award is one debt: one attempt is on its way or done.
create unique index payout_one_at_a_time on payout (award_id)
  where state in ('made', 'released', 'sent', 'unknown', 'settled');
-- An attempt that never left may be made again, and is the same to the bank.
create unique index payout_reference_key on payout (reference) where state <> 'cancelled';
create index payout_account on payout (account_index);
create index payout_applicant on payout (applicant_index);
create index payout_open on payout (batch_id) where state in ('released', 'sent', 'unknown');

-- A payout is of its batch's payer, of the award's own amount, and follows the attempt that failed.
create function payout_is_owed() returns trigger language plpgsql security definer set search_path = public as $$
declare w award; b payout_batch; before payout;
begin
  select * into w from award where id = new.award_id for update;
  select * into b from payout_batch where id = new.batch_id;
  perform lock_certificates(array[w.certificate_id]);
  if exists (select from objection o where o.certificate_id = w.certificate_id and (o.state = 'open' or o.approved_already)) then
    raise exception 'somebody objects' using errcode = 'check_violation', constraint = 'award_undisputed';
  end if;
  if new.state <> 'made' or b.released_at is not null or b.dropped_at is not null then
    raise exception 'a payout begins in a batch that nobody has released' using errcode = 'check_violation', constraint = 'payout_begins';
  end if;
  if w.cancelled_at is not null or w.amount_fen <> new.amount_fen or w.payer_id <> b.payer_id or w.policy_id <> b.policy_id
    or not (w.stands_on = 'bounced:' || w.id or w.stands_on = 'union:' || w.payer_id and w.received_on is not null
      or w.stands_on = 'committed' and exists (select from organisation o where o.id = w.payer_id and o.kind = 'cityFederation')) then
    raise exception 'the payer does not owe it' using errcode = 'check_violation', constraint = 'payout_is_owed';
  end if;
  if bank_contradicts(w.id) then
    raise exception 'the bank says otherwise' using errcode = 'check_violation', constraint = 'bank_agrees';
  end if;
  if new.follows is not null then
    select * into before from payout where id = new.follows;
    if before.award_id is distinct from new.award_id or before.attempt <> new.attempt - 1 then
      raise exception 'an attempt follows the one before' using errcode = 'check_violation', constraint = 'payout_follows_the_last';
    end if;
  end if;
  return new;
end $$;
create trigger is_owed before insert on payout for each row execute function payout_is_owed();

-- What may become of it, as in domain/payout.ts; a row never changes otherwise.
create function payout_follows() returns trigger language plpgsql security definer set search_path = public as $$
declare released bigint; certificate uuid;
begin
  if (new.id, new.reference, new.award_id, new.batch_id, new.line, new.attempt, new.follows, new.amount_fen, new.payee,
      new.payee_tail, new.account_index, new.applicant_index) is distinct from
     (old.id, old.reference, old.award_id, old.batch_id, old.line, old.attempt, old.follows, old.amount_fen, old.payee,
      old.payee_tail, old.account_index, old.applicant_index)
    or (old.state, new.state) not in (('made', 'released'), ('made', 'cancelled'), ('released', 'sent'), ('sent', 'unknown'),
      ('sent', 'settled'), ('sent', 'failed'), ('sent', 'bounced'), ('unknown', 'settled'), ('unknown', 'failed'),
      ('unknown', 'bounced'), ('settled', 'bounced'), ('settled', 'unknown'), ('failed', 'unknown'), ('bounced', 'unknown')) then
    raise exception 'a payout does not become that' using errcode = 'check_violation', constraint = 'payout_follows';
  end if;
  select b.released_at into released from payout_batch b where b.id = new.batch_id;
  if new.batch_id is not null and (new.state in ('made', 'cancelled')) <> (released is null) then
    raise exception 'its batch is not released' using errcode = 'check_violation', constraint = 'payout_with_its_batch';
  end if;
  if new.state = 'released' then
    select w.certificate_id into certificate from award w where w.id = new.award_id;
    perform lock_certificates(array[certificate]);
    if exists (select from objection o where o.certificate_id = certificate and (o.state = 'open' or o.approved_already)) then
      raise exception 'somebody objects' using errcode = 'check_violation', constraint = 'award_undisputed';
    end if;
    if bank_contradicts(new.award_id) then
      raise exception 'the bank says otherwise' using errcode = 'check_violation', constraint = 'bank_agrees';
    end if;
  end if;
  return new;
end $$;
create trigger follows before update on payout for each row execute function payout_follows();

-- A batch is released whole or dropped, once, and never changes again; while it is made, lines only leave it.
create function payout_batch_changes() returns trigger language plpgsql security definer set search_path = public as $$
declare person uuid := coalesce(new.released_by, new.dropped_by); lines int; fen bigint;
begin
  if old.released_at is not null or old.dropped_at is not null
    or (new.id, new.number, new.policy_id, new.payer_id, new.route, new.format, new.pay_on, new.made_by, new.made_at)
      is distinct from (old.id, old.number, old.policy_id, old.payer_id, old.route, old.format, old.pay_on, old.made_by, old.made_at) then
    raise exception 'a batch is closed' using errcode = 'check_violation', constraint = 'payout_batch_closed';
  end if;
  if person is distinct from scope_account() and person is not null then
    raise exception 'a batch is moved by who is signed in' using errcode = 'check_violation', constraint = 'action_by_oneself';
  end if;
  if new.released_at is not null then
    select count(*), coalesce(sum(p.amount_fen), 0) into lines, fen from payout p where p.batch_id = new.id and p.state = 'made';
    if (lines, fen) is distinct from (new.line_count, new.total_fen) then
      raise exception 'a batch is the sum of its lines' using errcode = 'check_violation', constraint = 'payout_batch_adds_up';
    end if;
  end if;
  return new;
end $$;
create trigger changes before update on payout_batch for each row execute function payout_batch_changes();

-- Who makes a batch or releases it takes the duty of payment on every application in it.
create function payout_takes_duty(p_batch uuid, p_account uuid) returns void language plpgsql security definer set search_path = public as $$
begin
  insert into duty select w.application_id, p_account, 'payment' from payout p join award w on w.id = p.award_id
    where p.batch_id = p_batch on conflict do nothing;
  if exists (select from payout p join award w on w.id = p.award_id
      join duty d on d.application_id = w.application_id and d.account_id = p_account and d.duty <> 'payment'
      where p.batch_id = p_batch) then
    raise exception 'holds another duty' using errcode = 'check_violation', constraint = 'four_eyes';
  end if;
end $$;
create function payouts_take_duty() returns trigger language plpgsql security definer set search_path = public as $$
begin
  perform payout_takes_duty(b.id, b.made_by) from (select distinct batch_id from added) a join payout_batch b on b.id = a.batch_id;
  return null;
end $$;
create trigger take_duty after insert on payout referencing new table as added for each statement
  execute function payouts_take_duty();
create function payout_release_takes_duty() returns trigger language plpgsql security definer set search_path = public as $$
begin
  perform payout_takes_duty(new.id, new.released_by);
  return null;
end $$;
create trigger takes_duty after update of released_by on payout_batch for each row when (new.released_by is not null)
  execute function payout_release_takes_duty();
revoke execute on function payout_takes_duty from public;

-- A notice's lines that are paid: kept, as its lists are read often.
create function notice_counts_settled() returns trigger language plpgsql security definer set search_path = public as $$
declare sign int := case when new.state = 'settled' then 1 else -1 end;
begin
  update allocation_notice n set paid_count = n.paid_count + sign, paid_fen = n.paid_fen + sign * w.amount_fen
    from award w where w.id = new.award_id and n.id = w.notice_id;
  return null;
end $$;
create trigger counts_settled after update of state on payout for each row
  when ((new.state = 'settled') <> (old.state = 'settled')) execute function notice_counts_settled();

-- Another account for an award, or the same once more after the bank refused it: who proposes it and who confirms it are
-- two people. The award's own account is the confirmed one.
create table payee_change (
  id uuid primary key,
  award_id uuid not null references award,
  -- The attempt that failed; absent where nothing was tried yet.
  payout_id uuid references payout,
  same_account boolean not null,
  payee jsonb not null,
  payee_tail text not null,
  account_index bytea not null,
  -- Why, in words (sealed), and the paper that it rests on, where not the worker proposes it.
  words jsonb,
  proof_file_id uuid references file,
  proposed_by uuid not null references account,
  proposed_at bigint not null,
  confirmed_by uuid references account,
  confirmed_at bigint,
  refused_by uuid references account,
  refused_at bigint,
  refused_words jsonb,
  constraint payee_confirmed_by_another check (confirmed_by <> proposed_by and refused_by <> proposed_by),
  check ((confirmed_by is null) = (confirmed_at is null) and (refused_by is null) = (refused_at is null)),
  check (confirmed_by is null or refused_by is null)
);
create unique index payee_change_one_open on payee_change (award_id) where confirmed_by is null and refused_by is null;
create index payee_change_award on payee_change (award_id, confirmed_at);
create index payee_change_payout on payee_change (payout_id);
create index payee_change_proof on payee_change (proof_file_id) where proof_file_id is not null;
create function payee_change_answered() returns trigger language plpgsql security definer set search_path = public as $$
begin
  if old.confirmed_by is not null or old.refused_by is not null
    or (new.id, new.award_id, new.payout_id, new.same_account, new.payee, new.payee_tail, new.account_index, new.words,
        new.proof_file_id, new.proposed_by, new.proposed_at)
      is distinct from (old.id, old.award_id, old.payout_id, old.same_account, old.payee, old.payee_tail, old.account_index,
        old.words, old.proof_file_id, old.proposed_by, old.proposed_at) then
    raise exception 'a proposal stays as it was made' using errcode = 'check_violation', constraint = 'payee_change_answered';
  end if;
  if coalesce(new.confirmed_by, new.refused_by) is distinct from scope_account() then
    raise exception 'by who is signed in' using errcode = 'check_violation', constraint = 'action_by_oneself';
  end if;
  if new.confirmed_by is not null then
    -- What is on its way goes where it was sent.
    if exists (select from payout p where p.award_id = new.award_id and p.state in ('made', 'released', 'sent', 'unknown', 'settled')) then
      raise exception 'a payout is on its way' using errcode = 'check_violation', constraint = 'payee_not_on_its_way';
    end if;
    update award set payee = new.payee, payee_tail = new.payee_tail where id = new.award_id;
  end if;
  return new;
end $$;
create trigger answered before update on payee_change for each row execute function payee_change_answered();

-- Why a batch waits for a person: one account for several people, several accounts for one person, an account that is
-- another now or may become one, an objection. Across all payers: counts of one, never whose. Lines of the batch only.
create function payout_stops(p_batch uuid) returns table (payout_id uuid, stop text)
language sql stable security definer set search_path = public
begin atomic
  with line as (select p.id, p.award_id, p.account_index, p.applicant_index, w.certificate_id, b.made_at
    from payout p join award w on w.id = p.award_id join payout_batch b on b.id = p.batch_id
    where p.batch_id = p_batch and p.state = 'made' and (scope_kind() = 'city' or b.payer_id = scope_organisation()))
  select l.id, 'oneAccountManyPeople' from line l where exists (select from payout o
    where o.account_index = l.account_index and o.applicant_index <> l.applicant_index and o.state <> 'cancelled')
  union all
  select l.id, 'onePersonManyAccounts' from line l where exists (select from payout o
    where o.applicant_index = l.applicant_index and o.account_index <> l.account_index
      and o.state not in ('cancelled', 'failed', 'bounced'))
  union all
  select l.id, 'accountChanged' from line l where exists (select from payee_change c
    where c.award_id = l.award_id and (c.confirmed_at > l.made_at or c.confirmed_by is null and c.refused_by is null))
  union all
  select l.id, 'disputed' from line l where exists (select from objection o
    where o.certificate_id = l.certificate_id and (o.state = 'open' or o.approved_already));
end;
revoke execute on function payout_stops from public;
grant execute on function payout_stops to jiangsheng_app;
-- A stop that somebody looked at and lets pass, with words (sealed).
create table payout_accepted (
  payout_id uuid not null references payout,
  stop text not null check (stop in ('oneAccountManyPeople', 'onePersonManyAccounts')),
  accepted_by uuid not null references account,
  accepted_at bigint not null,
  words jsonb not null,
  primary key (payout_id, stop)
);

-- Files ----------------------------------------------------------------------------------------------------------------
-- The exact bytes that were given out, sealed; and each time that they were.
create table pay_file (
  batch_id uuid not null references payout_batch,
  part int not null check (part > 0),
  name text not null,
  line_count int not null check (line_count > 0),
  total_fen bigint not null check (total_fen > 0),
  byte_size int not null,
  sha256 bytea not null,
  body bytea not null,
  made_at bigint not null,
  primary key (batch_id, part)
);
create table pay_file_download (
  id uuid primary key,
  batch_id uuid not null,
  part int not null,
  account_id uuid not null references account,
  at bigint not null,
  foreign key (batch_id, part) references pay_file
);
-- What a bank gave back: the exact bytes, sealed. All of its rows are taken, or it is not here.
create table result_file (
  id uuid primary key,
  batch_id uuid not null references payout_batch,
  name text not null,
  sha256 bytea not null,
  byte_size int not null,
  body bytea not null,
  row_count int not null,
  uploaded_by uuid not null references account,
  uploaded_at bigint not null,
  unique (batch_id, sha256)
);

-- The connector's work on a payout of route bank. Machine time; the releaser answers for what the bank says.
create table bank_order (
  payout_id uuid primary key references payout,
  -- waiting: never handed over; handed: handed over, and what became of it is asked for.
  state text not null check (state in ('waiting', 'handed')),
  -- When to look again; while a process works on it, when its lease ends. Absent: the bank has said its last word.
  due_at bigint,
  asks int not null default 0,
  -- How often it was handed over: a refusal is the last word only where no other order was on its way to the bank.
  hands int not null default 0,
  -- The bank says what cannot be: of another amount, or against what is recorded. A person looks at it, and until the bank
  -- and the books agree again the award is not paid once more.
  trouble text check (trouble in ('amountDiffers', 'contradicts'))
);
create index bank_order_due on bank_order (due_at);
-- Attempts at this certificate for this person, of all awards and payers: an award given back and granted anew goes on.
create function payout_tries(p_certificate uuid, p_applicant bytea) returns int
language sql stable security definer set search_path = public
return (select count(*)::int from payout p join award w on w.id = p.award_id
  where w.certificate_id = p_certificate and p.applicant_index = p_applicant and p.state <> 'cancelled');
revoke execute on function payout_tries from public;
grant execute on function payout_tries to jiangsheng_app;
create function bank_contradicts(p_award uuid) returns boolean language sql stable security definer set search_path = public
return exists (select from payout p join bank_order o on o.payout_id = p.id where p.award_id = p_award and o.trouble is not null);
grant execute on function bank_contradicts to jiangsheng_app;
-- Of these payouts those to whose certificate somebody objects; nobody objects or decides while this transaction lasts.
create function payouts_disputed(p_payouts uuid[]) returns setof uuid
language plpgsql security definer set search_path = public as $$
begin
  if scope_kind() not in ('union', 'city') then return; end if;
  perform lock_certificates((select coalesce(array_agg(w.certificate_id), '{}') from payout p join award w on w.id = p.award_id
    where p.id = any (p_payouts)));
  return query select p.id from payout p join award w on w.id = p.award_id where p.id = any (p_payouts)
    and exists (select from objection o where o.certificate_id = w.certificate_id and (o.state = 'open' or o.approved_already));
end $$;
revoke execute on function payouts_disputed from public;
grant execute on function payouts_disputed to jiangsheng_app;

-- References of which the send log and the database do not say the same. While one of them has no answer that two people
-- gave, nothing is released.
create table sent_before (
  reference text primary key,
  -- false: the log has it and the database did not know it, as after a restore to an earlier moment. true: the database
  -- counts it as sent and the log lacks it, as after damage to the log.
  missing boolean not null default false,
  amount_fen bigint not null,
  batch_id uuid not null,
  -- Absent where its line is torn.
  route text check (route in ('file', 'bank')),
  -- Keyed digests of its holder with each number of the certificate: who was paid stays known, whatever the next reference.
  claims text[] not null default '{}',
  -- As its line says; of a torn one, when the line before it was written.
  sent_at bigint not null,
  found_at bigint not null,
  -- What the city's bank says, asked by the connector, and when that was.
  bank_word text check (bank_word in ('neverSeen', 'inProgress', 'settled', 'failed', 'bounced')),
  bank_asked_at bigint,
  -- What two people say. Of one that is missing in the log, only that they know why.
  answer text check (answer in ('settled', 'failed', 'bounced', 'notSent', 'explained')),
  answered_by uuid references account,
  answered_at bigint,
  agreed_by uuid references account,
  agreed_at bigint,
  words jsonb,
  constraint sent_before_agreed_by_another check (agreed_by <> answered_by),
  -- What went to the city's bank counts as not sent by the bank's word only.
  constraint sent_before_not_sent check (answer is distinct from 'notSent' or route is distinct from 'bank'
    or bank_word is not distinct from 'neverSeen'),
  check (answer is null or missing = (answer = 'explained')),
  check ((answer is null) = (answered_at is null) and (answer is null) = (answered_by is null)),
  check ((agreed_by is null) = (agreed_at is null) and (agreed_by is null or answer is not null))
);
create index sent_before_open on sent_before (batch_id, reference) where agreed_by is null;
create index sent_before_claims on sent_before using gin (claims) where answer = 'settled';
-- What two people agreed on stays, and everybody speaks for oneself.
create function sent_before_answered() returns trigger language plpgsql as $$
begin
  if old.agreed_by is not null then
    raise exception 'two people agreed on it' using errcode = 'check_violation', constraint = 'sent_before_agreed';
  end if;
  -- an answer that the bank's word belies is taken back
  if new.answer is not null and (new.answer, new.answered_by) is distinct from (old.answer, old.answered_by)
      and new.answered_by is distinct from scope_account()
    or new.agreed_by is not null and (new.agreed_by is distinct from scope_account() or new.answer is distinct from old.answer
      or new.answered_by is distinct from old.answered_by) then
    raise exception 'by who is signed in' using errcode = 'check_violation', constraint = 'action_by_oneself';
  end if;
  return new;
end $$;
create trigger answered before update on sent_before for each row execute function sent_before_answered();
-- When the database was put back to an earlier moment, and to which. Nothing is released before two people have seen that
-- the send log is the newest one: when its last line was written and how many references it holds.
create table restoration (
  id uuid primary key,
  backup_made_at bigint not null,
  restored_at bigint not null,
  last_line_at bigint,
  reference_count int,
  acknowledged_by uuid references account,
  acknowledged_at bigint,
  agreed_by uuid references account,
  agreed_at bigint,
  constraint restoration_agreed_by_another check (agreed_by <> acknowledged_by),
  check ((acknowledged_by is null) = (acknowledged_at is null) and (acknowledged_by is null) = (last_line_at is null)
    and (acknowledged_by is null) = (reference_count is null)),
  check ((agreed_by is null) = (agreed_at is null) and (agreed_by is null or acknowledged_by is not null))
);
create function restoration_acknowledged() returns trigger language plpgsql as $$
begin
  if old.agreed_by is not null then
    raise exception 'two people acknowledged it' using errcode = 'check_violation', constraint = 'restoration_agreed';
  end if;
  if (new.acknowledged_by, new.last_line_at, new.reference_count)
      is distinct from (old.acknowledged_by, old.last_line_at, old.reference_count)
      and (new.agreed_by is not null or new.acknowledged_by is distinct from scope_account())
    or new.agreed_by is not null and new.agreed_by is distinct from scope_account() then
    raise exception 'by who is signed in' using errcode = 'check_violation', constraint = 'action_by_oneself';
  end if;
  return new;
end $$;
create trigger acknowledged before update on restoration for each row execute function restoration_acknowledged();

-- Who sees it ----------------------------------------------------------------------------------------------------------
create function sees_award(p_award uuid) returns boolean language plpgsql stable as $$
begin return exists (select from award w where w.id = p_award); end $$;
create function sees_batch(p_batch uuid) returns boolean language plpgsql stable as $$
begin return exists (select from payout_batch b where b.id = p_batch); end $$;
create function sees_batch_of(p_payout uuid) returns boolean language plpgsql stable as $$
begin return exists (select from payout p join payout_batch b on b.id = p.batch_id where p.id = p_payout); end $$;
create function sees_payout(p_payout uuid) returns boolean language plpgsql stable as $$
begin return exists (select from payout p where p.id = p_payout); end $$;
alter table payout_batch enable row level security;
alter table payout_result enable row level security;
alter table payout_accepted enable row level security;
alter table pay_file enable row level security;
alter table pay_file_download enable row level security;
alter table result_file enable row level security;
alter table bank_order enable row level security;
alter table sent_before enable row level security;
alter table restoration enable row level security;
alter table payee_change enable row level security;

create policy city on payout_batch to jiangsheng_app using ((select scope_kind() = 'city'));
create policy payer on payout_batch to jiangsheng_app
  using ((select scope_kind() = 'union') and payer_id = (select scope_organisation()));
create policy looks_on on payout_batch for select to jiangsheng_app using ((select scope_job() in ('oversight', 'audit')));
create policy verifies on payout_batch for select to jiangsheng_worker using ((select scope_job()) = 'verify');
drop policy district_pays on payout;
drop policy with_award on payout;
create policy with_award on payout for select to jiangsheng_app
  using ((select scope_kind() is distinct from 'job' or scope_job() in ('oversight', 'consultation', 'audit')) and sees_award(award_id));
create policy pays on payout for insert to jiangsheng_app with check (sees_batch(batch_id));
create policy pays_on on payout for update to jiangsheng_app using (sees_batch(batch_id));
create policy with_payout on payout_result for select to jiangsheng_app using (sees_payout(payout_id));
create policy hears on payout_result for insert to jiangsheng_app
  with check ((select scope_kind() in ('union', 'city')) and recorded_by = (select scope_account()) and sees_payout(payout_id));
create policy verifies on payout_result for select to jiangsheng_worker using ((select scope_job()) = 'verify');
create policy with_batch on payout_accepted to jiangsheng_app
  using ((select scope_kind() in ('union', 'city')) and sees_batch_of(payout_id));
create policy with_batch on pay_file to jiangsheng_app using ((select scope_kind() in ('union', 'city')) and sees_batch(batch_id));
create policy with_batch on pay_file_download to jiangsheng_app
  using ((select scope_kind() in ('union', 'city')) and sees_batch(batch_id));
create policy with_batch on result_file to jiangsheng_app
  using ((select scope_kind() in ('union', 'city')) and sees_batch(batch_id));
create policy city on bank_order to jiangsheng_app using ((select scope_kind() = 'city' or scope_job() = 'bank'));
create policy known on sent_before for select to jiangsheng_app using ((select scope_kind() in ('union', 'city') or scope_job() = 'bank'));
create policy found on sent_before for insert to jiangsheng_app with check ((select scope_kind() in ('union', 'city') or scope_job() = 'bank'));
create policy answered on sent_before for update to jiangsheng_app using ((select scope_kind() = 'city'));
create policy acknowledged on restoration for update to jiangsheng_app using ((select scope_kind() = 'city'));
create policy known on restoration for select to jiangsheng_app using ((select scope_kind() in ('union', 'city') or scope_job() = 'bank'));
create policy with_award on payee_change to jiangsheng_app
  using ((select scope_kind() in ('union', 'city', 'person')) and sees_award(award_id));
create policy payer on award for select to jiangsheng_app
  using ((select scope_kind() = 'union') and payer_id = (select scope_organisation()));

-- A lot of orders of one kind and one releaser that are due, left to whoever took it until its lease ends.
create function take_due_orders(p_now bigint, p_until bigint, p_limit int)
returns table (payout_id uuid, reference text, state text, asks int, released_by uuid, released_at bigint)
language plpgsql security definer set search_path = public as $$
#variable_conflict use_column
declare first_state text; first_releaser uuid;
begin
  if scope_job() is distinct from 'bank' then return; end if;
  select o.state, b.released_by into first_state, first_releaser from bank_order o
    join payout p on p.id = o.payout_id join payout_batch b on b.id = p.batch_id
    where o.due_at <= p_now order by o.due_at for update of o skip locked limit 1;
  return query with due as (
      select o.payout_id, p.reference, b.released_by, b.released_at from bank_order o
        join payout p on p.id = o.payout_id join payout_batch b on b.id = p.batch_id
      where o.due_at <= p_now and o.state = first_state and b.released_by = first_releaser
      order by o.due_at, p.line for update of o skip locked limit p_limit)
    update bank_order o set due_at = p_until from due d where o.payout_id = d.payout_id
    returning o.payout_id, d.reference, o.state, o.asks, d.released_by, d.released_at;
end $$;
create function wake_orders(p_references text[], p_now bigint) returns void
language plpgsql security definer set search_path = public as $$
begin
  if scope_job() is distinct from 'bank' then return; end if;
  update bank_order o set due_at = p_now, asks = 0 from payout p
    where p.id = o.payout_id and p.reference = any (p_references) and o.state = 'handed';
end $$;
revoke execute on function take_due_orders, wake_orders from public;
grant execute on function take_due_orders, wake_orders to jiangsheng_app;

-- Up to when (machine time) lines of the send log are from before the last restore: nothing is sent until two people saw
-- the log's last line, so whatever it held then is. The clock of the machine that restored need not be right.
create function sent_until() returns bigint language sql stable security definer set search_path = public
return (select coalesce(max(greatest(r.restored_at, case when r.agreed_by is null then 9007199254740991 else r.last_line_at end)), -1)
  from restoration r);
-- Which of these references the database knows, whoever asks: the send log holds those of all payers. One that the log has
-- from before the last restore, and that is only released here, had gone further.
create function references_known(p_references text[], p_sent bigint[]) returns table (reference text)
language sql stable security definer set search_path = public
begin atomic
  select p.reference from unnest(p_references, p_sent) i (reference, sent) join payout p on p.reference = i.reference
    where p.state not in ('made', 'cancelled') and (p.state <> 'released' or i.sent > sent_until())
  union select s.reference from sent_before s where s.reference = any (p_references);
end;
-- What has left the house, of all payers.
create function payouts_sent() returns table (reference text) language sql stable security definer set search_path = public
begin atomic
  select p.reference from payout p
    where p.state in ('sent', 'unknown', 'settled', 'failed', 'bounced') and p.batch_id is not null;
end;
-- Writes down what the send log lacks of it; what came back with a better log, and nobody agreed on, is no question any more.
create function send_log_lacks(p_references text[], p_at bigint) returns void
language plpgsql security definer set search_path = public as $$
begin
  if scope_kind() not in ('union', 'city') and scope_job() is distinct from 'bank' then return; end if;
  delete from sent_before s where s.missing and s.agreed_by is null and not s.reference = any (p_references);
  insert into sent_before (reference, missing, amount_fen, batch_id, route, sent_at, found_at)
    select p.reference, true, p.amount_fen, p.batch_id, b.route, 0, p_at
    from payout p join payout_batch b on b.id = p.batch_id where p.reference = any (p_references)
    on conflict do nothing;
end $$;
revoke execute on function sent_until, references_known, payouts_sent, send_log_lacks from public;
grant execute on function sent_until, references_known, payouts_sent, send_log_lacks to jiangsheng_app;

grant usage on sequence payout_batch_number to jiangsheng_app;
grant select, insert on payout_batch, payout_result, payout_accepted, pay_file, pay_file_download, result_file, sent_before
  to jiangsheng_app;
grant update (released_by, released_at, dropped_by, dropped_at, line_count, total_fen, digest) on payout_batch to jiangsheng_app;
grant update (state, paid_on, bank_serial, code) on payout to jiangsheng_app;
grant select, insert, update on bank_order to jiangsheng_app;
grant update (answer, answered_by, answered_at, agreed_by, agreed_at, words, bank_word, bank_asked_at) on sent_before
  to jiangsheng_app;
grant select, update (last_line_at, reference_count, acknowledged_by, acknowledged_at, agreed_by, agreed_at) on restoration
  to jiangsheng_app;
grant select, insert on payee_change to jiangsheng_app;
grant update (confirmed_by, confirmed_at, refused_by, refused_at, refused_words) on payee_change to jiangsheng_app;
grant select on payout_batch, payout_result to jiangsheng_worker;

-- Scans of money papers, as in 0016: a proof now stands with the bank's word.
create or replace function sees_paper_of_scan(p_file uuid) returns boolean language plpgsql stable as $$
begin return exists (select from disbursement_confirmation c where c.scan_file_id = p_file)
  or exists (select from payout_result r where r.proof_file_id = p_file); end $$;
