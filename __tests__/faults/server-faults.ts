import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { clientEnvironment } from '../support/postgres/cluster.ts'
import type { Cluster } from '../support/postgres/cluster.ts'
import { execute } from '../support/machine/execute.ts'
import { findClient } from '../support/postgres/server-binaries.ts'
import { runCase, type Fault } from './fault.ts'
import type { Outcome } from './judge.ts'
import { makeBrake } from './stand-ins.ts'
import { begin, type World } from './world.ts'

const lost = { codes: ['PGB_CONNECT'], status: 'failed' } as const

async function terminateBackend(world: World): Promise<Outcome> {
  const brake = await makeBrake()
  const name = `victim ${Math.floor(performance.now())}`
  const url = world.cluster.url('big', { parameters: { application_name: name } })
  const { action, ...begun } = await begin(world, { inputs: { url }, standIns: brake.directory })
  await brake.reached()
  const ended = await world.cluster.psql(
    'postgres',
    `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name LIKE '${name}%' AND query LIKE 'COPY%'`,
  )
  await brake.release()
  const complaints = ended === '1' ? [] : [`${ended} backends were in mid-COPY`]
  return { run: await action.done, ...begun, expected: lost, complaints }
}

/** One after the other, as there is one victim. */
let victimIsFree: Promise<unknown> = Promise.resolve()

async function stopImmediately(world: World): Promise<Outcome> {
  const turn = victimIsFree
  let leave = (): void => undefined
  victimIsFree = new Promise<void>((resolve) => (leave = resolve))
  await turn
  try {
    return await stopVictim(world)
  } finally {
    await control(world.victim, 'start', '-o', `-p ${world.victim.port}`, '-l', '/dev/null')
    leave()
  }
}

async function stopVictim(world: World): Promise<Outcome> {
  const brake = await makeBrake()
  const given = { inputs: { url: world.victim.url('big') }, standIns: brake.directory }
  const { action, ...begun } = await begin(world, given)
  await brake.reached()
  await control(world.victim, 'stop', '-m', 'immediate')
  await brake.release()
  return { run: await action.done, ...begun, expected: lost }
}

function control({ binDirectory, dataDirectory }: Cluster, ...args: string[]): Promise<string> {
  const { uid, gid } = statSync(dataDirectory)
  const account = process.getuid?.() === 0 ? { uid, gid } : {}
  // Its output would be held open by the server that it starts.
  const script = 'exec "$0" "$@" >/dev/null 2>&1 </dev/null'
  const pgCtl = [join(binDirectory, 'pg_ctl'), '-D', dataDirectory, '-w', ...args]
  return execute('sh', ['-c', script, ...pgCtl], { ...account, directory: '/' })
}

/** Runs a task while another session holds the table t of a database, as a migration does. */
async function whileLocked<T>(world: World, database: string, task: () => Promise<T>): Promise<T> {
  const args = [
    ...['-X', '-q', '-w', '-d', database],
    ...['-c', 'BEGIN; LOCK TABLE t; SELECT 1', '-c', `SELECT pg_sleep(120) /* ${database} */`],
  ]
  // Several commands of one -c are one transaction; of two -c the second keeps the session, and so the lock.
  const holder = spawn(join(findClient(), 'psql'), args, {
    env: clientEnvironment(world.cluster),
    stdio: 'ignore',
  })
  try {
    const held = `SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted AND relation = 't'::regclass`
    while ((await world.cluster.psql(database, held)) === '0');
    return await task()
  } finally {
    holder.kill('SIGKILL')
    await once(holder, 'exit')
    const query = `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(120) /* ${database} */' AND pid <> pg_backend_pid()`
    await world.cluster.psql('postgres', query)
  }
}

function holdLock(world: World): Promise<Outcome> {
  const expected = { codes: ['PGB_LOCK'], status: 'failed', says: /lock-wait-timeout/ } as const
  return whileLocked(world, 'small', () =>
    runCase(world, { inputs: { 'lock-wait-timeout': '1s' } }, expected),
  )
}

/** What PostgreSQL says of most of them is asked of a real server beside the table of failures, too. */
function refuse(
  name: string,
  database: string,
  role: string,
  code: string,
  says: RegExp,
  isVariant = true,
): Fault {
  return {
    kind: code === 'PGB_PERMISSION' ? 'missing privilege' : 'connection limit',
    name,
    rounds: 3,
    isVariant,
    inflict: (world) => {
      const url = world.cluster.url(database, { user: role, password: 'secret-word' })
      return runCase(world, { inputs: { url } }, { codes: [code], status: 'failed', says })
    },
  }
}

/** The others go on, and are uploaded. */
const partial: Fault = {
  kind: 'one database of several fails',
  name: 'the others are uploaded, the status is partial',
  rounds: 5,
  inflict: (world) => {
    const url = world.cluster.url('postgres', { user: 'reader', password: 'secret-word' })
    const inputs = {
      url,
      databases: 'small, guarded, other',
      jobs: '2',
      options: '--table=mine\n--table=public.nothing*',
    }
    return runCase(
      world,
      { inputs: { ...inputs, databases: 'postgres, guarded, template1', options: '' } },
      {
        codes: ['PGB_PERMISSION'],
        status: 'partial',
        says: /"guarded" was not dumped.*row-level security.*BYPASSRLS/,
      },
    )
  },
}

/** The rest is stopped, and only the failure is an error. */
const failFast: Fault = {
  kind: 'one database of several fails',
  name: 'with fail-fast the rest is stopped, and one error is shown',
  rounds: 5,
  inflict: async (world) => {
    const inputs = {
      url: world.cluster.url('postgres'),
      databases: 'guarded, big',
      jobs: '2',
      'fail-fast': 'true',
      options: '--role=reader',
    }
    const expected = { codes: ['PGB_PERMISSION'], status: 'failed' } as const
    // It waits for the lock until it is stopped, however slow the machine is.
    const outcome = await whileLocked(world, 'big', () => runCase(world, { inputs }, expected))
    const complaints = /"big": big_/.test(outcome.run.shown) ? ['the other was dumped all the same'] : []
    return { ...outcome, complaints }
  },
}

export const serverFaults: readonly Fault[] = [
  { kind: 'server', name: 'pg_terminate_backend in mid-COPY', rounds: 12, inflict: terminateBackend },
  { kind: 'server', name: 'pg_ctl stop -m immediate in mid-COPY', rounds: 6, inflict: stopImmediately },
  { kind: 'lock', name: 'a lock is held', rounds: 4, inflict: holdLock },
  refuse(
    'on a table',
    'rights',
    'no_table',
    'PGB_PERMISSION',
    /GRANT SELECT ON public\.secret TO "no_table"/,
  ),
  refuse(
    'on a schema',
    'rights',
    'no_schema',
    'PGB_PERMISSION',
    /GRANT USAGE ON SCHEMA "hidden" TO "no_schema"/,
  ),
  refuse(
    'on a sequence',
    'rights',
    'no_sequence',
    'PGB_PERMISSION',
    /GRANT SELECT ON SEQUENCE public\.numbers TO/,
  ),
  refuse(
    'on a large object',
    'rights',
    'no_object',
    'PGB_PERMISSION',
    /GRANT SELECT ON LARGE OBJECT 4711 TO/,
    false,
  ),
  refuse(
    'to connect',
    'closed',
    'reader',
    'PGB_PERMISSION',
    /GRANT CONNECT ON DATABASE "closed" TO "reader"/,
    false,
  ),
  refuse('by row-level security', 'guarded', 'reader', 'PGB_PERMISSION', /row-level security.*BYPASSRLS/),
  refuse('of the role', 'small', 'unlucky', 'PGB_CONNECT', /out of connections/, false),
  partial,
  failFast,
]
