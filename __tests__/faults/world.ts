import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { startCluster } from '../support/postgres/cluster.ts'
import type { Cluster } from '../support/postgres/cluster.ts'
import { createDatabase } from '../support/postgres/fixture.ts'
import { startResultsService } from '../support/github/results-service.ts'
import type { ResultsService } from '../support/github/results-service.ts'
import { startAction } from '../support/runner.ts'
import type { StartedAction } from '../support/runner.ts'
import { makeScratchDirectory } from '../support/machine/scratch.ts'

/** The servers on which all faults are made. */
export interface World {
  readonly cluster: Cluster
  /** To be stopped in mid-dump, one fault at a time. */
  readonly victim: Cluster
  readonly recipient: string
  /** Where the bundles lie, in place of `dist`. */
  readonly dist: string | undefined
  close(): Promise<void>
}

/** What one fault does differently. */
export interface Case {
  readonly inputs?: Record<string, string>
  readonly environment?: Record<string, string>
  /** Directory with stand-ins, searched first. */
  readonly standIns?: string
  readonly event?: unknown
  readonly outputDirectory?: string
  readonly service?: ResultsService
}

/** An action that a fault is about to hit. */
export interface Begun {
  readonly action: StartedAction
  readonly service: ResultsService
  readonly outputDirectory: string
  /** By which its processes are found. */
  readonly trackingId: string
}

const sql = {
  small: `CREATE TABLE t AS SELECT n AS id, md5(n::text) AS text FROM generate_series(1, 2000) n`,
  big: `CREATE TABLE t AS SELECT n AS id, md5(n::text) || md5((n + 1)::text) AS text FROM generate_series(1, 700000) n`,
  rights: `
    CREATE TABLE open (id int); CREATE TABLE secret (id int); CREATE SEQUENCE numbers;
    CREATE SCHEMA hidden; CREATE TABLE hidden.things (id int);
    SELECT lo_from_bytea(4711, 'x');
    GRANT SELECT ON open TO no_table, no_schema, no_sequence, no_object;
    GRANT SELECT ON secret TO no_schema, no_sequence, no_object;
    GRANT SELECT ON SEQUENCE numbers TO no_table, no_schema, no_object;
    GRANT SELECT ON hidden.things TO no_table, no_schema, no_sequence, no_object;
    GRANT USAGE ON SCHEMA hidden TO no_table, no_sequence, no_object;
    GRANT SELECT ON LARGE OBJECT 4711 TO no_table, no_schema, no_sequence;`,
  guarded: `
    CREATE TABLE mine (id int); ALTER TABLE mine ENABLE ROW LEVEL SECURITY; GRANT SELECT ON mine TO reader;`,
}

const roles = ['no_table', 'no_schema', 'no_sequence', 'no_object', 'reader', 'unlucky']

/** Starts the servers and fills them. */
export async function makeWorld(dist?: string): Promise<World> {
  const [cluster, victim] = await Promise.all([startCluster(), startCluster()])
  await cluster.psql(
    'postgres',
    roles.map((role) => `CREATE ROLE ${role} LOGIN PASSWORD 'secret-word';`).join(''),
  )
  await cluster.psql('postgres', 'ALTER ROLE unlucky CONNECTION LIMIT 0')
  for (const [name, script] of Object.entries({ ...sql, other: sql.small, closed: sql.small })) {
    await createDatabase(cluster, name)
    await cluster.psql(name, script)
  }
  await cluster.psql('big', 'GRANT SELECT ON t TO reader')
  await cluster.psql('postgres', 'REVOKE CONNECT ON DATABASE closed FROM PUBLIC')
  await createDatabase(victim, 'big')
  await victim.psql('big', sql.big)
  const recipient = await identityToRecipient(await generateX25519Identity())
  const close = async (): Promise<void> => {
    await Promise.all([cluster.stop('immediate'), victim.stop('immediate')])
  }
  return { cluster, victim, recipient, dist, close }
}

/** The script of a bundle. */
export function bundleOf({ dist }: World, bundle: 'backup' | 'cleanup'): { bundlePath?: string } {
  return dist === undefined ? {} : { bundlePath: join(dist, bundle, 'index.js') }
}

/** Starts a backup with an output directory and a results service of its own. */
export async function begin(world: World, given: Case): Promise<Begun> {
  const outputDirectory = given.outputDirectory ?? join(await makeScratchDirectory('fault'), 'output')
  await mkdir(outputDirectory, { recursive: true })
  const service = given.service ?? (await startResultsService())
  const trackingId = `fault_${randomUUID()}`
  const path = [...(given.standIns === undefined ? [] : [given.standIns]), process.env['PATH'] ?? '']
  const action = await startAction({
    bundle: 'backup',
    ...bundleOf(world, 'backup'),
    inputs: { url: world.cluster.url('small'), 'output-dir': outputDirectory, ...given.inputs },
    environment: {
      ...service.environment,
      PATH: path.join(delimiter),
      RUNNER_TRACKING_ID: trackingId,
      ...given.environment,
    },
    ...(given.event === undefined ? {} : { event: given.event }),
  })
  return { action, service, outputDirectory, trackingId }
}
