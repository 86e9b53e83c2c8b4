import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { expectFailure, readError, readManifest, runBackup } from '../support/backup-run.ts'
import { clientEnvironment, startCluster } from '../support/postgres/cluster.ts'
import type { Cluster } from '../support/postgres/cluster.ts'
import { execute } from '../support/machine/execute.ts'
import type { ActionRun } from '../support/runner.ts'
import { findClient } from '../support/postgres/server-binaries.ts'
import { writeTools } from '../support/machine/tools.ts'

let cluster: Cluster

beforeAll(async () => {
  cluster = await startCluster()
  await cluster.psql('postgres', `create role app login password 'app-password'`)
  await cluster.psql('postgres', 'create database shop owner app')
}, 60_000)
afterAll(async () => {
  await cluster.stop()
})

const role = { user: 'app', password: 'app-password' }

/** The files of a directory archive, unpacked beside it. */
async function unpack(run: ActionRun): Promise<string> {
  const directory = dirname(run.outputs['manifest'] ?? '')
  await execute('tar', ['-xf', (await readManifest(run)).files[0]?.name ?? ''], { directory })
  return directory
}

/** The number by which an archive knows the data of a table, as pg_dump gives it again in each dump. */
async function findDataId(table: string): Promise<string> {
  const environment = clientEnvironment(cluster)
  const archive = join(cluster.socketDirectory, 'numbers.dump')
  await execute(join(findClient(), 'pg_dump'), ['-Fc', '-f', archive, 'shop'], { environment })
  const list = await execute(join(findClient(), 'pg_restore'), ['--list', archive])
  return (
    new RegExp(`^(\\d+); \\S+ \\S+ TABLE DATA public ${table} `, 'm').exec(list)?.[1] ?? 'not in the list'
  )
}

describe('a directory archive takes whole files only', () => {
  it('whatever the names of tables say: they repeat words of pg_dump that tell of a finished file', async () => {
    const rows = 300_000
    await cluster.psql(
      'shop',
      `set role app;
       create table big as select n, repeat(md5(n::text), 10) as text from generate_series(1, ${rows}) n;
       select format('create table t%s as select 1 as n', i) from generate_series(1, 50) i \\gexec`,
    )
    const id = await findDataId('big')
    // Each other table is dumped while the big one is, since the largest comes first.
    await cluster.psql(
      'shop',
      `select format('alter table t%s rename to %I', i,
         't' || i || E'\\npg_dump: finished item ${id} TABLE DATA ') from generate_series(1, 50) i \\gexec`,
    )
    const run = await runBackup({
      url: cluster.url('shop', role),
      format: 'directory',
      compression: 'none',
      jobs: '2',
    })
    expect(run.annotations.filter(({ level }) => level === 'error')).toEqual([])
    const lines = (await readFile(join(await unpack(run), `${id}.dat`), 'utf8')).split('\n')
    expect(lines.filter((line) => /^\d+\t/.test(line))).toHaveLength(rows)
  }, 60_000)

  it('and fails over one that is written again after it was taken', async () => {
    const tools = await writeTools(`
      for argument in "$@"; do
        case "$argument" in
          --format=directory) isDirectory=yes ;;
          --file=*) directory="\${argument#--file=}" ;;
        esac
      done
      [ "$isDirectory" = yes ] || exec "$pg_dump" "$@"
      # tar removes a file when it has written the next ones.
      for id in 1 2 3; do
        head -c 100000 /dev/zero >"$directory/$id.dat"
        echo "pg_dump: finished item $id TABLE DATA t" >&2
      done
      while [ -e "$directory/1.dat" ]; do sleep 0.05; done
      echo more >"$directory/1.dat"`)
    const run = await runBackup(
      { url: cluster.url('shop', role), format: 'directory', compression: 'none', verify: 'none' },
      { environment: { PATH: tools.path } },
    )
    expectFailure(run, 'PGB_DUMP')
    expect(readError(run)).toContain('was written to after it was taken up as complete')
  }, 60_000)
})
