import { readBoolean } from '../archive/json-reader.ts'
import type { ExpectedServer } from '../catalogue/judge.ts'
import { askJson } from '../postgres/answer.ts'
import type { ConnectionInputs } from '../postgres/connection/open-connection.ts'
import { openServer, type OpenServer } from '../postgres/open-server.ts'
import { selectDatabases } from '../postgres/select-databases.ts'
import { hideSystemIdentifier } from '../postgres/server-id.ts'
import type { Run } from '../step/run.ts'
import { listPassedOver, type PassedOver } from './passed-over.ts'

/** What a server told. */
export interface AskedServer {
  readonly expected: ExpectedServer
  readonly passedOver: readonly PassedOver[]
}

/**
 * Asks a server for the databases that `databases: '*'` would back up, an empty `postgres` aside, and for those that it passes
 * over.
 * @throws BackupError as openServer does
 */
export async function askForExpected(connection: ConnectionInputs, run: Run): Promise<AskedServer> {
  const request = {
    connection,
    postgresVersion: undefined,
    // Each question is one transaction.
    allowTransactionPooler: true,
    needsDatabase: false,
    purpose: 'backup',
  } as const
  const server = await openServer(request, run)
  const { names } = selectDatabases(['*'], server.facts)
  const isIdle = names.includes('postgres') && (await isEmpty(server, 'postgres'))
  const databases = isIdle ? names.filter((name) => name !== 'postgres') : names
  const { systemIdentifier } = server.facts
  const expected: ExpectedServer = {
    databases,
    owns: (series) =>
      series === null ||
      // Where the server does not say which one it is, its address may be another one than that of the backup.
      systemIdentifier === undefined ||
      series.server === hideSystemIdentifier(series.repository, systemIdentifier),
  }
  return { expected, passedOver: listPassedOver(server.facts) }
}

/** Oids from 16384 on are those of objects that were made after initdb (access/transam.h: FirstNormalObjectId). */
const emptinessQuery = `select pg_catalog.to_json(
  not exists (select from pg_catalog.pg_class where oid >= 16384)
  and not exists (select from pg_catalog.pg_proc where oid >= 16384)
  and not exists (select from pg_catalog.pg_namespace where oid >= 16384)
  and not exists (select from pg_catalog.pg_largeobject_metadata))`

async function isEmpty(server: OpenServer, database: string): Promise<boolean> {
  const failing = `The database "${database}" was not asked whether it is empty`
  return askJson(server, { database, sql: emptinessQuery, failing }, readBoolean)
}
