import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { readdirSync, readFileSync } from 'node:fs'
import { chmod, chown, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startCluster, type Cluster } from '../support/postgres/cluster.ts'
import { createDatabase } from '../support/postgres/fixture.ts'
import {
  namedAccount,
  otherAccount,
  plainPath,
  writeLauncher,
  writeRefusedUnshare,
  writeSudo,
} from '../support/machine/other-account.ts'
import { runAction, startAction, type ActionOptions, type ActionRun } from '../support/runner.ts'
import { makeScratchDirectory } from '../support/machine/scratch.ts'
import { nothing, plant, readReport, vectors, type Targets } from './planted-code.ts'

/** Code that runs as its owner, as whoever restores, and as a superuser of the source. */
const few = ['by an index', 'by a check', 'by a superuser']
/** Beside a restored one that is harmless, and one that takes a superuser. */
const mixed = [...few, 'good', 'needy']

const secret = 'planted-secret-7c1d'

let cluster: Cluster
let ground: string
let targets: Targets
/** Directories with stand-ins. */
let tools: { sudo: string; refused: string }
let asOther: { backup: string; cleanup: string; named: string }

beforeAll(async () => {
  cluster = await startCluster()
  ground = await makeScratchDirectory('attack')
  await chmod(ground, 0o755)
  const make = async (name: string): Promise<string> => {
    const directory = join(ground, name)
    await mkdir(directory)
    await chmod(directory, 0o777)
    return directory
  }
  targets = { secret, loot: await make('loot'), workspace: await make('workspace'), temp: await make('temp') }
  await writeFile(join(targets.workspace, 'file'), 'in the workspace')
  await writeFile(join(targets.temp, 'file'), 'in RUNNER_TEMP')
  tools = {
    sudo: await writeSudo(join(ground, 'sudo')),
    refused: await writeRefusedUnshare(join(ground, 'refused')),
  }
  asOther = {
    backup: await writeLauncher(ground, 'backup'),
    cleanup: await writeLauncher(ground, 'cleanup'),
    named: await writeLauncher(ground, 'backup', namedAccount),
  }
  await cluster.psql('postgres', 'CREATE ROLE mallory; CREATE ROLE boss SUPERUSER')
  for (const [name, vector] of Object.entries(vectors)) {
    await plant(cluster, name, { owner: 'mallory', vector, targets })
  }
  await plant(cluster, 'by a superuser', {
    owner: 'boss',
    vector: vectors['by an index'] ?? '',
    targets,
  })
  await createDatabase(cluster, 'needy')
  await cluster.psql('needy', 'CREATE EXTENSION dblink')
  await createDatabase(cluster, 'good')
  await cluster.psql(
    'good',
    `CREATE TABLE IF NOT EXISTS t (n int PRIMARY KEY); ALTER TABLE t OWNER TO mallory;
    GRANT SELECT ON t TO boss; CREATE EXTENSION IF NOT EXISTS citext; ALTER TABLE t ENABLE ROW LEVEL SECURITY;
    DROP POLICY IF EXISTS p ON t; CREATE POLICY p ON t TO mallory; ALTER TABLE t FORCE ROW LEVEL SECURITY;
    ALTER DEFAULT PRIVILEGES FOR ROLE mallory GRANT SELECT ON TABLES TO boss`,
  )
})

afterAll(async () => {
  await cluster.stop()
})

interface Setting {
  databases?: string
  isRoot?: boolean
  /** An account with a name in /etc/passwd. */
  isNamed?: boolean
  path?: string[]
  inputs?: Record<string, string>
}

function describeStep({
  databases = '*',
  isRoot = false,
  isNamed = false,
  path = [],
  inputs,
}: Setting): ActionOptions {
  return {
    bundle: 'backup',
    ...(isRoot ? {} : { bundlePath: isNamed ? asOther.named : asOther.backup }),
    inputs: { url: cluster.url('postgres'), databases, upload: 'false', verify: 'restore', ...inputs },
    temp: targets.temp,
    environment: {
      PLANTED: secret,
      GITHUB_WORKSPACE: targets.workspace,
      PATH: [...path, plainPath].join(':'),
      TMPDIR: targets.temp,
    },
  }
}

/** What neither a run nor its server may leave. */
async function expectNothingLeft(run: ActionRun): Promise<void> {
  expect(run.orphans).toEqual([])
  expect((await readdir(targets.temp)).filter((name) => name.startsWith('pgb-'))).toEqual([])
  expect(await readdir(targets.loot)).toEqual([])
  expect(findProcesses()).toEqual([])
}

/** Processes of throw-away servers, whatever their environment is. */
function findProcesses(): string[] {
  const read = (pid: string): string => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    } catch {
      return ''
    }
  }
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.map(read).filter((line) => line.includes(`${targets.temp}/pgb-`))
}

describe('code that a dump brings along', () => {
  it.each(['root', 'sudo', 'user'])('gets nothing in a sandbox by %s', async (way) => {
    const setting = { isRoot: way === 'root', path: way === 'sudo' ? [tools.sudo] : [] }
    const databases = way === 'root' ? 'by *' : few.join(',')
    const run = await runAction(describeStep({ ...setting, databases }))
    const asked = way === 'root' ? [...Object.keys(vectors), 'by a superuser'] : few
    // Indexes and materialized views run code as their owners; all else as whoever restores.
    for (const name of asked) {
      const isMallory = ['by an index', 'by a materialized view'].includes(name)
      expect([name, readReport(run.log, name)]).toEqual([name, { super: !isMallory, ...nothing }])
    }
    await expectNothingLeft(run)
  })

  it.each([
    ['root', 'plain'],
    ['user', 'custom'],
  ])(
    'gets nothing by SQL where nothing contains it, as %s, in the format %s, where a good backup is restored without a superuser',
    async (way, format) => {
      const isRoot = way === 'root'
      const inputs = { 'allow-unsandboxed': 'true', format }
      const run = await runAction(
        describeStep({ databases: mixed.join(','), isRoot, isNamed: true, path: [tools.refused], inputs }),
      )
      for (const name of few)
        expect([name, readReport(run.log, name)]).toEqual([name, { super: false, ...nothing }])
      expect(run.log).toMatch(/::warning[^\n]*runs without a sandbox[^\n]*Operation not permitted/)
      expect(run.log).toMatch(
        /may not create the extension "dblink"[^\n]*Only a superuser can restore this[^\n]*\[PGB_VERIFY\]/,
      )
      expect(run.annotations.filter(({ level }) => level === 'error')).toHaveLength(few.length + 1)
      expect(JSON.parse(run.outputs['databases'] ?? '')).toEqual(['good'])
      await expectNothingLeft(run)
    },
  )
})

describe('where nothing can contain it', () => {
  it.each(['root', 'user'])('verify: restore is refused before a dump, as %s', async (way) => {
    const run = await runAction(describeStep({ isRoot: way === 'root', path: [tools.refused] }))
    expect(run.log).toMatch(
      /::error[^\n]*nothing here can contain the code that a dump brings along \(unshare: unshare failed: Operation not permitted\)\. Name a scratch server in "verify-url"[^\n]*"allow-unsandboxed"[^\n]*\[PGB_VERIFY\]/,
    )
    expect(run.outputs['files'] ?? '[]').toBe('[]')
    expect(run.log).not.toContain('REPORT')
    await expectNothingLeft(run)
  })

  it('an account with sudo is refused, whatever the user accepts', async () => {
    const path = [tools.refused, tools.sudo]
    const run = await runAction(describeStep({ path, inputs: { 'allow-unsandboxed': 'true' } }))
    expect(run.log).toMatch(
      /::error[^\n]*an account that can use sudo without a password[^\n]*\[PGB_VERIFY\]/,
    )
    expect(run.log).not.toContain('REPORT')
  })

  it('a whole cluster is refused, which makes superusers', async () => {
    const inputs = { 'allow-unsandboxed': 'true' }
    const whole = await runAction(
      describeStep({
        isNamed: true,
        path: [tools.refused],
        databases: '',
        inputs: { ...inputs, all: 'true' },
      }),
    )
    expect(whole.log).toMatch(/::error[^\n]*whole cluster[^\n]*it makes superusers[^\n]*\[PGB_VERIFY\]/)
  })
})

it('leaves nothing when the run is killed, also behind sudo', async () => {
  await createDatabase(cluster, 'slow')
  await cluster.psql(
    'slow',
    `CREATE FUNCTION slow(n int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN
    IF current_database() ~ '^postgres_backup_verify_' THEN PERFORM pg_sleep(60); END IF; RETURN n; END $$;
    CREATE TABLE t AS SELECT 1 AS n; CREATE INDEX ON t (slow(n))`,
  )
  const action = await startAction(describeStep({ databases: 'slow', path: [tools.sudo] }))
  await action.waitForLog(/restoring the file into a scratch database/)
  expect(findProcesses()).not.toEqual([])
  action.child.kill('SIGKILL')
  const killed = await action.done
  await chown(targets.temp, otherAccount, otherAccount)
  const step = describeStep({ path: [tools.sudo] })
  const post = await runAction({
    ...step,
    bundle: 'cleanup',
    bundlePath: asOther.cleanup,
    inputs: {},
    state: killed.state,
  })
  expect(post.exitCode).toBe(0)
  const deadline = performance.now() + 20_000
  while (findProcesses().length > 0 && performance.now() < deadline) await sleep(20)
  await expectNothingLeft(post)
})

it('warns of a verify-url whose role is a superuser', async () => {
  await createDatabase(cluster, 'harmless')
  await cluster.psql('postgres', "ALTER ROLE mallory LOGIN CREATEDB PASSWORD 'mallory-password'")
  const warning = /::warning[^\n]*role of "verify-url" is a superuser/
  const warned = await runAction(
    describeStep({ databases: 'harmless', inputs: { 'verify-url': cluster.url() } }),
  )
  expect(warned.log).toMatch(warning)
  const url = cluster.url('postgres', { user: 'mallory', password: 'mallory-password' })
  const silent = await runAction(describeStep({ databases: 'harmless', inputs: { 'verify-url': url } }))
  expect(silent.log).not.toMatch(warning)
  expect(silent.log).not.toContain('::error')
})
