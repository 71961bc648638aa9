-- What is kept beside a claim is for whoever the claim is, while it is theirs: its correction, its pictures, its desk.

-- Corrections -------------------------------------------------------------------------------------------------------
-- The draft under a claim's id is its correction: the worker's whose it is, or of the point that entered it. After the
-- row stands, so that who waited for the one before it sees what that one became. As the owner: of somebody else's
-- claim, who tries sees nothing.
create function draft_of_claim() returns trigger language plpgsql security definer set search_path = public as $$
declare claim application;
begin
  select * into claim from application where id = new.id;
  if not found then return null; end if;
  if not coalesce(scope_kind() = 'person' and claim.account_id = scope_account()
      or scope_kind() = 'union' and claim.entered_by is not null and claim.filing_point_id = scope_organisation(), false) then
    raise exception 'the id of somebody else''s claim' using errcode = 'check_violation', constraint = 'draft_of_claim';
  end if;
  return null;
end $$;
create trigger of_claim after insert or update on draft for each row execute function draft_of_claim();
-- What was laid there before.
delete from draft d using application a where a.id = d.id and d.account_id is distinct from a.account_id
  and (a.entered_by is null or d.filing_point_id is distinct from a.filing_point_id);
