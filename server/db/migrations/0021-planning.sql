-- What a plan costs. Row-level security is planned into every statement: a policy that looks into another table brings
-- that table's policies along, and a condition whose result is not guessed well makes a list read everything it holds.

-- Guessed at half, not at one in two hundred: a desk's page walks its index and stops, instead of sorting all that waits.
-- Every statement names its scope itself, so that a policy turns away next to nothing.
alter policy city on application using ((select scope_kind() = 'city'));
alter policy city_acts on application using ((select scope_kind() = 'city'));
alter policy oversight on application using ((select scope_job() = 'oversight'));
alter policy union_subtree on application
  using ((select scope_kind() = 'union') and (select scope_organisation()) = any (visible_to));
alter policy union_subtree_acts on application
  using ((select scope_kind() = 'union') and (select scope_organisation()) = any (visible_to));
alter policy person on application using ((select scope_kind() = 'person') and account_id = (select scope_account()));

-- As in 0016: these ask as whoever asks, under the same row-level security, and are planned apart, once a connection.
create function sees_application(p_application uuid) returns boolean language plpgsql stable as $$
begin return exists (select from application a where a.id = p_application); end $$;
create function sees_case_of_call(p_application uuid) returns boolean language plpgsql stable as $$
begin return exists (select from consultation_case k where k.application_id = p_application); end $$;
create function sees_certificate(p_certificate uuid) returns boolean language plpgsql stable as $$
begin return exists (select from application a where a.certificate_id = p_certificate); end $$;
create function sees_action(p_action uuid) returns boolean language plpgsql stable as $$
begin return exists (select from action x where x.id = p_action); end $$;
create function sees_objection(p_objection uuid) returns boolean language plpgsql stable as $$
begin return exists (select from objection o where o.id = p_objection); end $$;
create function sees_file(p_file uuid) returns boolean language plpgsql stable as $$
begin return exists (select from file f where f.id = p_file); end $$;
-- A claim that was typed in, for the one whom it is corrected by.
create function entered_for(p_application uuid, p_account uuid) returns boolean language plpgsql stable as $$
begin return exists (select from application a
  where a.id = p_application and a.entered_by is not null and a.account_id = p_account); end $$;
create function entered_at(p_application uuid, p_filing_point uuid) returns boolean language plpgsql stable as $$
begin return exists (select from application a
  where a.id = p_application and a.entered_by is not null and a.filing_point_id = p_filing_point); end $$;

alter policy in_call on application using ((select scope_job() = 'consultation') and sees_case_of_call(id));
alter policy with_application on action using (sees_application(application_id));
alter policy each_in_their_role on action
  with check (((select scope_kind()) = 'person') = (role = 'worker') and sees_application(application_id));
alter policy with_action on action_note using (sees_action(action_id));
alter policy with_application on form_revision using (sees_application(application_id));
alter policy worker_writes on form_revision with check ((select scope_kind()) = 'person' and sees_application(application_id));
alter policy with_application on assessment using (sees_application(application_id));
alter policy worker_writes on assessment with check ((select scope_kind()) = 'person' and sees_application(application_id));
alter policy with_application on check_record using (sees_application(application_id));
alter policy looked_up on check_record with check (((select scope_kind()) in ('union', 'city')
  or (account_id is null and file_id is null and name in ('previousAwards', 'alikeCertificate')))
  and sees_application(application_id));
alter policy with_application on duty using (sees_application(application_id));
alter policy decided on duty with check ((select scope_kind()) in ('union', 'city') and sees_application(application_id));
alter policy with_application on certificate using (sees_certificate(id));
alter policy with_application on certificate_number using (sees_certificate(certificate_id));
alter policy with_application on inquiry using (sees_application(application_id));
alter policy with_application on paper_entry using (sees_application(application_id));
alter policy with_application on paper_seal using (sees_application(application_id));
alter policy with_application on hold using ((select scope_kind()) in ('union', 'city') and sees_application(application_id));
alter policy with_application on assignment
  using ((select scope_kind()) in ('union', 'city') and sees_application(application_id));
alter policy with_application on file using (application_id is not null and sees_application(application_id));
alter policy with_objection on file using (objection_id is not null and sees_objection(objection_id));
alter policy with_file on file_page using (sees_file(file_id));
alter policy entered_for_me on draft
  using ((select scope_kind()) = 'person' and entered_for(id, (select scope_account())));
alter policy entered_here on draft
  using ((select scope_kind()) = 'union' and entered_at(id, (select scope_organisation())));
