import { randomBytes } from 'node:crypto'
import { dropDatabase } from '../../postgres/drop-database.ts'
import { readArray, readObject, readString, type Reader } from '../../archive/json-reader.ts'
import { askJson, readName } from '../../postgres/answer.ts'
import { runSql, type Session } from '../../postgres/psql.ts'
import { quoteIdentifier, quoteLiteral } from '../../postgres/sql/quote.ts'
import type { Run } from '../../step/run.ts'
import { isUncontained, type ScratchServer } from './scratch-server.ts'

/** What a copy of a database needs beside its dump. */
export interface DatabaseFacts {
  readonly encoding: string
  /** LC_COLLATE and LC_CTYPE. */
  readonly collate: string
  readonly ctype: string
  readonly extensions: readonly string[]
  /** Roles that are no superusers and own what in PostgreSQL only a superuser may, as some services allow. */
  readonly privilegedOwners: readonly string[]
}

const factsQuery = `select json_build_object('encoding', pg_catalog.pg_encoding_to_char(encoding),
  'collate', datcollate, 'ctype', datctype,
  'extensions', (select coalesce(json_agg(extname), '[]') from pg_catalog.pg_extension),
  'privilegedOwners', (select coalesce(json_agg(rolname), '[]') from pg_catalog.pg_roles where not rolsuper
    and oid in (select evtowner from pg_catalog.pg_event_trigger
    union select fdwowner from pg_catalog.pg_foreign_data_wrapper)))
  from pg_catalog.pg_database where datname = pg_catalog.current_database()`

const readFacts: Reader<DatabaseFacts> = readObject({
  encoding: readString(/^\w{1,63}$/, 'an encoding'),
  collate: readName,
  ctype: readName,
  extensions: readArray(readName),
  privilegedOwners: readArray(readName),
})

/** Milliseconds for dropping a database, also when the run has been cancelled. */
const dropTimeout = 3_000

/** @throws BackupError PGB_NO_DATABASE, PGB_CONNECT and others when the database cannot be asked */
export async function readDatabaseFacts(source: Session, database: string): Promise<DatabaseFacts> {
  const failing = `The database "${database}" was not dumped`
  return askJson(source, { database, sql: factsQuery, failing }, readFacts)
}

/**
 * Runs a task with a scratch database of its own, which is dropped however the task ends.
 * @param task may have the database made new again, by what it is given beside the name
 */
export async function withScratchDatabase<T>(
  facts: DatabaseFacts,
  scratch: ScratchServer,
  run: Run,
  task: (database: string, renew: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const database = `postgres_backup_verify_${randomBytes(6).toString('hex')}`
  if (scratch.isContained) await raiseOwners(facts, scratch)
  await createDatabase(database, facts, scratch)
  try {
    return await task(database, async () => {
      await dropScratch(database, scratch, run)
      await createDatabase(database, facts, scratch)
    })
  } finally {
    await dropScratch(database, scratch, run)
  }
}

/** Inside a sandbox, where that lets nothing out: otherwise a good backup of such a service could not be restored. */
async function raiseOwners(
  { privilegedOwners }: DatabaseFacts,
  { session, maintenance: database }: ScratchServer,
): Promise<void> {
  if (privilegedOwners.length === 0) return
  const sql = privilegedOwners.map((role) => `ALTER ROLE ${quoteIdentifier(role)} SUPERUSER`).join('; ')
  await runSql(session, { database, sql, failing: 'The scratch database was not prepared' })
}

/** With the locale of the source where the scratch server has it, since generated columns may depend on it. */
async function createDatabase(database: string, facts: DatabaseFacts, scratch: ScratchServer): Promise<void> {
  const { session, restorer, maintenance } = scratch
  const owner = isUncontained(scratch) ? restorer.connection.parameters['user'] : undefined
  const ownership = owner === undefined ? '' : ` OWNER ${quoteIdentifier(owner)}`
  const locales = [
    [facts.collate, facts.ctype],
    ...(facts.encoding === 'UTF8' ? [['C', 'C.UTF-8']] : []),
    ['C', 'C'],
  ]
  const failing = 'The scratch database for `verify: restore` was not created'
  let failure: unknown
  for (const [collate = 'C', ctype = 'C'] of locales) {
    const sql = `CREATE DATABASE ${quoteIdentifier(database)} TEMPLATE template0 ENCODING ${quoteLiteral(facts.encoding)}
      LC_COLLATE ${quoteLiteral(collate)} LC_CTYPE ${quoteLiteral(ctype)}${ownership}`
    try {
      await runSql(session, { database: maintenance, sql, failing, kind: 'alone' })
      if (owner !== undefined) await givePublicSchema(database, owner, session)
      return
    } catch (error) {
      session.signal.throwIfAborted()
      failure ??= error
    }
  }
  throw failure
}

/** Servers before 15 give the schema to their superuser, and dumps expect it to be the database owner's. */
async function givePublicSchema(database: string, owner: string, session: Session): Promise<void> {
  const sql = `ALTER SCHEMA public OWNER TO ${quoteIdentifier(owner)}`
  await runSql(session, { database, sql, failing: 'The scratch database was not prepared' })
}

/** On a throw-away cluster too, to give its space back to the databases that follow. */
async function dropScratch(name: string, scratch: ScratchServer, run: Run): Promise<void> {
  const { session, maintenance, major, isThrowAway } = scratch
  if (isThrowAway && session.signal.aborted) return
  const limited = { ...session, signal: AbortSignal.timeout(dropTimeout) }
  const request = { name, maintenance, major, subscriptions: 'all' } as const
  await dropDatabase(limited, request).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error)
    run.log.warning(`The scratch database "${name}" was left behind: ${why}`)
  })
}
