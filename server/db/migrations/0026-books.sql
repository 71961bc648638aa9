-- The books (三, 四): statements, exports and reconciliation read whole years.

-- Who sees all of it is asked once and first; only for the others each row's award is looked up. Who is what stays as in
-- 0004 and 0022.
alter policy with_award on posting
  using ((select scope_kind() = 'city' or scope_job() = 'oversight') or exists (select from award w where w.id = award_id));
alter policy with_award on payout
  using ((select scope_kind() = 'city' or scope_job() = 'oversight')
    or (select scope_kind() is distinct from 'job' or scope_job() in ('consultation', 'audit')) and sees_award(award_id));
alter policy with_payout on payout_result
  using ((select scope_kind() = 'city' or scope_job() = 'oversight') or sees_payout(payout_id));

-- A flag that is neither true nor false lets what stands after `and` be asked for every row: in the city's scope each
-- application of a list cost one call of `sees_case_of_call`. As in 0021 flags are one each, so that they are guessed well.
alter policy in_call on application using ((select scope_job() is not distinct from 'consultation') and sees_case_of_call(id));
alter policy in_call on allocation_notice
  using ((select scope_job() is not distinct from 'consultation') and sees_award_of_notice(id));
alter policy in_call on award using ((select scope_job() is not distinct from 'consultation')
  and application_id = any (array (select k.application_id from consultation_case k)));
alter policy city on award using ((select scope_kind() = 'city'));
alter policy oversight on award using ((select scope_job() = 'oversight'));
alter policy union_subtree on award
  using ((select scope_kind() = 'union') and (select scope_organisation()) = any (visible_to));
alter policy person on award using ((select scope_kind() = 'person') and sees_application(application_id));
-- They read, and nothing else: a list that reads much is read by several processes of the database.
alter function sees_application(uuid) parallel safe;
alter function sees_case_of_call(uuid) parallel safe;
alter function sees_award(uuid) parallel safe;
alter function sees_award_of_notice(uuid) parallel safe;
alter function sees_payout(uuid) parallel safe;
