import { readArray, readBoolean, readName, readObject } from '../../archive/json-reader.ts'
import type { Reader } from '../../archive/json-reader.ts'
import type { ServerMarks } from './services.ts'

/** What is asked of every server once. */
export interface ServerMarksAnswer extends ServerMarks {
  /** The connecting role. */
  readonly role: string
  /** Whether the passwords of roles may be read, as pg_dumpall does by default. */
  readonly mayReadPasswords: boolean
}

/** Settings of extensions and services are those with a prefix. Read with an empty search path. */
export const serverMarksQuery = `select json_build_object(
  'role', current_user,
  'isSuperuser', (select rolsuper from pg_roles where rolname = current_user),
  'mayReadPasswords', has_table_privilege('pg_authid', 'SELECT'),
  'superusers', (select json_agg(rolname) from pg_roles where rolsuper),
  'databases', (select json_agg(datname) from pg_database),
  'settings', (select coalesce(json_agg(name), '[]') from pg_settings where strpos(name, '.') > 0),
  'schemas', (select json_agg(nspname) from pg_namespace where nspname !~ '^pg_(toast|temp)'))`

/** Reads the answer to {@link serverMarksQuery}. */
export const readServerMarks: Reader<ServerMarksAnswer> = readObject({
  role: readName,
  isSuperuser: readBoolean,
  mayReadPasswords: readBoolean,
  superusers: readArray(readName),
  databases: readArray(readName),
  settings: readArray(readName),
  schemas: readArray(readName),
})
