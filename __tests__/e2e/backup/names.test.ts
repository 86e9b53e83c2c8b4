import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { quoteIdentifier, startCluster } from '../../support/postgres/cluster.ts'
import type { Cluster } from '../../support/postgres/cluster.ts'
import { compareDatabases } from '../../support/postgres/fixture.ts'
import { listFiles } from '../../support/machine/leak-scan.ts'
import { readManifest, restoreByHand } from '../../support/postgres/restore-by-hand.ts'
import { startResultsService } from '../../support/github/results-service.ts'
import type { ResultsService } from '../../support/github/results-service.ts'
import { runAction } from '../../support/runner.ts'
import type { ActionRun } from '../../support/runner.ts'
import { makeScratchDirectory } from '../../support/machine/scratch.ts'
import { startStranger } from '../../support/machine/stranger.ts'
import type { Stranger } from '../../support/machine/stranger.ts'
import { writeTools } from '../../support/machine/tools.ts'

let source: Cluster
let target: Cluster
let stranger: Stranger
let service: ResultsService
let names: string[]
const withNewline = 'two\nlines'
const withOrders = 'x\n::error title=forged::y\n ::add-mask::plain\n##[error]z'

beforeAll(async () => {
  stranger = await startStranger()
  service = await startResultsService()
  ;[source, target] = await Promise.all([startCluster(), startCluster()])
  names = [
    'plain',
    'with blanks ',
    `it's "quoted"`,
    'a=b',
    'postgres://x',
    `postgresql://x:y@127.0.0.1:${stranger.port}/z`,
    stranger.databaseName,
    '-leading',
    '--help',
    '../../x',
    '$(touch pwned)',
    '`touch pwned`; touch pwned',
    'ü'.repeat(31) + 'x',
    'Shop',
    'shop',
    '*',
    '!x',
    '%s%n',
    '\\back\\slash\\',
    'a,b',
    '::set-output name=x::y',
  ]
  const all = [...names, withNewline, withOrders]
  const creations = all.map((name) => `CREATE DATABASE ${quoteIdentifier(name)} TEMPLATE one;`)
  await source.psql(
    'postgres',
    `CREATE DATABASE one TEMPLATE template0;\n\\connect one\nCREATE TABLE mine (name text);\n\\connect postgres\n${creations.join('\n')}\nDROP DATABASE one`,
  )
  for (const name of all) await source.psql(name, 'INSERT INTO mine VALUES (current_database())')
})
afterAll(async () => {
  await Promise.all([source.stop('immediate'), target.stop('immediate'), stranger.close(), service.close()])
})

interface Backup {
  run: ActionRun
  /** Holds the output directory and nothing else, unless a name leads out of it. */
  outside: string
}

async function backUp(inputs: Record<string, string>): Promise<Backup> {
  service.reset()
  const outside = await makeScratchDirectory('names')
  await mkdir(join(outside, 'a', 'b'), { recursive: true })
  const all = { url: source.url(), 'output-dir': join(outside, 'a', 'b', 'output'), ...inputs }
  return {
    run: await runAction({ bundle: 'backup', inputs: all, environment: service.environment }),
    outside,
  }
}

function listErrors({ annotations }: ActionRun): (string | undefined)[] {
  return annotations.filter(({ level }) => level === 'error').map(({ title }) => title)
}

describe('Any name', () => {
  // Starting pg_restore is slow, and all its names pass the same code, so the archives share them.
  it.each<[string, (index: number) => boolean]>([
    ['plain', () => true],
    ['custom', (index) => index % 2 === 0],
    ['directory', (index) => index % 4 === 1],
  ])('is dumped and restored, in the format %s', async (format, isAsked) => {
    const asked = [...names.filter((_, index) => isAsked(index)), withNewline]
    if (format === 'plain') asked.push(withOrders)
    const { run, outside } = await backUp({ databases: JSON.stringify(asked), format, jobs: '2' })
    expect(listErrors(run)).toEqual([])
    expect(run.outputs['status']).toBe('complete')
    expect((JSON.parse(run.outputs['databases'] ?? '') as string[]).sort()).toEqual([...asked].sort())
    await expectSafeFiles(run, outside, asked.length)
    await restoreByHand(run, target)
    for (const database of asked)
      expect(await target.psql(database, 'SELECT name = current_database() FROM mine')).toBe('t')
    if (format === 'plain') {
      const database = stranger.databaseName
      const differences = await compareDatabases({ cluster: source, database }, { cluster: target, database })
      expect(differences).toEqual([])
      expectNoOrders(run)
    }
    await target.psql('postgres', asked.map((name) => `DROP DATABASE ${quoteIdentifier(name)};`).join('\n'))
    // What the shell could have run would stand in the folder where the commands ran.
    expect(existsSync(join(dirname(run.outputs['manifest'] ?? ''), 'pwned'))).toBe(false)
    expect(stranger.calls).toEqual([])
  })

  it('may be the only one, given by the url', async () => {
    for (const name of [stranger.databaseName, '!x']) {
      const { run, outside } = await backUp({ url: source.url(name) })
      expect(run.outputs['status']).toBe('complete')
      expect(JSON.parse(run.outputs['databases'] ?? '')).toEqual([name])
      await expectSafeFiles(run, outside, 1)
    }
    expect(stranger.calls).toEqual([])
  })

  it('means itself before it is a pattern, and is excluded by itself', async () => {
    const { run } = await backUp({ databases: '["*", "!x", "plain"]', 'dry-run': 'true' })
    expect((JSON.parse(run.outputs['databases'] ?? '') as string[]).sort()).toEqual(['!x', '*', 'plain'])
    const { run: other } = await backUp({ databases: '["sho?", "S*", "!Shop"]', 'dry-run': 'true' })
    expect(JSON.parse(other.outputs['databases'] ?? '')).toEqual(['shop'])
  })
})

/** Nothing that a name says is obeyed; attacks/names.test.ts has names that hide it better. */
function expectNoOrders(run: ActionRun): void {
  expect(run.shown).toContain('x\\n::error title=forged::y\\n')
  expect(run.annotations.map(({ title }) => title)).not.toContain('forged')
  expect(run.masks).not.toContain('plain')
  expect(run.log).not.toContain('##[')
}

/** Two names never share a file, no file leaves its folder, and every name is one that GitHub takes. */
async function expectSafeFiles(run: ActionRun, outside: string, count: number): Promise<void> {
  const output = join(outside, 'a', 'b', 'output')
  const written = await listFiles(outside)
  expect(written.map(dirname)).toEqual(written.map(() => output))
  const files = written.map((path) => basename(path))
  expect(files).toHaveLength(count + 3)
  expect(new Set(files.map((name) => name.toLowerCase())).size).toBe(files.length)
  for (const name of files) expect(name).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._-]*$/)
  const manifest = await readManifest(run)
  expect(new Set(manifest.files.map(({ database }) => database)).size).toBe(count + 1)
  expect(service.artifacts().map(({ name }) => name)).toEqual([expect.stringMatching(/^[A-Za-z0-9._-]+$/)])
}

describe('A name that a tool of PostgreSQL refuses', () => {
  it('fails by itself: pg_dump writes no tar archive of a name with a newline', async () => {
    const { run } = await backUp({ databases: JSON.stringify(['plain', withNewline]), format: 'tar' })
    expect(run.outputs['status']).toBe('partial')
    expect(listErrors(run)).toEqual(['PGB_DUMP'])
    expect(run.annotations.at(-1)?.message).toMatch(/newline or carriage return/)
    expect(JSON.parse(run.outputs['databases'] ?? '')).toEqual(['plain'])
  })

  it('fails with the whole cluster, which is then neither kept nor uploaded', async () => {
    const { run } = await backUp({ all: 'true' })
    expect(run.exitCode).toBe(1)
    expect(listErrors(run)).toEqual(['PGB_DUMP'])
    expect(run.annotations.at(-1)?.message).toMatch(/newline or carriage return/)
    expect(run.outputs['status']).toBe('failed')
    expect(JSON.parse(run.outputs['files'] ?? '[]')).toEqual([])
    expect(service.artifacts()).toEqual([])
    expect(stranger.calls).toEqual([])
  })
})

describe('The name inside an archive', () => {
  it.each(['custom', 'directory'])('is compared with the one asked for, in the format %s', async (format) => {
    // This pg_dump dumps another database than the one it was told, and says that all is well.
    const tools = await writeTools(`for word do
  shift
  case $word in --dbname=*) word="--dbname=dbname='shop'";; esac
  set -- "$@" "$word"
done
exec $pg_dump "$@"`)
    const output = join(await makeScratchDirectory('names'), 'output')
    const run = await runAction({
      bundle: 'backup',
      inputs: { url: source.url('plain'), format, 'output-dir': output, upload: 'false' },
      environment: { PATH: tools.path },
    })
    expect(run.exitCode).toBe(1)
    expect(listErrors(run)).toEqual(['PGB_VERIFY'])
    expect(run.annotations.at(-1)?.message).toMatch(/names another database/)
    expect(JSON.parse(run.outputs['files'] ?? '[]')).toEqual([])
  })
})
