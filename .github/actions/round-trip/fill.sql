-- What a restore can get wrong: names that need quotes, bytes, null beside empty, keys, views, triggers and sequences.
create schema "Quoted ""schema""";
create table customers (
  id bigint generated always as identity primary key,
  name text not null check (name <> ''),
  note text,
  picture bytea,
  since timestamptz not null default '2026-01-01 00:00:00+00'
);
create table "Quoted ""schema""".orders (
  id serial primary key,
  customer bigint not null references customers on delete cascade,
  amount numeric(12, 2) not null,
  details jsonb,
  tags text[]
);
create index on "Quoted ""schema""".orders (customer) where amount > 100;
insert into customers (name, note, picture)
select e'O\'Brien \\ \t ' || n || ' ünï😀', case n % 3 when 0 then null when 1 then '' else '\.' end, decode(lpad(to_hex(n), 8, '0'), 'hex')
from generate_series(1, 1000) n;
insert into "Quoted ""schema""".orders (customer, amount, details, tags)
select 1 + n % 1000, n / 7.0, jsonb_build_object('n', n, 'text', repeat('x', n % 50)), array['a', null, n::text]
from generate_series(1, 5000) n;
create view totals as
select customer, sum(amount) as total from "Quoted ""schema""".orders group by customer;
create function touch() returns trigger language plpgsql as $$ begin new.since := now(); return new; end $$;
create trigger touch before update on customers for each row execute function touch();
select lo_from_bytea(4711, '\x00ff10');
