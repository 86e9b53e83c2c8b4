import type { Log } from '../github/log.ts'
import type { Connection } from './connection/open-connection.ts'
import type { ConnectionParameters } from './connection/connection-keywords.ts'
import { runSql, type Session } from './psql.ts'

/*
 * With `standard_conforming_strings = off` a backslash in `'…'` escapes, and pg_dump up to 18 writes its strings in the
 * way of the session that it gets (pg_dump.c: dumpStdStrings). PostgreSQL 19 refuses such a dump at its first statement.
 * pg_dump 19 sees to it itself.
 */

/** First major version that knows standard strings only (PostgreSQL 19 release notes). */
export const standardStringsSince = 19

/**
 * PURE SQL. Whether sessions of some database may begin with the setting off: by the server's configuration, or as a
 * property of a role or database, whose value may be written in several ways. The query is in quotes, so that there is an
 * answer also where somebody took away what every role may read.
 */
export const mayEscapeInStrings = `((select reset_val from pg_settings where name = 'standard_conforming_strings') = 'off'
  or case when has_table_privilege('pg_catalog.pg_db_role_setting', 'SELECT')
    then query_to_xml('select 1 from pg_catalog.pg_db_role_setting, pg_catalog.unnest(setconfig) setting
      where setting ~* ''^standard_conforming_strings=''', false, true, '')::text like '%<row%' else false end)`

/** PURE. The parameters with the setting among the options of a session, which come before those of role and database. */
export function withStandardStrings(parameters: ConnectionParameters): ConnectionParameters {
  const options = [parameters['options'], '-c standard_conforming_strings=on']
  return { ...parameters, options: options.filter((text) => text !== undefined && text !== '').join(' ') }
}

/**
 * Looks whether the server takes a connection with options; some poolers refuse them.
 * @returns the connection to dump by, after a warning where it must be the old one
 */
export async function chooseConnection(
  plain: Session,
  standard: Connection,
  { database, log }: { readonly database: string; readonly log: Log },
): Promise<Connection> {
  const failing = 'The server did not take standard_conforming_strings as an option'
  try {
    await runSql({ ...plain, connection: standard }, { database, sql: 'select 1', failing })
    return standard
  } catch (error) {
    if (plain.signal.aborted) throw error
    log.warning(
      'Strings are dumped with backslashes that escape, as the setting standard_conforming_strings = off asks for, ' +
        `and such a dump does not load into PostgreSQL ${standardStringsSince} or later. The setting could not be ` +
        'changed for the dump, as with a pooler that takes no options: connect to the server itself, or reset the setting.',
      'Old strings',
    )
    return plain.connection
  }
}
