-- 结余退回: the account as it stood when the transfer was made; another since stops the release.
alter table surplus_transfer add column receiving_account jsonb, add column receiving_account_tail text;
alter table surplus_transfer disable trigger user;
update surplus_transfer t set receiving_account = o.receiving_account, receiving_account_tail = o.receiving_account_tail
  from organisation o where o.id = t.to_id;
alter table surplus_transfer enable trigger user;

create function surplus_keeps_account() returns trigger language plpgsql security definer set search_path = public as $$
declare o organisation;
begin
  select * into o from organisation where id = new.to_id for share;
  if tg_op = 'INSERT' then
    new.receiving_account := o.receiving_account;
    new.receiving_account_tail := o.receiving_account_tail;
  elsif old.released_by is null and new.released_by is not null and new.receiving_account is distinct from o.receiving_account then
    raise exception 'another account since' using errcode = 'check_violation', constraint = 'transfer_account_changed';
  end if;
  return new;
end $$;
create trigger keeps_account before insert or update on surplus_transfer for each row execute function surplus_keeps_account();
