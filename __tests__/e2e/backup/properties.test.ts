import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { parseProperties } from '../../../src/archive/properties.ts'
import type { ManifestFile } from '../../../src/archive/manifest.ts'
import { startCluster } from '../../support/postgres/cluster.ts'
import type { Cluster } from '../../support/postgres/cluster.ts'
import { execute } from '../../support/machine/execute.ts'
import type { ActionRun } from '../../support/runner.ts'
import { makeScratchDirectory } from '../../support/machine/scratch.ts'
import { writeTools } from '../../support/machine/tools.ts'
import { readManifest, runBackup } from '../../support/backup-run.ts'

const secret = 'S3CRET-OF-A-SETTING'
const role = { user: 'app', password: 'app-password' }

let cluster: Cluster

beforeAll(async () => {
  cluster = await startCluster()
  await cluster.psql(
    'postgres',
    `create role app login password 'app-password';
     create role gone;
     create role reader;
     create database shop owner app template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C' connection limit 7;
     create database plain owner app;
     comment on database shop is E'two\\nlines';
     alter database shop set app.key = '${secret}=1';
     alter database shop set search_path = '$user', 'Odd Schema';
     alter role app in database shop set work_mem = '5MB';
     revoke all on database shop from public;
     grant connect on database shop to reader with grant option;`,
  )
}, 60_000)
afterAll(async () => {
  await cluster.stop()
})

async function findFile(run: ActionRun): Promise<ManifestFile> {
  const file = (await readManifest(run)).files.find(({ kind }) => kind === 'properties')
  if (file === undefined) throw new Error(`There is no file of properties:\n${run.log}`)
  return file
}

/** What a person reads by the command of the manifest. */
async function readByHand(run: ActionRun): Promise<string> {
  const [command = ''] = (await findFile(run)).restoreCommands
  return execute('bash', ['--norc', '-c', command], { directory: dirname(run.outputs['manifest'] ?? '') })
}

describe('the properties of databases', () => {
  it('are part of the backup of a role that is no superuser', async () => {
    const run = await runBackup({ url: cluster.url('shop', role), databases: 'shop, plain' })
    expect([run.exitCode, run.outputs['status']]).toEqual([0, 'complete'])
    const { databases } = parseProperties(await readByHand(run))
    expect(databases.map(({ name }) => name)).toEqual(['plain', 'shop'])
    expect(databases[1]).toEqual({
      name: 'shop',
      owner: 'app',
      encoding: 'UTF8',
      locale: { provider: 'libc', collate: 'C', ctype: 'C', locale: null, icuRules: null },
      tablespace: 'pg_default',
      connectionLimit: 7,
      allowsConnections: true,
      isTemplate: false,
      comment: 'two\nlines',
      privileges: [
        { grantee: 'app', privilege: 'CREATE', grantable: false },
        { grantee: 'app', privilege: 'TEMPORARY', grantable: false },
        { grantee: 'app', privilege: 'CONNECT', grantable: false },
        { grantee: 'reader', privilege: 'CONNECT', grantable: true },
      ],
      settings: [
        { role: null, name: 'app.key', value: `${secret}=1` },
        { role: null, name: 'search_path', value: '"$user", "Odd Schema"' },
        { role: 'app', name: 'work_mem', value: '5MB' },
      ],
    })
    expect(databases[0]).toMatchObject({ connectionLimit: -1, comment: null, privileges: null, settings: [] })
    const file = await findFile(run)
    expect(file).toMatchObject({ database: null, format: 'plain', verification: { method: 'decode' } })
    const sums = await readFile(join(dirname(run.outputs['manifest'] ?? ''), 'SHA256SUMS'), 'utf8')
    expect(sums).toContain(`${file.sha256}  ${file.name}\n`)
    expect(run.log + JSON.stringify(await readManifest(run))).not.toContain(secret)
  }, 60_000)

  it('are encrypted like the dumps, and stand beside a whole cluster too', async () => {
    const keyFile = join(await makeScratchDirectory('key'), 'key.txt')
    await execute('age-keygen', ['-o', keyFile])
    const recipient = (await execute('age-keygen', ['-y', keyFile])).trim()
    const run = await runBackup({ url: cluster.url('shop'), 'age-recipients': recipient, verify: 'none' })
    const { name } = await findFile(run)
    expect(name).toMatch(/^properties_\d{8}T\d{6}Z\.json\.gz\.age$/)
    const directory = dirname(run.outputs['manifest'] ?? '')
    const text = await execute('sh', ['-c', `age -d -i '${keyFile}' '${name}' | gzip -dc`], { directory })
    expect(parseProperties(text).databases).toHaveLength(1)
    expect(text).toContain(secret)
    const whole = await runBackup({ url: cluster.url(), all: 'true' })
    expect((await readManifest(whole)).files.map(({ kind }) => kind)).toEqual(['cluster', 'properties'])
  }, 60_000)

  it('that a role may not read make a warning, and no failure', async () => {
    await cluster.psql('shop', 'revoke select on pg_db_role_setting from public')
    const run = await runBackup({ url: cluster.url('shop', role) })
    await cluster.psql('shop', 'grant select on pg_db_role_setting to public')
    expect([run.exitCode, run.outputs['status']]).toEqual([0, 'complete'])
    expect((await readManifest(run)).files.map(({ kind }) => kind)).toEqual(['database'])
    expect(run.annotations.map(({ level, title }) => [level, title])).toContainEqual([
      'warning',
      'No properties of databases',
    ])
  }, 60_000)

  it('alone are no backup', async () => {
    const tools = await writeTools('echo "pg_dump: error: no" >&2; exit 1')
    const run = await runBackup({ url: cluster.url('shop') }, { environment: { PATH: tools.path } })
    expect([run.exitCode, run.outputs['status']]).toEqual([1, 'failed'])
    expect(await readManifest(run)).toMatchObject({ status: 'failed', files: [] })
    expect(JSON.parse(run.outputs['files'] ?? '')).toEqual([])
  }, 60_000)
})
