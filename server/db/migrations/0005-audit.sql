-- Who did and saw what. Append-only; sealed in the background, lot by lot, so that no request waits on another's.
create table audit_event (
  id uuid primary key,
  -- Rows of transactions older than every running one can no longer be joined by others: the sealer goes up to there.
  txid xid8 not null default pg_current_xact_id(),
  at bigint not null,
  account_id uuid,
  kind text not null,
  object_kind text not null,
  object_id text,
  -- Codes and ids only.
  detail jsonb not null,
  mac bytea not null
);
create index audit_event_txid on audit_event (txid);
create index audit_event_object on audit_event (object_id, at);
create index audit_event_at on audit_event (at);
create table audit_lot (
  lot bigint primary key,
  from_txid xid8 not null,
  to_txid xid8 not null,
  event_count int not null,
  hash bytea not null,
  sealed_at bigint not null
);
alter table audit_event enable row level security;
alter table audit_lot enable row level security;
-- A row dated back into a sealed lot would look like an altered lot.
create policy written on audit_event for insert to jiangsheng_app with check (txid = pg_current_xact_id());
create policy read on audit_event for select to jiangsheng_app using ((select scope_job()) = 'audit');
create policy read on audit_lot for select to jiangsheng_app using ((select scope_job()) = 'audit');
create policy seals on audit_event for select to jiangsheng_worker using ((select scope_job()) in ('seal-audit', 'verify'));
create policy seals on audit_lot to jiangsheng_worker using ((select scope_job()) in ('seal-audit', 'verify'));
grant insert, select on audit_event to jiangsheng_app;
grant select on audit_lot to jiangsheng_app;
grant select on audit_event to jiangsheng_worker;
grant select, insert on audit_lot to jiangsheng_worker;
