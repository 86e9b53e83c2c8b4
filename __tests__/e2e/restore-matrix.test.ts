import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { delimiter, join } from 'node:path'
import { clientEnvironment, quoteConninfo, startCluster } from '../support/cluster.ts'
import type { Cluster } from '../support/cluster.ts'
import { execute } from '../support/execute.ts'
import { compareDatabases, fillDatabase } from '../support/fixture.ts'
import type { Place } from '../support/fixture.ts'
import { unpackClient } from '../support/postgres-clients.ts'
import { backUp, restore } from '../support/story.ts'

const formats = ['plain', 'custom', 'directory', 'tar'] as const
const compressions = ['none', 'gzip', 'bzip2', 'zstd', 'lz4', 'xz']
const encryptions = ['none', 'recipients', 'passphrase'] as const
type Encryption = (typeof encryptions)[number]

const isFull = process.env['PGB_FULL_MATRIX'] !== undefined

/**
 * The three turns together hold each pair of format, compression, encryption and turn. PGB_FULL_MATRIX asks for all
 * combinations in every turn.
 */
function listCombinations(turn: number): [string, string, Encryption][] {
  return formats.flatMap((format, row) =>
    compressions.flatMap((compression, column) =>
      encryptions
        .filter((_, index) => isFull || ((row + column) % 3 === turn && (row + 2 * column) % 3 === index))
        .map((encryption): [string, string, Encryption] => [format, compression, encryption]),
    ),
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
async function goRound(
  path: Path,
  [format, compression, encryption]: [string, string, Encryption],
): Promise<void> {
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

afterAll(async () => {
  await Promise.all(clusters.map((cluster) => cluster.stop()))
})

describe('a backup of 15 restores into 15', () => {
  let path: Path
  beforeAll(async () => {
    const [source, target] = await Promise.all([open(15), open(15)])
    await fillDatabase(source, database, { scale: 0 })
    await target.psql('postgres', 'create role "fixture reader"; create role "fixture-writer"')
    path = { source, original: { cluster: source, database }, target, environment: {} }
  })
  it.each(listCombinations(0))('%s, %s, encrypted with %s', async (...combination) => {
    await goRound(path, combination)
  })
})

describe.each([
  [15, 1],
  [18, 2],
] as const)('a backup of %d restores into 18', (major, turn) => {
  let path: Path
  beforeAll(async () => {
    const [source, target] = await Promise.all([open(major), open(18)])
    await fillDatabase(source, database, { scale: 0 })
    await target.psql('postgres', 'create role "fixture reader"; create role "fixture-writer"')
    const environment = { PATH: [client.binDirectory, process.env['PATH']].join(delimiter) }
    const original = major === 18 ? { cluster: source, database } : await restoreByHand(source, target)
    path = { source, original, target, environment }
  })
  it.each(listCombinations(turn))('%s, %s, encrypted with %s', async (...combination) => {
    await goRound(path, combination)
  })
})
