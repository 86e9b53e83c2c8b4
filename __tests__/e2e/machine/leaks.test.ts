import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { serializeProperties } from '../../../src/archive/properties.ts'
import { dumpEnd, forgeBackup } from '../../support/forged-backup.ts'
import { startCluster } from '../../support/postgres/cluster.ts'
import type { Cluster } from '../../support/postgres/cluster.ts'
import { execute, tryExecute } from '../../support/machine/execute.ts'
import { createDatabase, fillDatabase } from '../../support/postgres/fixture.ts'
import { findLeaks, listForms, scanRun } from '../../support/machine/leak-scan.ts'
import type { Secrets } from '../../support/machine/leak-scan.ts'
import { listChildren, watchProcesses } from '../../support/machine/process-watcher.ts'
import type { SeenProcess } from '../../support/machine/process-watcher.ts'
import { startResultsService } from '../../support/github/results-service.ts'
import type { ResultsService } from '../../support/github/results-service.ts'
import { runAction, startAction } from '../../support/runner.ts'
import type { ActionOptions, ActionRun } from '../../support/runner.ts'
import { makeScratchDirectory } from '../../support/machine/scratch.ts'
import { findClient } from '../../support/postgres/server-binaries.ts'
import { startStranger } from '../../support/machine/stranger.ts'
import type { Stranger } from '../../support/machine/stranger.ts'
import { writeTools } from '../../support/machine/tools.ts'

const user = 'backup user'
const password = `p@ss:w0rd/\\'"%é${randomBytes(6).toString('hex')}`
const keyPassword = `k:y\\%${randomBytes(6).toString('hex')}`
const passphrase = `correct horse ${randomBytes(6).toString('hex')}`

let cluster: Cluster
let stranger: Stranger
let service: ResultsService
let url: string
let secrets: Secrets
let recipient: string

beforeAll(async () => {
  stranger = await startStranger()
  service = await startResultsService()
  cluster = await startCluster({ tls: {}, settings: { log_connections: 'on' } })
  await cluster.psql(
    'postgres',
    `CREATE ROLE "${user}" SUPERUSER LOGIN PASSWORD $p$${password}$p$; CREATE ROLE poor LOGIN PASSWORD $p$${password}$p$;
     CREATE ROLE two LOGIN SUPERUSER PASSWORD 'Qz'`,
  )
  await fillDatabase(cluster, 'shop', { scale: 0 })
  await createDatabase(cluster, stranger.databaseName)
  const parameters = { sslpassword: keyPassword }
  url = cluster.url('shop', { user, password, parameters })
  secrets = {
    url,
    password,
    'password of the TLS key': keyPassword,
    passphrase,
    'runtime token': service.environment['ACTIONS_RUNTIME_TOKEN'] ?? '',
    'GitHub token': service.token,
  }
  const keyFile = join(await makeScratchDirectory('key'), 'key.txt')
  await execute('age-keygen', ['-o', keyFile])
  recipient = (await execute('age-keygen', ['-y', keyFile])).trim()
})
afterAll(async () => {
  await Promise.all([cluster.stop('immediate'), stranger.close(), service.close()])
})

/** One run of the action, and all that could be seen of it from outside. */
interface Observation {
  run: ActionRun
  processes: SeenProcess[]
  children: SeenProcess[]
  leaks: string[]
}

/** The surroundings of a step: a debugging runner, whose variables point at the stranger as far as they can. */
async function prepare(
  options: Partial<ActionOptions>,
): Promise<{ options: ActionOptions; places: string[] }> {
  const scratch = await makeScratchDirectory('leaks')
  const [temporary, output] = [join(scratch, 'tmp'), join(scratch, 'output')]
  await mkdir(temporary)
  const environment = {
    ...service.environment,
    RUNNER_DEBUG: '1',
    RUNNER_TRACKING_ID: `github_${randomBytes(8).toString('hex')}`,
    TMPDIR: temporary,
    PGHOSTADDR: '127.0.0.1',
    PGPORT: String(stranger.port),
    ...options.environment,
  }
  const inputs = {
    url,
    'ssl-root-cert': cluster.authority ?? '',
    'github-token': service.token,
    ...(options.bundle === 'restore' ? {} : { 'output-dir': output }),
    ...options.inputs,
  }
  return { options: { bundle: 'backup', ...options, environment, inputs }, places: [temporary, output] }
}

async function observe(
  given: Partial<ActionOptions>,
  act: (options: ActionOptions) => Promise<ActionRun> = runAction,
): Promise<Observation> {
  const { options, places } = await prepare(given)
  const watcher = await watchProcesses()
  const [outcome] = await Promise.allSettled([act(options)])
  const processes = await watcher.stop()
  if (outcome.status === 'rejected') throw outcome.reason
  const run = outcome.value
  const forms = listForms(secrets)
  const children = listChildren(processes, options.environment?.['RUNNER_TRACKING_ID'] ?? '')
  const commands = processes.map(({ command }) => command.join('\0')).join('\n')
  const environments = children.map(({ environment }) => environment.join('\0')).join('\n')
  const leaks = [
    ...(await scanRun(run, places, forms)),
    ...findLeaks('a command line', commands, forms),
    ...findLeaks('the environment of a child', environments, forms),
  ]
  return { run, processes, children, leaks }
}

/** What children must not inherit, by the names of the variables. */
function listInherited(children: readonly SeenProcess[]): string[] {
  const names = children.flatMap(({ environment }) => environment.map((entry) => entry.split('=')[0] ?? ''))
  const unwanted =
    /^(INPUT_|STATE_|ACTIONS_|GITHUB_|RUNNER_(?!TRACKING_ID|TOOL_CACHE)|PGPASSWORD|PGHOST|PGPORT|PGUSER)/
  return [...new Set(names.filter((name) => unwanted.test(name)))]
}

/** Whatever the action meant to remove. */
function listRemains({ state, leftOver }: ActionRun): string[] {
  const discarded = JSON.parse(state['discard'] ?? '[]') as string[]
  return [
    ...discarded.filter((path) => existsSync(path)),
    ...leftOver.filter((path) => path.includes('private')),
  ]
}

/** The codes of the errors that are shown. */
function listErrors({ annotations }: ActionRun): (string | undefined)[] {
  return annotations.filter(({ level }) => level === 'error').map(({ title }) => title)
}

function expectNothingLeaked({ run, children, leaks }: Observation): void {
  expect(leaks).toEqual([])
  expect(listInherited(children)).toEqual([])
  expect(listRemains(run)).toEqual([])
  expect(run.exported).toEqual({})
  expect(Object.keys(run.state)).toEqual(['discard'])
  expect(stranger.calls).toEqual([])
  expect(run.masks).toEqual(expect.arrayContaining([url, password]))
}

const names = (): string => JSON.stringify(['shop', stranger.databaseName])

describe('A backup that succeeds shows no secret', () => {
  it.each<[string, () => Record<string, string>, string]>([
    ['plain files and globals', () => ({ databases: names(), globals: 'true' }), 'pg_dumpall'],
    [
      'a directory, encrypted with a passphrase',
      () => ({ format: 'directory', jobs: '2', 'age-passphrase': passphrase }),
      'age-encrypt',
    ],
    [
      'the whole cluster, encrypted to a key',
      () => ({ all: 'true', 'age-recipients': recipient }),
      'pg_dumpall',
    ],
  ])('%s', async (_, inputs, tool) => {
    service.reset()
    const seen = await observe({ inputs: inputs() })
    expect(listErrors(seen.run)).toEqual([])
    expect(seen.run.outputs['status']).toBe('complete')
    expectNothingLeaked(seen)
    // The watch saw what it was there for.
    expect(seen.children.map(({ command }) => command.join(' ')).join('\n')).toContain(tool)
    expect(
      seen.children.some(({ environment }) =>
        environment.some((entry) => entry.startsWith('PGSERVICEFILE=')),
      ),
    ).toBe(true)
    expect(seen.run.debug.length).toBeGreaterThan(0)
    const [artifact] = service.artifacts()
    expect(artifact).toBeDefined()
    // Without the runner's own token, which signs the address to upload to, nothing is in there either.
    expect(
      findLeaks(
        'the artifact',
        (await service.read(artifact?.name ?? '')).toString('latin1'),
        listForms(secrets),
      ),
    ).toEqual([])
    expect(artifact?.name).not.toContain(user)
    expect(seen.run.annotations.filter(({ title }) => title === 'Short secret')).toEqual([])
  })

  it('with TLS alone, and the server checked', async () => {
    const log = await cluster.log()
    expect(log).toMatch(/connection authorized: user=backup user .*SSL enabled/)
    expect(log).not.toMatch(/connection authorized: user=backup user (?!.*SSL enabled)/)
  })
})

describe('A backup that fails shows no secret', () => {
  const at = (text: string): string => `127.0.0.1:${cluster.port}/${text}`
  const encoded = encodeURIComponent(password)
  // The pieces are what an error might quote; postgres/connection/connection-string.test.ts has more wrong ways.
  const raw = `pa/ss:w@rd#${randomBytes(4).toString('hex')}`
  const piece = raw.slice(raw.indexOf('#') + 1)

  it.each<[string, () => string, string]>([
    ['a password with everything', () => `postgres://u:${raw}@${at('shop')}`, 'PGB_URL'],
    ['keywords without a quote', () => `host=127.0.0.1 password='${piece} dbname=shop`, 'PGB_URL'],
    ['a wrong password', () => `postgres://u:${piece}@${at('shop')}`, 'PGB_AUTH'],
  ])('%s', async (_, makeUrl, code) => {
    const wrong = makeUrl()
    const { run, leaks } = await observe({ inputs: { url: wrong } })
    expect(listErrors(run)).toEqual([code])
    expect(leaks).toEqual([])
    const forms = listForms({ piece, url: wrong })
    const places = [run.temp]
    expect(await scanRun(run, places, forms)).toEqual([])
    expect(listRemains(run)).toEqual([])
  })

  it('a database that does not exist', async () => {
    const missing = cluster.url('nowhere', { user, password, parameters: { sslpassword: keyPassword } })
    const seen = await observe({ inputs: { url: missing, password } })
    expect(listErrors(seen.run)).toEqual(['PGB_NO_DATABASE'])
    expect(seen.run.masks).toContain(missing)
    expectNothingLeaked({ ...seen, run: { ...seen.run, masks: [...seen.run.masks, url] } })
  })

  it('a role without the privilege to read', async () => {
    const poor = `postgres://poor:${encoded}@${at('shop')}`
    const seen = await observe({ inputs: { url: poor } })
    expect(listErrors(seen.run)).toEqual(['PGB_PERMISSION'])
    expect(seen.leaks).toEqual([])
    expect(seen.run.outputs['status']).toBe('failed')
  })

  it('a tool that prints all that it was given', async () => {
    // A dump tool can know no more than this: its environment and the private files.
    const tools = await writeTools(
      `printf 'pg_dump: error: %s\\n' "$(env) $* $(cat "$PGSERVICEFILE") $(cat "$(sed -n 's/^passfile=//p' "$PGSERVICEFILE")")" >&2\nexit 1`,
    )
    const seen = await observe({ environment: { PATH: tools.path } })
    expect(listErrors(seen.run)).toEqual(['PGB_DUMP'])
    expect(seen.run.shown).toContain(`:${user}:***`)
    expectNothingLeaked(seen)
  })
})

/** A dump that writes everything and then does not end: whoever cancels it does so in mid-dump. */
const endlessDump = `$pg_dump "$@"\ntouch "$0.reached"\nsleep 60`

async function waitForFile(path: string): Promise<void> {
  for (let waited = 0; !existsSync(path) && waited < 20_000; waited += 20)
    await new Promise((done) => setTimeout(done, 20))
  expect(existsSync(path)).toBe(true)
}

describe('A backup that is cut off shows no secret', () => {
  it('cancelled in mid-dump', async () => {
    const tools = await writeTools(endlessDump)
    const inputs = { format: 'directory', 'age-passphrase': passphrase }
    const seen = await observe({ inputs, environment: { PATH: tools.path } }, async (options) => {
      const action = await startAction(options)
      await waitForFile(join(tools.directory, 'pg_dump.reached'))
      return action.cancel()
    })
    expect(listErrors(seen.run)).toEqual(['PGB_CANCELLED'])
    expect(seen.run.orphans).toEqual([])
    expectNothingLeaked(seen)
  })

  it('killed, and swept by the post step', async () => {
    const tools = await writeTools(endlessDump)
    const { options, places } = await prepare({
      inputs: { format: 'directory', 'age-passphrase': passphrase },
      environment: { PATH: tools.path },
    })
    const action = await startAction(options)
    await waitForFile(join(tools.directory, 'pg_dump.reached'))
    action.child.kill('SIGKILL')
    const killed = await action.done
    const forms = listForms(secrets)
    // The private files are there still, and hold what they must.
    expect((await scanRun(killed, places, forms)).join('\n')).toMatch(/passfile: password/)
    const swept = await runAction({
      bundle: 'cleanup',
      temp: killed.temp,
      state: killed.state,
      ...(options.environment && { environment: options.environment }),
    })
    expect(swept.exitCode).toBe(0)
    expect(listRemains({ ...killed, leftOver: swept.leftOver })).toEqual([])
    expect(await scanRun({ ...swept, state: killed.state }, places, forms)).toEqual([])
    expect(swept.orphans).toEqual([])
  })
})

it('A restore shows no secret, nor the value of a setting that the database had', async () => {
  const word = randomBytes(6).toString('hex')
  const value = `it's :odd \\ "${word}"\n\\! false`
  const vault = {
    ...{ name: 'vault', owner: 'postgres', encoding: 'UTF8', tablespace: 'pg_default', connectionLimit: -1 },
    locale: { provider: 'libc', collate: 'C', ctype: 'C', locale: null, icuRules: null } as const,
    ...{ allowsConnections: true, isTemplate: false, comment: null, privileges: null },
    settings: [{ role: null, name: 'app.key', value }],
  }
  const content = serializeProperties({ schema: 1, databases: [vault] })
  const path = await forgeBackup([
    { database: 'vault', content: dumpEnd },
    { kind: 'properties', database: null, name: 'properties.json', content },
  ])
  const seen = await observe({ bundle: 'restore', inputs: { path, 'target-database': 'vault' } })
  expect(listErrors(seen.run)).toEqual([])
  expect(await cluster.psql('vault', `select current_setting('app.key')`)).toBe(value)
  expectNothingLeaked(seen)
  const forms = listForms({ 'value of a setting': word })
  const commands = seen.processes.map(({ command }) => command.join('\0')).join('\n')
  expect(findLeaks('a command line', commands, forms)).toEqual([])
  expect(await scanRun(seen.run, [], forms)).toEqual([])
})

it('A short password is not masked but redacted, also in what tools print, with one warning', async () => {
  const tools = await writeTools(
    `echo "pg_dump: error: invalid value \\"Qz\\" for port, password=Qz" >&2\nexit 1`,
  )
  const { run, leaks } = await observe({
    inputs: { url: cluster.url('shop', { user: 'two', password: 'Qz' }), upload: 'false' },
    environment: { PATH: tools.path },
  })
  expect(run.annotations.map(({ title }) => title)).toEqual(['Short secret', 'PGB_DUMP'])
  expect(run.annotations[0]?.message).toMatch(/fewer than 4 characters.*cannot mask/)
  expect(run.annotations.at(-1)?.message).toContain('invalid value "***" for port, password=***')
  expect(run.masks.filter((mask) => mask.length < 4)).toEqual([])
  expect(run.log.replace(/^::add-mask::.*$/gm, '')).not.toMatch(/\bQz\b/)
  expect(leaks).toEqual([])
  const forms = new Map([
    ['short password', ':Qz@'],
    ['quoted', '"Qz"'],
  ])
  expect(await scanRun(run, [], forms)).toEqual([])
})

describe('What watches is awake', () => {
  it('the stranger gets the password of a tool that names databases carelessly', async () => {
    const other = await startStranger()
    const environment = { PATH: process.env['PATH'] ?? '', PGPASSWORD: password }
    await tryExecute(join(findClient(), 'pg_dump'), ['-d', other.databaseName], { environment })
    await other.close()
    expect(other.calls.join('')).toContain(password)
  })

  it('the watcher sees arguments and environments, and the scan finds them', async () => {
    const watcher = await watchProcesses()
    await execute('sleep', ['0.05', '0.01'], {
      environment: { PATH: process.env['PATH'] ?? '', MARK: encodeURIComponent(password) },
    })
    const seen = (await watcher.stop()).find(({ environment }) =>
      environment.some((entry) => entry.startsWith('MARK=')),
    )
    expect(seen?.command).toEqual(['sleep', '0.05', '0.01'])
    expect(findLeaks('there', seen?.environment.join('\n') ?? '', listForms(secrets))).toEqual([
      expect.stringMatching(/^there: password, percent-encoded/),
    ])
  })
})
