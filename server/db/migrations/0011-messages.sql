-- The outbox: what happened to an application, one row a turn, written by triggers in the transaction of the action
-- itself. Ids and codes only. The worker whose claim it is reads it as a message; jobs read it in the order (txid, id)
-- behind a cursor of their own, so that another reader (webhooks) is one more cursor.

-- The words of messages. A row is a revision and never changes; revisions are made one at a time.
create table message_words (
  revision int primary key check (revision > 0),
  kind text not null,
  title text not null check (length(title) between 1 and 20),
  body text not null check (length(body) between 1 and 200),
  -- Absent: no text message is sent.
  sms text check (length(sms) between 1 and 200),
  -- Absent: as the policy's folder has them.
  changed_by uuid references account,
  changed_at bigint not null
);
create index message_words_kind on message_words (kind, revision);

create table message (
  id uuid primary key default uuidv7(),
  -- An action's kind (`pass.<step>` for a passed step), or what is no action: receive, overdue, lastBatch.
  kind text not null,
  at bigint not null,
  -- No foreign keys: only the functions below and the jobs write, from rows that are there and stay.
  application_id uuid not null,
  seq int,
  -- The action, transfer or announcement it comes from.
  cause_id uuid not null,
  -- The worker who filed; absent where somebody typed it in for one without an account.
  account_id uuid,
  -- The newest words there were: a message keeps the words it was sent with.
  words_revision int not null,
  -- Days and numbers for its words, where no action holds them.
  about jsonb,
  read_at bigint,
  txid xid8 not null default pg_current_xact_id()
);
create index message_account on message (account_id, at, id);
create index message_txid on message (txid, id);
-- What no action causes is told once, however often a job runs.
create unique index message_once on message (cause_id, kind, application_id) where kind in ('receive', 'overdue', 'lastBatch');

create function action_is_told() returns trigger language plpgsql security definer set search_path = public as $$
begin
  insert into message (kind, at, application_id, seq, cause_id, account_id, words_revision)
    select case new.kind when 'pass' then 'pass.' || new.step else new.kind end, new.at, a.id, new.seq, new.id,
      a.account_id, (select coalesce(max(w.revision), 0) from message_words w)
    from application a where a.id = new.application_id;
  return null;
end $$;
create trigger is_told after insert on action for each row execute function action_is_told();

-- A union has received the money of a notice: everybody it names hears of it.
create function receipt_is_told() returns trigger language plpgsql security definer set search_path = public as $$
begin
  insert into message (kind, at, application_id, cause_id, account_id, words_revision)
    select 'receive', new.recorded_at, a.id, new.transfer_id, a.account_id,
      (select coalesce(max(w.revision), 0) from message_words w)
    from transfer t join award w on w.notice_id = t.notice_id join application a on a.id = w.application_id
    where t.id = new.transfer_id;
  return null;
end $$;
create trigger is_told after insert on transfer_receipt for each row execute function receipt_is_told();

-- How far each reader of the outbox has come; the row is locked while a lot is read.
create table outbox_cursor (
  reader text primary key,
  txid xid8 not null,
  id uuid not null
);
insert into outbox_cursor values ('messages', '0', '00000000-0000-0000-0000-000000000000');

-- Text messages. Machine time throughout.
create table sms (
  message_id uuid primary key references message,
  -- waiting: never handed over; sending: handed over, and no answer known; accepted: the gateway has it.
  state text not null check (state in ('waiting', 'sending', 'accepted', 'delivered', 'givenUp', 'noGateway')),
  why text check (why in ('refused', 'noReceipt', 'unreachable', 'noPhone')),
  -- What the gateway knows it by: a lost answer is asked for by it. A new one only after the gateway said: failed.
  reference uuid not null,
  -- How often the gateway said that it failed.
  failures int not null default 0,
  -- How often nothing new was heard since it was last handed over.
  silences int not null default 0,
  -- When to look again; while a process works on it, when its lease ends.
  due_at bigint not null,
  lease uuid,
  changed_at bigint not null,
  check ((state = 'givenUp') = (why is not null))
);
create index sms_due on sms (due_at) where state in ('waiting', 'sending', 'accepted');
create index sms_given_up on sms (changed_at, message_id) where state = 'givenUp';

-- Offices are told by the day, not by the case: one row an office, kind and day, however many officers and cases.
create table office_message (
  id uuid primary key default uuidv7(),
  organisation_id uuid not null references organisation,
  role text not null,
  kind text not null,
  on_day date not null,
  -- The announcement it comes from.
  cause_id uuid,
  case_count int not null default 0,
  about jsonb,
  words_revision int not null,
  at bigint not null,
  unique nulls not distinct (organisation_id, role, kind, on_day, cause_id)
);
create index office_message_list on office_message (organisation_id, role, at, id);
create table office_message_case (
  office_message_id uuid not null references office_message,
  application_id uuid not null references application,
  primary key (office_message_id, application_id)
);
-- Read by whom, and how many cases there were then: more since then is news again.
create table office_message_read (
  office_message_id uuid not null references office_message,
  account_id uuid not null references account,
  case_count int not null,
  read_at bigint not null,
  primary key (office_message_id, account_id)
);

-- One reminder for each wait: the version says since which action it waits.
create table reminder (
  application_id uuid not null references application,
  version int not null,
  step text not null,
  at bigint not null,
  primary key (application_id, version)
);
-- What becomes overdue does so at midnight: a day that was gone through once is done.
create table reminder_day (
  day date primary key,
  done_at bigint not null
);

-- The last batch and its planned closing day. The newest row of a batch is in force; another day is another row.
create table batch_announcement (
  id uuid primary key,
  batch_id uuid not null references filing_batch,
  closes_on date not null,
  announced_by uuid not null references account,
  announced_at bigint not null,
  -- When those concerned were told.
  told_at bigint
);
create index batch_announcement_batch on batch_announcement (batch_id, announced_at);
create index batch_announcement_untold on batch_announcement (announced_at) where told_at is null;

alter table message_words enable row level security;
alter table message enable row level security;
alter table outbox_cursor enable row level security;
alter table sms enable row level security;
alter table office_message enable row level security;
alter table office_message_case enable row level security;
alter table office_message_read enable row level security;
alter table reminder enable row level security;
alter table reminder_day enable row level security;
alter table batch_announcement enable row level security;

create policy known on message_words for select to jiangsheng_app using ((select scope_kind()) is not null);
create policy centre_changes on message_words for insert to jiangsheng_app
  with check ((select scope_kind()) = 'city' and changed_by = (select scope_account()));
create policy policy_opens on message_words for insert to jiangsheng_app
  with check ((select scope_job()) = 'open-policy' and changed_by is null);
create policy own on message to jiangsheng_app
  using ((select scope_kind()) = 'person' and account_id = (select scope_account()));
create policy city on message for select to jiangsheng_app using ((select scope_kind()) = 'city');
create policy with_message on sms for select to jiangsheng_app
  using ((select scope_kind()) in ('person', 'city') and exists (select from message m where m.id = message_id));
-- What was given up may be tried again by the centre.
create policy city_tries_again on sms for update to jiangsheng_app
  using ((select scope_kind()) = 'city' and state = 'givenUp') with check (state in ('waiting', 'sending', 'accepted'));
create policy office on office_message for select to jiangsheng_app
  using ((select scope_kind()) = 'union' and organisation_id = (select scope_organisation()));
create policy with_message on office_message_case for select to jiangsheng_app
  using (exists (select from office_message m where m.id = office_message_id));
create policy own on office_message_read to jiangsheng_app
  using (account_id = (select scope_account()))
  with check (account_id = (select scope_account()) and exists (select from office_message m where m.id = office_message_id));
create policy known on batch_announcement for select to jiangsheng_app using ((select scope_kind()) is not null);
create policy centre_announces on batch_announcement for insert to jiangsheng_app
  with check ((select scope_kind()) = 'city' and announced_by = (select scope_account()));

-- The jobs.
create policy messages on message_words for select to jiangsheng_worker using ((select scope_job()) = 'messages');
create policy messages on message to jiangsheng_worker using ((select scope_job()) = 'messages');
create policy messages on outbox_cursor to jiangsheng_worker using ((select scope_job()) = 'messages');
create policy messages on sms to jiangsheng_worker using ((select scope_job()) = 'messages');
create policy messages on office_message to jiangsheng_worker using ((select scope_job()) = 'messages');
create policy messages on office_message_case to jiangsheng_worker using ((select scope_job()) = 'messages');
create policy messages on reminder to jiangsheng_worker using ((select scope_job()) = 'messages');
create policy messages on reminder_day to jiangsheng_worker using ((select scope_job()) = 'messages');
create policy messages on batch_announcement to jiangsheng_worker using ((select scope_job()) = 'messages');
create policy messages on application for select to jiangsheng_worker using ((select scope_job()) = 'messages');
create policy messages on action for select to jiangsheng_worker using ((select scope_job()) = 'messages');
create policy messages on filing_batch for select to jiangsheng_worker using ((select scope_job()) = 'messages');
create policy messages on appointment for select to jiangsheng_worker using ((select scope_job()) = 'messages');
create policy messages on account for select to jiangsheng_worker using ((select scope_job()) = 'messages');
-- Only of a claim that nobody's account filed is the form's phone needed.
create policy messages on form_revision for select to jiangsheng_worker
  using ((select scope_job()) = 'messages'
    and exists (select from application a where a.id = application_id and a.account_id is null));

grant select, insert on message_words, batch_announcement to jiangsheng_app;
grant select, update (read_at) on message to jiangsheng_app;
grant select, update (state, why, reference, failures, silences, due_at, lease, changed_at) on sms to jiangsheng_app;
grant select on office_message, office_message_case to jiangsheng_app;
grant select, insert, update (case_count, read_at) on office_message_read to jiangsheng_app;
grant select on message_words, filing_batch, appointment to jiangsheng_worker;
grant select (id, kind, phone, id_number_index, disabled_at) on account to jiangsheng_worker;
grant select, insert on message, reminder, reminder_day, office_message_case to jiangsheng_worker;
grant select, update on outbox_cursor to jiangsheng_worker;
grant select, insert, update on sms, office_message to jiangsheng_worker;
grant select, update (told_at) on batch_announcement to jiangsheng_worker;
