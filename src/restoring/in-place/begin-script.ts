import { resetDefaultPrivileges } from './default-privileges.ts'
import { makeOwnObjects } from './own-objects.ts'
import { startTransaction } from './transaction.ts'
import { makeOthersQuery } from './others-query.ts'

/** What replacing a database's contents needs to know. */
export interface InPlaceRequest {
  /** Schemas of the hosting service, in which nothing is dropped. */
  readonly serviceSchemas: readonly string[]
  /** As in `60s`: how long to wait for what other sessions hold. */
  readonly lockTimeout: string
}

/**
 * PURE. A psql script that opens a transaction and drops in it what is the connecting role's own. It finds the objects
 * in the transaction itself, so that none is missed that came in between, and the server quotes their names.
 * Afterwards comes the dump, and then {@link makeEndScript}.
 */
export function makeBeginScript(request: InPlaceRequest): string {
  const own = `with ${makeOwnObjects(request.serviceSchemas)}`
  return `${startTransaction(request.lockTimeout)}
${makeRefusal(own)}
${own}
select pg_catalog.format('lock table only %s in access exclusive mode', id::pg_catalog.regclass)
from in_schema join pg_catalog.pg_class c on c.oid = id and catalog = 'pg_catalog.pg_class'::pg_catalog.regclass
where relkind in ('r', 'p') and owner in (select oid from own_role)
  and (space in (select oid from own_schema) or (catalog, id) in (select catalog, id from single))
order by id
\\gexec
${makeOthersQuery('postgres_backup_before', request.serviceSchemas)}
${makePolicyDrop(own)}
${own}
${dropQuery}
\\gexec
${resetDefaultPrivileges}
select pg_catalog.count(pg_catalog.lo_unlink(oid)) from pg_catalog.pg_largeobject_metadata
  where pg_catalog.pg_has_role(lomowner, 'USAGE') \\g /dev/null
`
}

/** Kinds that are the role's and that nothing here drops: refused before anything is touched. */
function makeRefusal(own: string): string {
  return `do $refuse$
declare
  kinds text;
begin
  ${own}, unhandled as (
    select 'operator class' as kind from single where catalog = 'pg_catalog.pg_opclass'::pg_catalog.regclass
    union all select 'operator family' from single where catalog = 'pg_catalog.pg_opfamily'::pg_catalog.regclass
    union all select 'foreign-data wrapper' from pg_catalog.pg_foreign_data_wrapper w where fdwowner in (select oid from own_role)
      and ('pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass, w.oid) not in (select classid, objid from member)
    union all select 'event trigger' from pg_catalog.pg_event_trigger where evtowner in (select oid from own_role)
  ) select pg_catalog.string_agg(distinct kind, ', ') into kinds from unhandled;
  if kinds is not null then
    raise exception 'postgres-backup: not handled: %', kinds;
  end if;
end
$refuse$;`
}

/** A policy on a service's table goes where the service lets the role make it; another stays. */
function makePolicyDrop(own: string): string {
  return `${own}
select pg_catalog.format('do $drop$ begin drop policy %I on %s; exception when insufficient_privilege then null; end $drop$',
  polname, polrelid::pg_catalog.regclass)
from pg_catalog.pg_policy join pg_catalog.pg_class c on c.oid = polrelid
where relnamespace in (select oid from kept_schema)
  and ('pg_catalog.pg_class'::pg_catalog.regclass, polrelid) not in (select classid, objid from member)
\\gexec`
}

/**
 * Each with CASCADE, so one may be gone when its turn comes. Sequences of columns, arrays, row types, and mappings on
 * own servers go with theirs. Without the modes of its arguments `p(integer, integer)` may mean a procedure with OUT too.
 */
const dropQuery = `, statement(turn, text) as (
  select 1, pg_catalog.format('drop schema %I cascade', nspname) from own_schema
  union all select 2, pg_catalog.format('drop %s if exists %s cascade', case relkind when 'v' then 'view'
      when 'm' then 'materialized view' when 'S' then 'sequence' when 'f' then 'foreign table' when 'c' then 'type'
      else 'table' end, id::pg_catalog.regclass)
    from single join pg_catalog.pg_class c on c.oid = id where catalog = 'pg_catalog.pg_class'::pg_catalog.regclass
      and relkind in ('r', 'p', 'v', 'm', 'S', 'f', 'c') and not relispartition
      and not exists (select from pg_catalog.pg_depend d where d.classid = catalog and d.objid = id
        and d.deptype in ('a', 'i') and d.refobjsubid > 0)
  union all select 3, case prokind
      when 'p' then pg_catalog.format('drop procedure if exists %s(%s) cascade', id::pg_catalog.regproc, pg_catalog.pg_get_function_identity_arguments(id))
      else pg_catalog.format('drop routine if exists %s cascade', id::pg_catalog.regprocedure) end
    from single join pg_catalog.pg_proc p on p.oid = id where catalog = 'pg_catalog.pg_proc'::pg_catalog.regclass
  union all select 4, pg_catalog.format('drop operator if exists %s cascade', id::pg_catalog.regoperator)
    from single where catalog = 'pg_catalog.pg_operator'::pg_catalog.regclass
  union all select 5, pg_catalog.format('drop type if exists %s cascade', id::pg_catalog.regtype)
    from single join pg_catalog.pg_type t on t.oid = id where catalog = 'pg_catalog.pg_type'::pg_catalog.regclass
      and typtype in ('b', 'd', 'e', 'r') and typrelid = 0 and not exists (select from pg_catalog.pg_type e where e.typarray = t.oid)
  union all select 6, pg_catalog.format('drop %s if exists %s cascade', i.type, i.identity)
    from single, lateral pg_catalog.pg_identify_object(catalog, id, 0) i where i.type in ('collation', 'conversion',
      'text search configuration', 'text search dictionary', 'statistics object') and i.type <> 'statistics object'
  union all select 7, pg_catalog.format('drop server if exists %I cascade', srvname) from pg_catalog.pg_foreign_server s
    where srvowner in (select oid from own_role)
      and ('pg_catalog.pg_foreign_server'::pg_catalog.regclass, s.oid) not in (select classid, objid from member)
  union all select 8, pg_catalog.format('drop user mapping if exists for current_user server %I', m.srvname)
    from pg_catalog.pg_user_mappings m join pg_catalog.pg_foreign_server s on s.oid = srvid
    where umuser = (select oid from pg_catalog.pg_roles where rolname = current_user)
      and srvowner not in (select oid from own_role) and pg_catalog.has_server_privilege(s.oid, 'USAGE')
)
select text from statement order by turn`
