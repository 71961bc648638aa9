-- What was paid before a restore, whatever its certificate is called since.

-- Of these claims what two people agreed was paid before a restore, where no payout of the database stands for it.
create function paid_before(p_claims text[]) returns table (reference text, claims text[])
language sql stable security definer set search_path = public
begin atomic
  select s.reference, s.claims from sent_before s where s.answer = 'settled' and s.agreed_by is not null and s.claims && p_claims
    and not exists (select from payout p where p.reference = s.reference and p.state <> 'cancelled');
end;
revoke execute on function paid_before, bank_contradicts from public;
grant execute on function paid_before to jiangsheng_app;
