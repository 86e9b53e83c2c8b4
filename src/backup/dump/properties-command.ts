import { mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { propertiesSchema } from '../../archive/properties.ts'
import { makePsqlCommand } from '../../postgres/psql.ts'
import { quoteLiteral } from '../../postgres/sql/quote.ts'
import type { Command } from '../../process/command.ts'
import type { PreparedBackup } from '../prepare.ts'

/**
 * The command that prints the properties of the databases, as `src/archive/properties.ts` reads them. They go the way
 * of a dump, and so touch no disk in the clear, since settings may hold secrets. The names come by a private script,
 * because a command line has room for so many only.
 */
export async function makePropertiesCommand({ server, plan, output }: PreparedBackup): Promise<Command> {
  const databases = [...plan.databases, ...plan.clusterDatabases]
  const script = join(await mkdtemp(join(output.stagingDirectory, 'properties-')), 'script.sql')
  await writeFile(script, makePropertiesQuery(databases), { mode: 0o600, flag: 'wx' })
  const args = ['--no-align', '--tuples-only', `--file=${script}`]
  return makePsqlCommand(server, server.facts.database, 'session', ...args)
}

/** PURE. All that it asks may be read by every role; columns that differ between versions are read as JSON. */
function makePropertiesQuery(databases: readonly string[]): string {
  return `select json_build_object('schema', ${propertiesSchema}, 'databases', coalesce(json_agg(json_build_object(
  'name', datname, 'owner', pg_get_userbyid(datdba), 'encoding', pg_encoding_to_char(encoding),
  'locale', json_build_object(
    'provider', case j->>'datlocprovider' when 'i' then 'icu' when 'b' then 'builtin' else 'libc' end,
    'collate', datcollate, 'ctype', datctype,
    'locale', coalesce(j->>'datlocale', j->>'daticulocale'), 'icuRules', j->>'daticurules'),
  'tablespace', spcname, 'connectionLimit', datconnlimit,
  'allowsConnections', datallowconn, 'isTemplate', datistemplate,
  'comment', shobj_description(d.oid, 'pg_database'),
  'privileges', case when datacl is not null then (
    select coalesce(json_agg(json_build_object(
      'grantee', case when grantee <> 0 then pg_get_userbyid(grantee) end,
      'privilege', privilege_type, 'grantable', is_grantable)), '[]') from aclexplode(datacl)) end,
  'settings', (
    select coalesce(json_agg(json_build_object('role', rolname, 'name', split_part(entry, '=', 1),
      'value', substr(entry, strpos(entry, '=') + 1)) order by setrole, position), '[]')
    from pg_db_role_setting s cross join unnest(setconfig) with ordinality entries(entry, position) left join pg_roles r on r.oid = setrole
    where setdatabase = d.oid)
) order by datname), '[]'))
from pg_database d join pg_tablespace t on t.oid = dattablespace cross join lateral to_jsonb(d) j
where datname in (${databases.map(quoteLiteral).join(',\n')});
`
}
