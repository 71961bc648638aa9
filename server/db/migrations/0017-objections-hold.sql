-- While the centre has not answered an objection to a certificate, nothing on it is approved: whose it is stands open.
create index objection_open on objection (certificate_id) where state = 'open';

-- As the owner: that there is one is known to final approval, by whom it is not.
create function objected_to(p_certificate uuid) returns boolean language sql stable security definer set search_path = public
return exists (select from objection o where o.certificate_id = p_certificate and o.state = 'open');
revoke execute on function objected_to from public;
grant execute on function objected_to to jiangsheng_app;

create function approval_waits_for_answer() returns trigger language plpgsql as $$
begin
  if exists (select from application a where a.id = new.application_id and objected_to(a.certificate_id)) then
    raise exception 'an objection is open' using errcode = 'check_violation', constraint = 'objection_open';
  end if;
  return new;
end $$;
create trigger waits_for_answer before insert on action for each row when (new.kind = 'approve')
  execute function approval_waits_for_answer();
