-- The books (三, 四): statements, exports and reconciliation read whole years.

-- What a scope sees whole is said first and once; the policies after it look each row's award up.
create policy all_of_city on posting for select to jiangsheng_app
  using ((select scope_kind() = 'city') or (select scope_job() = 'oversight'));
create policy all_of_city on payout for select to jiangsheng_app
  using ((select scope_kind() = 'city') or (select scope_job() = 'oversight'));
create policy all_of_city on payout_result for select to jiangsheng_app
  using ((select scope_kind() = 'city') or (select scope_job() = 'oversight'));
