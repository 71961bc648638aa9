-- What the answer to an objection tells, where a case stands again after an undo, and whether its papers are all there.

-- Answers -------------------------------------------------------------------------------------------------------------
-- A message is about a claim, or about an objection by somebody who may have none.
alter table message alter column application_id drop not null, add column objection_id uuid,
  add constraint message_about_one check (num_nonnulls(application_id, objection_id) = 1);

-- Who objected hears what was found; of an objection that was rejected also the one whose claim goes on. Where it is
-- granted, the action that ends the other claim tells that.
create function answer_is_told() returns trigger language plpgsql security definer set search_path = public as $$
declare words int := (select coalesce(max(revision), 0) from message_words);
begin
  insert into message (kind, at, objection_id, cause_id, account_id, words_revision)
    values ('objection.' || new.state, new.decided_at, new.id, new.id, new.account_id, words);
  insert into message (kind, at, application_id, cause_id, account_id, words_revision)
    select 'objection.kept', new.decided_at, a.id, new.id, a.account_id, words
    from application a where a.id = new.against_id and new.state = 'rejected';
  return null;
end $$;
create trigger is_told after update of state on objection for each row when (old.state = 'open' and new.state <> 'open')
  execute function answer_is_told();
create policy messages on objection for select to jiangsheng_worker using ((select scope_job()) = 'messages');
grant select (id, receipt_number) on objection to jiangsheng_worker;

-- Since when an objection to a certificate waits for its answer; nothing of by whom. As the owner: `objected_to` alike.
create function objected_since(p_certificate uuid) returns bigint
language sql stable security definer set search_path = public
return (select min(raised_at) from objection where certificate_id = p_certificate and state = 'open');
revoke execute on function objected_since from public;
grant execute on function objected_since to jiangsheng_app;

-- Materials -----------------------------------------------------------------------------------------------------------
-- What is typed and photographed is whole when it is filed. What comes later is the paper: the form as it stands now,
-- stamped, as a scan or at the district; and past second review the copies that the centre waits for.
alter table application add column complete boolean not null default false;

create function materials_complete(a application) returns boolean
language sql stable security definer set search_path = public
return (exists (select from original o where o.application_id = a.id and o.form_seq = form_since(a.id))
    or exists (select from file f join action s on s.application_id = a.id and s.seq = form_since(a.id)
      where f.application_id = a.id and f.purpose = 'stampedForm' and f.erased_at is null
        and (s.kind = 'file' or f.uploaded_at >= s.at)))
  and (not coalesce(wants_copies(a) and past_second_review(a), false) or copies_received(a.id));
revoke execute on function materials_complete from public;

create function material_came() returns trigger language plpgsql security definer set search_path = public as $$
begin
  update application a set complete = not a.complete where a.id = new.application_id and a.complete <> materials_complete(a);
  return null;
end $$;
create trigger material_came after insert or update of application_id, erased_at on file for each row
  when (new.purpose = 'stampedForm' and new.application_id is not null) execute function material_came();
create trigger material_came after insert on original for each row execute function material_came();
create trigger material_came after insert or update of received_at on transmittal_line for each row
  execute function material_came();
update application a set complete = true where materials_complete(a);

-- The long lists, by it: what is rare among a hundred thousand is found without reading them all.
create index application_complete_district on application (district_id, state, step, complete, urgency, id);
create index application_complete_city on application (state, step, complete, urgency, id);

-- Where a case stands -------------------------------------------------------------------------------------------------
-- Since when it waits as it does: what was undone counts as if it had not been. `standsSince` in domain/application.ts
-- says the same.
create function stands_since(p_application uuid, p_version int) returns bigint language plpgsql stable as $$
declare place int := p_version; last action;
begin
  loop
    select * into strict last from action where application_id = p_application and seq = place;
    if last.kind <> 'undo' then return last.at; end if;
    place := place - 2;
  end loop;
end $$;

create or replace function application_at_its_desk() returns trigger language plpgsql security definer set search_path = public as $$
declare happened_at bigint := new.updated_at; last text;
begin
  if tg_op = 'UPDATE' and new.version > old.version then
    select kind into last from action where application_id = new.id and seq = new.version;
    if last = 'undo' then new.updated_at := stands_since(new.id, new.version); end if;
    if last in ('amend', 'resubmit', 'redirect')
      or past_second_review(new) is distinct from past_second_review(old) and new.filing_authority <> 'shanghai' then
      new.complete := materials_complete(new);
    end if;
  end if;
  new.urgency := new.updated_at + case when new.state = 'inReview' and new.step = 'secondReview'
    then least(coalesce((select number from filing_batch where id = new.batch_id), 899), 899) * 10000000000000 else 0 end;
  if tg_op = 'INSERT' then
    new.complete := false;
    return new;
  end if;
  if new.step is distinct from old.step or new.base_union_id <> old.base_union_id or new.district_id <> old.district_id then
    new.assignee_id := (select s.assignee_id from assignment s
      where s.application_id = new.id and s.step = new.step and (new.step in ('verification', 'finalApproval')
        or s.desk_id in (new.unit_id, new.base_union_id, new.filing_point_id, new.district_id))
      order by s.at desc, s.command_id desc limit 1);
  end if;
  if new.hold_id is not null
      and (new.step, new.state, new.base_union_id) is distinct from (old.step, old.state, old.base_union_id) then
    update hold set ended = 'decided', ended_by = scope_account(), ended_at = happened_at
      where id = new.hold_id and ended is null;
    new.hold_id := null;
  end if;
  return new;
end $$;
