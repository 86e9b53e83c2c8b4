import { copyFile, cp, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { createRunKey } from '../../../src/archive/age/age-keys.ts'
import { hashFile } from '../../../src/archive/checksum.ts'
import type { Manifest, ManifestFile } from '../../../src/archive/manifest.ts'
import { readHealth } from '../../../src/drill/read-health.ts'
import type { Session } from '../../../src/postgres/psql.ts'
import { clientEnvironment, startCluster, type Cluster } from '../../support/postgres/cluster.ts'
import { makeFile, type FileChange } from '../../support/manifests.ts'
import { runAction, type ActionRun } from '../../support/runner.ts'
import { makeScratchDirectory } from '../../support/machine/scratch.ts'
import { findClient } from '../../support/postgres/server-binaries.ts'
import { backUp, changeManifest, readManifest } from '../../support/story.ts'
import { makeServerTree } from '../../hosted/server-tree.ts'

/*
 * A museum of bad backups: real dumps that pg_restore and psql take, and the drill must refuse, each for its own reason;
 * and of each a healthy twin, on which the drill is silent.
 */

/** What becomes of each database after last night's backup, and what is said of this night's one. */
const exhibits: Readonly<Record<string, { sql?: string; verdict: string; words: RegExp }>> = {
  emptied: { sql: 'truncate item', verdict: 'PGB_SHRUNK', words: /of "emptied" holds far less/ },
  halved: {
    sql: 'delete from item where id > 300',
    verdict: 'PGB_SHRUNK',
    words: /of "halved" holds far less/,
  },
  behind: {
    sql: 'alter sequence item_id_seq restart',
    verdict: 'PGB_VERIFY',
    words: /behind_.*: public\.item_id_seq behind public\.item\.id/,
  },
  unindexed: {
    sql: `create table part (id int) partition by range (id);
      create table first partition of part for values from (0) to (9); create index on only part (id)`,
    verdict: 'PGB_VERIFY',
    words: /indexes are invalid.*: public\.part_id_idx/,
  },
  owned: { verdict: 'PGB_VERIFY', words: /lacks roles that "owned" needs: .* to "keeper"/ },
  extended: {
    sql: 'create schema sizes; create extension vectors schema sizes',
    verdict: 'PGB_UNKNOWN',
    words: /needs the extensions "vectors"/,
  },
  counted: { sql: 'truncate item', verdict: 'PGB_VERIFY', words: /public\.item has 0 rows instead of 1000/ },
  summed: { sql: 'truncate item', verdict: 'PGB_VERIFY', words: /its tables have 0 rows instead of 1000/ },
  swapped_1: { verdict: 'PGB_VERIFY', words: /swapped_1_.*: its SHA-256 is not the one in the manifest/ },
  swapped_2: { verdict: 'PGB_VERIFY', words: /swapped_2_.*: its SHA-256 is not the one in the manifest/ },
  renamed: { verdict: 'PGB_VERIFY', words: /renamed_.*: the archive names another database/ },
}
const all = ['sound', ...Object.keys(exhibits)]
/** Those that need a backup of their own. */
const others: typeof exhibits = {
  aged: { verdict: 'PGB_STALE', words: /of "aged" is too old/ },
  locked: { verdict: 'PGB_ENCRYPT', words: /cannot be decrypted \(4 files in all\): .* does not open it/ },
}

let cluster: Cluster
let keys: { right: string; wrong: string }
/** A directory of backups: last night's, and one that is encrypted. */
let museum: string
let [last, locked] = ['', '']

beforeAll(async () => {
  // The machine's own server, in which the drill restores, lacks the extension `vectors`.
  cluster = await startCluster({ binDirectory: await makeServerTree(15, ['vectors']) })
  // All that a file of roles can hold.
  await cluster.psql(
    'postgres',
    `create role clerk superuser login password 'kept to ourselves' connection limit 9;
     create role keeper; create role reader noinherit valid until '2099-01-01'; grant reader to clerk with admin option;
     alter role reader set search_path to odd, "$user"; comment on role reader is E'two\nlines';
     grant set on parameter log_min_messages to reader; alter role ${cluster.user} set work_mem to '5MB';
     set allow_in_place_tablespaces to on; create tablespace "odd ""place" owner clerk location '';
     grant create on tablespace "odd ""place" to reader`,
  )
  await cluster.psql('postgres', 'create database sound')
  await cluster.psql(
    'sound',
    `create extension citext; create table item (id serial primary key, text citext);
     insert into item (text) select repeat('x', 500) from generate_series(1, 1000);
     create table placed (id int) tablespace "odd ""place";
     alter table item owner to clerk; grant select on item to reader`,
  )
  const names = [...Object.keys(exhibits), ...Object.keys(others)]
  const copies = names.map((name) => `create database ${name} template sound;`)
  await cluster.psql('postgres', copies.join('\n'))
  await cluster.psql('owned', 'alter table item owner to keeper')
  const [right, wrong] = await Promise.all([createRunKey([]), createRunKey([])])
  keys = { right: right.identity, wrong: wrong.identity }
  museum = await makeScratchDirectory('museum')
  last = await acquire('postgres-backup_1', { databases: [...all, 'aged'].join(',') })
  const encryption = { 'age-recipients': right.recipient }
  locked = await acquire('postgres-backup_2', { databases: 'locked', ...encryption })
})

afterAll(async () => {
  await cluster.stop('immediate')
})

/** Tar archives name their database, and are of one size for equal rows. */
async function acquire(name: string, inputs: Record<string, string>): Promise<string> {
  const given = { url: cluster.url('postgres'), format: 'tar', compression: 'none', globals: 'true' }
  const directory = await backUp({ ...given, verify: 'decode', ...inputs })
  await rename(directory, join(museum, name))
  return join(museum, name)
}

function drill(identity: string, databases = ''): Promise<ActionRun> {
  const inputs = { path: museum, verify: 'restore', 'age-identity': identity, databases }
  return runAction({ bundle: 'check', inputs })
}

function readVerdicts(run: ActionRun): Record<string, string> {
  const entries = JSON.parse(run.outputs['databases'] ?? '') as { name: string; verdict: string }[]
  return Object.fromEntries(entries.map(({ name, verdict }) => [name, verdict]))
}

it('is silent about good backups', async () => {
  // The others are copies of these.
  const run = await drill(keys.right, 'sound, owned, locked')
  expect(run.log).not.toMatch(/::(?:error|warning)/)
  expect(readVerdicts(run)).toEqual({ sound: 'good', owned: 'good', locked: 'good' })
  expect(run.summary).not.toMatch(/^- "/m)
  expect(run.leftOver).toEqual([])
})

it('refuses each bad backup for its own reason, and no other', async () => {
  for (const [name, { sql }] of Object.entries(exhibits)) if (sql !== undefined) await cluster.psql(name, sql)
  const now = await acquire('postgres-backup_3', { databases: all.join(',') })
  await renameOld()
  await swapFiles(now)
  await forge(now)
  await misplaceManifest()
  // The old backup first, whose roles would hide that the new one lacks them.
  const run = await drill(keys.wrong, ['aged', ...all, 'locked', 'stranger'].join(','))
  const known = { ...exhibits, ...others }
  const verdicts = Object.entries(known).map(([name, { verdict }]) => [name, verdict] as const)
  const expected = { sound: 'good', stranger: 'PGB_STALE', ...Object.fromEntries(verdicts) }
  expect(readVerdicts(run)).toEqual(expected)
  const errors = run.annotations.filter(({ level }) => level === 'error').map(({ message }) => message)
  for (const { words, verdict } of Object.values(known)) {
    expect(errors.filter((text) => words.test(text) && text.endsWith(`[${verdict}]`))).not.toEqual([])
  }
  expect(run.exitCode).toBe(1)
  expect([run.orphans, run.leftOver]).toEqual([[], []])
})

/** An old backup under a new name; it does not say how large the databases were that are no exhibits of shrinkage. */
async function renameOld(): Promise<void> {
  const renamed = join(museum, 'postgres-backup_9')
  await rename(last, renamed)
  const startedAt = new Date(Date.now() - 2 * 86_400_000).toISOString()
  await changeManifest(renamed, (manifest) => ({
    ...describeFiles(manifest, ['counted', 'summed'], () => ({ uncompressedSize: null, rows: null })),
    startedAt,
  }))
}

async function swapFiles(directory: string): Promise<void> {
  const manifest = await readManifest(directory)
  const [one, two] = ['swapped_1', 'swapped_2'].map((name) => join(directory, findName(manifest, name)))
  if (one === undefined || two === undefined) throw new Error('no files to swap')
  await rename(one, `${one}.moved`)
  await rename(two, one)
  await rename(`${one}.moved`, two)
}

/** Changes files and manifest alike: another database's archive, and roles without one of them; and rows of no file. */
async function forge(directory: string): Promise<void> {
  const manifest = await readManifest(directory)
  const [globals, renamed] = ['globals', 'renamed'].map((name) => join(directory, findName(manifest, name)))
  if (globals === undefined || renamed === undefined) throw new Error('no files to forge')
  await copyFile(join(directory, findName(manifest, 'sound')), renamed)
  await writeFile(globals, (await readFile(globals, 'utf8')).replaceAll(/^.*keeper.*\n/gm, ''))
  const sums = { globals: await hashFile(globals), renamed: await hashFile(renamed) }
  const rowCounts = [{ table: 'public.item', rows: 1000 }]
  await changeManifest(directory, (before) => {
    const changes: Record<string, (file: ManifestFile) => Partial<ManifestFile>> = {
      globals: () => sums.globals,
      renamed: () => sums.renamed,
      counted: ({ verification }) => ({ rows: 1000, verification: { ...verification, rowCounts } }),
      summed: ({ verification }) => ({ rows: 1000, verification: { ...verification, rowCounts: null } }),
    }
    return Object.entries(changes).reduce(
      (changed, [name, change]) => describeFiles(changed, [name], change),
      before,
    )
  })
}

/** A manifest of another database, beside files that it does not name. */
async function misplaceManifest(): Promise<void> {
  const strange = join(museum, 'postgres-backup_4')
  await cp(locked, strange, { recursive: true })
  const name = 'stranger_20261104T020000Z.tar.age'
  await changeManifest(strange, (manifest) => ({
    ...describeFiles(manifest, ['locked'], () => ({ database: 'stranger', name })),
    plan: { ...manifest.plan, databases: ['stranger'] },
  }))
}

/** Changes what a manifest says of the files of these databases or kinds. */
function describeFiles(
  manifest: Manifest,
  names: readonly string[],
  change: (file: ManifestFile) => FileChange,
): Manifest {
  const files = manifest.files.map((file) =>
    names.includes(file.database ?? file.kind) ? makeFile({ ...file, ...change(file) }) : file,
  )
  return { ...manifest, files }
}

function findName({ files }: Manifest, of: string): string {
  return files.find(({ database, kind }) => (database ?? kind) === of)?.name ?? ''
}

it('knows a sequence that is behind from one that is not, and a collation of another version', async () => {
  await cluster.psql('postgres', 'create database sequences')
  const behind = {
    serial: 'id serial); insert into serial values (1)',
    identity: 'id int generated by default as identity); insert into identity values (7)',
    always: 'id int generated always as identity); insert into always overriding system value values (1000)',
    descending: `id int generated by default as identity (increment -1)); insert into descending values (-1)`,
    by_default:
      "id bigint default nextval('apart'), other int default 3); insert into by_default values (41)",
    '"its own"': '"last" serial); insert into "its own" values (2)',
    parent:
      'id serial) partition by range (id); create table child partition of parent default; insert into parent values (1)',
    heir: '() inherits (serial); insert into heir values (3)',
  }
  const ahead = {
    empty: 'id serial)',
    used: 'id serial, text text); insert into used (text) select 1 from generate_series(1, 9)',
    far: 'id serial); insert into far values (1001), (2147483647)',
    circle: 'id int generated by default as identity (cycle)); insert into circle values (1)',
    steps: "id int default 10 * nextval('apart')); insert into steps values (400)",
    words: "id text default 'A' || nextval('apart')); insert into words values ('A41')",
    limits:
      'id bigint generated by default as identity (start 9223372036854775807)); insert into limits values (1)',
  }
  const tables = Object.entries({ ...behind, ...ahead }).map(([name, rest]) => {
    const columns = rest.startsWith('()') ? rest : `(${rest}`
    return `create table ${name} ${columns};`
  })
  await cluster.psql('sequences', `create sequence apart start 41; ${tables.join('\n')}`)
  const health = await readHealth(openSession(), 'sequences', 15)
  const named = health.behind.map(({ table }) => table).sort()
  expect(named).toEqual(
    Object.keys(behind)
      .map((name) => `public.${name}`)
      .sort(),
  )
  expect(health).toMatchObject({ invalidIndexes: [], otherVersions: [] })
  await cluster.psql(
    'sequences',
    `create table worded (text text collate "und-x-icu");
     update pg_collation set collversion = 'old' where collname in ('und-x-icu', 'de-x-icu')`,
  )
  const changed = await readHealth(openSession(), 'sequences', 15)
  expect(changed.otherVersions).toEqual(['"und-x-icu"'])
})

function openSession(): Session {
  const program = (name: string): string => join(findClient(), name)
  const connection = {
    parameters: {},
    environment: clientEnvironment(cluster),
    database: 'postgres',
    secrets: [],
  }
  const tools = {
    psql: program('psql'),
    pgDump: program('pg_dump'),
    pgDumpAll: program('pg_dumpall'),
    pgRestore: program('pg_restore'),
  }
  return { connection, client: { ...tools, major: 15, version: '15' }, signal: new AbortController().signal }
}
