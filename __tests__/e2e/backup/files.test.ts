import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { listRestoreCommands } from '../../../src/archive/restore-commands.ts'
import type { Manifest } from '../../../src/archive/manifest.ts'
import { version } from '../../../src/version.ts'
import { startCluster } from '../../support/postgres/cluster.ts'
import type { Cluster } from '../../support/postgres/cluster.ts'
import { execute, tryExecute } from '../../support/machine/execute.ts'
import { createDatabase } from '../../support/postgres/fixture.ts'
import type { ActionRun } from '../../support/runner.ts'
import { makeScratchDirectory } from '../../support/machine/scratch.ts'
import { expectFailure, readError, readManifest, runBackup } from '../../support/backup-run.ts'
import { repository } from '../../support/repository.ts'

const oddName = 'my shop/../*'
const schemaFile = join(repository, 'schema', 'manifest.schema.json')

let cluster: Cluster

beforeAll(async () => {
  cluster = await startCluster()
  for (const database of ['shop', oddName]) {
    await createDatabase(cluster, database)
    await cluster.psql(database, 'CREATE TABLE t AS SELECT n, md5(n::text) FROM generate_series(1, 2000) n')
  }
})
afterAll(async () => {
  await cluster.stop()
})

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8)
}

function filesOf(run: ActionRun): string[] {
  return JSON.parse(run.outputs['files'] ?? 'null') as string[]
}

it('connects to the server once to ask it, once for the properties, and once for each dump', async () => {
  const countSessions = async (): Promise<number> =>
    Number(await cluster.psql('postgres', 'SELECT sum(sessions) FROM pg_stat_database'))
  const own = -(await countSessions()) + (await countSessions())
  const before = await countSessions()
  const run = await runBackup({ url: cluster.url('shop'), databases: JSON.stringify(['shop', oddName]) })
  expect(run.exitCode).toBe(0)
  expect((await countSessions()) - own - before).toBe(4)
})

describe('a backup of two databases and the globals', () => {
  let run: ActionRun
  let directory: string
  let manifest: Manifest

  beforeAll(async () => {
    run = await runBackup({
      url: cluster.url('postgres'),
      databases: JSON.stringify(['shop', oddName]),
      globals: 'true',
      compression: 'zstd:5',
      options: '--no-comments\n--role=postgres',
      jobs: '2',
    })
    directory = dirname(run.outputs['manifest'] ?? '')
    manifest = await readManifest(run)
  })

  it('succeeds without an error annotation', () => {
    expect(run.exitCode).toBe(0)
    expect(run.annotations.filter(({ level }) => level === 'error')).toEqual([])
    expect(run.orphans).toEqual([])
  })

  it('names its files by one time stamp', async () => {
    const [stamp = ''] = /\d{8}T\d{6}Z/.exec(filesOf(run)[0] ?? '') ?? []
    const digits = createHash('sha256').update(oddName).digest('hex').slice(0, 16)
    const names = [
      ...[`globals_${stamp}.sql.zst`, `my_shop-${digits}_${stamp}.sql.zst`, `shop_${stamp}.sql.zst`],
      `properties_${stamp}.json.zst`,
    ]
    expect(filesOf(run)).toEqual(names.map((name) => join(directory, name)))
    expect((await readdir(directory)).sort()).toEqual([...names, 'manifest.json', 'SHA256SUMS'].sort())
    expect(manifest.startedAt.replace(/[-:]|\.\d+/g, '')).toBe(stamp)
  })

  it('lets nobody else read them', () => {
    expect(modeOf(directory)).toBe('700')
    const paths = [...filesOf(run), join(directory, 'manifest.json'), join(directory, 'SHA256SUMS')]
    expect(paths.map(modeOf)).toEqual(paths.map(() => '600'))
  })

  it('leaves nothing else behind', () => {
    const own = run.leftOver.filter((path) => !join(run.temp, path).startsWith(directory))
    expect(own).toEqual([])
    expect(run.leftOver.filter((path) => path.endsWith('.partial'))).toEqual([])
  })

  it('writes checksums that sha256sum accepts, of every file', async () => {
    const checked = await execute('sha256sum', ['--strict', '-c', 'SHA256SUMS'], { directory })
    expect(checked.trim().split('\n')).toEqual(manifest.files.map(({ name }) => `${name}: OK`))
    await writeFile(join(directory, 'copy'), 'x')
    const [first = ''] = filesOf(run)
    const whole = await readFile(first)
    await writeFile(first, Buffer.concat([whole.subarray(0, -1), Buffer.of((whole.at(-1) ?? 0) ^ 1)]))
    expect((await tryExecute('sha256sum', ['-c', 'SHA256SUMS'], { directory })).exitCode).toBe(1)
    await writeFile(first, whole)
  })

  it('writes a manifest that fits its schema', () => {
    const schema = JSON.parse(readFileSync(schemaFile, 'utf8')) as object
    const ajv = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false, allErrors: true })
    const validate = ajv.compile(schema)
    validate(manifest)
    expect(validate.errors).toBeNull()
  })

  it('tells the truth in its manifest', async () => {
    const identifier = await cluster.psql('postgres', 'select system_identifier from pg_control_system()')
    const server = createHash('sha256').update(`octo/shop\0${identifier}`).digest('hex').slice(0, 32)
    expect(manifest).toMatchObject({
      schema: 4,
      action: { name: 'postgres-backup', version },
      status: 'complete',
      server: { version: run.outputs['server-version'] },
      client: { version: run.outputs['client-version'] },
      plan: {
        databases: [oddName, 'shop'],
        all: false,
        globals: true,
        format: 'plain',
        compression: { method: 'zstd', level: 5 },
        encryption: 'none',
        options: ['--no-comments', '--role=…'],
        jobs: 2,
      },
      series: { repository: 'octo/shop', workflow: 'Backup', job: 'backup', server },
      alarm: [],
      failures: [],
      warnings: [],
    })
    expect(manifest.server.version).toBe(
      (await cluster.psql('postgres', 'SHOW server_version')).split(' ')[0],
    )
    expect(Date.parse(manifest.finishedAt)).toBeGreaterThan(Date.parse(manifest.startedAt))
    expect(manifest.files.map(({ kind, database }) => [kind, database])).toEqual([
      ['globals', null],
      ['database', oddName],
      ['database', 'shop'],
      ['properties', null],
    ])
    for (const file of manifest.files) {
      const content = await readFile(join(directory, file.name))
      const plain = await execute('zstd', ['-dc', join(directory, file.name)])
      expect(file).toMatchObject({
        size: content.length,
        sha256: createHash('sha256').update(content).digest('hex'),
        uncompressedSize: Buffer.byteLength(plain),
        format: 'plain',
        compression: { method: 'zstd', level: 5, inside: false },
        encryption: 'none',
        verification: { method: 'decode' },
        restoreCommands: listRestoreCommands(file),
      })
      expect(file.durationSeconds).toBeGreaterThan(0)
    }
  })

  it('sets every output', async () => {
    const sizes = await Promise.all(filesOf(run).map(async (path) => (await readFile(path)).length))
    expect(run.outputs).toEqual({
      status: 'complete',
      databases: JSON.stringify([oddName, 'shop']),
      files: run.outputs['files'],
      manifest: join(directory, 'manifest.json'),
      checksums: join(directory, 'SHA256SUMS'),
      size: String(sizes.reduce((sum, size) => sum + size, 0)),
      'server-version': expect.stringMatching(/^15\.\d+$/),
      'client-version': expect.stringMatching(/^15\.\d+$/),
    })
  })

  it('writes a step summary with a row for each file and the commands that restore it', () => {
    expect(run.summary).toMatch(/^### PostgreSQL backup: complete\n/)
    const rows = run.summary.split('\n').filter((line) => line.startsWith('| '))
    expect(rows[0]).toBe('| Database | Format | Before | After | Change | Ratio | Rows | Time | Verified |')
    expect(rows).toHaveLength(6)
    expect(rows.filter((row) => row.endsWith('| decode |'))).toHaveLength(4)
    for (const { sha256, restoreCommands } of manifest.files) {
      expect(run.summary).toContain(sha256)
      for (const command of restoreCommands) expect(run.summary).toContain(`\n${command}\n`)
    }
    expect(rows[4]).toMatch(
      /^\| shop \| plain, zstd:5 \| [\d.]+ kB \| [\d.]+ kB \| [^|]* \| \d+\.\d \| 2000 \| [\d.]+ s \|/,
    )
    expect(run.summary).toContain('sha256sum --check SHA256SUMS')
  })

  it('groups its log and says what each file is', () => {
    expect(run.groups).toEqual(['Connecting', 'Dumping 4 files'])
    expect(run.log.match(/^::group::/gm)).toHaveLength(run.log.match(/^::endgroup::/gm)?.length ?? 0)
    for (const { name } of manifest.files)
      expect(run.shown).toMatch(new RegExp(`^The .*: ${name}, [\\d.]+ k?B in [\\d.]+ s$`, 'm'))
  })
})

describe('the output directory', () => {
  it('may be given, below the workspace, and is made', async () => {
    const directory = join(await makeScratchDirectory('output'), 'a', 'b c')
    const run = await runBackup({ url: cluster.url('shop'), 'output-dir': directory })
    expect(run.exitCode).toBe(0)
    expect(dirname(filesOf(run)[0] ?? '')).toBe(directory)
    expect(modeOf(directory)).toBe('700')
    expect(run.leftOver).toEqual([])
  })

  it('is relative to the workspace', async () => {
    const workspace = await makeScratchDirectory('workspace')
    const environment = { GITHUB_WORKSPACE: workspace }
    const run = await runBackup({ url: cluster.url('shop'), 'output-dir': 'x/y' }, { environment })
    expect(run.outputs['manifest']).toBe(join(workspace, 'x', 'y', 'manifest.json'))
    expect(existsSync(run.outputs['manifest'] ?? '')).toBe(true)
  })

  it('may hold other files, which stay', async () => {
    const directory = await makeScratchDirectory('output')
    await writeFile(join(directory, 'notes.txt'), 'mine')
    const run = await runBackup({ url: cluster.url('shop'), 'output-dir': directory })
    expect(run.exitCode).toBe(0)
    expect(await readFile(join(directory, 'notes.txt'), 'utf8')).toBe('mine')
  })

  it('is refused when it already holds a backup, which stays as it is', async () => {
    const directory = await makeScratchDirectory('output')
    const inputs = { url: cluster.url('shop'), 'output-dir': directory }
    expect((await runBackup(inputs)).exitCode).toBe(0)
    const before = await readdir(directory)
    const manifest = await readFile(join(directory, 'manifest.json'), 'utf8')
    const run = await runBackup(inputs)
    expectFailure(run, 'PGB_INPUT')
    expect(readError(run)).toContain('"output-dir" cannot be used: it already holds a backup')
    expect(readError(run)).toContain('${{ github.run_id }}-${{ github.run_attempt }}')
    expect(run.outputs['status']).toBe('failed')
    expect(await readdir(directory)).toEqual(before)
    expect(await readFile(join(directory, 'manifest.json'), 'utf8')).toBe(manifest)
  })

  it('is refused where it cannot be made', async () => {
    const file = join(await makeScratchDirectory('output'), 'file')
    await writeFile(file, '')
    const run = await runBackup({ url: cluster.url('shop'), 'output-dir': join(file, 'x') })
    expectFailure(run, 'PGB_INPUT')
  })

  it('belongs to one of two runs at the same time', async () => {
    const directory = await makeScratchDirectory('output')
    await mkdir(directory, { recursive: true })
    const inputs = { url: cluster.url('shop'), 'output-dir': directory }
    // The first one waits for a lock, so that both are under way at once.
    const locked = cluster.psql('shop', 'BEGIN; LOCK TABLE t; SELECT pg_sleep(4); COMMIT')
    const runs = await Promise.all([runBackup(inputs), runBackup(inputs)])
    await locked
    const [first, second] = runs
    const [winner, loser] = first.exitCode === 0 ? [first, second] : [second, first]
    expect(winner.exitCode).toBe(0)
    expectFailure(loser, 'PGB_INPUT')
    expect(readError(loser)).toContain('another backup is being written there')
    const names = (await readManifest(winner)).files.map(({ name }) => name)
    expect((await readdir(directory)).sort()).toEqual([...names, 'manifest.json', 'SHA256SUMS'].sort())
    await execute('sha256sum', ['-c', 'SHA256SUMS'], { directory })
  })
})
