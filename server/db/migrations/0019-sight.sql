-- What is kept beside a claim is for whoever the claim is, while it is theirs: its correction, its pictures, its desk.

-- Whether a draft's id is a claim's. As the owner: it may be one that who asks does not see.
create function is_filed(p_id uuid) returns boolean language sql stable security definer set search_path = public
return exists (select from application where id = p_id);
revoke execute on function is_filed from public;
grant execute on function is_filed to jiangsheng_app;

-- Corrections -------------------------------------------------------------------------------------------------------
-- Before the first decision, and once it was sent back; `requireCorrectable` in server/applications/standing.ts says the same.
create function correctable(a application) returns boolean language sql immutable
return a.state = 'returned' or a.state = 'inReview' and a.step = a.steps[1];

-- The draft under a claim's id is its correction: the worker's whose it is, or of the point that entered it, while it may
-- be corrected. After the row stands, so that who waited for the one before it sees what that one became. As the owner:
-- of somebody else's claim, who tries sees nothing.
create function draft_of_claim() returns trigger language plpgsql security definer set search_path = public as $$
declare claim application;
begin
  if tg_op = 'INSERT' then
    -- Waits for whoever is deciding: what they decide ends the corrections that they see.
    select * into claim from application where id = new.id for share;
  else
    select * into claim from application where id = new.id;
  end if;
  if not found then return null; end if;
  if not coalesce(scope_kind() = 'person' and claim.account_id = scope_account()
      or scope_kind() = 'union' and claim.entered_by is not null and claim.filing_point_id = scope_organisation(), false) then
    raise exception 'the id of somebody else''s claim' using errcode = 'check_violation', constraint = 'draft_of_claim';
  end if;
  if not coalesce(correctable(claim), false) then
    raise exception 'not to be corrected now' using errcode = 'check_violation', constraint = 'draft_correctable';
  end if;
  return null;
end $$;
create trigger of_claim after insert or update on draft for each row execute function draft_of_claim();

-- A correction goes when it may no more be handed in; and what a point typed goes when the claim goes to another union.
create function correction_ends() returns trigger language plpgsql security definer set search_path = public as $$
begin
  delete from draft where id = new.id;
  return null;
end $$;
create trigger correction_ends after update of state, step, base_union_id on application for each row
  when ((correctable(old) and not coalesce(correctable(new), false))
    or (old.base_union_id <> new.base_union_id and new.entered_by is not null))
  execute function correction_ends();

-- What was laid there before, and what was left there.
delete from draft d using application a where a.id = d.id and (not coalesce(correctable(a), false)
  or d.account_id is distinct from a.account_id
    and (a.entered_by is null or d.filing_point_id is distinct from a.filing_point_id));

-- Once it is filed, a row of a point's grid is the claim's: `entered_here` shows it to the point whose claim it is now.
alter policy point on draft
  using ((select scope_kind()) = 'union' and filing_point_id = (select scope_organisation()) and not is_filed(id));

-- Pictures ----------------------------------------------------------------------------------------------------------
-- What is a claim's is seen by who sees the claim, whoever handed it in. Asks as whoever asks, and is planned apart.
create function file_in_sight(p_application uuid, p_draft uuid) returns boolean language plpgsql stable as $$
begin
  if p_application is null and (p_draft is null or not is_filed(p_draft)) then return true; end if;
  return exists (select from application a where a.id = coalesce(p_application, p_draft));
end $$;
-- A claim never goes away from its worker.
alter policy own on file using (owner_account_id = (select scope_account())
  and ((select scope_kind()) = 'person' or file_in_sight(application_id, draft_id)));
alter policy point on file using ((select scope_kind()) = 'union' and filing_point_id = (select scope_organisation())
  and file_in_sight(application_id, draft_id));
-- HR sees neither the account nor, but while it is asked for its opinion, an identity card.
create function waits_for_hr(p_application uuid) returns boolean language plpgsql stable as $$
begin return exists (select from application a
  where a.id = p_application and a.state in ('inReview', 'reReview') and a.step = 'hrOpinion'); end $$;
create function scope_is_hr() returns boolean language sql stable
return exists (select from organisation o where o.id = scope_organisation() and o.kind = 'unit');
create policy hr_in_its_task on file as restrictive for select to jiangsheng_app
  using (not (select scope_is_hr()) or purpose not in ('card', 'stampedForm', 'objectionEvidence')
    and (purpose not in ('idFront', 'idBack') or waits_for_hr(application_id)));

-- Words -------------------------------------------------------------------------------------------------------------
-- The applicant, and HR of their employer, read what is meant for the applicant, and their own (`readsWords` in
-- domain/visibility.ts); officers' words for one another, and what a register or a letter showed, may name others.
create function reads_as_applicant() returns boolean language sql stable
return coalesce(scope_kind() = 'person', false) or scope_is_hr();
create function words_for_applicant(p_action uuid) returns boolean language plpgsql stable as $$
begin return exists (select from action a where a.id = p_action
  and (a.kind in ('return', 'decline', 'uphold', 'overturn', 'displace', 'redirect')
    or a.account_id = scope_account() or scope_kind() = 'person' and a.kind in ('withdraw', 'requestReReview'))); end $$;
create policy words_as_applicant on action_note as restrictive for select to jiangsheng_app
  using (not (select reads_as_applicant()) or words_for_applicant(action_id));
create policy found_out on file as restrictive for select to jiangsheng_app
  using (purpose not in ('registerEvidence', 'inquiryReply') or not (select reads_as_applicant()));

-- Desks -------------------------------------------------------------------------------------------------------------
-- Sent on, a case leaves its desk as by a decision: not while it is a colleague's, or held by one.
drop trigger at_ones_own_desk on action;
create trigger at_ones_own_desk before insert on action for each row
  when (new.kind in ('pass', 'return', 'decline', 'redirect')) execute function decision_at_ones_own_desk();
