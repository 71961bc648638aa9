-- Re-review, 转送, objections and the survey.

-- Re-review ---------------------------------------------------------------------------------------------------------
alter table application add column declined_by uuid references account;
comment on column application.declined_by is 'Whose decline the worker asked to have looked at again: this step is theirs no more';

-- Set by the database from the action that declined it, so that no code path can name anybody else.
create function re_review_asked() returns trigger language plpgsql as $$
begin
  select account_id into new.declined_by from action
    where application_id = new.id and kind = 'decline' and seq < new.version order by seq desc limit 1;
  return new;
end $$;
create trigger re_review_asked before update of state on application for each row
  when (new.state = 'reReview' and old.state = 'declined') execute function re_review_asked();

-- Who declined it decides neither the re-review nor, where that went against them, the same claim once more.
create function re_review_by_others() returns trigger language plpgsql as $$
begin
  if exists (select from action where application_id = new.id and seq = new.version and account_id = new.declined_by
      and kind in ('pass', 'return', 'decline', 'uphold', 'overturn')) then
    raise exception 'a re-review is somebody else''s' using errcode = 'check_violation', constraint = 're_review_by_another';
  end if;
  return new;
end $$;
create trigger re_review_by_others before update of version on application for each row
  when (new.declined_by is not null) execute function re_review_by_others();

-- 转送 --------------------------------------------------------------------------------------------------------------
alter table action add column from_union_id uuid references organisation, add column to_union_id uuid references organisation,
  add constraint action_redirects check (case when kind = 'redirect'
    then from_union_id is not null and to_union_id is not null and from_union_id <> to_union_id
    else from_union_id is null and to_union_id is null end);

-- Moves an application to the union that its last action, a redirect by who is signed in, names. Runs as the owner: under
-- row-level security nobody may write a row that they do not see afterwards. The way through the unions is read from
-- the tree here, as `routeOf` in server/organisations/organisation.ts reads it; nothing of it is the caller's to say.
create function move_to_union(p_application uuid, p_on date) returns void
language plpgsql security definer set search_path = public as $$
declare target uuid; base organisation; district uuid; unit uuid; point uuid;
begin
  -- What the caller appended is judged while they see it.
  set constraints follows_actions immediate;
  select r.to_union_id into target from application a
    join action r on r.application_id = a.id and r.seq = a.version
    where a.id = p_application and a.state = 'inReview' and r.kind = 'redirect' and r.account_id = scope_account()
      and r.step in ('hrOpinion', 'firstReview', 'forwarding', 'secondReview')
      and r.from_union_id = a.base_union_id
      and scope_kind() = 'union' and scope_organisation() = any (a.visible_to)
    for update of a;
  if target is null then
    raise exception 'nothing to redirect' using errcode = 'check_violation', constraint = 'redirect_own';
  end if;
  select * into base from organisation b where b.id = target and b.kind = 'baseUnion'
    and b.valid_from <= p_on and (b.valid_to is null or b.valid_to >= p_on);
  select d.id into district from organisation d
    where d.id = any (base.path) and d.kind in ('districtFederation', 'bureauUnion') order by cardinality(d.path) desc limit 1;
  if district is null then
    raise exception 'no way through that union' using errcode = 'check_violation', constraint = 'redirect_to_base_union';
  end if;
  select u.id into unit from organisation u where u.parent_id = target and u.kind = 'unit'
    and u.valid_from <= p_on and (u.valid_to is null or u.valid_to >= p_on) order by u.valid_from, u.id limit 1;
  select f.id into point from filing_point_service s join organisation f on f.id = s.filing_point_id
    where s.base_union_id = target and s.valid_from <= p_on and (s.valid_to is null or s.valid_to >= p_on)
      and f.valid_from <= p_on and (f.valid_to is null or f.valid_to >= p_on) order by s.valid_from, f.id limit 1;
  update application set base_union_id = target, unit_id = unit, filing_point_id = point, district_id = district,
    visible_to = base.path[array_position(base.path, district):]
      || array_remove(array[unit, point], null)
    where id = p_application;
end $$;
revoke execute on function move_to_union from public;
grant execute on function move_to_union to jiangsheng_app;

-- A redirect that moved nothing is no redirect. As the owner: the one who redirected may see the row no more.
create function redirect_moves() returns trigger language plpgsql security definer set search_path = public as $$
begin
  if exists (select from application where id = new.application_id and version = new.seq
      and base_union_id <> new.to_union_id) then
    raise exception 'redirected and not moved' using errcode = 'check_violation', constraint = 'redirect_moves';
  end if;
  return null;
end $$;
create constraint trigger redirect_moves after insert on action deferrable initially deferred
  for each row when (new.kind = 'redirect') execute function redirect_moves();

-- Objections --------------------------------------------------------------------------------------------------------
create sequence objection_number;
create table objection (
  id uuid primary key,
  receipt_number text not null unique,
  policy_id text not null,
  policy_revision int not null,
  account_id uuid not null references account,
  -- Blind index of the ID number in their form: nobody decides between another and themselves.
  applicant_index bytea not null,
  certificate_id uuid not null references certificate,
  draft_id uuid not null,
  -- Words and form as they stood when it was raised, sealed.
  body jsonb not null,
  raised_at bigint not null,
  state text not null default 'open' check (state in ('open', 'granted', 'rejected')),
  decided_by uuid references account,
  decided_at bigint,
  -- The claim it was decided against; absent where none was alive any more.
  against_id uuid references application,
  -- Granted too late: the grant to the other had been approved, the money comes back by 追回.
  approved_already boolean,
  -- The answer to who objected, sealed.
  answer jsonb,
  -- Granted: the objector's claim counts as received when they objected, if it is filed before this instant; once.
  file_before bigint,
  filed_as uuid unique references application,
  foreign key (policy_id, policy_revision) references policy_revision,
  constraint objection_decided check ((state = 'open') = (decided_by is null) and (decided_by is null) = (decided_at is null)
    and (decided_by is null) = (answer is null) and (decided_by is null) = (approved_already is null)),
  constraint objection_granted check (file_before is null or (state = 'granted' and not approved_already)),
  constraint objection_filed check (filed_as is null or file_before is not null)
);
create unique index objection_one_open on objection (account_id, certificate_id) where state = 'open';
create index objection_account on objection (account_id, raised_at);
create index objection_desk on objection (state, raised_at, id);
create index objection_certificate on objection (certificate_id) where file_before is not null and filed_as is null;

alter table file add column objection_id uuid references objection;
create index file_objection on file (objection_id) where objection_id is not null;

-- The certificate of a number that somebody has filed, and how it is taken; nothing of by whom.
create function certificate_objected_to(p_space text, p_number text, p_draft uuid)
returns table (certificate_id uuid, taken text) language sql stable security definer set search_path = public
begin atomic
  select n.certificate_id, certificate_taken(n.certificate_id, p_draft)
    from certificate_number n where n.space = p_space and n.number = p_number;
end;
-- The claims of a certificate that an objection to it is decided against: the live one, and whether it was approved.
create function claim_objected_to(p_objection uuid) returns table (application_id uuid, state text)
language sql stable security definer set search_path = public
begin atomic
  select a.id, a.state from objection o join application a on a.certificate_id = o.certificate_id
    where o.id = p_objection and a.state not in ('declined', 'withdrawn') and scope_kind() = 'city';
end;
revoke execute on function certificate_objected_to, claim_objected_to from public;
grant execute on function certificate_objected_to, claim_objected_to to jiangsheng_app;

create function business_now() returns bigint language sql stable security definer set search_path = public
return (extract(epoch from clock_timestamp()) * 1000)::bigint + coalesce((select offset_ms from business_clock), 0);
revoke execute on function business_now from public;

-- A certificate that was granted to who objected waits for them: for everybody else it is taken.
create or replace function certificate_taken(p_certificate uuid, p_except uuid) returns text
language sql stable security definer set search_path = public
return case
  when exists (select from award w where w.certificate_id = p_certificate and w.application_id is distinct from p_except) then 'awarded'
  when exists (select from application a where a.certificate_id = p_certificate and a.id <> p_except
    and a.state not in ('declined', 'withdrawn')) then 'filed'
  when exists (select from objection o where o.certificate_id = p_certificate and o.file_before is not null
    and o.filed_as is null and o.account_id is distinct from scope_account() and o.file_before > business_now()) then 'filed'
end;

-- What an objection becomes: the centre decides it once, and neither side does; who objected uses up what was granted, once.
create function objection_changes() returns trigger language plpgsql security definer set search_path = public as $$
begin
  if (new.id, new.receipt_number, new.account_id, new.applicant_index, new.certificate_id, new.draft_id, new.body, new.raised_at)
    is distinct from
    (old.id, old.receipt_number, old.account_id, old.applicant_index, old.certificate_id, old.draft_id, old.body, old.raised_at) then
    raise exception 'an objection stays as it was raised' using errcode = 'check_violation', constraint = 'objection_stays';
  end if;
  if old.state = 'open' then
    if new.state = 'open' or new.decided_by is distinct from scope_account() or scope_kind() is distinct from 'city' or new.filed_as is not null then
      raise exception 'the centre decides' using errcode = 'check_violation', constraint = 'objection_by_centre';
    end if;
    if exists (select from account s left join application a on a.id = new.against_id
        where s.id = new.decided_by and (s.id in (new.account_id, a.account_id)
          or s.id_number_index in (new.applicant_index, a.applicant_index))) then
      raise exception 'neither side decides' using errcode = 'check_violation', constraint = 'objection_by_no_party';
    end if;
  elsif (new.state, new.decided_by, new.decided_at, new.against_id, new.approved_already, new.answer, new.file_before)
      is distinct from
      (old.state, old.decided_by, old.decided_at, old.against_id, old.approved_already, old.answer, old.file_before)
      or old.filed_as is not null or not exists (select from application a where a.id = new.filed_as
        and a.account_id = new.account_id and a.certificate_id = new.certificate_id and a.received_at = new.raised_at) then
    raise exception 'an objection is decided once, and used once' using errcode = 'check_violation', constraint = 'objection_once';
  end if;
  return new;
end $$;
create trigger changes before update on objection for each row execute function objection_changes();

alter table objection enable row level security;
create policy own on objection for select to jiangsheng_app
  using ((select scope_kind()) = 'person' and account_id = (select scope_account()));
create policy own_raised on objection for insert to jiangsheng_app
  with check ((select scope_kind()) = 'person' and account_id = (select scope_account()) and state = 'open');
create policy own_used on objection for update to jiangsheng_app
  using ((select scope_kind()) = 'person' and account_id = (select scope_account()));
create policy centre on objection for select to jiangsheng_app using ((select scope_kind()) = 'city'
  and (select exists (select from appointment p where p.account_id = scope_account() and p.role = 'verifier')));
create policy centre_decides on objection for update to jiangsheng_app using ((select scope_kind()) = 'city'
  and (select exists (select from appointment p where p.account_id = scope_account() and p.role = 'verifier')));
grant usage on sequence objection_number to jiangsheng_app;
grant select, insert on objection to jiangsheng_app;
grant update (state, decided_by, decided_at, against_id, approved_already, answer, file_before, filed_as)
  on objection to jiangsheng_app;
-- What an objection rests on is seen with it, and stays.
create policy with_objection on file for select to jiangsheng_app
  using (objection_id is not null and exists (select from objection o where o.id = objection_id));
grant update (objection_id) on file to jiangsheng_app;
alter table file add constraint file_of_objection_stays check (objection_id is null or erased_at is null);

-- Survey (附件, R25) ------------------------------------------------------------------------------------------------
-- Unlinked: no person, no application, no time. Answers lie in an urn until ten are together; then they are poured, in
-- an order of chance and by one transaction, into the rows that are counted. The server's role reads neither.
create table survey_urn (
  policy_id text not null,
  level text not null,
  sector text not null check (sector in ('primary', 'secondary', 'tertiary')),
  answers jsonb not null check (jsonb_typeof(answers) = 'object')
);
create table survey_answer (like survey_urn including all);
-- Tickets that were used: a ticket was handed out without a note of to whom, so its digest leads to nobody.
create table survey_ticket (digest bytea primary key);
alter table survey_urn enable row level security;
alter table survey_answer enable row level security;
alter table survey_ticket enable row level security;

-- Takes one answer in. A ticket that was used is answered the same and changes nothing.
create function take_survey(p_policy text, p_level text, p_sector text, p_answers jsonb, p_ticket bytea) returns void
language plpgsql security definer set search_path = public as $$
begin
  insert into survey_ticket values (p_ticket) on conflict do nothing;
  if not found then return; end if;
  lock table survey_urn in share row exclusive mode;
  insert into survey_urn values (p_policy, p_level, p_sector, p_answers);
  if (select count(*) from survey_urn where policy_id = p_policy) >= 10 then
    insert into survey_answer select * from survey_urn where policy_id = p_policy order by random();
    delete from survey_urn where policy_id = p_policy;
  end if;
end $$;

create type survey_cell as (question text, side text, line text, answer text, n int, hidden boolean);

-- Counts per question and level, and per question and sector; `n` is null where it is not shown. Under 10 is hidden,
-- and in each line and column the hidden ones are none, or at least two that make 10 together, so that neither a sum
-- known from elsewhere (another question, the other side) nor what is shown gives one away.
create function survey_counts(p_policy text) returns table (question text, side text, line text, answer text, n int)
language plpgsql stable security definer set search_path = public as $$
#variable_conflict use_column
declare cells survey_cell[]; next survey_cell[]; questions jsonb; levels jsonb;
begin
  if scope_kind() is distinct from 'city' then return; end if;
  select r.body -> 'survey' -> 'questions', r.body -> 'amounts' -> 'byLevel' into questions, levels
    from policy_revision r where r.policy_id = p_policy order by r.revision desc limit 1;
  select array_agg(row (q ->> 'id', s.side, s.line, c.answer, coalesce(k.n, 0), coalesce(k.n, 0) < 10)::survey_cell)
    into cells
    from jsonb_array_elements(questions) q
    cross join lateral (select 'level' side, jsonb_object_keys(levels) line
      union all select 'sector', unnest(array['primary', 'secondary', 'tertiary'])) s
    cross join lateral (select jsonb_array_elements_text(q -> 'choices') answer where q ? 'choices'
      union all select unnest(array['0', '5000', '8000', '10000', '15000', '20000']) where not q ? 'choices') c
    left join lateral (
      select count(*)::int n from survey_answer a
      where a.policy_id = p_policy and case s.side when 'level' then a.level else a.sector end = s.line
        and case when q ? 'choices' then a.answers ->> (q ->> 'id') = c.answer
          else (a.answers ->> (q ->> 'id'))::int >= c.answer::int
            and (a.answers ->> (q ->> 'id'))::int < case c.answer when '0' then 5000 when '5000' then 8000
              when '8000' then 10000 when '10000' then 15000 when '15000' then 20000 else 2147483647 end end) k on true;
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
revoke execute on function take_survey, survey_counts from public;
grant execute on function take_survey, survey_counts to jiangsheng_app;
