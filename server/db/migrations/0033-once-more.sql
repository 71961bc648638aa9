-- What leaves the house leaves once (四.一.5, 四.二.3, 四.三): after a second restore, while the bank contradicts an earlier
-- attempt, and while somebody names another account.

-- The send log, and what two people said of it ---------------------------------------------------------------------------
-- As in 0022. That it was never sent was said of what the log held then: a later line under the same reference is another
-- sending, which a second restore may have made the database forget.
create or replace function references_known(p_references text[], p_sent bigint[]) returns table (reference text)
language sql stable security definer set search_path = public
begin atomic
  select p.reference from unnest(p_references, p_sent) i (reference, sent) join payout p on p.reference = i.reference
    where p.state not in ('made', 'cancelled') and (p.state <> 'released' or i.sent > sent_until())
  union select s.reference from unnest(p_references, p_sent) i (reference, sent) join sent_before s on s.reference = i.reference
    where i.sent <= s.sent_at or s.agreed_by is not null and s.answer <> 'notSent';
end;
-- Writes down what the log holds and the database does not know: a question, never an answer. What was answered of an
-- earlier sending is asked anew, but for what two people agreed had left; who said it stays in the audit log.
create function send_log_holds(p_lines jsonb, p_at bigint) returns void
language plpgsql security definer set search_path = public as $$
begin
  if scope_kind() not in ('union', 'city') and scope_job() is distinct from 'bank' then return; end if;
  insert into sent_before as s (reference, amount_fen, batch_id, route, claims, sent_at, found_at)
    select i.reference, i.amount_fen, i.batch_id, i.route, i.claims, i.sent_at, p_at
    from jsonb_to_recordset(p_lines) i (reference text, amount_fen bigint, batch_id uuid, route text, claims text[], sent_at bigint)
    on conflict (reference) do update set missing = false, amount_fen = excluded.amount_fen, batch_id = excluded.batch_id,
      route = excluded.route, claims = excluded.claims, sent_at = excluded.sent_at, found_at = excluded.found_at,
      bank_word = null, bank_asked_at = null, answer = null, answered_by = null, answered_at = null, agreed_by = null,
      agreed_at = null, words = null
    where excluded.sent_at > s.sent_at and (s.agreed_by is null or s.answer = 'notSent');
end $$;
revoke execute on function send_log_holds from public;
grant execute on function send_log_holds to jiangsheng_app;
drop policy found on sent_before;
revoke insert on sent_before from jiangsheng_app;
-- As in 0022, but for what was sent once more.
create or replace function sent_before_answered() returns trigger language plpgsql as $$
begin
  if old.agreed_by is not null then
    if old.answer = 'notSent' and new.sent_at > old.sent_at and new.answer is null and new.agreed_by is null then
      return new;
    end if;
    raise exception 'two people agreed on it' using errcode = 'check_violation', constraint = 'sent_before_agreed';
  end if;
  -- an answer that the bank's word belies is taken back
  if new.answer is not null and (new.answer, new.answered_by) is distinct from (old.answer, old.answered_by)
      and new.answered_by is distinct from scope_account()
    or new.agreed_by is not null and (new.agreed_by is distinct from scope_account() or new.answer is distinct from old.answer
      or new.answered_by is distinct from old.answered_by) then
    raise exception 'by who is signed in' using errcode = 'check_violation', constraint = 'action_by_oneself';
  end if;
  return new;
end $$;
