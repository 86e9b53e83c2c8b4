import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { quoteIdentifier, startCluster } from '../support/cluster.ts'
import type { Cluster } from '../support/cluster.ts'
import { compareDatabases, createDatabase } from '../support/fixture.ts'
import { listFiles } from '../support/leak-scan.ts'
import { readManifest, restoreByHand } from '../support/restore-by-hand.ts'
import { startResultsService } from '../support/results-service.ts'
import type { ResultsService } from '../support/results-service.ts'
import { runAction } from '../support/runner.ts'
import type { ActionRun } from '../support/runner.ts'
import { makeScratchDirectory } from '../support/scratch.ts'
import { startStranger } from '../support/stranger.ts'
import type { Stranger } from '../support/stranger.ts'
import { writeTools } from '../support/tools.ts'

let source: Cluster
let target: Cluster
let stranger: Stranger
let service: ResultsService
let names: string[]
const withNewline = 'two\nlines'

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
  for (const name of [...names, withNewline]) {
    await createDatabase(source, name)
    const literal = `'${name.replaceAll("'", "''")}'`
    await source.psql(name, `CREATE TABLE mine (name text); INSERT INTO mine VALUES (${literal})`)
  }
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
  it.each(['plain', 'custom', 'directory'])('is dumped and restored, in the format %s', async (format) => {
    // Starting pg_restore with its workers is slow, and the names pass the same code as in the other formats.
    const asked = [...(format === 'directory' ? names.slice(3, 11) : names), withNewline]
    const { run, outside } = await backUp({ databases: JSON.stringify(asked), format, jobs: '2' })
    expect(listErrors(run)).toEqual([])
    expect(run.outputs['status']).toBe('complete')
    expect((JSON.parse(run.outputs['databases'] ?? '') as string[]).sort()).toEqual([...asked].sort())
    await expectSafeFiles(run, outside, asked.length)
    await restoreByHand(run, target)
    for (const database of asked) {
      if (format === 'plain')
        expect(await compareDatabases({ cluster: source, database }, { cluster: target, database })).toEqual(
          [],
        )
      expect(await target.psql(database, 'SELECT name = current_database() FROM mine')).toBe('t')
    }
    await target.psql('postgres', asked.map((name) => `DROP DATABASE ${quoteIdentifier(name)};`).join('\n'))
    // What the shell could have run would stand in the folder where the commands ran.
    expect(existsSync(join(dirname(run.outputs['manifest'] ?? ''), 'pwned'))).toBe(false)
    expect(stranger.calls).toEqual([])
  })

  it('may be the only one, given by the url', async () => {
    for (const name of [stranger.databaseName, '!x', '../../x']) {
      const { run, outside } = await backUp({ url: source.url(name) })
      expect(run.outputs['status']).toBe('complete')
      expect(JSON.parse(run.outputs['databases'] ?? '')).toEqual([name])
      await expectSafeFiles(run, outside, 1)
    }
    expect(stranger.calls).toEqual([])
  })

  it('gives no orders to the runner', async () => {
    const name = 'x\n::error title=forged::y\n ::add-mask::plain\n##[error]z'
    await createDatabase(source, name)
    const { run } = await backUp({ databases: JSON.stringify([name]) })
    await source.psql('postgres', `DROP DATABASE ${quoteIdentifier(name)}`)
    expect(run.outputs['status']).toBe('complete')
    expect(run.shown).toContain('x\\n::error title=forged::y\\n')
    expect(run.annotations.map(({ title }) => title)).not.toContain('forged')
    expect(run.masks).not.toContain('plain')
    expect(run.log).not.toContain('##[')
  })

  it('means itself before it is a pattern, and is excluded by itself', async () => {
    const { run } = await backUp({ databases: '["*", "!x", "plain"]', 'dry-run': 'true' })
    expect((JSON.parse(run.outputs['databases'] ?? '') as string[]).sort()).toEqual(['!x', '*', 'plain'])
    const { run: other } = await backUp({ databases: '["sho?", "S*", "!Shop"]', 'dry-run': 'true' })
    expect(JSON.parse(other.outputs['databases'] ?? '')).toEqual(['shop'])
  })
})

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

  it('does not stop the cluster once it is gone', async () => {
    await source.psql('postgres', `DROP DATABASE ${quoteIdentifier(withNewline)}`)
    const { run } = await backUp({ all: 'true' })
    expect(listErrors(run)).toEqual([])
    expect(run.outputs['status']).toBe('complete')
    expect(stranger.calls).toEqual([])
  })
})

describe('The name inside an archive', () => {
  it.each(['custom', 'directory', 'tar'])(
    'is compared with the one asked for, in the format %s',
    async (format) => {
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
    },
  )
})
