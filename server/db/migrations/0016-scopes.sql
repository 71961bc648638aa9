-- What one part of the house knows of another's rows.

-- A caller is told where a case stands: neither whose seals its paper bears nor how it was entered.
create policy not_on_the_phone on paper_seal as restrictive for select to jiangsheng_app
  using ((select scope_job()) is distinct from 'consultation');
create policy not_on_the_phone on paper_entry as restrictive for select to jiangsheng_app
  using ((select scope_job()) is distinct from 'consultation');

-- As in 0013, and of a claim that was entered and that nobody has linked the phone on its form counts.
create or replace function consultation_open(p_id uuid, p_receipt text, p_applicant bytea, p_phone bytea) returns int
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
    select p_id, a.id from application a
      left join account w on w.id = a.account_id left join paper_entry e on e.application_id = a.id
    where (p_receipt is null or a.receipt_number = p_receipt) and (p_applicant is null or a.applicant_index = p_applicant)
      and (p_phone is null or coalesce(w.phone_index, e.phone_index) = p_phone)
    order by a.received_at desc limit 20;
  get diagnostics opened = row_count;
  update consultation set found = opened where id = p_id;
  return opened;
end $$;

-- What is seen with what is seen with something else: each table brings its own policies into the plan, and each EXISTS
-- is planned two ways, so that one plan for the pictures of a form took half a second to make. These ask as whoever asks,
-- under the same row-level security, but are planned apart, once a connection, and only where what stands before holds.
create function sees_award_of_notice(p_notice uuid) returns boolean language plpgsql stable as $$
begin return exists (select from award w where w.notice_id = p_notice); end $$;
create function sees_notice(p_notice uuid) returns boolean language plpgsql stable as $$
begin return exists (select from allocation_notice n where n.id = p_notice); end $$;
create function sees_notice_of_list(p_list uuid) returns boolean language plpgsql stable as $$
begin return exists (select from allocation_notice n where n.approval_list_id = p_list); end $$;
create function sees_transfer(p_transfer uuid) returns boolean language plpgsql stable as $$
begin return exists (select from transfer t where t.id = p_transfer); end $$;
create function sees_paper_of_scan(p_file uuid) returns boolean language plpgsql stable as $$
begin return exists (select from disbursement_confirmation c where c.scan_file_id = p_file)
  or exists (select from payout p where p.proof_file_id = p_file); end $$;

alter policy payee on allocation_notice using ((select scope_kind()) = 'person' and sees_award_of_notice(id));
alter policy in_call on allocation_notice using ((select scope_job()) = 'consultation' and sees_award_of_notice(id));
alter policy with_notice on approval_list using ((select scope_kind()) = 'union' and sees_notice_of_list(id));
alter policy with_notice on disbursement_confirmation using (sees_notice(notice_id));
-- The city has a policy of its own there.
alter policy with_notice on transfer using ((select scope_kind()) is distinct from 'city' and sees_notice(notice_id));
alter policy with_transfer on transfer_receipt using (sees_transfer(transfer_id));
drop policy with_confirmation on file;
drop policy with_payout on file;
drop policy oversight on file;
create policy with_money_paper on file for select to jiangsheng_app
  using (purpose in ('confirmationScan', 'payoutProof')
    and ((select scope_kind()) in ('union', 'city') or (select scope_job()) = 'oversight') and sees_paper_of_scan(id));
create index disbursement_confirmation_scan on disbursement_confirmation (scan_file_id);
create index payout_proof on payout (proof_file_id) where proof_file_id is not null;
