-- Another account for an award, or the same once more (R26): who may propose it, when, and who sees it.

-- A code sent by text message is good for what it was sent for, and for nothing else.
alter table one_time_code
  add column purpose text not null default 'signIn' check (purpose in ('signIn', 'payee')),
  -- Whose phone it is; absent where somebody signs in, who may have no account yet.
  add column account_id uuid references account,
  add constraint one_time_code_of_whom check ((purpose = 'signIn') = (account_id is null));
drop index one_time_code_phone;
create index one_time_code_phone on one_time_code (phone_index, purpose, sent_at desc);

-- A paper on which a worker without an account names another account.
alter table file drop constraint file_purpose_check,
  add constraint file_purpose_check check (purpose in ('idFront', 'idBack', 'certificate', 'card', 'registerEvidence',
    'confirmationScan', 'transferProof', 'payoutProof', 'receiptScan', 'stampedForm', 'consent', 'inquiryReply',
    'objectionEvidence', 'accountPaper'));

-- What it replaces, as it stood when it was proposed.
alter table payee_change add column replaces jsonb not null, add column replaces_tail text not null;
create index payee_change_account on payee_change (account_index);
create index payee_change_open on payee_change (proposed_at, id) where confirmed_by is null and refused_by is null;

-- Who proposes, answers or releases money of an application has the duty of payment on it, and no other.
create function takes_payment_duty(p_application uuid, p_account uuid) returns void
language plpgsql security definer set search_path = public as $$
begin
  insert into duty values (p_application, p_account, 'payment') on conflict do nothing;
  if exists (select from duty d where d.application_id = p_application and d.account_id = p_account and d.duty <> 'payment') then
    raise exception 'holds another duty' using errcode = 'check_violation', constraint = 'four_eyes';
  end if;
end $$;
revoke execute on function takes_payment_duty from public;

-- A proposal is about the last attempt, while none is on its way; domain/payee.ts says the same. The worker makes it; for
-- one without an account, and where the bank took it for a repetition, the payer's finance does, with words.
create function payee_change_begins() returns trigger language plpgsql security definer set search_path = public as $$
declare w award; a application; last payout;
begin
  if new.proposed_by is distinct from scope_account() or new.confirmed_by is not null or new.refused_by is not null then
    raise exception 'by who is signed in' using errcode = 'check_violation', constraint = 'action_by_oneself';
  end if;
  select * into w from award where id = new.award_id for update;
  select * into a from application where id = w.application_id;
  select * into last from payout p where p.award_id = new.award_id and p.state <> 'cancelled' order by p.attempt desc limit 1;
  if w.cancelled_at is not null or last.state in ('released', 'sent', 'unknown', 'settled') then
    raise exception 'a payout is on its way' using errcode = 'check_violation', constraint = 'payee_not_on_its_way';
  end if;
  if (new.replaces, new.replaces_tail) is distinct from (w.payee, w.payee_tail) then
    raise exception 'it replaces what stands' using errcode = 'check_violation', constraint = 'payee_not_on_its_way';
  end if;
  if new.payout_id is distinct from (case when last.state in ('failed', 'bounced') then last.id end) then
    raise exception 'a proposal is about the last attempt' using errcode = 'check_violation', constraint = 'payee_not_on_its_way';
  end if;
  if new.same_account and (new.payout_id is null or new.payee_tail <> w.payee_tail
      or last.code in ('nameMismatch', 'noSuchAccount', 'accountClosed', 'idMismatch', 'payerFunds')) then
    raise exception 'the same account cannot take it' using errcode = 'check_violation', constraint = 'payee_another_account';
  end if;
  if scope_kind() = 'person' then
    if a.account_id is distinct from new.proposed_by or last.code = 'duplicate' and new.same_account then
      raise exception 'not theirs to propose' using errcode = 'check_violation', constraint = 'payee_proposed_by_whom';
    end if;
  else
    if new.words is null or not new.same_account and new.proof_file_id is null
      or a.account_id is not null and not (last.code = 'duplicate' and new.same_account) then
      raise exception 'the worker proposes it' using errcode = 'check_violation', constraint = 'payee_proposed_by_whom';
    end if;
    perform takes_payment_duty(a.id, new.proposed_by);
  end if;
  return new;
end $$;
create trigger begins before insert on payee_change for each row execute function payee_change_begins();

create function payee_change_takes_duty() returns trigger language plpgsql security definer set search_path = public as $$
begin
  perform takes_payment_duty(w.application_id, coalesce(new.confirmed_by, new.refused_by)) from award w where w.id = new.award_id;
  -- What was refused the worker hears of; what was confirmed is an action, and told as one.
  if new.refused_by is not null then
    insert into message (kind, at, application_id, cause_id, account_id, words_revision)
      select 'payeeRefused', new.refused_at, a.id, new.id, a.account_id, (select coalesce(max(r.revision), 0) from message_words r)
      from award w join application a on a.id = w.application_id where w.id = new.award_id and a.account_id = new.proposed_by;
  end if;
  return null;
end $$;
create trigger takes_duty after update on payee_change for each row execute function payee_change_takes_duty();

-- How many others the account of a proposal belongs to: a count, never whose. Across all payers.
create function payee_change_shared(p_change uuid) returns int language sql stable security definer set search_path = public
begin atomic
  select count(distinct o.applicant_index)::int from payee_change c join award w on w.id = c.award_id
    join application a on a.id = w.application_id
    cross join lateral (
      select p.applicant_index from payout p where p.account_index = c.account_index and p.state <> 'cancelled'
      union select b.applicant_index from payee_change d join award v on v.id = d.award_id join application b on b.id = v.application_id
        where d.account_index = c.account_index and d.refused_by is null) o
    where c.id = p_change and o.applicant_index <> a.applicant_index
      and (scope_kind() = 'city' or w.payer_id = scope_organisation());
end;
revoke execute on function payee_change_shared from public;
grant execute on function payee_change_shared to jiangsheng_app;

-- The worker whose award it is, and who pays it. No other union, and HR never.
create function sees_own_award(p_award uuid) returns boolean language plpgsql stable as $$
begin return exists (select from award w where w.id = p_award and w.payer_id = scope_organisation()); end $$;
create function city_pays(p_award uuid) returns boolean language plpgsql stable as $$
begin return exists (select from award w join organisation o on o.id = w.payer_id
  where w.id = p_award and o.kind = 'cityFederation'); end $$;
drop policy with_award on payee_change;
create policy person on payee_change for select to jiangsheng_app using ((select scope_kind()) = 'person' and sees_award(award_id));
create policy person_proposes on payee_change for insert to jiangsheng_app
  with check ((select scope_kind()) = 'person' and proposed_by = (select scope_account()) and sees_award(award_id));
create policy payer on payee_change to jiangsheng_app using ((select scope_kind()) = 'union' and sees_own_award(award_id));
create policy city on payee_change to jiangsheng_app using ((select scope_kind()) = 'city' and city_pays(award_id));

create function sees_account_paper(p_file uuid) returns boolean language plpgsql stable as $$
begin return exists (select from payee_change c where c.proof_file_id = p_file); end $$;
create policy with_payee_change on file for select to jiangsheng_app
  using (purpose = 'accountPaper' and (select scope_kind()) in ('union', 'city') and sees_account_paper(id));
