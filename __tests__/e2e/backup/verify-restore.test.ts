import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { spawn } from 'node:child_process'
import { chmod, chown, mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createRunKey } from '../../../src/archive/age/age-keys.ts'
import type { Manifest, ManifestFile } from '../../../src/archive/manifest.ts'
import { findExecutable } from '../../../src/process/find-executable.ts'
import { clientEnvironment, startCluster, type Cluster } from '../../support/postgres/cluster.ts'
import { execute } from '../../support/machine/execute.ts'
import { createDatabase, fillDatabase } from '../../support/postgres/fixture.ts'
import { runAction, startAction, type ActionOptions, type ActionRun } from '../../support/runner.ts'
import { makeScratchDirectory } from '../../support/machine/scratch.ts'
import { repository } from '../../support/repository.ts'
import { unpackClient } from '../../support/postgres/postgres-clients.ts'
import { findClient } from '../../support/postgres/server-binaries.ts'
import { writeScript } from '../../support/machine/stand-ins.ts'

let cluster: Cluster

beforeAll(async () => {
  cluster = await startCluster()
  await fillDatabase(cluster, 'shop', { scale: 0 })
})

afterAll(async () => {
  await cluster.stop()
})

type Overrides = Partial<Omit<ActionOptions, 'bundle'>> & { database?: string }

function describeStep({ database = 'shop', inputs, ...others }: Overrides): ActionOptions {
  const url = cluster.url(database)
  return {
    bundle: 'backup',
    inputs: { url, upload: 'false', verify: 'restore', ...inputs },
    ...others,
  }
}

async function readFiles(run: ActionRun): Promise<readonly ManifestFile[]> {
  const manifest = JSON.parse(await readFile(run.outputs['manifest'] ?? '', 'utf8')) as Manifest
  return manifest.files
}

/** What no run of `verify: restore` may leave on the source. */
async function listDatabases(server: Cluster): Promise<string> {
  return server.psql('postgres', "SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database")
}

/** Changes what pg_dump writes before anything of ours sees it, as a bad memory would; the file is whole. */
async function corruptBy(editor: string): Promise<Record<string, string>> {
  const directory = await makeScratchDirectory('bad-tee')
  const path = process.env['PATH'] ?? ''
  const tee = findExecutable('tee', path) ?? ''
  // The bytes are counted behind this tee when they are written, and behind another one when they are read back.
  await writeScript(
    directory,
    'tee',
    `case "$1" in *.written.pipe) LC_ALL=C sed '${editor}' | ${tee} "$1" ;; *) exec ${tee} "$@" ;; esac`,
  )
  return { PATH: `${directory}:${path}` }
}

async function expectShopProved(run: ActionRun): Promise<void> {
  expect(run.log).not.toContain('::error')
  expect(run.exitCode).toBe(0)
  const [file] = await readFiles(run)
  expect(file?.verification).toMatchObject({
    method: 'restore',
    compared: [
      'Restored into PostgreSQL 15, without an error',
      'Number of rows and hash of the content: 44 tables, in the snapshot of the dump',
      expect.stringMatching(/^Names, kinds and columns, without definitions: 1\d\d objects/),
      'Values: 10 sequences',
      'Content: 4 large objects',
    ],
  })
  expect(file?.verification.rowCounts).toContainEqual({ table: 'public.zero_columns', rows: 2 })
  expect(run.orphans).toEqual([])
  expect(run.leftOver.filter((name) => name.includes('private'))).toEqual([])
}

/** Makes the job of another account, where the tests may. */
async function becomeNobody(): Promise<Overrides> {
  if (process.getuid?.() !== 0) return {}
  const temp = await makeScratchDirectory('not-root')
  await chmod(temp, 0o777)
  const script = join(temp, 'as-nobody.mjs')
  const bundle = join(repository, 'dist', 'backup', 'index.js')
  await writeFile(
    script,
    `import { chmodSync, chownSync } from 'node:fs'
import { dirname } from 'node:path'
chmodSync(dirname(dirname(process.env['GITHUB_OUTPUT'])), 0o755)
for (const name of ['OUTPUT', 'STATE', 'STEP_SUMMARY']) chownSync(process.env['GITHUB_' + name], 65534, 65534)
process.chdir('/'); process.setgroups([]); process.setgid(65534); process.setuid(65534)
await import(${JSON.stringify(bundle)})`,
  )
  return { temp, bundlePath: script }
}

describe('a good backup', () => {
  // The other two formats are proved below, where they are dealt to what else is to be proved.
  it.each<[string, string, () => Promise<Overrides>]>([
    ['directory', 'root', () => Promise.resolve({})],
    ['tar', 'another account', becomeNobody],
  ])('is proved in the format %s for a job of %s', async (format, _, become) => {
    const run = await runAction(describeStep({ inputs: { format, jobs: '2' }, ...(await become()) }))
    await expectShopProved(run)
  })

  it('is proved while others write to the source', async () => {
    await createDatabase(cluster, 'busy')
    const environment = { ...clientEnvironment(cluster), PGDATABASE: 'busy' }
    const pgbench = join(findClient(), 'pgbench')
    await execute(pgbench, ['--initialize', '--quiet', '--scale=1'], { environment })
    const writer = spawn(pgbench, ['--no-vacuum', '--client=2', '--time=60'], {
      env: environment,
      stdio: 'ignore',
    })
    try {
      const run = await runAction(describeStep({ database: 'busy' }))
      expect(run.log).not.toContain('::error')
      const [file] = await readFiles(run)
      expect(file?.verification.compared).toContain(
        'Number of rows and hash of the content: 4 tables, in the snapshot of the dump',
      )
      const counts = new Map(file?.verification.rowCounts?.map(({ table, rows }) => [table, rows]))
      const now = await cluster.psql('busy', 'SELECT count(*) FROM pgbench_history')
      expect(counts.get('public.pgbench_accounts')).toBe(100_000)
      expect(Number(now)).toBeGreaterThan(counts.get('public.pgbench_history') ?? Infinity)
    } finally {
      writer.kill()
    }
  })

  it('is proved where only a superuser can restore it, in a tablespace, with memberships', async () => {
    const tablespace = join(dirname(cluster.dataDirectory), 'tablespace')
    await mkdir(tablespace)
    const { uid, gid } = await stat(cluster.dataDirectory)
    await chown(tablespace, uid, gid)
    await cluster.psql('postgres', `CREATE TABLESPACE "odd ""place" LOCATION '${tablespace}'`)
    await cluster.psql(
      'postgres',
      `CREATE ROLE "the boss" SUPERUSER; CREATE ROLE chief SUPERUSER; CREATE ROLE clerk; CREATE ROLE office NOINHERIT;
      GRANT office TO clerk WITH ADMIN OPTION; GRANT pg_read_all_data TO clerk`,
    )
    await createDatabase(cluster, 'powers')
    await cluster.psql(
      'powers',
      `CREATE EXTENSION dblink;
      CREATE FUNCTION native(text) RETURNS int LANGUAGE internal IMMUTABLE STRICT AS 'textlen';
      CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
      CREATE EVENT TRIGGER watching ON ddl_command_end EXECUTE FUNCTION watch();
      ALTER EVENT TRIGGER watching OWNER TO "the boss";
      CREATE EVENT TRIGGER hosted ON ddl_command_end EXECUTE FUNCTION watch();
      ALTER EVENT TRIGGER hosted OWNER TO chief;
      CREATE FOREIGN DATA WRAPPER wrapper; ALTER FOREIGN DATA WRAPPER wrapper OWNER TO "the boss";
      CREATE FOREIGN DATA WRAPPER hosted; ALTER FOREIGN DATA WRAPPER hosted OWNER TO chief;
      CREATE PUBLICATION everything FOR ALL TABLES;
      CREATE TABLE placed TABLESPACE "odd ""place" AS SELECT 'x' AS word;
      CREATE INDEX ON placed (native(word)); ALTER TABLE placed OWNER TO clerk`,
    )
    // As where a service lets a role own what takes a superuser elsewhere.
    await cluster.psql('postgres', 'ALTER ROLE chief NOSUPERUSER')
    const run = await runAction(describeStep({ database: 'powers', inputs: { format: 'custom' } }))
    expect(run.log).not.toMatch(/::error|Roles of the source could not be made/)
    expect((await readFiles(run))[0]?.verification.method).toBe('restore')
  })

  it('is proved for the whole cluster, and says what was not compared', async () => {
    await cluster.psql('postgres', 'DROP DATABASE IF EXISTS busy')
    await cluster.psql('postgres', 'ALTER ROLE chief SUPERUSER')
    const run = await runAction(describeStep({ inputs: { all: 'true', globals: 'true' } }))
    expect(run.log).not.toContain('::error')
    const [globals, whole] = await readFiles(run)
    expect(globals?.verification.compared[1]).toMatch(/^Roles with their attributes/)
    expect(whole?.verification.method).toBe('restore')
    expect(whole?.verification.notCompared[0]).toMatch(/^Rows: pg_dumpall cannot share a snapshot/)
    expect(whole?.verification.rowCounts).toContainEqual({ table: 'public.employees in "shop"', rows: 50 })
    await cluster.psql('postgres', 'DROP DATABASE powers')
  })

  it('is proved in memory if it is encrypted, with a server that brings its own libraries', async () => {
    const client = await unpackClient(18)
    const embedded = await startCluster({ major: 18, embedded: true })
    try {
      await createDatabase(embedded, 'secret')
      await embedded.psql('secret', 'CREATE TABLE t AS SELECT 1 AS n')
      const run = await runAction({
        ...describeStep({}),
        inputs: {
          ...{ url: embedded.url('secret'), upload: 'false', verify: 'restore' },
          'age-recipients': (await createRunKey([])).recipient,
        },
        environment: {
          PATH: [client.binDirectory, embedded.binDirectory, process.env['PATH'] ?? ''].join(':'),
        },
      })
      expect(run.log).not.toContain('::error')
      expect((await readFiles(run))[0]?.verification.compared[0]).toMatch(/^Restored into PostgreSQL 18/)
    } finally {
      await embedded.stop()
    }
  })

  it('is proved by a server in verify-url, which keeps nothing of it and never gets the password of the source', async () => {
    const scratch = await startCluster({ embedded: true, password: 'scratch-secret' })
    try {
      const before = await listDatabases(scratch)
      await createDatabase(cluster, 'plain one')
      await cluster.psql(
        'plain one',
        `CREATE TABLE t AS SELECT 1 AS n; ALTER TABLE t OWNER TO "fixture reader";
        CREATE SUBSCRIPTION news CONNECTION 'dbname=nowhere' PUBLICATION p WITH (connect = false)`,
      )
      const run = await runAction(
        describeStep({
          database: 'plain one',
          inputs: { 'verify-url': scratch.url() },
          environment: { PGPASSWORD: cluster.password, PGHOST: cluster.host, PGPORT: String(cluster.port) },
        }),
      )
      expect(run.log).not.toContain('::error')
      expect((await readFiles(run))[0]?.verification.method).toBe('restore')
      expect(run.log.replace(/^::add-mask::.*$/gm, '')).not.toContain('scratch-secret')
      expect(await listDatabases(scratch)).toBe(before)
      const refused = await runAction(
        describeStep({
          database: 'plain one',
          inputs: { 'verify-url': scratch.url().replace(/:[^:@]*@/, '@') },
          environment: { PGPASSWORD: 'scratch-secret' },
        }),
      )
      expect(refused.log).toContain('[PGB_AUTH]')
    } finally {
      await scratch.stop()
    }
  })
})

describe('a bad backup', () => {
  it.each([
    [
      'a changed byte, a sequence that stands elsewhere and a lost index',
      [
        's/employee 42/employee 4x/',
        's/\\(setval(.public.called_once., \\)1,/\\12,/',
        '/^CREATE INDEX brin_index/d',
      ],
      [
        'table public.employees holds other content',
        'sequence public.called_once stands at another value',
        'index public.brin_index is missing in the copy',
      ],
    ],
    ['a lost row', ['/employee 42/d'], ['table public.employees has 49 rows instead of 50']],
  ])('with %s is found, and leaves no file', async (_, editors, differences) => {
    const environment = await corruptBy(editors.join('; '))
    const run = await runAction(describeStep({ inputs: { 'verify-url': cluster.url() }, environment }))
    expect(run.exitCode).toBe(1)
    expect(run.log).toContain('[PGB_VERIFY]')
    for (const difference of differences) expect(run.log).toContain(difference)
    expect(run.outputs['status']).toBe('failed')
    expect(run.leftOver.filter((name) => name.includes('.sql.gz'))).toEqual([])
  })

  it('that cannot be restored is found', async () => {
    const environment = await corruptBy('s/^CREATE TABLE public.parent/CREATE TABLE nowhere.parent/')
    const run = await runAction(describeStep({ inputs: { 'verify-url': cluster.url() }, environment }))
    expect(run.log).toMatch(
      /could not be restored: the dump needs something[^\n]*schema "nowhere" does not exist.*\[PGB_VERIFY\]/,
    )
  })
})

it.each<Record<string, string>>([{}, { options: '--no-owner', 'verify-url': 'the same' }])(
  'compares all but the extension that the scratch server lacks, and operators left as shells, which no dump holds (%j)',
  async (inputs) => {
    const database = `extended ${Object.keys(inputs).length}`
    await createDatabase(cluster, database)
    await cluster.psql(
      database,
      `INSERT INTO pg_extension SELECT 16999, 'far_out', extowner, extnamespace, false, '1', NULL, NULL FROM pg_extension;
      CREATE FUNCTION same(int, text) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1::text = $2';
      CREATE OPERATOR === (LEFTARG = int, RIGHTARG = text, FUNCTION = same, NEGATOR = !==);
      CREATE OPERATOR #### (LEFTARG = int, RIGHTARG = text, FUNCTION = same, COMMUTATOR = @@##);
      DROP OPERATOR #### (int, text)`,
    )
    expect(await cluster.psql(database, 'SELECT count(*) FROM pg_operator WHERE oprcode = 0')).toBe('2')
    const given = inputs['verify-url'] === undefined ? {} : { ...inputs, 'verify-url': cluster.url() }
    const run = await runAction(describeStep({ database, inputs: given }))
    expect([run.exitCode, run.exitCode === 0 ? '' : run.log]).toEqual([0, ''])
    expect(run.log).toMatch(/without what hangs on extensions that the scratch server lacks: "far_out"/)
    const [file] = await readFiles(run)
    // The schema public counts as the system's own: the function and the operator with one.
    expect(file?.verification.compared[2]).toMatch(/: 2 objects/)
  },
)

it('leaves neither process nor directory when it is cancelled in the middle', async () => {
  const tmp = await makeScratchDirectory('cancel')
  await chmod(tmp, 0o755)
  await createDatabase(cluster, 'slow')
  await cluster.psql(
    'slow',
    `CREATE FUNCTION slow(n int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN
    IF current_database() ~ '^postgres_backup_verify_' THEN PERFORM pg_sleep(60); END IF; RETURN n; END $$;
    CREATE TABLE t AS SELECT 1 AS n; CREATE INDEX ON t (slow(n))`,
  )
  const action = await startAction(describeStep({ database: 'slow', environment: { TMPDIR: tmp } }))
  await action.waitForLog(/restoring the file into a scratch database/)
  const run = await action.cancel()
  // It ended by itself, before the runner's patience did.
  expect([run.exitCode, run.signal]).toEqual([1, null])
  expect(run.log).toContain('[PGB_CANCELLED]')
  expect(run.orphans).toEqual([])
  expect(await readdir(tmp)).toEqual([])
})
