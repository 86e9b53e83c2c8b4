import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { load } from 'js-yaml'
import { startCluster, type Cluster } from '../../support/postgres/cluster.ts'
import { execute, tryExecute, type Execution } from '../../support/machine/execute.ts'
import { fillDatabase } from '../../support/postgres/fixture.ts'
import type { ActionRun } from '../../support/runner.ts'
import { makeScratchDirectory } from '../../support/machine/scratch.ts'
import { runBackup } from '../../support/backup-run.ts'
import { repository } from '../../support/repository.ts'

interface Step {
  name?: string
  with?: Record<string, unknown>
  env?: Record<string, unknown>
  run?: string
}

let cluster: Cluster
let backup: string
let run: ActionRun
let steps: Step[]

beforeAll(async () => {
  const page = readFileSync(join(repository, 'docs', 'cedar-backup.md'), 'utf8')
  steps = [...page.matchAll(/^```yaml\n([^]*?)^```$/gm)].flatMap(([, block = '']) => load(block) as Step[])
  cluster = await startCluster()
  await fillDatabase(cluster, 'shop')
  const temporary = await makeScratchDirectory('cedar')
  backup = join(temporary, 'backup')
  const inputs = Object.entries(steps[0]?.with ?? {}).map(([name, value]) => [
    name,
    String(value).replace('${{ runner.temp }}', temporary),
  ])
  const { socketDirectory, port, password } = cluster
  // The server of the page listens where libpq looks by default, and asks for no password.
  const environment = { PGHOST: socketDirectory, PGPORT: String(port), PGPASSWORD: password }
  run = await runBackup(Object.fromEntries(inputs) as Record<string, string>, { environment })
  expect(run.outputs['status']).toBe('complete')
}, 60_000)
afterAll(async () => {
  await cluster.stop('immediate')
})

/** Runs a step of the page as it stands, in a directory of ours, with other values of some variables. */
async function runStep(
  name: string,
  target: string,
  values: Record<string, string> = {},
): Promise<Execution> {
  const step = steps.find((entry) => entry.name === name)
  const known: Record<string, string> = {
    '${{ runner.temp }}/backup': backup,
    '/var/backups/collect': target,
    '${{ steps.backup.outputs.size }}': run.outputs['size'] ?? '',
  }
  const variables = Object.entries(step?.env ?? {}).map(([key, value]) => [
    key,
    values[key] ?? known[String(value)] ?? String(value),
  ])
  // Images in which tests run as root have no sudo.
  const script = process.getuid?.() === 0 ? step?.run?.replaceAll('sudo ', '') : step?.run
  return tryExecute('bash', ['--norc', '-eo', 'pipefail', '-c', script ?? 'exit 99'], {
    environment: {
      PATH: process.env['PATH'] ?? '',
      ...(Object.fromEntries(variables) as Record<string, string>),
    },
  })
}

it('gives the dumps the names of Cedar Backup, over those of yesterday', async () => {
  const target = await makeScratchDirectory('names')
  await writeFile(join(target, 'postgresqldump-shop.txt.bz2'), 'of yesterday')
  expect(await runStep('Give the dumps fixed names', target)).toMatchObject({ exitCode: 0, stderr: '' })
  expect(readdirSync(target)).toEqual(['postgresqldump-shop.txt.bz2'])
  const text = await execute('bzip2', ['-dc', join(target, 'postgresqldump-shop.txt.bz2')])
  expect(text).toContain('PostgreSQL database dump complete')
})

it('hands the files to an account', async () => {
  const target = await makeScratchDirectory('owner')
  expect(await runStep('Hand the files to the account that fetches them', target)).toMatchObject({
    exitCode: 0,
  })
  expect(readdirSync(target).sort()).toEqual(readdirSync(backup).sort())
  const [file = ''] = readdirSync(target)
  const uid = Number(await execute('id', ['-u', 'backup']))
  const { uid: owner, mode } = statSync(join(target, file))
  expect([owner, mode & 0o777]).toEqual([uid, 0o640])
})

it('splits what is larger than a limit, so that it can be joined and checked', async () => {
  const target = await makeScratchDirectory('parts')
  const done = await runStep('Split what is larger than the limit', target, { LIMIT: '10000' })
  expect(done).toMatchObject({ exitCode: 0, stderr: '' })
  const parts = readdirSync(target).filter((name) => /\.sql\.bz2_\d{5}$/.test(name))
  expect(parts.length).toBeGreaterThan(1)
  const name = parts[0]?.slice(0, -6) ?? ''
  expect(existsSync(join(target, name))).toBe(false)
  const joining = 'cat "$0"_* > "$0" && sha256sum --check --ignore-missing SHA256SUMS'
  expect(await execute('bash', ['-ec', joining, name], { directory: target })).toBe(`${name}: OK\n`)
  const whole = await makeScratchDirectory('whole')
  await runStep('Split what is larger than the limit', whole)
  expect(readdirSync(whole)).toContain(name)
})

it('refuses what does not fit', async () => {
  expect(await runStep('Refuse what does not fit', '')).toMatchObject({ exitCode: 0, stdout: '' })
  const { exitCode, stdout } = await runStep('Refuse what does not fit', '', { LIMIT: '1000' })
  expect(exitCode).toBe(1)
  expect(stdout).toMatch(/^::error::The backup has \d+ bytes, and there is room for 1000\.\n$/)
})
