import { copyFile, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { parseContents } from '../../../src/archive/contents.ts'
import { sumRows } from '../../../src/archive/manifest.ts'
import { startCluster } from '../../support/postgres/cluster.ts'
import type { Cluster } from '../../support/postgres/cluster.ts'
import { execute } from '../../support/machine/execute.ts'
import { canTrace, traceFiles } from '../../support/machine/file-trace.ts'
import { compareDatabases, createDatabase, fillDatabase } from '../../support/postgres/fixture.ts'
import { listFiles } from '../../support/machine/leak-scan.ts'
import { readManifest, restoreByHand, runAtTerminal } from '../../support/postgres/restore-by-hand.ts'
import { startResultsService } from '../../support/github/results-service.ts'
import type { ResultsService } from '../../support/github/results-service.ts'
import { runAction, startAction } from '../../support/runner.ts'
import type { ActionRun } from '../../support/runner.ts'
import { makeScratchDirectory } from '../../support/machine/scratch.ts'
import { startStranger } from '../../support/machine/stranger.ts'
import type { Stranger } from '../../support/machine/stranger.ts'
import { writeTools } from '../../support/machine/tools.ts'
import { repository } from '../../support/repository.ts'

const operator = 'night_operator'
const passphrase = 'correct horse battery'
const marker = 'PLAINTEXT-OF-THE-SHOP'

let source: Cluster
let target: Cluster
let service: ResultsService
let stranger: Stranger
let keyFile: string
let identity: string
let recipient: string

beforeAll(async () => {
  const options = { superuser: operator }
  ;[source, target] = await Promise.all([startCluster(options), startCluster(options)])
  service = await startResultsService()
  stranger = await startStranger()
  await fillDatabase(source, 'shop', { scale: 0 })
  await source.psql(
    'shop',
    `CREATE TABLE marked AS SELECT '${marker}' || n AS text FROM generate_series(1, 2000) n`,
  )
  await createDatabase(source, 'bad')
  keyFile = join(await makeScratchDirectory('key'), 'key.txt')
  await execute('age-keygen', ['-o', keyFile])
  recipient = (await execute('age-keygen', ['-y', keyFile])).trim()
  identity = /^AGE-SECRET-KEY-.*$/m.exec(await readFile(keyFile, 'utf8'))?.[0] ?? ''
})
afterAll(async () => {
  await Promise.all([source.stop('immediate'), target.stop('immediate'), service.close(), stranger.close()])
})

async function backUp(inputs: Record<string, string>): Promise<ActionRun> {
  const output = join(await makeScratchDirectory('encryption'), 'output')
  const all = { url: source.url('shop'), upload: 'false', 'output-dir': output, ...inputs }
  return runAction({ bundle: 'backup', inputs: all })
}

function showErrors({ annotations }: ActionRun): string {
  const errors = annotations.filter(({ level }) => level === 'error')
  return errors.map(({ title, message }) => `${title ?? ''}: ${message}`).join('\n')
}

const ageHeader = 'age-encryption.org/v1\n'

async function expectEqualCopy(): Promise<void> {
  const place = { database: 'shop' }
  expect(await compareDatabases({ cluster: source, ...place }, { cluster: target, ...place })).toEqual([])
  await target.psql('postgres', 'DROP DATABASE shop')
}

describe("Debian's age decrypts what was encrypted", () => {
  // A stream, and an archive of files, which goes by another road.
  it.each(['custom', 'directory'])('to a key, in the format %s', async (format) => {
    const run = await backUp({ format, 'age-recipients': `# the safe\n${recipient}\n`, globals: 'true' })
    expect(showErrors(run)).toBe('')
    expect(run.shown).toContain(`Encrypting to ${recipient.slice(0, 12)}…${recipient.slice(-6)}`)
    expect(run.log).not.toContain(recipient)
    await copyFile(keyFile, join(dirname(run.outputs['manifest'] ?? ''), 'key.txt'))
    await restoreByHand(run, target)
    await expectEqualCopy()
    for (const path of JSON.parse(run.outputs['files'] ?? '') as string[]) {
      const text = await readFile(path, 'latin1')
      expect(path).toMatch(/\.age$/)
      expect(text.startsWith(ageHeader)).toBe(true)
      // The key that was given, and that of the run.
      expect(text.slice(0, 1000).match(/^-> X25519 /gm)).toHaveLength(2)
    }
    const directory = dirname(run.outputs['manifest'] ?? '')
    const text = await execute('age', ['-d', '-i', 'key.txt', 'contents.json.age'], { directory })
    const counts = parseContents(text).files.flatMap(({ rowCounts }) => rowCounts ?? [])
    const { files } = await readManifest(run)
    const file = files.find(({ kind }) => kind === 'database')
    expect(counts).toContainEqual({ table: 'public.marked', rows: 2000 })
    expect([file?.rows, file?.verification.rowCounts]).toEqual([sumRows(counts), null])
    expect(files.map(({ name }) => name)).toContain('contents.json.age')
  })

  it('with a passphrase', async () => {
    // e2e/machine/leaks reads such a backup back; each time that one is opened takes a second by design.
    const run = await backUp({ 'age-passphrase': passphrase, verify: 'none' })
    expect(showErrors(run)).toBe('')
    expect(run.masks).toContain(passphrase)
    await restoreByHand(run, target, runAtTerminal(passphrase))
    await expectEqualCopy()
  })
})

describe('What encryption hides', () => {
  it('neither host nor user stands in the manifest, also where a dump failed', async () => {
    const tools = await writeTools(
      `case "$*" in *bad*) echo "pg_dump: error: ${operator} at 127.0.0.1 port ${source.port}" >&2; exit 1;; esac\nexec $pg_dump "$@"`,
    )
    const output = join(await makeScratchDirectory('encryption'), 'output')
    const run = await runAction({
      bundle: 'backup',
      inputs: {
        url: source.url('shop'),
        databases: 'shop,bad',
        options: `--role=${operator}`,
        upload: 'false',
        'output-dir': output,
        'age-recipients': recipient,
      },
      environment: { PATH: tools.path },
    })
    expect(run.outputs['status']).toBe('partial')
    const text = await readFile(join(output, 'manifest.json'), 'utf8')
    for (const secret of [operator, '127.0.0.1', String(source.port), 'localhost', marker])
      expect(text).not.toContain(secret)
    const manifest = await readManifest(run)
    expect(manifest.failures).toEqual([
      { database: 'bad', code: 'PGB_DUMP', reason: 'see the log of the run' },
    ])
    expect(manifest.files[0]?.encryption).toBe('age-recipients')
    expect(await readFile(join(output, 'SHA256SUMS'), 'utf8')).not.toContain(operator)
  })
})

describe('No plaintext is written', () => {
  it.each(['plain', 'directory'])('in the format %s', async (format) => {
    const trace = canTrace ? await traceFiles(join(repository, 'dist', 'backup', 'index.js')) : undefined
    const scratch = await makeScratchDirectory('encryption')
    const output = join(scratch, 'output')
    const action = await startAction({
      bundle: 'backup',
      ...(trace && { bundlePath: trace.bundlePath }),
      temp: join(scratch, 'temp'),
      inputs: {
        url: source.url('shop'),
        format,
        compression: 'none',
        jobs: '2',
        upload: 'false',
        'output-dir': output,
        'age-recipients': recipient,
      },
      environment: { TMPDIR: scratch },
    })
    const [seen, run] = await Promise.all([watchFor(marker, scratch, action.done), action.done])
    expect(showErrors(run)).toBe('')
    expect(seen.found).toEqual([])
    expect(seen.names).toContainEqual(expect.stringMatching(/\.age\.partial$/))
    for (const path of await listFiles(scratch)) expect(await readFile(path, 'latin1')).not.toContain(marker)
    if (trace !== undefined) expectKnown(await trace.listWritten(), { format, output, temp: run.temp })
  })

  it('and the look would find it, where nothing is encrypted, as with an empty secret', async () => {
    const scratch = await makeScratchDirectory('encryption')
    const output = join(scratch, 'output')
    const action = await startAction({
      bundle: 'backup',
      inputs: {
        url: source.url('shop'),
        compression: 'none',
        upload: 'false',
        'output-dir': output,
        'age-recipients': '',
      },
      event: describeEvent('public'),
    })
    const [seen, run] = await Promise.all([watchFor(marker, scratch, action.done), action.done])
    expect(seen.found).toContainEqual(expect.stringMatching(/\.partial$/))
    // Without an upload it does not matter who can see the repository, but the log tells it.
    expect(run.outputs['status']).toBe('complete')
    expect(run.shown).toMatch(/not encrypted/)
  })
})

/** strace sees every file that is opened, however short its life; of each it is known what it may hold. */
function expectKnown(
  paths: readonly string[],
  { format, output, temp }: Record<'format' | 'output' | 'temp', string>,
): void {
  const inMemory = /^\/dev\/shm\/postgres-backup-/
  const written = paths.filter((path) => !/^\/(dev\/(null|tty)|proc\/)|^(pipe|socket|anon_inode):/.test(path))
  const files = written.filter((path) => !inMemory.test(path))
  const known = new RegExp(
    [
      `^${output}/[^/]+\\.age\\.partial$`,
      `^${output}/(SHA256SUMS|manifest\\.json\\.partial)$`,
      `^${temp}/postgres-backup-private-\\w+/(age-(en|de)crypt\\.json|connection-\\w+/(passfile|pg_service\\.conf|root\\.crt))$`,
      // Counts of bytes on their way, names of databases, and a pipe through which the names of tables go.
      `^${temp}/postgres-backup-private-\\w+/staging/([^/]+\\.(written|read)(\\.pipe)?|properties-\\w+/script\\.sql|contents-\\w+/pipe)$`,
      '/commands/GITHUB_[A-Z_]+$',
    ].join('|'),
  )
  expect(files.filter((path) => !known.test(path))).toEqual([])
  expect(files).toContainEqual(expect.stringMatching(/\.age\.partial$/))
  // pg_dump writes this format to files in any case, so they stand in memory.
  expect(written.some((path) => inMemory.test(path))).toBe(format === 'directory')
}

/** Reads all files below a directory over and over until the run has ended. */
async function watchFor(
  text: string,
  directory: string,
  done: Promise<unknown>,
): Promise<{ found: string[]; names: string[] }> {
  const [found, names] = [new Set<string>(), new Set<string>()]
  const end = new AbortController()
  done
    .finally(() => {
      end.abort()
    })
    .catch(() => undefined)
  while (!end.signal.aborted) {
    for (const path of await listFiles(directory)) {
      names.add(basename(path))
      const content = await readFile(path, 'latin1').catch(() => '')
      if (content.includes(text)) found.add(basename(path))
    }
    await sleep(2)
  }
  return { found: [...found], names: [...names] }
}

/** What else is refused stands in archive/age/encryption.test.ts. */
describe('A key that cannot be used is refused before connecting', () => {
  it.each<[string, () => Record<string, string>, RegExp]>([
    ['a secret key', () => ({ 'age-recipients': identity }), /line 1 is a secret key/],
    [
      'a secret key in lower case',
      () => ({ 'age-recipients': `#\n${identity.toLowerCase()}` }),
      /line 2 is a secret key/,
    ],
    ['two inputs', () => ({ 'age-recipients': recipient, 'age-passphrase': passphrase }), /both given/],
  ])('%s', async (_, inputs, expected) => {
    const given = inputs()
    const run = await backUp({ url: `postgres://u:hunter22@127.0.0.1:${stranger.port}/shop`, ...given })
    expect(run.exitCode).toBe(1)
    expect(showErrors(run)).toMatch(/^PGB_ENCRYPT: /)
    expect(showErrors(run)).toMatch(expected)
    expect(stranger.calls).toEqual([])
    const shown = run.log.replace(/^::add-mask::.*$/gm, '')
    for (const value of [identity, identity.toLowerCase(), given['age-passphrase'] ?? identity])
      expect(shown).not.toContain(value)
    if (given['age-recipients']?.includes(identity)) expect(run.masks).toContain(identity)
  })
})

function describeEvent(visibility: string): unknown {
  return { repository: { full_name: 'octo/shop', private: visibility !== 'public', visibility } }
}

/** Who counts as what stands in github/repository.test.ts. */
describe('The public guard', () => {
  it.each<[string, unknown, RegExp]>([
    ['a public repository', describeEvent('public'), /the repository is public.*allow-public-plaintext/],
    [
      'a payload that says nothing',
      {},
      /nothing tells whether.*permissions: contents: read.*allow-public-plaintext/,
    ],
  ])('refuses to upload in the clear from %s, without connecting', async (_, event, expected) => {
    const url = `postgres://u:hunter22@127.0.0.1:${stranger.port}/shop`
    const run = await runAction({ bundle: 'backup', event, inputs: { url } })
    expect(run.exitCode).toBe(1)
    expect(showErrors(run)).toMatch(/^PGB_PUBLIC: /)
    expect(showErrors(run)).toMatch(expected)
    expect(stranger.calls).toEqual([])
  })

  it.each<[string, unknown, () => Record<string, string>, RegExp | undefined]>([
    ['from a private repository', describeEvent('private'), () => ({}), undefined],
    [
      'with the override, with a warning',
      describeEvent('public'),
      () => ({ 'allow-public-plaintext': 'true' }),
      /`allow-public-plaintext` is set/,
    ],
    ['encrypted, where nothing is known', {}, () => ({ 'age-recipients': recipient }), undefined],
  ])('lets pass %s', async (_, event, inputs, warning) => {
    const run = await runAction({
      bundle: 'backup',
      event,
      // Without a token GitHub is not asked for earlier artifacts, which it would be for half a minute here.
      inputs: { url: source.url('postgres'), 'github-token': '', ...inputs() },
      environment: { ...service.environment, GITHUB_API_URL: 'http://127.0.0.1:9' },
    })
    expect(showErrors(run)).toBe('')
    expect(run.outputs['status']).toBe('complete')
    const warnings = run.annotations
      .map(({ message }) => message)
      .filter((text) => /download|public/.test(text))
    if (warning === undefined) expect(warnings).toEqual([])
    else expect(warnings).toEqual([expect.stringMatching(warning)])
  })

  it.each<['public' | 'private', unknown, RegExp]>([
    ['private', { schedule: '0 2 * * *' }, /^$/],
    // The payload of a re-run is as old as the run.
    ['public', describeEvent('private'), /^PGB_PUBLIC: .*the repository is public/],
  ])('asks GitHub, which says %s, whatever the payload %j says', async (visibility, event, expected) => {
    service.setRepository('octo/shop', { visibility })
    const inputs = { url: source.url('postgres'), 'github-token': service.token }
    const run = await runAction({
      bundle: 'backup',
      event,
      inputs,
      environment: service.environment,
    })
    expect(showErrors(run)).toMatch(expected)
  })
})
