-- One line for each thing that must be the same after a restore.
select 'customers', count(*), md5(string_agg(t::text, ',' order by id)) from customers t;
select 'orders', count(*), md5(string_agg(t::text, ',' order by id)) from "Quoted ""schema""".orders t;
select 'view', md5(string_agg(t::text, ',' order by customer)) from totals t;
select 'large object', md5(lo_get(4711));
select 'sequence', last_value, is_called from customers_id_seq;
select 'sequence', last_value, is_called from "Quoted ""schema""".orders_id_seq;
select 'columns', md5(string_agg(concat_ws(',', table_schema, table_name, column_name, data_type, is_nullable, column_default), ';' order by table_schema, table_name, ordinal_position))
from information_schema.columns where table_schema in ('public', 'Quoted "schema"');
select 'indexes', md5(string_agg(indexdef, ';' order by indexdef)) from pg_indexes where schemaname in ('public', 'Quoted "schema"');
select 'constraints', md5(string_agg(pg_get_constraintdef(oid), ';' order by conname, conrelid::regclass::text)) from pg_constraint
where connamespace in ('public'::regnamespace, '"Quoted ""schema"""'::regnamespace);
select 'triggers', md5(string_agg(pg_get_triggerdef(oid), ';' order by tgname)) from pg_trigger where not tgisinternal;
