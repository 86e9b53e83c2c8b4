import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { delimiter, join } from 'node:path'
import { clientEnvironment, quoteConninfo, startCluster } from '../../support/postgres/cluster.ts'
import type { Cluster } from '../../support/postgres/cluster.ts'
import { execute } from '../../support/machine/execute.ts'
import { compareDatabases, fillDatabase } from '../../support/postgres/fixture.ts'
import type { Place } from '../../support/postgres/fixture.ts'
import { unpackClient } from '../../support/postgres/postgres-clients.ts'
import { backUp, restore } from '../../support/story.ts'

const formats = ['plain', 'custom', 'directory', 'tar'] as const
const compressions = ['none', 'gzip', 'bzip2', 'zstd', 'lz4', 'xz']
const encryptions = ['none', 'recipients', 'passphrase'] as const
type Encryption = (typeof encryptions)[number]
type Combination = [format: string, compression: string, encryption: Encryption]

/** Majors of the server that is backed up, and of the one that gets it back. */
const turns = ['15 to 15', '15 to 18', '18 to 18'] as const

const isFull = process.env['PGB_FULL_MATRIX'] !== undefined

/**
 * The turns together hold each pair of format and compression, dealt over the turns and over no encryption and a key, so
 * that each of these meets each format and compression too. One passphrase stands for all, since it takes seconds by
 * design. PGB_FULL_MATRIX asks for all combinations in every turn.
 */
function listCombinations(turn: number): Combination[] {
  return formats.flatMap((format, row) =>
    compressions.flatMap((compression, column): Combination[] => {
      if (isFull) return encryptions.map((encryption): Combination => [format, compression, encryption])
      if ((row + column) % turns.length !== turn) return []
      const isByPassphrase = format === 'directory' && compression === 'zstd'
      const byKey = (row + Math.floor(column / turns.length)) % 2 === 0 ? 'none' : 'recipients'
      return [[format, compression, isByPassphrase ? 'passphrase' : byKey]]
    }),
  )
}

const identity = await generateX25519Identity()
const recipient = await identityToRecipient(identity)
const passphrase = 'correct horse battery staple'
const keys: Record<Encryption, { backup: Record<string, string>; restore: Record<string, string> }> = {
  none: { backup: {}, restore: {} },
  recipients: {
    backup: { 'age-recipients': recipient },
    restore: { 'age-identity': `# mine\n${identity}\n` },
  },
  passphrase: { backup: { 'age-passphrase': passphrase }, restore: { 'age-passphrase': passphrase } },
}
const client = await unpackClient(18)
const database = `it's "odd" = 🐘`
const clusters: Cluster[] = []
let count = 0

async function open(major: 15 | 18): Promise<Cluster> {
  const cluster = await startCluster({ major })
  clusters.push(cluster)
  return cluster
}

interface Path {
  source: Cluster
  /** What a restored database must equal, on any server: the same view reads differently on another major. */
  original: Place
  target: Cluster
  environment: Record<string, string>
}

/** The reference: what pg_dump and psql alone make of the database on the newer server. */
async function restoreByHand(source: Cluster, target: Cluster): Promise<Place> {
  const args = ['--no-password', '--dbname', quoteConninfo('dbname', database)]
  const pgDump = join(client.binDirectory, 'pg_dump')
  const dump = await execute(pgDump, args, { environment: clientEnvironment(source) })
  await target.psql('postgres', 'create database original template template0')
  await target.psql('original', dump)
  return { cluster: target, database: 'original' }
}

/** Backs up, restores under another name, and compares schema and every row. */
async function goRound(path: Path, [format, compression, encryption]: Combination): Promise<void> {
  const { source, original, target, environment } = path
  // The backup's own tests read every file back.
  const inputs = {
    url: source.url(database),
    format,
    compression,
    verify: 'none',
    ...keys[encryption].backup,
  }
  const directory = await backUp(inputs, { environment })
  const name = `copy ${(count += 1)}`
  const given = { database, 'target-database': name, jobs: '2', ...keys[encryption].restore }
  const run = await restore({ url: target.url(), path: directory, ...given }, { environment })
  expect([run.exitCode === 0 ? '' : run.log, run.outputs['status']]).toEqual(['', 'complete'])
  expect(JSON.parse(run.outputs['databases'] ?? '')).toEqual([name])
  expect([run.leftOver, run.orphans]).toEqual([[], []])
  const differences = await compareDatabases(
    original,
    { cluster: target, database: name },
    { noOwner: true, client: client.binDirectory },
  )
  expect(differences).toEqual([])
  await target.psql('postgres', `drop database "${name}"`)
}

let paths: Record<(typeof turns)[number], Path>

beforeAll(async () => {
  const [from15, to15, from18, to18] = await Promise.all([open(15), open(15), open(18), open(18)])
  for (const source of [from15, from18]) await fillDatabase(source, database, { scale: 0 })
  for (const target of [to15, to18])
    await target.psql('postgres', 'create role "fixture reader"; create role "fixture-writer"')
  const newer = { PATH: [client.binDirectory, process.env['PATH']].join(delimiter) }
  paths = {
    '15 to 15': { source: from15, original: { cluster: from15, database }, target: to15, environment: {} },
    '15 to 18': {
      source: from15,
      original: await restoreByHand(from15, to18),
      target: to18,
      environment: newer,
    },
    '18 to 18': { source: from18, original: { cluster: from18, database }, target: to18, environment: newer },
  }
})
afterAll(async () => {
  await Promise.all(clusters.map((cluster) => cluster.stop()))
})

describe.each(turns)('a backup restores from %s', (turn) => {
  it.each(listCombinations(turns.indexOf(turn)))('%s, %s, encrypted with %s', async (...combination) => {
    await goRound(paths[turn], combination)
  })
})
