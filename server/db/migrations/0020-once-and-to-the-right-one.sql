-- One certificate is paid once, and to whom it belongs: what the centre said of certificates that look alike, and what it
-- granted to who objected, holds until the money is out.

-- One certificate, two claims ------------------------------------------------------------------------------------------
-- Also for declined ones, which alike_applications names.
create index application_certificate on application (certificate_id);

-- As in 0010; claims that are alive first, as only ten are named.
create or replace function alike_applications(p_application uuid) returns table (application_id uuid, certificate_id uuid)
language sql stable security definer set search_path = public
begin atomic
  select o.id, o.certificate_id from application o
  where (select scope_kind()) in ('union', 'city') and o.id <> p_application and o.state <> 'withdrawn'
    and o.certificate_id in (
      select d.id from application a join certificate c on c.id = a.certificate_id join certificate d
        on d.holder_index = c.holder_index and d.level = c.level and d.issued_on = c.issued_on and d.id <> c.id
      where a.id = p_application
      union
      select n.certificate_id from application a join certificate_number m on m.certificate_id = a.certificate_id
        join certificate_number n on n.number = m.number and n.space <> m.space
      where a.id = p_application)
  order by o.state = 'declined', o.received_at, o.id limit 10;
end;

-- Whether another live claim may rest on this one's certificate, and the centre has not said yet whether it does.
create function alike_unanswered(p_application uuid) returns boolean
language sql stable security definer set search_path = public
return exists (
  select from alike_applications(p_application) k
    join application o on o.id = k.application_id and o.state <> 'declined'
    join application a on a.id = p_application
  where not exists (select from certificate_comparison c where c.role = 'verifier'
    and c.certificate_a = least(a.certificate_id, k.certificate_id)
    and c.certificate_b = greatest(a.certificate_id, k.certificate_id)));

-- As in 0010, and verification is not passed before the centre has compared.
create or replace function decision_at_ones_own_desk() returns trigger
language plpgsql security definer set search_path = public as $$
declare had_by uuid; stopped_by uuid; certificate uuid;
begin
  select a.assignee_id, h.held_by, a.certificate_id into had_by, stopped_by, certificate
    from application a left join hold h on h.id = a.hold_id where a.id = new.application_id;
  if had_by <> new.account_id then
    raise exception 'somebody else has it' using errcode = 'check_violation', constraint = 'decision_on_ones_own';
  end if;
  if stopped_by <> new.account_id then
    raise exception 'somebody else holds it' using errcode = 'check_violation', constraint = 'decision_not_held';
  end if;
  if new.kind = 'pass' and same_certificate_taken(certificate) then
    raise exception 'the same certificate' using errcode = 'check_violation', constraint = 'decision_one_certificate';
  end if;
  if new.kind = 'pass' and new.step = 'verification' and alike_unanswered(new.application_id) then
    raise exception 'not compared yet' using errcode = 'check_violation', constraint = 'decision_after_comparing';
  end if;
  return new;
end $$;

-- Certificates on which nothing is listed or approved now, and why: an objection has no answer, or the centre holds it to
-- be the certificate of another claim that is alive or paid. Few, however many claims there are.
create function certificates_held() returns table (certificate_id uuid, why text)
language sql stable security definer set search_path = public
begin atomic
  select o.certificate_id, 'objection' from objection o where o.state = 'open' and scope_kind() = 'city'
  union
  select side.id, 'same' from (select distinct on (c.certificate_a, c.certificate_b) c.certificate_a a, c.certificate_b b, c.answer
      from certificate_comparison c where c.role = 'verifier' and scope_kind() = 'city'
      order by c.certificate_a, c.certificate_b, c.answered_at desc, c.id desc) latest
    cross join lateral (values (latest.a, latest.b), (latest.b, latest.a)) side(id, other)
  where latest.answer = 'same' and certificate_taken(side.other, '00000000-0000-0000-0000-000000000000') is not null;
end;
revoke execute on function alike_unanswered, certificates_held from public;
grant execute on function alike_unanswered, certificates_held to jiangsheng_app;

-- Approving, and what speaks against it, go one after the other: each looks once it has the certificate's row. As the
-- owner, as nobody else may lock one. Rows that refer to the certificate are not kept waiting.
create function lock_certificates(p_ids uuid[]) returns void language plpgsql security definer set search_path = public as $$
begin
  perform from certificate where id = any (p_ids) order by id for no key update;
end $$;
revoke execute on function lock_certificates from public;

drop trigger waits_for_answer on action;
drop function approval_waits_for_answer;
create function approval_of_a_free_certificate() returns trigger
language plpgsql security definer set search_path = public as $$
declare certificate uuid;
begin
  select a.certificate_id into certificate from application a where a.id = new.application_id;
  perform lock_certificates(array[certificate]);
  if objected_to(certificate) then
    raise exception 'an objection is open' using errcode = 'check_violation', constraint = 'objection_open';
  end if;
  if same_certificate_taken(certificate) then
    raise exception 'the same certificate' using errcode = 'check_violation', constraint = 'approval_one_certificate';
  end if;
  return new;
end $$;
create trigger of_a_free_certificate before insert on action for each row when (new.kind = 'approve')
  execute function approval_of_a_free_certificate();

create function comparison_in_turn() returns trigger language plpgsql security definer set search_path = public as $$
begin
  perform lock_certificates(array[new.certificate_a, new.certificate_b]);
  return new;
end $$;
create trigger in_turn before insert on certificate_comparison for each row when (new.answer = 'same')
  execute function comparison_in_turn();

-- What was granted to who objected -------------------------------------------------------------------------------------
-- A claim that was declined comes back to life only while nobody else has its certificate, and nobody is awaited with it.
create function returns_to_a_free_certificate() returns trigger
language plpgsql security definer set search_path = public as $$
begin
  perform lock_certificates(array[new.certificate_id]);
  if certificate_taken(new.certificate_id, new.id) is not null then
    raise exception 'another has the certificate' using errcode = 'check_violation', constraint = 'certificate_reserved';
  end if;
  return new;
end $$;
create trigger returns_to_a_free_certificate before update of state on application for each row
  when (old.state = 'declined' and new.state not in ('declined', 'withdrawn'))
  execute function returns_to_a_free_certificate();

-- And it is granted only where no claim is alive on it, or that claim was approved before.
create function grants_a_free_certificate() returns trigger language plpgsql security definer set search_path = public as $$
begin
  perform lock_certificates(array[new.certificate_id]);
  if exists (select from application a where a.certificate_id = new.certificate_id
      and a.state not in ('declined', 'withdrawn')) then
    raise exception 'a claim is alive' using errcode = 'check_violation', constraint = 'grant_of_a_free_certificate';
  end if;
  return new;
end $$;
create trigger grants_a_free_certificate before update of state on objection for each row
  when (new.state = 'granted' and new.file_before is not null) execute function grants_a_free_certificate();

create function objection_in_turn() returns trigger language plpgsql security definer set search_path = public as $$
begin
  perform lock_certificates(array[new.certificate_id]);
  return new;
end $$;
create trigger in_turn before insert on objection for each row execute function objection_in_turn();

-- Seals of the form as it stands ---------------------------------------------------------------------------------------
-- Since when there can be a paper of the form as it stands: since its worker filled it in, or it was changed after it had
-- been sent back, and for a scan also since it went to another union. Null where a filing point typed in a paper that was
-- there before. `sealableFrom` and `scannableFrom` in domain/application.ts say the same.
create function paper_since(p_application uuid, p_scan boolean) returns bigint language sql stable
return (select at from action where application_id = p_application
    and (kind in ('file', 'amend') and role = 'worker' or kind = 'resubmit' and printed_box_changed
      or kind = 'redirect' and p_scan)
  order by seq desc limit 1);

create or replace function seal_has_its_pass() returns trigger language plpgsql as $$
begin
  if not exists (select from action a join file f on f.id = new.file_id and f.application_id = new.application_id
      where a.id = new.action_id and a.application_id = new.application_id and a.kind = 'pass' and a.step = new.step
      and a.account_id = new.recorded_by and f.purpose = 'stampedForm') then
    raise exception 'a seal stands for a pass, by a scan' using errcode = 'check_violation', constraint = 'seal_has_its_pass';
  end if;
  if exists (select from file f where f.id = new.file_id and f.uploaded_at < paper_since(new.application_id, true))
    or new.sealed_on < shanghai_day(paper_since(new.application_id, false)) then
    raise exception 'a seal of an older form' using errcode = 'check_violation', constraint = 'seal_of_this_form';
  end if;
  return null;
end $$;

-- Money that somebody objects to ---------------------------------------------------------------------------------------
-- An objection raised after final approval, while it has no answer, or granted: the award goes into no allocation notice
-- and is not paid out. What a union has by then stays with it until the matter is settled (追回 is another way).
create index objection_granted_late on objection (certificate_id) where approved_already;
create index award_without_notice on award (application_id) where notice_id is null;

create function certificates_disputed() returns table (certificate_id uuid)
language sql stable security definer set search_path = public
begin atomic
  select o.certificate_id from objection o where o.state = 'open' and scope_kind() in ('union', 'city')
  union select o.certificate_id from objection o where o.approved_already and scope_kind() in ('union', 'city');
end;
revoke execute on function certificates_disputed from public;
grant execute on function certificates_disputed to jiangsheng_app;

create function award_undisputed() returns trigger language plpgsql security definer set search_path = public as $$
begin
  if old.notice_id is not null then
    raise exception 'an award stands in one notice' using errcode = 'check_violation', constraint = 'award_named_once';
  end if;
  perform lock_certificates(array[new.certificate_id]);
  if exists (select from objection o where o.certificate_id = new.certificate_id and (o.state = 'open' or o.approved_already)) then
    raise exception 'somebody objects' using errcode = 'check_violation', constraint = 'award_undisputed';
  end if;
  return new;
end $$;
create trigger undisputed before update of notice_id on award for each row
  when (new.notice_id is distinct from old.notice_id) execute function award_undisputed();
create function payout_undisputed() returns trigger language plpgsql security definer set search_path = public as $$
declare certificate uuid;
begin
  select w.certificate_id into certificate from award w where w.id = new.award_id;
  perform lock_certificates(array[certificate]);
  if exists (select from objection o where o.certificate_id = certificate and (o.state = 'open' or o.approved_already)) then
    raise exception 'somebody objects' using errcode = 'check_violation', constraint = 'award_undisputed';
  end if;
  return new;
end $$;
create trigger undisputed before insert on payout for each row execute function payout_undisputed();

-- What was left out goes into a later notice to the same union. An award stands in one notice, as above.
alter table allocation_notice drop constraint allocation_notice_approval_list_id_district_id_key;
create index allocation_notice_list on allocation_notice (approval_list_id, district_id);

-- Survey ---------------------------------------------------------------------------------------------------------------
-- Ten of one level and one sector are poured together. So whatever two views of the tables differ by are the answers of
-- ten people or more of that level and sector, on either side of the tables: nobody is the only one of theirs in a lot,
-- and no sum or difference of what is shown leads to a smaller group. Where fewer than ten of a kind answer, they stay in
-- the urn and are counted nowhere.
create or replace function take_survey(p_policy text, p_level text, p_sector text, p_answers jsonb, p_ticket bytea)
returns void language plpgsql security definer set search_path = public as $$
begin
  insert into survey_ticket values (p_ticket) on conflict do nothing;
  if not found then return; end if;
  lock table survey_urn in share row exclusive mode;
  insert into survey_urn values (p_policy, p_level, p_sector, p_answers);
  if (select count(*) from survey_urn where (policy_id, level, sector) = (p_policy, p_level, p_sector)) >= 10 then
    insert into survey_answer select * from survey_urn
      where (policy_id, level, sector) = (p_policy, p_level, p_sector) order by random();
    delete from survey_urn where (policy_id, level, sector) = (p_policy, p_level, p_sector);
  end if;
end $$;

-- Looking ---------------------------------------------------------------------------------------------------------------
-- As in 0010; a look at a case beside another is not the look at it.
create or replace function review_lot_opened(p_lot uuid) returns setof uuid
language sql stable security definer set search_path = public
begin atomic
  select c.application_id from review_lot l join review_lot_case c on c.lot_id = l.id
  where l.id = p_lot and l.account_id = scope_account() and c.sampled and exists (select from audit_event e
    where e.object_id = c.application_id::text and e.kind = 'application.viewed' and e.account_id = l.account_id
      and e.at >= l.drawn_at and e.txid > l.txid and not e.detail ? 'beside');
end;

-- What holds nothing about anybody is still not everybody's to write ---------------------------------------------------
alter table policy_revision enable row level security;
create policy known on policy_revision for select to jiangsheng_app, jiangsheng_worker
  using ((select scope_kind()) is not null);
create policy opens on policy_revision for insert to jiangsheng_app with check ((select scope_job()) = 'open-policy');
create policy opens_another on policy_revision for update to jiangsheng_app using ((select scope_job()) = 'open-policy');
-- A revision that was opened never changes; another takes its place.
revoke update on policy_revision from jiangsheng_app;
grant update (state) on policy_revision to jiangsheng_app;

-- Places are taken by unions that confirm, one at a time.
alter table confirmation_counter enable row level security;
create policy unions_confirm on confirmation_counter to jiangsheng_app using ((select scope_kind()) = 'union');
revoke update on confirmation_counter from jiangsheng_app;
grant update (next_place) on confirmation_counter to jiangsheng_app;
create function place_after_place() returns trigger language plpgsql as $$
begin
  if new.next_place <> (case tg_op when 'INSERT' then 2 else old.next_place + 1 end) then
    raise exception 'places follow one another' using errcode = 'check_violation', constraint = 'place_after_place';
  end if;
  return new;
end $$;
create trigger place_after_place before insert or update on confirmation_counter for each row
  execute function place_after_place();

-- Totals that are kept -------------------------------------------------------------------------------------------------
-- A season is a hundred thousand awards: pages read sums, and no page adds up every posting. Verification does, and holds
-- these against them.
alter table allocation_notice add column paid_count int not null default 0, add column paid_fen bigint not null default 0;
update allocation_notice n set paid_count = paid.n, paid_fen = paid.fen
  from (select w.notice_id, count(*)::int as n, sum(w.amount_fen) as fen from payout p join award w on w.id = p.award_id
    group by w.notice_id) paid where paid.notice_id = n.id;
create function notice_counts_paid() returns trigger language plpgsql security definer set search_path = public as $$
begin
  update allocation_notice n set paid_count = n.paid_count + 1, paid_fen = n.paid_fen + w.amount_fen
    from award w where w.id = new.award_id and n.id = w.notice_id;
  return null;
end $$;
create trigger counts_paid after insert on payout for each row execute function notice_counts_paid();

-- What was posted of a union's awards, by account; the workers' many are one, and so are the bounced.
create table ledger_total (
  district_id uuid not null references organisation,
  account text not null,
  debit_fen bigint not null,
  credit_fen bigint not null,
  debits int not null,
  primary key (district_id, account)
);
alter table ledger_total enable row level security;
create policy city on ledger_total for select to jiangsheng_app using ((select scope_kind()) = 'city');
create policy district on ledger_total for select to jiangsheng_app
  using ((select scope_kind()) = 'union' and district_id = (select scope_organisation()));
create policy looks_on on ledger_total for select to jiangsheng_app using ((select scope_job()) in ('oversight', 'audit'));
create policy verifies on ledger_total for select to jiangsheng_worker using ((select scope_job()) = 'verify');
grant select on ledger_total to jiangsheng_app, jiangsheng_worker;

create function postings_by_account(out district_id uuid, out account text, out debit_fen bigint, out credit_fen bigint,
  out debits int) returns setof record language sql stable
begin atomic
  select w.district_id, case when s.account like 'union:%' then s.account else split_part(s.account, ':', 1) end,
    sum(s.debit)::bigint, sum(s.credit)::bigint, (count(*) filter (where s.debit > 0))::int
  from posting p join award w on w.id = p.award_id
  cross join lateral (values (p.debit_account, p.amount_fen, 0), (p.credit_account, 0, p.amount_fen)) s (account, debit, credit)
  group by 1, 2 order by 1, 2;
end;
insert into ledger_total select * from postings_by_account();

-- In one order, so that two who post at once wait for one another and never both.
create function postings_are_totalled() returns trigger language plpgsql security definer set search_path = public as $$
begin
  insert into ledger_total as t (district_id, account, debit_fen, credit_fen, debits)
    select w.district_id, case when s.account like 'union:%' then s.account else split_part(s.account, ':', 1) end,
      sum(s.debit), sum(s.credit), count(*) filter (where s.debit > 0)
    from added p join award w on w.id = p.award_id
    cross join lateral (values (p.debit_account, p.amount_fen, 0), (p.credit_account, 0, p.amount_fen)) s (account, debit, credit)
    group by 1, 2 order by 1, 2
  on conflict (district_id, account) do update set debit_fen = t.debit_fen + excluded.debit_fen,
    credit_fen = t.credit_fen + excluded.credit_fen, debits = t.debits + excluded.debits;
  return null;
end $$;
create trigger are_totalled after insert on posting referencing new table as added for each statement
  execute function postings_are_totalled();

-- As in 0012; every answer is read once, however many questions, lines and columns there are.
create or replace function survey_counts(p_policy text) returns table (question text, side text, line text, answer text, n int)
language plpgsql stable security definer set search_path = public as $$
#variable_conflict use_column
declare cells survey_cell[]; next survey_cell[]; questions jsonb; levels jsonb;
begin
  if scope_kind() is distinct from 'city' then return; end if;
  select r.body -> 'survey' -> 'questions', r.body -> 'amounts' -> 'byLevel' into questions, levels
    from policy_revision r where r.policy_id = p_policy order by r.revision desc limit 1;
  with said as materialized (
    select e.key as question, a.level, a.sector, e.value as answer, count(*) as n
    from survey_answer a cross join lateral jsonb_each_text(a.answers) e where a.policy_id = p_policy group by 1, 2, 3, 4),
  counted as (
    select s.question, v.side, v.line, case when q ? 'choices' then s.answer
        else (select max(band)::text from unnest(array[0, 5000, 8000, 10000, 15000, 20000]) band where band <= s.answer::int)
      end as answer, sum(s.n)::int as n
    from said s join jsonb_array_elements(questions) q on q ->> 'id' = s.question
    cross join lateral (values ('level', s.level), ('sector', s.sector)) v (side, line) group by 1, 2, 3, 4)
  select array_agg(row (q ->> 'id', s.side, s.line, c.answer, coalesce(k.n, 0), coalesce(k.n, 0) < 10)::survey_cell)
    into cells
    from jsonb_array_elements(questions) q
    cross join lateral (select 'level' side, jsonb_object_keys(levels) line
      union all select 'sector', unnest(array['primary', 'secondary', 'tertiary'])) s
    cross join lateral (select jsonb_array_elements_text(q -> 'choices') answer where q ? 'choices'
      union all select unnest(array['0', '5000', '8000', '10000', '15000', '20000']) where not q ? 'choices') c
    left join counted k on k.question = q ->> 'id' and k.side = s.side and k.line = s.line and k.answer = c.answer;
  loop
    with each as (select * from unnest(cells)),
    summed as (
      select e.*,
        count(*) filter (where hidden) over line_of hid, sum(e.n) filter (where hidden) over line_of of_hid,
        count(*) filter (where hidden) over column_of col_hid, sum(e.n) filter (where hidden) over column_of of_col_hid,
        row_number() over (partition by e.question, e.side, e.line, e.hidden order by e.n, e.answer) line_place,
        row_number() over (partition by e.question, e.side, e.answer, e.hidden order by e.n, e.line) column_place
      from each e
      window line_of as (partition by e.question, e.side, e.line), column_of as (partition by e.question, e.side, e.answer))
    select array_agg(row (s.question, s.side, s.line, s.answer, s.n, s.hidden
        or (hid > 0 and (hid < 2 or of_hid < 10) and line_place = 1)
        or (col_hid > 0 and (col_hid < 2 or of_col_hid < 10) and column_place = 1))::survey_cell)
      into next from summed s;
    exit when (select count(*) from unnest(next) c where c.hidden) = (select count(*) from unnest(cells) c where c.hidden);
    cells := next;
  end loop;
  return query select c.question, c.side, c.line, c.answer, case when c.hidden then null else c.n end from unnest(cells) c;
end $$;

-- All that wait for final approval and for copies (R17), and whether these are under way: `wants_copies`,
-- `copies_received` and `waits_for_copies` of 0008 for every application in one go, as asking each takes seconds where
-- many wait.
create function copies_awaited() returns table (application_id uuid, district_id uuid, under_way boolean)
language sql stable security definer set search_path = public
begin atomic
  -- form_since is asked of those alone that were sent.
  with sent as materialized (select l.application_id, l.form_seq, l.received_at, l.missing_at
    from application a join transmittal_line l on l.application_id = a.id
    where a.state = 'inReview' and a.step = 'finalApproval'),
  as_it_stands as materialized (select * from sent where form_seq = form_since(application_id))
  select a.id, a.district_id, a.id in (select s.application_id from as_it_stands s where s.missing_at is null)
  from application a join organisation o on o.id = a.district_id and o.kind = 'districtFederation'
  where scope_kind() = 'city' and a.state = 'inReview' and a.step = 'finalApproval' and a.channel = 'unit'
    and a.filing_authority in ('jiangsu', 'zhejiang', 'anhui', 'industry')
    and a.policy_id in (select p.policy_id from (select distinct policy_id from policy_revision) p
      where waits_for_copies(p.policy_id))
    and a.id not in (select s.application_id from as_it_stands s where s.received_at is not null);
end;
revoke execute on function copies_awaited from public;
grant execute on function copies_awaited to jiangsheng_app;
