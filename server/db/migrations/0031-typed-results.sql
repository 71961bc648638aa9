-- The bank's word where somebody types it (四.一.5, 四.二.3, 四.三): only with the bank's receipt, and what came back by such a
-- word is looked at by another person before it is paid once more.

-- Rows of earlier versions may have none; they stay as they are.
create function typed_with_proof() returns trigger language plpgsql security definer set search_path = public as $$
begin
  if not exists (select from file f where f.id = new.proof_file_id and f.purpose = 'payoutProof'
      and f.owner_account_id = new.recorded_by and f.erased_at is null) then
    raise exception 'a typed result has its proof' using errcode = 'check_violation', constraint = 'payout_result_with_proof';
  end if;
  return new;
end $$;
create trigger with_proof before insert on payout_result for each row when (new.source = 'hand')
  execute function typed_with_proof();

-- The typed word by which the attempt before came back: failed, or given back by the bank. What never left is no attempt.
create function typed_back(p_payout uuid) returns uuid language sql stable security definer set search_path = public
return (select r.id from payout n
  cross join lateral (select o.id, o.state from payout o
    where o.award_id = n.award_id and o.attempt < n.attempt and o.state <> 'cancelled' order by o.attempt desc limit 1) o
  cross join lateral (select r.id, r.source from payout_result r
    where r.payout_id = o.id and r.outcome = o.state order by r.recorded_at desc limit 1) r
  where n.id = p_payout and o.state in ('failed', 'bounced') and r.source = 'hand');
revoke execute on function typed_back from public;
grant execute on function typed_back to jiangsheng_app;

-- As in 0022, and what was typed.
create or replace function payout_stops(p_batch uuid) returns table (payout_id uuid, stop text)
language sql stable security definer set search_path = public
begin atomic
  with line as (select p.id, p.award_id, p.attempt, p.account_index, p.applicant_index, w.certificate_id, b.made_at
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
    where o.certificate_id = l.certificate_id and (o.state = 'open' or o.approved_already))
  union all
  select l.id, 'typedBack' from line l where l.attempt > 1 and typed_back(l.id) is not null;
end;

-- Accepted by who is signed in, never by who typed it; without that the line is not released.
alter table payout_accepted drop constraint payout_accepted_stop_check,
  add constraint payout_accepted_stop_check check (stop in ('oneAccountManyPeople', 'onePersonManyAccounts', 'typedBack'));
create function typed_back_accepted() returns trigger language plpgsql security definer set search_path = public as $$
begin
  if new.accepted_by is distinct from scope_account() then
    raise exception 'by who is signed in' using errcode = 'check_violation', constraint = 'action_by_oneself';
  end if;
  if exists (select from payout_result r where r.id = typed_back(new.payout_id) and r.recorded_by = new.accepted_by) then
    raise exception 'who typed it does not accept it' using errcode = 'check_violation', constraint = 'typed_back_by_another';
  end if;
  return new;
end $$;
create trigger by_another before insert on payout_accepted for each row when (new.stop = 'typedBack')
  execute function typed_back_accepted();
create function typed_back_looked_at() returns trigger language plpgsql security definer set search_path = public as $$
begin
  if typed_back(new.id) is not null and not exists (select from payout_accepted a
      join payout_batch b on b.id = new.batch_id and b.released_by = a.accepted_by
      where a.payout_id = new.id and a.stop = 'typedBack') then
    raise exception 'nobody has looked at it' using errcode = 'check_violation', constraint = 'typed_back_looked_at';
  end if;
  return new;
end $$;
create trigger looked_at before update on payout for each row when (new.state = 'released' and new.attempt > 1)
  execute function typed_back_looked_at();
