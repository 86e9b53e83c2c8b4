import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { createRunKey } from '../../../src/archive/age/age-keys.ts'
import { hashFile } from '../../../src/archive/checksum.ts'
import { startCluster, type Cluster } from '../../support/postgres/cluster.ts'
import { startResultsService } from '../../support/github/results-service.ts'
import { runAction, type ActionRun } from '../../support/runner.ts'
import { backUp, changeManifest, readManifest } from '../../support/story.ts'
import { expectFailure, readError } from '../../support/backup-run.ts'

/*
 * `verify: decode` of the check, over stored files of which one was changed; its healthy twin is the first test.
 */

let cluster: Cluster
let keys: { identity: string; recipient: string }

beforeAll(async () => {
  cluster = await startCluster()
  keys = await createRunKey([])
  for (const name of ['shop', 'blog']) {
    await cluster.psql('postgres', `create database ${name}`)
    await cluster.psql(name, 'create table item as select generate_series(1, 1000) as id')
  }
})

afterAll(async () => {
  await cluster.stop('immediate')
})

function makeBackup(inputs: Record<string, string> = {}): Promise<string> {
  return backUp({ url: cluster.url('shop'), databases: 'shop, blog', globals: 'true', ...inputs })
}

function decode(path: string, inputs: Record<string, string> = {}): Promise<ActionRun> {
  return runAction({ bundle: 'check', inputs: { path, verify: 'decode', ...inputs } })
}

/** What is said of each database. */
function readVerdicts(run: ActionRun): [string, string, string][] {
  const entries = JSON.parse(run.outputs['databases'] ?? '') as Record<string, string>[]
  return entries.map(({ name = '', verified = '', verdict = '' }) => [name, verified, verdict])
}

async function findFile(directory: string, database: string): Promise<string> {
  const { files } = await readManifest(directory)
  return join(directory, files.find((file) => file.database === database)?.name ?? '')
}

/** Lets the manifest have the sums of the files as they are, as somebody would who swaps them. */
async function forgeSums(directory: string): Promise<void> {
  const { files } = await readManifest(directory)
  const forged = await Promise.all(
    files.map(async (file) => ({ ...file, ...(await hashFile(join(directory, file.name))) })),
  )
  await changeManifest(directory, (manifest) => ({ ...manifest, files: forged }))
}

/** What is stored plain is read in the last test; PGB_FULL_MATRIX asks for all formats. */
const isFull = process.env['PGB_FULL_MATRIX'] !== undefined
const stored = [
  { format: 'directory', compression: 'zstd', encrypts: true },
  ...(isFull ? [{ format: 'plain' }, { format: 'custom', encrypts: true }, { format: 'tar' }] : []),
]

it.each<{ format: string; compression?: string; encrypts?: boolean }>(stored)(
  'reads what was stored to its end: %j',
  async ({ encrypts = false, ...inputs }) => {
    const directory = await makeBackup(encrypts ? { ...inputs, 'age-recipients': keys.recipient } : inputs)
    const run = await decode(dirname(directory), { 'age-identity': encrypts ? keys.identity : '' })
    expect(run.log).not.toMatch(/::error/)
    expect(readVerdicts(run).sort()).toEqual([
      ['blog', 'decode', 'good'],
      ['shop', 'decode', 'good'],
    ])
    expect(run.summary).toContain('2 databases with a good backup, fetched and read to its end')
    expect(run.leftOver).toEqual([])
  },
)

it('finds one byte that was flipped, and reads the others all the same', async () => {
  const directory = await makeBackup()
  const path = await findFile(directory, 'shop')
  const bytes = await readFile(path)
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1
  await writeFile(path, bytes)
  expect((await decode(directory, { verify: 'manifest' })).exitCode).toBe(0)
  const run = await decode(directory)
  expectFailure(run, 'PGB_VERIFY')
  expect(readError(run)).toContain('its SHA-256 is not the one in the manifest')
  expect(readVerdicts(run).sort()).toEqual([
    ['blog', 'decode', 'good'],
    ['shop', 'manifest', 'PGB_VERIFY'],
  ])
})

it('finds a file that its sum was forged for: one that ends early, and the archive of another database', async () => {
  const plain = await makeBackup({ compression: 'none', databases: 'shop' })
  const path = await findFile(plain, 'shop')
  await writeFile(
    path,
    (await readFile(path, 'utf8')).replace(/-- PostgreSQL database dump complete[^]*/, ''),
  )
  await forgeSums(plain)
  const cut = await decode(plain)
  expectFailure(cut, 'PGB_VERIFY')
  expect(readError(cut)).toContain('no completion marker')
  const custom = await makeBackup({ format: 'custom' })
  await copyFile(await findFile(custom, 'blog'), await findFile(custom, 'shop'))
  await forgeSums(custom)
  const swapped = await decode(custom)
  expectFailure(swapped, 'PGB_VERIFY')
  expect(readError(swapped)).toContain('the archive names another database')
})

it('is red where the key does not open the files, or is not given', async () => {
  const directory = await makeBackup({
    databases: 'shop',
    globals: 'false',
    'age-recipients': keys.recipient,
  })
  for (const given of [(await createRunKey([])).identity, '']) {
    const run = await decode(directory, { 'age-identity': given })
    // The properties, the rows of the tables, and the database.
    expectFailure(run, 'PGB_ENCRYPT')
    expect(readError(run)).toContain(' cannot be decrypted (3 files in all): ')
    expect(readVerdicts(run)).toEqual([['shop', 'manifest', 'PGB_ENCRYPT']])
  }
})

it('downloads an artifact once, however many databases it holds', async () => {
  const service = await startResultsService()
  try {
    const { environment, token } = service
    const given = { url: cluster.url('shop'), databases: 'shop, blog', globals: 'true' }
    await runAction({ bundle: 'backup', inputs: { ...given, 'github-token': token }, environment })
    const inputs = { verify: 'decode', 'github-token': token }
    const run = await runAction({ bundle: 'check', inputs, environment })
    expect(readVerdicts(run).sort()).toEqual([
      ['blog', 'decode', 'good'],
      ['shop', 'decode', 'good'],
    ])
    expect(run.log.match(/^Downloading the artifact /gm)).toHaveLength(1)
    expect(run.leftOver).toEqual([])
  } finally {
    await service.close()
  }
})
