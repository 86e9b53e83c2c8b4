import { readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createRunKey } from '../../src/archive/age/age-keys.ts'
import { findExecutable } from '../../src/process/find-executable.ts'
import { startCluster } from '../support/cluster.ts'
import type { Cluster } from '../support/cluster.ts'
import { execute } from '../support/execute.ts'
import { runAction } from '../support/runner.ts'
import { makeScratchDirectory } from '../support/scratch.ts'
import { writeScript } from '../support/stand-ins.ts'
import { expectFailure, makePathWithout, readError, runBackup } from './backup-support.ts'

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

let source: Cluster
let target: Cluster
let keys: { identity: string; recipient: string }

beforeAll(async () => {
  ;[source, target] = await Promise.all([startCluster(), startCluster()])
  keys = await createRunKey([])
  for (const cluster of [source, target]) await cluster.psql('postgres', 'CREATE DATABASE shop')
  await source.psql(
    'shop',
    'CREATE TABLE item AS SELECT n, md5(n::text) AS code FROM generate_series(1, 9999) AS n',
  )
})
afterAll(async () => {
  await Promise.all([source.stop('immediate'), target.stop('immediate')])
})

describe('with the programs of BusyBox', () => {
  it.each([
    ['plain', 'none', false],
    ['plain', 'gzip', false],
    ['plain', 'bzip2', false],
    ['plain', 'zstd', false],
    ['plain', 'lz4', false],
    ['plain', 'gzip', true],
    ['plain', 'zstd', true],
    ['custom', 'none', false],
    ['custom', 'gzip', false],
    ['custom', 'zstd', true],
    ['tar', 'none', false],
    ['tar', 'gzip', true],
    ['directory', 'gzip', false],
    ['directory', 'zstd', true],
  ])('backs up and restores: %s, %s, encrypted: %p', async (format, compression, encrypted) => {
    // BusyBox's own tar takes a list of files on Alpine, and none on Debian.
    const PATH = await makeAlpine('bash', 'zstd', 'lz4', ...(format === 'directory' ? ['tar'] : []))
    const output = join(await makeScratchDirectory('alpine'), 'output')
    const keyInputs = encrypted ? { 'age-recipients': keys.recipient } : {}
    const run = await runBackup(
      { url: source.url('shop'), format, compression, 'output-dir': output, ...keyInputs },
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
        url: target.url('shop'),
        path: output,
        clean: 'true',
        ...(encrypted ? { 'age-identity': keys.identity } : {}),
      },
      environment: { PATH },
    })
    expect(restored.annotations.filter(({ level }) => level === 'error')).toEqual([])
    const query = "SELECT count(*), md5(string_agg(code, ',' ORDER BY n)) FROM item"
    expect(await target.psql('shop', query)).toBe(await source.psql('shop', query))
  })

  it.each([
    ['xz', 'plain', 'as in "apk add xz", or choose another compression'],
    ['zstd', 'plain', 'as in "apk add zstd", or choose another compression'],
    ['lz4', 'plain', 'as in "apk add lz4", or choose another compression'],
    ['gzip', 'directory', 'as in "apk add tar", or choose another format'],
  ])('asks in one sentence for what they lack: %s, %s', async (compression, format, advice) => {
    const PATH = await makeAlpine('bash')
    const run = await runBackup({ url: source.url('shop'), compression, format }, { environment: { PATH } })
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
        inputs: { url: source.url('shop'), ...(bundle === 'restore' ? { path: directory } : {}) },
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
