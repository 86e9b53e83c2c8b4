/** The words of ALTER DEFAULT PRIVILEGES for a row `a` of pg_default_acl and its schema `n`. */
const scope = `pg_catalog.concat('alter default privileges', case when n.nspname is null then '' else pg_catalog.format(' in schema %I', n.nspname) end)`
const kind = `case defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'routines'
  when 'T' then 'types' when 'n' then 'schemas' else 'large objects' end`
const grantee = `case when step.grantee = 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(step.grantee)) end`
const own = `pg_catalog.pg_default_acl a left join pg_catalog.pg_namespace n on n.oid = defaclnamespace`
/** What everybody has of a kind by PostgreSQL's own defaults, which a row for all schemas replaces. */
const builtIn = `pg_catalog.aclexplode(pg_catalog.acldefault(case defaclobjtype when 'S' then 's' else defaclobjtype end, defaclrole))`
const isOwn = `defaclrole = (select oid from pg_catalog.pg_roles where rolname = current_user)`

/**
 * Statements that take back the connecting role's default privileges: in force while a dump is restored they give away
 * what it makes, also what had been taken from somebody on purpose. The dump brings its own at its end.
 */
export const resetDefaultPrivileges = `select pg_catalog.format('%s %s %s on %s %s %s', ${scope}, step.verb, step.what, ${kind}, step.preposition, ${grantee})
from ${own}, lateral (
  select distinct 1 as turn, 'revoke' as verb, 'all' as what, 'from' as preposition, grantee from pg_catalog.aclexplode(defaclacl)
  union all select 2, 'grant', privilege_type, 'to', grantee
    from ${builtIn} where defaclnamespace = 0
) step
where ${isOwn}
order by a.oid, turn
\\gexec`

/** Notes what {@link resetDefaultPrivileges} changes, as statements that give again, and take again what was taken. */
export const keepDefaultPrivileges = `create temporary table postgres_backup_defaults on commit drop as
select pg_catalog.format('%s %s %s on %s %s %s%s', ${scope}, step.verb, step.privilege_type, ${kind}, step.preposition, ${grantee},
  case when step.is_grantable then ' with grant option' else '' end) as statement
from ${own}, lateral (
  select 'grant' as verb, 'to' as preposition, given.* from pg_catalog.aclexplode(defaclacl) given
  union all select 'revoke', 'from', usual.* from ${builtIn} usual where defaclnamespace = 0
    and not exists (select from pg_catalog.aclexplode(defaclacl) given
      where given.grantee = usual.grantee and given.privilege_type = usual.privilege_type)
) step where ${isOwn};`

/** Does what {@link keepDefaultPrivileges} noted, beside what the dump has brought. */
export const returnDefaultPrivileges = `select statement from pg_temp.postgres_backup_defaults
\\gexec`
