-- The desks' own matters: whose case it is, what is held, lots of clean cases passed at once, and whether two
-- certificates are the same one.

-- Where a case stands in its desk's list: rising with its deadline, so that most urgent first is one index range. At
-- second review the batch comes first, as two weeks run from its closing (四.一.3); elsewhere since when it has waited.
alter table application
  add column urgency bigint not null default 0,
  add column assignee_id uuid references account,
  add column hold_id uuid,
  -- Name and employer, sealed: what a list shows, without opening the whole form of every row.
  add column summary jsonb;
grant update (summary) on application to jiangsheng_app;

drop index application_queue_unit, application_queue_base, application_queue_point, application_queue_district,
  application_queue_city;
create index application_queue_unit on application (unit_id, state, step, urgency, id);
create index application_queue_base on application (base_union_id, state, step, urgency, id);
create index application_queue_point on application (filing_point_id, state, step, urgency, id);
create index application_queue_district on application (district_id, state, step, urgency, id);
create index application_queue_city on application (state, step, urgency, id);
-- How far a district is with a batch.
drop index application_batch;
create index application_batch on application (batch_id, district_id, step);
create index application_assigned on application (assignee_id, state, step, urgency, id) where assignee_id is not null;
create index application_held on application (state, step, urgency, id) where hold_id is not null;
-- Everything in a scope, newest first.
create index application_received on application (received_at, id);
create index application_received_district on application (district_id, received_at, id);

-- Who has a case, and who has had it: one row for each turn, never changed. Whoever takes it from somebody names them.
create table assignment (
  -- One command may assign many.
  command_id uuid not null,
  application_id uuid not null references application,
  step text not null,
  -- The organisation at whose desk it lies.
  desk_id uuid not null references organisation,
  -- Nobody: it lies open to the whole desk again.
  assignee_id uuid references account,
  taken_from uuid references account,
  by_account_id uuid not null references account,
  at bigint not null,
  primary key (command_id, application_id),
  check (assignee_id is distinct from taken_from)
);
create index assignment_application on assignment (application_id, at);
create index assignment_taken_from on assignment (taken_from, at) where taken_from is not null;

create table hold (
  id uuid primary key,
  application_id uuid not null references application,
  step text not null,
  held_by uuid not null references account,
  held_at bigint not null,
  -- Sealed: words may name a person.
  reason jsonb not null,
  ended text check (ended in ('released', 'decided')),
  ended_by uuid references account,
  ended_at bigint,
  word jsonb,
  constraint hold_ended_whole check ((ended is null) = (ended_by is null) and (ended is null) = (ended_at is null)),
  constraint hold_released_with_a_word
    check (ended is distinct from 'released' or ended_by = held_by or word is not null)
);
create unique index hold_one_open on hold (application_id) where ended is null;
alter table application add foreign key (hold_id) references hold;

-- The row's place and whose it is follow the step: a case that comes back to a desk is whose it was there.
create function application_at_its_desk() returns trigger language plpgsql security definer set search_path = public as $$
begin
  new.urgency := new.updated_at + case when new.state = 'inReview' and new.step = 'secondReview'
    then least(coalesce((select number from filing_batch where id = new.batch_id), 899), 899) * 10000000000000 else 0 end;
  if tg_op = 'INSERT' then return new; end if;
  if new.step is distinct from old.step or new.base_union_id <> old.base_union_id or new.district_id <> old.district_id then
    new.assignee_id := (select s.assignee_id from assignment s
      where s.application_id = new.id and s.step = new.step and (new.step in ('verification', 'finalApproval')
        or s.desk_id in (new.unit_id, new.base_union_id, new.filing_point_id, new.district_id))
      order by s.at desc, s.command_id desc limit 1);
  end if;
  if new.hold_id is not null and (new.step, new.state) is distinct from (old.step, old.state) then
    update hold set ended = 'decided', ended_by = scope_account(), ended_at = new.updated_at
      where id = new.hold_id and ended is null;
    new.hold_id := null;
  end if;
  return new;
end $$;
create trigger at_its_desk before insert or update of state, step, updated_at, batch_id, base_union_id, district_id
  on application for each row execute function application_at_its_desk();
update application set updated_at = updated_at;

-- Of two who take a case at once, the second has named the wrong holder and is refused.
create function assignment_in_turn() returns trigger language plpgsql security definer set search_path = public as $$
declare held_now uuid; at_step text; now_in text;
begin
  select assignee_id, step, state into held_now, at_step, now_in from application where id = new.application_id for update;
  if new.by_account_id is distinct from scope_account() then
    raise exception 'assigned by who is signed in' using errcode = 'check_violation', constraint = 'assignment_by_oneself';
  end if;
  if held_now is distinct from new.taken_from or at_step is distinct from new.step or now_in <> 'inReview' then
    raise exception 'somebody else has it' using errcode = 'check_violation', constraint = 'assignment_in_turn';
  end if;
  if not exists (select from appointment p where p.account_id = new.by_account_id and p.organisation_id = new.desk_id)
    or new.assignee_id is not null and not exists (select from appointment p join appointment m
        on m.organisation_id = p.organisation_id and m.role = p.role and m.account_id = new.by_account_id
      where p.account_id = new.assignee_id and p.organisation_id = new.desk_id) then
    raise exception 'a case goes to a colleague of the desk' using errcode = 'check_violation', constraint = 'assignment_within_desk';
  end if;
  update application set assignee_id = new.assignee_id where id = new.application_id;
  return new;
end $$;
create trigger in_turn before insert on assignment for each row execute function assignment_in_turn();

create function hold_marks_application() returns trigger language plpgsql security definer set search_path = public as $$
begin
  update application set hold_id = case when new.ended is null then new.id end
    where id = new.application_id and (new.ended is null or hold_id = new.id);
  return null;
end $$;
create trigger marks_application after insert or update of ended on hold for each row
  when (new.ended is distinct from 'decided') execute function hold_marks_application();
create function hold_at_its_step() returns trigger language plpgsql security definer set search_path = public as $$
begin
  if new.held_by is distinct from scope_account() or new.ended is not null or not exists (select from application a
      where a.id = new.application_id and a.state = 'inReview' and a.step = new.step) then
    raise exception 'held where it waits' using errcode = 'check_violation', constraint = 'hold_at_its_step';
  end if;
  return new;
end $$;
create trigger at_its_step before insert on hold for each row execute function hold_at_its_step();

-- Two certificates that look alike, compared by a person. Each answer stays; the latest of the centre counts, or else the
-- latest of a union. The pair is kept in order, so that it is one pair from either side.
create table certificate_comparison (
  id uuid primary key,
  certificate_a uuid not null references certificate,
  certificate_b uuid not null references certificate,
  answer text not null check (answer in ('same', 'different')),
  -- Sealed: words may name a person.
  words jsonb not null,
  role text not null check (role in ('unionOfficer', 'districtReviewer', 'verifier')),
  answered_by uuid not null references account,
  answered_at bigint not null,
  constraint pair_in_order check (certificate_a < certificate_b)
);
create index certificate_comparison_a on certificate_comparison (certificate_a, certificate_b, answered_at);
create index certificate_comparison_b on certificate_comparison (certificate_b);

-- The certificate of a case that the centre holds to be the same as this one, while that one is claimed or paid.
create function same_certificate_taken(p_certificate uuid) returns boolean
language sql stable security definer set search_path = public
return exists (
  select from (select distinct on (c.certificate_a, c.certificate_b)
      case p_certificate when c.certificate_a then c.certificate_b else c.certificate_a end as other, c.answer
    from certificate_comparison c
    where p_certificate in (c.certificate_a, c.certificate_b) and c.role = 'verifier'
    order by c.certificate_a, c.certificate_b, c.answered_at desc, c.id desc) latest
  where latest.answer = 'same' and certificate_taken(latest.other, '00000000-0000-0000-0000-000000000000') is not null);

-- Other applications whose certificate may be this one's: ids only; row-level security says which of them one may see.
create function alike_applications(p_application uuid) returns table (application_id uuid, certificate_id uuid)
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
  order by o.received_at, o.id limit 10;
end;

-- Nobody decides a case that is somebody else's or is held by somebody else, and nothing is passed that the centre holds
-- to be another claim's certificate.
create function decision_at_ones_own_desk() returns trigger language plpgsql security definer set search_path = public as $$
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
  return new;
end $$;
create trigger at_ones_own_desk before insert on action for each row when (new.kind in ('pass', 'return', 'decline'))
  execute function decision_at_ones_own_desk();

-- Clean cases passed at once: the machine draws a few that must be looked at first, and what it drew stands here.
create table review_lot (
  id uuid primary key,
  account_id uuid not null references account,
  step text not null,
  drawn_at bigint not null,
  -- What was opened by a later transaction was opened after the draw.
  txid xid8 not null default pg_current_xact_id()
);
create table review_lot_case (
  lot_id uuid not null references review_lot,
  application_id uuid not null references application,
  -- The version that was found clean; once it has moved it is left out.
  version int not null,
  sampled boolean not null,
  primary key (lot_id, application_id)
);
-- Which drawn cases the one who drew has opened since, by the log of views itself.
create function review_lot_opened(p_lot uuid) returns setof uuid
language sql stable security definer set search_path = public
begin atomic
  select c.application_id from review_lot l join review_lot_case c on c.lot_id = l.id
  where l.id = p_lot and l.account_id = scope_account() and c.sampled and exists (select from audit_event e
    where e.object_id = c.application_id::text and e.kind = 'application.viewed' and e.account_id = l.account_id
      and e.at >= l.drawn_at and e.txid > l.txid);
end;

alter table assignment enable row level security;
alter table hold enable row level security;
alter table certificate_comparison enable row level security;
alter table review_lot enable row level security;
alter table review_lot_case enable row level security;
create policy with_application on assignment for select to jiangsheng_app
  using ((select scope_kind()) in ('union', 'city') and exists (select from application a where a.id = application_id));
create policy desks_assign on assignment for insert to jiangsheng_app
  with check ((select scope_kind()) in ('union', 'city') and exists (select from application a where a.id = application_id));
create policy with_application on hold for select to jiangsheng_app
  using ((select scope_kind()) in ('union', 'city') and exists (select from application a where a.id = application_id));
create policy desks_hold on hold for insert to jiangsheng_app
  with check ((select scope_kind()) in ('union', 'city') and exists (select from application a where a.id = application_id));
create policy desks_release on hold for update to jiangsheng_app
  using ((select scope_kind()) in ('union', 'city') and exists (select from application a where a.id = application_id))
  with check (ended = 'released' and ended_by = (select scope_account()));
-- An answer is read by whoever sees one of the two, and given by who sees both.
create policy with_application on certificate_comparison for select to jiangsheng_app
  using ((select scope_kind()) in ('union', 'city') and exists (select from application a
    where a.certificate_id in (certificate_a, certificate_b)));
create policy sees_both on certificate_comparison for insert to jiangsheng_app
  with check ((select scope_kind()) in ('union', 'city') and answered_by = (select scope_account())
    and exists (select from appointment p where p.account_id = answered_by and p.role = certificate_comparison.role)
    and exists (select from application a where a.certificate_id = certificate_a)
    and exists (select from application a where a.certificate_id = certificate_b));
create policy own on review_lot to jiangsheng_app
  using ((select scope_kind()) in ('union', 'city') and account_id = (select scope_account()));
create policy own on review_lot_case to jiangsheng_app
  using (exists (select from review_lot l where l.id = lot_id))
  with check (exists (select from review_lot l where l.id = lot_id)
    and exists (select from application a where a.id = application_id));
grant select, insert on assignment, certificate_comparison, review_lot, review_lot_case, hold to jiangsheng_app;
grant update (ended, ended_by, ended_at, word) on hold to jiangsheng_app;

revoke execute on function same_certificate_taken, alike_applications, review_lot_opened from public;
grant execute on function same_certificate_taken, alike_applications, review_lot_opened to jiangsheng_app;
