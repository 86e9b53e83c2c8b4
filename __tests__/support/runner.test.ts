import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { runAction, startAction } from './runner.ts'
import type { ActionOptions } from './runner.ts'

let folder: string
let actionFile: string

beforeAll(async () => {
  folder = await mkdtemp(join(process.env['POSTGRES_BACKUP_TEST_ROOT'] ?? tmpdir(), 'runner-test-'))
  actionFile = join(folder, 'action.yml')
  const action = `
name: Fake
inputs:
  url:
    description: "A URL: postgres://"
  artifact-name:
    description: A name
    default: 'it''s'
  jobs:
    default: "0"
  verify:
    required: false
    default: decode # a comment
  github-token:
    default: \${{ github.token }}
outputs:
  jobs:
    default: '9'
`
  await writeFile(actionFile, action)
})

const pids: number[] = []
afterEach(() => {
  for (const pid of pids.splice(0)) process.kill(pid, 'SIGKILL')
})

async function fake(source: string, options: Partial<ActionOptions> = {}): Promise<ActionOptions> {
  const bundlePath = join(await mkdtemp(join(folder, 'bundle-')), 'index.mjs')
  const imports = `import * as fs from 'node:fs'; import { spawn } from 'node:child_process'; const env = process.env\n`
  await writeFile(bundlePath, imports + source)
  return { bundle: 'backup', bundlePath, actionFile, inputs: {}, ...options }
}

async function run(source: string, options: Partial<ActionOptions> = {}): ReturnType<typeof runAction> {
  return runAction(await fake(source, options))
}

describe('runAction', () => {
  it('gives inputs with the defaults of action.yml, dashes kept', async () => {
    const print = `console.log(JSON.stringify(Object.fromEntries(Object.entries(env).filter(([n]) => n.startsWith('INPUT_')))))`
    const { log } = await run(print, { inputs: { url: 'postgres://x' } })
    expect(JSON.parse(log)).toEqual({
      INPUT_URL: 'postgres://x',
      'INPUT_ARTIFACT-NAME': "it's",
      INPUT_JOBS: '0',
      INPUT_VERIFY: 'decode',
      'INPUT_GITHUB-TOKEN': 'ghs_test',
    })
  })

  it('refuses an input that action.yml does not name', async () => {
    await expect(run('', { inputs: { databse: 'x' } })).rejects.toThrow('no input named databse')
  })

  it("keeps the developer's PG* and GITHUB_* out", async () => {
    process.env['PGHOST'] = 'developer'
    process.env['GITHUB_TOKEN'] = 'developer'
    const { log } = await run(`console.log(JSON.stringify(env))`, { environment: { PGPORT: '1' } })
    delete process.env['PGHOST']
    delete process.env['GITHUB_TOKEN']
    expect(JSON.parse(log)).toMatchObject({
      PGPORT: '1',
      GITHUB_REPOSITORY: 'octo/shop',
      RUNNER_OS: 'Linux',
    })
    expect(log).not.toContain('developer')
  })

  it('runs Node 24', async () => {
    expect((await run(`console.log(process.version)`)).log).toMatch(/^v24\./)
  })

  it('reads outputs, state, summary, commands, and what is left over', async () => {
    const result = await run(`
      fs.appendFileSync(env.GITHUB_OUTPUT, 'files<<ghadelimiter_1\\n["a",\\n"b=c"]\\nghadelimiter_1\\nsize=5=5\\n')
      fs.appendFileSync(env.GITHUB_STATE, 'folder<<x\\n/tmp/y\\nx\\n')
      fs.appendFileSync(env.GITHUB_STEP_SUMMARY, '# Done')
      fs.mkdirSync(env.RUNNER_TEMP + '/a'); fs.writeFileSync(env.RUNNER_TEMP + '/a/b', '')
      console.log('::add-mask::s3cret%25%0Atwo\\n::group::Dump\\nplain\\n::endgroup::\\n::debug::inner')
      console.error('::error title=PGB_URL%3A x,file=a.yml::no%3A: 100%25%0Aline::x\\n::warning::careful')
      setTimeout(() => process.exit(3), 200)`)
    expect(result).toMatchObject({
      exitCode: 3,
      signal: null,
      outputs: { files: '["a",\n"b=c"]', size: '5=5' },
      state: { folder: '/tmp/y' },
      summary: '# Done',
      leftOver: ['a', 'a/b'],
      masks: ['s3cret%\ntwo'],
      groups: ['Dump'],
      debug: ['inner'],
      orphans: [],
    })
    expect(result.annotations).toEqual([
      { level: 'error', title: 'PGB_URL: x', message: 'no%3A: 100%\nline::x', properties: { file: 'a.yml' } },
      { level: 'warning', message: 'careful', properties: {} },
    ])
    expect(result.shown).toContain('Dump\nplain')
    expect(result.shown).not.toContain('s3cret')
    expect(result.durationMs).toBeGreaterThan(10)
    expect(result.peakMemory).toBeGreaterThan(1_000_000)
  })

  it('hands the state and RUNNER_TEMP of a run to its post step, and the event to both', async () => {
    const first = await run(`fs.appendFileSync(env.GITHUB_STATE, 'a-b=c\\n')`)
    const { temp, state } = first
    const event = { repository: { visibility: 'public' } }
    const second = await run(
      `console.log(env['STATE_a-b'], env.RUNNER_TEMP, fs.readFileSync(env.GITHUB_EVENT_PATH, 'utf8'))`,
      { temp, state, event },
    )
    expect(second.log).toBe(`c ${temp} ${JSON.stringify(event)}\n`)
  })

  it('sends a signal', async () => {
    const signalAfter = { signal: 'SIGTERM', milliseconds: 200 } as const
    const result = await run('setInterval(() => {}, 1000)', { signalAfter })
    expect(result).toMatchObject({ exitCode: null, signal: 'SIGTERM' })
  })

  it('finds processes that outlive the action', async () => {
    const result = await run(
      `spawn('sleep', ['30'], { stdio: 'inherit', detached: true }).unref(); setTimeout(() => process.exit(0), 200)`,
    )
    expect(result.orphans).toEqual([{ pid: expect.any(Number), command: 'sleep 30' }])
    pids.push(...result.orphans.map(({ pid }) => pid))
  })
})

describe('startAction', () => {
  it('waits for a line of the log and cancels with SIGINT', async () => {
    const action = await startAction(
      await fake(`
      process.on('SIGINT', () => { console.log('cancelled'); process.exit(1) })
      setInterval(() => {}, 1000); console.log('ready')`),
    )
    await action.waitForLog(/ready/)
    expect(await action.cancel()).toMatchObject({ exitCode: 1, log: 'ready\ncancelled\n' })
  })

  it('says so when the action ends before the line comes', async () => {
    const action = await startAction(await fake(`console.log('other')`))
    await expect(action.waitForLog(/ready/)).rejects.toThrow(/The action ended before[^]*other/)
    await action.done
  })
})
