import { BackupError, type Explanation } from '../errors.ts'
import {
  JsonError,
  readAmount,
  readArray,
  readBoolean,
  readCount,
  readInteger,
  readNullable,
  readObject,
  readString,
  type Reader,
} from '../archive/json-reader.ts'
import { readJson, readName, readVersion, refuseAnswer } from './answer.ts'
import { isPooler } from './connection/pooler.ts'
import { unclearRefusal } from './failure/foreign.ts'
import { readServerMarks, serverMarksQuery } from './hosting/server-marks.ts'
import { recogniseService, type HostingService } from './hosting/services.ts'
import { runSql, type Session } from './psql.ts'
import { mayEscapeInStrings } from './standard-strings.ts'

/** One database as the server lists it. */
export interface DatabaseFacts {
  readonly name: string
  readonly isTemplate: boolean
  readonly allowsConnections: boolean
  /** Whether the privileges of the connecting role let it in; pg_hba.conf may still shut it out. */
  readonly mayConnect: boolean
  /** Bytes on the server's disk, as `pg_database_size` counts them; null without the privilege to connect. */
  readonly size: number | null
}

/** What a server says about itself. */
export interface ServerFacts {
  /** `server_version_num`, as in 150018. */
  readonly versionNumber: number
  /** `server_version` without the packager's remarks, as in `15.18`. */
  readonly version: string
  /** The database that was connected to. */
  readonly database: string
  readonly databases: readonly DatabaseFacts[]
  /** Whether it follows another server. */
  readonly isStandby: boolean
  /** Whether sessions of some database may begin with `standard_conforming_strings` off. */
  readonly mayEscapeInStrings: boolean
  /** The connecting role. */
  readonly role: string
  readonly isSuperuser: boolean
  /** Whether the passwords of roles may be read, as pg_dumpall does by default. */
  readonly mayReadPasswords: boolean
  /** Undefined for a server that somebody runs himself. */
  readonly service: HostingService | undefined
  /** What initdb gave the server, and its copies share; undefined where the role may not read it. */
  readonly systemIdentifier: string | undefined
  /** Connections that this role could open beside those that are open; undefined where a pooler has limits of its own. */
  readonly freeConnections: number | undefined
  /** Seconds from a statement to the server's answer, without the work. */
  readonly roundTrip: number
}

/** Only sessions of clients have a database; `least` takes no account of a role without a limit. */
const freeConnections = `(select least(
  (select sum(case name when 'max_connections' then setting::int else -setting::int end) from pg_settings
    where name in ('max_connections', 'superuser_reserved_connections', 'reserved_connections'))
    - (select count(*) from pg_stat_activity where datid is not null),
  (select rolconnlimit from pg_roles where rolname = current_user and rolconnlimit >= 0)
    - (select count(*) from pg_stat_activity where usename = current_user)))`

/** The right is asked for first, and the query is in quotes: an answer is due also where it would be refused. */
const systemIdentifier = `(select case
  when has_function_privilege(to_regprocedure('pg_catalog.pg_control_system()')::oid, 'EXECUTE')
  then substring(query_to_xml('select system_identifier from pg_catalog.pg_control_system()', false, true, '')::text
    from '>([0-9]+)<') end)`

/** What is between their answers is a round trip. They call nothing that a search path could change. */
const clockQueries = Array<string>(3).fill(
  "select pg_catalog.date_part('epoch', pg_catalog.clock_timestamp())",
)

const factsQuery = `select json_build_object(
  'versionNumber', current_setting('server_version_num')::int,
  'version', split_part(current_setting('server_version'), ' ', 1),
  'database', current_database(),
  'isStandby', pg_is_in_recovery(),
  'mayEscapeInStrings', ${mayEscapeInStrings},
  'marks', (${serverMarksQuery}),
  'freeConnections', ${freeConnections},
  'systemIdentifier', ${systemIdentifier},
  'databases', (select json_agg(json_build_object(
    'name', datname, 'isTemplate', datistemplate,
    'allowsConnections', datallowconn and datconnlimit <> -2,
    'mayConnect', has_database_privilege(oid, 'CONNECT'),
    'size', case when has_database_privilege(oid, 'CONNECT') then pg_database_size(oid) end
  ) order by datname) from pg_database))`

/** From 8.0 to 99.99, so that it can be reckoned with. */
const readVersionNumber: Reader<number> = (value, place) => {
  const number = readCount(value, place)
  if (number >= 80_000 && number <= 999_999) return number
  throw new JsonError(`${place} is not the number of a version`)
}

const readAnswer = readObject({
  versionNumber: readVersionNumber,
  version: readVersion,
  isStandby: readBoolean,
  mayEscapeInStrings: readBoolean,
  database: readName,
  databases: readArray(
    readObject({
      name: readName,
      isTemplate: readBoolean,
      allowsConnections: readBoolean,
      mayConnect: readBoolean,
      size: readNullable(readCount),
    }),
  ),
  freeConnections: readInteger,
  marks: readServerMarks,
  systemIdentifier: readNullable(readString(/^\d{1,20}$/, 'a number')),
})

/** Databases that every server has, for when the connection names none that exists. */
const maintenanceDatabases = ['postgres', 'template1']

/**
 * Asks the server for its version and databases.
 * @param isNeeded whether the connection's own database must exist; otherwise the maintenance databases do as well
 * @throws BackupError PGB_CONNECT, PGB_AUTH, PGB_NO_DATABASE
 */
export async function inspectServer(session: Session, isNeeded: boolean): Promise<ServerFacts> {
  const { database } = session.connection
  const own = database === undefined ? [] : [database]
  const candidates = isNeeded ? own : [...new Set([...own, ...maintenanceDatabases])]
  return askFirst(session, candidates).catch(async (error: unknown) => {
    if (!(error instanceof BackupError && error.cause === unclearRefusal)) throw error
    // Where the user may log in elsewhere, it was the database.
    const facts = await askFirst(session, maintenanceDatabases).catch(() => {
      throw error
    })
    if (isNeeded) throw refuseDatabase(error.explanation)
    return facts
  })
}

const databaseNotReached = 'The server was reached, but not the database'

function refuseDatabase({ why }: Explanation): BackupError {
  return new BackupError('PGB_NO_DATABASE', {
    what: databaseNotReached,
    why: why.replace(/^[^(]*/, 'the server refused the database, which is named as the user '),
    whatToDo: 'Check its name, which minds upper and lower case, and whether it accepts connections',
  })
}

async function askFirst(session: Session, [database, ...others]: readonly string[]): Promise<ServerFacts> {
  const failing = 'The server was not reached'
  const refused = 'The server did not say what it is and holds'
  const query = { database: database ?? '', sql: factsQuery, failing, refused, next: clockQueries }
  try {
    return readAnswers(await runSql(session, query), isPooler(session.connection.parameters))
  } catch (error) {
    if (error instanceof JsonError) throw refuseAnswer(failing, error)
    const isMissing = error instanceof BackupError && error.code === 'PGB_NO_DATABASE'
    if (!isMissing) throw error
    if (others.length > 0) return askFirst(session, others)
    throw new BackupError(
      error.code,
      { ...error.explanation, what: databaseNotReached },
      { cause: error.cause },
    )
  }
}

/**
 * PURE. Reads the facts, and the round trip from the times that follow them, of which the shorter one counts: what a busy
 * machine adds is no way.
 * @throws JsonError
 */
function readAnswers(text: string, isPooled: boolean): ServerFacts {
  const lines = text.split('\n')
  const times = lines.splice(-clockQueries.length)
  const { freeConnections, marks, systemIdentifier, ...facts } = readJson(lines.join('\n'), readAnswer)
  const { role, isSuperuser, mayReadPasswords } = marks
  const [first = 0, second = 0, third = 0] = times.map((line) => readAmount(Number(line), 'the time'))
  return {
    ...facts,
    ...{ role, isSuperuser, mayReadPasswords, service: recogniseService(marks) },
    systemIdentifier: systemIdentifier ?? undefined,
    freeConnections: isPooled ? undefined : freeConnections,
    roundTrip: Math.max(0, Math.min(second - first, third - second)),
  }
}
