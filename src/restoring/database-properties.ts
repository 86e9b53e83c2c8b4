import { quoteLiteral } from '../postgres/sql/quote.ts'

/**
 * PURE. A query that gives the CREATE DATABASE for a database like an old one. The columns of pg_database differ
 * between versions, which is why they are read as JSON. Whoever names a tablespace needs a privilege on it, even on the
 * default one.
 */
export function makeCreateQuery(old: string, created: string): string {
  return `select format('CREATE DATABASE %I TEMPLATE template0 ENCODING %L LC_COLLATE %L LC_CTYPE %L',
    ${quoteLiteral(created)}, pg_encoding_to_char(encoding), datcollate, datctype)
  || case when dattablespace = (select dattablespace from pg_database where datname = 'template0') then ''
    else format(' TABLESPACE %I', spcname) end
  || case d->>'datlocprovider'
    when 'i' then format(' LOCALE_PROVIDER icu ICU_LOCALE %L', coalesce(d->>'daticulocale', d->>'datlocale'))
    when 'b' then format(' LOCALE_PROVIDER builtin BUILTIN_LOCALE %L', d->>'datlocale')
    when 'c' then ' LOCALE_PROVIDER libc'
    else '' end
  || case when d->>'daticurules' is null then '' else format(' ICU_RULES %L', d->>'daticurules') end
  from pg_database p join pg_tablespace t on t.oid = dattablespace, to_jsonb(p) d
  where datname = ${quoteLiteral(old)}`
}

/** Settings that hold a list of names: their text is no SQL, so it is set and then taken over as it is. */
const listSettings =
  "'search_path', 'temp_tablespaces', 'local_preload_libraries', 'session_preload_libraries'"

const settingsLoop = `for line in
    select pg_catalog.split_part(entry, '=', 1) as name,
      pg_catalog.substr(entry, pg_catalog.strpos(entry, '=') + 1) as value,
      case when r.rolname is null then pg_catalog.format('alter database %I', heir)
        else pg_catalog.format('alter role %I in database %I', r.rolname, heir) end as subject
    from pg_catalog.pg_db_role_setting s cross join lateral pg_catalog.unnest(s.setconfig) entry
      left join pg_catalog.pg_roles r on r.oid = s.setrole
    where s.setdatabase = former.oid
  loop
    if line.name in (${listSettings}) then
      perform pg_catalog.set_config(line.name, line.value, true);
      execute pg_catalog.format('%s set %I from current', line.subject, line.name);
      perform pg_catalog.set_config('search_path', 'pg_catalog', true);
    else
      execute pg_catalog.format('%s set %I to %L', line.subject, line.name, line.value);
    end if;
  end loop;`

/**
 * PURE. Statements that hand over what belongs to a database and no dump without --create holds: settings, also
 * those of roles in it, connection limit, privileges, comment and, last, the owner.
 */
export function makeHandOverBlock(old: string, heir: string): string {
  const body = `declare
  former pg_catalog.pg_database;
  heir constant text := ${quoteLiteral(heir)};
  line record;
begin
  select * into strict former from pg_catalog.pg_database where datname = ${quoteLiteral(old)};
  ${settingsLoop}
  if former.datconnlimit >= 0 then
    execute pg_catalog.format('alter database %I connection limit %s', heir, former.datconnlimit);
  end if;
  if former.datacl is not null then
    execute pg_catalog.format('revoke all on database %I from public', heir);
    for line in
      select a.privilege_type, case when a.grantee = 0 then 'public' else pg_catalog.quote_ident(r.rolname) end as grantee,
        case when a.is_grantable then ' with grant option' else '' end as option
      from pg_catalog.aclexplode(former.datacl) a left join pg_catalog.pg_roles r on r.oid = a.grantee
    loop
      execute pg_catalog.format('grant %s on database %I to %s%s', line.privilege_type, heir, line.grantee, line.option);
    end loop;
  end if;
  if pg_catalog.shobj_description(former.oid, 'pg_database') is not null then
    execute pg_catalog.format('comment on database %I is %L', heir, pg_catalog.shobj_description(former.oid, 'pg_database'));
  end if;
  if former.datdba <> (select oid from pg_catalog.pg_roles where rolname = current_user) then
    execute pg_catalog.format('alter database %I owner to %I', heir, pg_catalog.pg_get_userbyid(former.datdba));
  end if;
end`
  // One quoted text, since in a dollar quote a name could hold the end of it.
  return `do ${quoteLiteral(body)};`
}
