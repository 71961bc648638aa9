-- The city's list for final approval, frozen when made.
create table approval_list (
  id uuid primary key,
  policy_id text not null,
  number text not null unique,
  line_count int not null check (line_count > 0),
  total_fen bigint not null check (total_fen > 0),
  made_by uuid not null references account,
  made_at bigint not null,
  document_number text,
  approved_by uuid references account,
  approved_at bigint,
  -- A list in which an application has moved on cannot be approved: the list made after it takes its place.
  replaced_by uuid references approval_list,
  constraint approval_by_another check (approved_by <> made_by),
  check (replaced_by is null or approved_by is null),
  check ((document_number is null) = (approved_by is null) and (approved_by is null) = (approved_at is null))
);
create sequence approval_list_number;
create table approval_line (
  list_id uuid not null references approval_list,
  application_id uuid not null references application,
  -- The application's version when the list was made: any action since then spoils the list.
  version int not null check (version > 0),
  amount_fen bigint not null check (amount_fen > 0),
  -- Keyed digest of the line as frozen: person, certificate, amount, payee, policy revision.
  digest bytea not null,
  primary key (list_id, application_id)
);
create index approval_line_application on approval_line (application_id);

create table allocation_notice (
  id uuid primary key,
  policy_id text not null,
  number text not null unique,
  approval_list_id uuid not null references approval_list,
  district_id uuid not null references organisation,
  line_count int not null check (line_count > 0),
  total_fen bigint not null check (total_fen > 0),
  receiving_account_tail text not null,
  issued_by uuid not null references account,
  issued_at bigint not null,
  unique (approval_list_id, district_id)
);
create sequence allocation_notice_number;

-- 一证一笔: one award per certificate, for ever, by any channel; awards of earlier years are imported without an
-- application.
create table award (
  id uuid primary key,
  certificate_id uuid not null unique references certificate,
  application_id uuid unique references application,
  policy_id text not null,
  amount_fen bigint not null check (amount_fen > 0),
  district_id uuid references organisation,
  visible_to uuid[] not null,
  notice_id uuid references allocation_notice,
  -- The account as approved, sealed; what may be shown of it.
  payee jsonb,
  payee_tail text,
  approved_at bigint not null,
  check (application_id is null or (district_id is not null and payee is not null))
);
create index award_notice on award (notice_id);
create index award_district on award (district_id);

-- Places in the order 先到先发: a counter row locked in the confirming transaction, as sequences are not in commit order.
create table confirmation_counter (
  policy_id text primary key,
  next_place int not null check (next_place > 0)
);
create table disbursement_confirmation (
  notice_id uuid primary key references allocation_notice,
  policy_id text not null,
  place int not null check (place > 0),
  line_count int not null,
  total_fen bigint not null,
  account_tail text not null,
  scan_file_id uuid not null references file,
  confirmed_by uuid not null references account,
  confirmed_at bigint not null,
  unique (policy_id, place)
);

-- Money between unions. Every one has its id before anything is sent; who makes it and who releases it are two people.
create table transfer (
  id uuid primary key,
  kind text not null check (kind in ('funding', 'allocation')),
  approval_list_id uuid not null references approval_list,
  notice_id uuid unique references allocation_notice,
  amount_fen bigint not null check (amount_fen > 0),
  voucher_number text not null,
  made_by uuid not null references account,
  made_at bigint not null,
  released_by uuid references account,
  released_at bigint,
  constraint release_by_another check (released_by <> made_by),
  check ((released_by is null) = (released_at is null)),
  check ((kind = 'allocation') = (notice_id is not null))
);
create unique index transfer_one_funding on transfer (approval_list_id) where kind = 'funding';

-- Whoever makes or releases a transfer takes the duty of payment on every application it pays, by itself.
create function transfer_takes_duty() returns trigger language plpgsql as $$
declare person uuid;
begin
  if tg_op = 'UPDATE' and old.released_by is not null then
    raise exception 'a transfer is released once' using errcode = 'check_violation', constraint = 'transfer_released_once';
  end if;
  person := case tg_op when 'INSERT' then new.made_by else new.released_by end;
  if person is distinct from scope_account() then
    raise exception 'a transfer is moved by who is signed in' using errcode = 'check_violation', constraint = 'action_by_oneself';
  end if;
  insert into duty select w.application_id, person, 'payment' from approval_line l
    join award w on w.application_id = l.application_id
    where l.list_id = new.approval_list_id and (new.notice_id is null or w.notice_id = new.notice_id)
    on conflict do nothing;
  if exists (select from approval_line l join award w on w.application_id = l.application_id
      join duty d on d.application_id = w.application_id and d.account_id = person and d.duty <> 'payment'
      where l.list_id = new.approval_list_id and (new.notice_id is null or w.notice_id = new.notice_id)) then
    raise exception 'holds another duty' using errcode = 'check_violation', constraint = 'four_eyes';
  end if;
  return new;
end $$;
create trigger takes_duty before insert or update on transfer for each row execute function transfer_takes_duty();
create table transfer_receipt (
  transfer_id uuid primary key references transfer,
  received_on date not null,
  receipt_number text not null,
  recorded_by uuid not null references account,
  recorded_at bigint not null
);
create table payout (
  id uuid primary key,
  award_id uuid not null unique references award,
  paid_on date not null,
  voucher_number text not null,
  proof_file_id uuid references file,
  recorded_by uuid not null references account,
  recorded_at bigint not null
);

-- The ledger: one posting is one row, balanced by construction, never changed. Accounts are cityBudget, committed,
-- serviceCentre, union:<id>, worker:<award id>, bounced:<award id>, cancelled.
create table posting (
  id uuid primary key,
  seq bigint generated always as identity unique,
  debit_account text not null,
  credit_account text not null,
  amount_fen bigint not null check (amount_fen > 0),
  award_id uuid not null references award,
  -- The action, transfer or payout it comes from.
  cause_kind text not null check (cause_kind in ('approve', 'funding', 'allocation', 'pay', 'reversal')),
  cause_id uuid not null,
  at bigint not null,
  mac bytea not null,
  check (debit_account <> credit_account),
  -- The same cause posts an award once, however often it is repeated.
  unique (award_id, cause_kind, cause_id)
);
create index posting_cause on posting (cause_id);

alter table approval_list enable row level security;
alter table approval_line enable row level security;
alter table allocation_notice enable row level security;
alter table award enable row level security;
alter table disbursement_confirmation enable row level security;
alter table transfer enable row level security;
alter table transfer_receipt enable row level security;
alter table payout enable row level security;
alter table posting enable row level security;
create policy city on approval_list to jiangsheng_app using ((select scope_kind()) = 'city');
create policy city on approval_line to jiangsheng_app using ((select scope_kind()) = 'city');
create policy city on allocation_notice to jiangsheng_app using ((select scope_kind()) = 'city');
-- A union's notice names the document it rests on.
create policy with_notice on approval_list for select to jiangsheng_app
  using ((select scope_kind()) = 'union'
    and exists (select from allocation_notice n where n.approval_list_id = approval_list.id));
create policy district on allocation_notice for select to jiangsheng_app
  using ((select scope_kind()) = 'union' and district_id = (select scope_organisation()));
create policy payee on allocation_notice for select to jiangsheng_app
  using ((select scope_kind()) = 'person' and exists (select from award w where w.notice_id = allocation_notice.id));
create policy city on award to jiangsheng_app using ((select scope_kind()) = 'city');
create policy union_subtree on award for select to jiangsheng_app
  using ((select scope_kind()) = 'union' and (select scope_organisation()) = any (visible_to));
create policy person on award for select to jiangsheng_app
  using ((select scope_kind()) = 'person' and exists (select from application a where a.id = application_id));
create policy with_notice on disbursement_confirmation for select to jiangsheng_app
  using (exists (select from allocation_notice n where n.id = notice_id));
create policy city on transfer to jiangsheng_app using ((select scope_kind()) = 'city');
create policy with_notice on transfer for select to jiangsheng_app
  using (exists (select from allocation_notice n where n.id = notice_id));
create policy with_transfer on transfer_receipt for select to jiangsheng_app
  using (exists (select from transfer t where t.id = transfer_id));
create policy with_award on payout for select to jiangsheng_app using (exists (select from award w where w.id = award_id));
create policy with_award on posting for select to jiangsheng_app using (exists (select from award w where w.id = award_id));
-- A district union confirms, receives and pays its own; nobody posts from a worker's scope.
create policy district_confirms on disbursement_confirmation for insert to jiangsheng_app
  with check ((select scope_kind()) = 'union' and exists (select from allocation_notice n
    where n.id = notice_id and n.district_id = (select scope_organisation())));
create policy district_receives on transfer_receipt for insert to jiangsheng_app
  with check ((select scope_kind()) = 'union' and exists (select from transfer t join allocation_notice n on n.id = t.notice_id
    where t.id = transfer_id and n.district_id = (select scope_organisation())));
create policy district_pays on payout for insert to jiangsheng_app
  with check ((select scope_kind()) = 'union' and exists (select from award w
    where w.id = award_id and w.district_id = (select scope_organisation())));
create policy unions_post on posting for insert to jiangsheng_app
  with check ((select scope_kind()) in ('union', 'city') and exists (select from award w where w.id = award_id));
-- Scans of money papers are seen by the unions that see the paper they belong to; they name many workers, and a worker
-- sees none.
create policy with_confirmation on file for select to jiangsheng_app
  using ((select scope_kind()) in ('union', 'city')
    and exists (select from disbursement_confirmation c where c.scan_file_id = file.id));
create policy with_payout on file for select to jiangsheng_app
  using ((select scope_kind()) in ('union', 'city') and exists (select from payout p where p.proof_file_id = file.id));
-- The audit administrator reads the money and its chain, never an application's form.
create policy audits on award for select to jiangsheng_app using ((select scope_job()) = 'audit');
create policy audits on posting for select to jiangsheng_app using ((select scope_job()) = 'audit');
create policy audits on transfer for select to jiangsheng_app using ((select scope_job()) = 'audit');
create policy verifies on award for select to jiangsheng_worker using ((select scope_job()) = 'verify');
create policy verifies on posting for select to jiangsheng_worker using ((select scope_job()) = 'verify');
create policy verifies on payout for select to jiangsheng_worker using ((select scope_job()) = 'verify');
create policy verifies on transfer for select to jiangsheng_worker using ((select scope_job()) = 'verify');

grant usage on sequence approval_list_number, allocation_notice_number to jiangsheng_app;
grant select, insert on approval_list, award, transfer to jiangsheng_app;
grant select, insert, update on confirmation_counter to jiangsheng_app;
-- What was made stays; only what comes later is written.
grant update (document_number, approved_by, approved_at, replaced_by) on approval_list to jiangsheng_app;
grant update (notice_id) on award to jiangsheng_app;
grant update (released_by, released_at) on transfer to jiangsheng_app;
grant select, insert on approval_line, allocation_notice, disbursement_confirmation, transfer_receipt, payout, posting to jiangsheng_app;
grant select on award, posting, payout, transfer to jiangsheng_worker;

-- Whether a certificate has an award or a live application: one word, never whose.
create function certificate_taken(p_certificate uuid, p_except uuid) returns text
language sql stable security definer set search_path = public
return case
  when exists (select from award w where w.certificate_id = p_certificate and w.application_id is distinct from p_except) then 'awarded'
  when exists (select from application a where a.certificate_id = p_certificate and a.id <> p_except
    and a.state not in ('declined', 'withdrawn')) then 'filed'
end;
-- Certificates that may be the same one: same holder, level and day under another number, or equal digits in another
-- number space. A person decides; the answer is a count.
create function certificates_alike(p_certificate uuid) returns int
language sql stable security definer set search_path = public
return (
  select count(*) from (
    select o.id from certificate c join certificate o on o.holder_index = c.holder_index and o.level = c.level
      and o.issued_on = c.issued_on and o.id <> c.id where c.id = p_certificate
    union
    select n.certificate_id from certificate_number m join certificate_number n on n.number = m.number
      and n.space <> m.space where m.certificate_id = p_certificate
    limit 10) alike);
revoke execute on function certificate_taken, certificates_alike from public;
grant execute on function certificate_taken, certificates_alike to jiangsheng_app;
