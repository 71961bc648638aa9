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
