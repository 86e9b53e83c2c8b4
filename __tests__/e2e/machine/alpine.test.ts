import { readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createRunKey } from '../../../src/archive/age/age-keys.ts'
import { findExecutable } from '../../../src/process/find-executable.ts'
import { startCluster } from '../../support/postgres/cluster.ts'
import type { Cluster } from '../../support/postgres/cluster.ts'
import { execute } from '../../support/machine/execute.ts'
import { runAction } from '../../support/runner.ts'
import { makeScratchDirectory } from '../../support/machine/scratch.ts'
import { writeScript } from '../../support/machine/stand-ins.ts'
import { expectFailure, makePathWithout, readError, runBackup } from '../../support/backup-run.ts'

const alpines = new Map<string, Promise<string>>()

/** One directory for each list of what is added. */
function provideAlpine(...added: string[]): Promise<string> {
  const known = alpines.get(added.join()) ?? makeAlpine(...added)
  alpines.set(added.join(), known)
  return known
}

/** Alpine's own programs are links to BusyBox; with them what `apk add` brings. */
async function makeAlpine(...added: string[]): Promise<string> {
  const directory = await makeScratchDirectory('alpine')
  const busybox = findExecutable('busybox', process.env['PATH'] ?? '')
  if (busybox === undefined) throw new Error('There is no busybox on the PATH')
  await symlink(busybox, join(directory, 'busybox'))
  const applets = (await execute(busybox, ['--list'])).split('\n').filter((name) => /^[a-z]\w*$/.test(name))
  for (const name of applets.filter((applet) => applet !== 'busybox' && !added.includes(applet))) {
    await symlink('busybox', join(directory, name))
  }
  // Alpine's BusyBox has cksum, Debian's has not.
  for (const name of [...added, 'cksum']) {
    await symlink(findExecutable(name, process.env['PATH'] ?? '') ?? name, join(directory, name))
  }
  await writeScript(directory, 'apk', 'exit 1')
  return directory
}

/** PGB_FULL_MATRIX asks for more; without it each format and what BusyBox itself has is tried. */
const isFull = process.env['PGB_FULL_MATRIX'] !== undefined

let cluster: Cluster
let keys: { identity: string; recipient: string }

beforeAll(async () => {
  cluster = await startCluster()
  keys = await createRunKey([])
  await cluster.psql('postgres', 'CREATE DATABASE shop; CREATE DATABASE copy')
  await cluster.psql(
    'shop',
    'CREATE TABLE item AS SELECT n, md5(n::text) AS code FROM generate_series(1, 9999) AS n',
  )
})
afterAll(() => cluster.stop('immediate'))

const others: [string, string, boolean][] = [
  ['plain', 'none', false],
  ['plain', 'gzip', false],
  ['plain', 'zstd', false],
  ['plain', 'zstd', true],
  ['custom', 'none', false],
  ['custom', 'gzip', false],
  ['tar', 'none', false],
  ['directory', 'zstd', true],
]

describe('with the programs of BusyBox', () => {
  it.each<[string, string, boolean]>([
    ['plain', 'gzip', true],
    ['plain', 'bzip2', false],
    ['plain', 'lz4', false],
    ['custom', 'zstd', true],
    ['tar', 'gzip', true],
    ['directory', 'gzip', false],
    ...(isFull ? others : []),
  ])('backs up and restores: %s, %s, encrypted: %p', async (format, compression, encrypted) => {
    // BusyBox's own tar takes a list of files on Alpine, and none on Debian.
    const PATH = await provideAlpine('bash', 'zstd', 'lz4', ...(format === 'directory' ? ['tar'] : []))
    const output = join(await makeScratchDirectory('alpine'), 'output')
    const keyInputs = encrypted ? { 'age-recipients': keys.recipient } : {}
    const run = await runBackup(
      { url: cluster.url('shop'), format, compression, 'output-dir': output, ...keyInputs },
      { environment: { PATH } },
    )
    expect(run.annotations.filter(({ level }) => level === 'error')).toEqual([])
    expect(run.outputs['status']).toBe('complete')
    const manifest = JSON.parse(await readFile(join(output, 'manifest.json'), 'utf8')) as {
      files: { uncompressedSize: number }[]
    }
    expect(manifest.files[0]?.uncompressedSize).toBeGreaterThan(10_000)
    const restored = await runAction({
      bundle: 'restore',
      inputs: {
        url: cluster.url('shop'),
        path: output,
        'target-database': 'copy',
        clean: 'true',
        ...(encrypted ? { 'age-identity': keys.identity } : {}),
      },
      environment: { PATH },
    })
    expect(restored.annotations.filter(({ level }) => level === 'error')).toEqual([])
    const query = "SELECT count(*), md5(string_agg(code, ',' ORDER BY n)) FROM item"
    expect(await cluster.psql('copy', query)).toBe(await cluster.psql('shop', query))
  })

  it.each([
    ['xz', 'plain', 'as in "apk add xz", or choose another compression'],
    ['zstd', 'plain', 'as in "apk add zstd", or choose another compression'],
    ['lz4', 'plain', 'as in "apk add lz4", or choose another compression'],
    ['gzip', 'directory', 'as in "apk add tar", or choose another format'],
  ])('asks in one sentence for what they lack: %s, %s', async (compression, format, advice) => {
    const PATH = await provideAlpine('bash')
    const run = await runBackup({ url: cluster.url('shop'), compression, format }, { environment: { PATH } })
    expectFailure(run, 'PGB_INPUT')
    expect(readError(run)).toContain(advice)
  })
})

describe('without bash', () => {
  it.each([
    ['apk', 'apk add bash coreutils tar'],
    ['apt-get', 'apt-get install -y bash'],
  ])('says what to install, where there is %s', async (manager, command) => {
    const directory = await makePathWithout('bash')
    await writeScript(directory, manager, 'exit 1')
    for (const bundle of ['backup', 'restore'] as const) {
      const run = await runAction({
        bundle,
        inputs: { url: cluster.url('shop'), ...(bundle === 'restore' ? { path: directory } : {}) },
        environment: { PATH: directory },
      })
      expectFailure(run, 'PGB_CLIENT')
      expect(readError(run)).toContain(
        `bash, which runs them, is not on the PATH. Install it in a step before this one, as in "${command}"`,
      )
      expect(run.leftOver).toEqual([])
    }
  })
})
