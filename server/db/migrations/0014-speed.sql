-- What a filing asks about its certificate, in one go. Each part sees what the one before it has written.
create function certificate_claimed(p_id uuid, p_space text, p_number text, p_holder bytea, p_level text, p_occupation text,
  p_issued date, p_application uuid, out id uuid, out taken text, out alike int)
language plpgsql security definer set search_path = public as $$
begin
  id := certificate_of(p_id, p_space, p_number, p_holder, p_level, p_occupation, p_issued, p_application);
  taken := certificate_taken(id, p_application);
  alike := certificates_alike(id);
end $$;
revoke execute on function certificate_claimed from public;
grant execute on function certificate_claimed to jiangsheng_app;
