import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { readInputDefaults } from './github/action-file.ts'
import { makeScratchDirectory } from './machine/scratch.ts'
import { parseFileCommands, parseLog } from './github/workflow-commands.ts'
import type { LogCommands } from './github/workflow-commands.ts'
import { repository } from './repository.ts'

export type { Annotation } from './github/workflow-commands.ts'

/** One step of a workflow. */
export interface ActionOptions {
  bundle: 'backup' | 'restore' | 'check' | 'cleanup'
  /** Another script in place of `dist/<bundle>/index.js`. */
  bundlePath?: string
  /** Whose defaults count; by default the bundle's own, and the backup's for `cleanup`. */
  actionFile?: string
  /** What stands below `with:`. */
  inputs?: Record<string, string>
  /** What stands below `env:`, and what else the runner would set, such as ACTIONS_RESULTS_URL. */
  environment?: Record<string, string>
  /** The event's payload; by default one from a private repository. */
  event?: unknown
  /** RUNNER_TEMP; by default a new, empty directory. */
  temp?: string
  /** What the main run saved with `saveState`, for its post step. */
  state?: Record<string, string>
  /** Send a signal this many milliseconds after the start. */
  signalAfter?: { signal: NodeJS.Signals; milliseconds: number }
}

/** A process that outlived the action, as the runner would find it. */
export interface Orphan {
  pid: number
  command: string
}

/** What one run left behind. */
export interface ActionRun extends LogCommands {
  exitCode: number | null
  signal: NodeJS.Signals | null
  outputs: Record<string, string>
  state: Record<string, string>
  /** What was exported to later steps. */
  exported: Record<string, string>
  summary: string
  /** stdout and stderr as they came, commands included. */
  log: string
  durationMs: number
  /** The most memory that the action's own process held, in bytes; 0 where /proc does not tell. */
  peakMemory: number
  /** RUNNER_TEMP, and the paths of the files and directories below it, sorted. */
  temp: string
  leftOver: string[]
  /** Processes of this run that were alive when its entry process had ended. */
  orphans: Orphan[]
}

/** A run that is under way. */
export interface StartedAction {
  child: ChildProcess
  /** RUNNER_TEMP. */
  temp: string
  /** The log up to now. */
  log(): string
  /** Resolves when the log matches; throws when the action ends, or 30 s pass, without. */
  waitForLog(pattern: RegExp): Promise<void>
  /** Cancels as the runner does: SIGINT, after 7.5 s SIGTERM, after 2.5 s more SIGKILL. */
  cancel(): Promise<ActionRun>
  done: Promise<ActionRun>
}

/** A step in the making: its folders and the environment of its process. */
interface Step {
  temp: string
  commandFiles: Record<CommandFile, string>
  environment: Record<string, string>
}

type CommandFile = 'GITHUB_OUTPUT' | 'GITHUB_STATE' | 'GITHUB_ENV' | 'GITHUB_PATH' | 'GITHUB_STEP_SUMMARY'

const commandFileNames: CommandFile[] = [
  'GITHUB_OUTPUT',
  'GITHUB_STATE',
  'GITHUB_ENV',
  'GITHUB_PATH',
  'GITHUB_STEP_SUMMARY',
]

/** All that a run may inherit: the developer's own PG* and GITHUB_* would make tests lie. */
const inherited = ['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'TMPDIR']

/** The Node.js that `using: node24` means. */
export function findNode(): string {
  if (process.versions.node.startsWith('24.')) return process.execPath
  const fromPackage = join(repository, 'node_modules', '.bin', 'node')
  return existsSync(fromPackage) ? fromPackage : process.execPath
}

/** Runs one action to its end, as the runner would. */
export async function runAction(options: ActionOptions): Promise<ActionRun> {
  return (await startAction(options)).done
}

/** Starts an action for a test that watches or cancels it. */
export async function startAction(options: ActionOptions): Promise<StartedAction> {
  const step = await prepareStep(options)
  const script = options.bundlePath ?? findScript(options.bundle)
  const startedAt = performance.now()
  const child = spawn(findNode(), [script], { env: step.environment, stdio: ['ignore', 'pipe', 'pipe'] })
  const output: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk))
  const log = (): string => Buffer.concat(output).toString('utf8')
  const timer =
    options.signalAfter &&
    setTimeout(() => child.kill(options.signalAfter?.signal), options.signalAfter.milliseconds)
  const memory = watchMemory(child)
  const done = waitForEnd(child, step).then(async (ended) => {
    clearTimeout(timer)
    const text = log()
    const measured = { durationMs: ended.at - startedAt, peakMemory: memory(), orphans: ended.orphans }
    const result = { exitCode: child.exitCode, signal: child.signalCode, ...measured }
    return { ...result, ...parseLog(text), log: text, ...(await readStep(step)) }
  })
  // A test that throws before it awaits `done` fails by its own words, not by an unhandled rejection.
  done.catch(() => undefined)
  const waitForLog = (pattern: RegExp): Promise<void> => waitUntil(child, log, pattern)
  return { child, temp: step.temp, log, waitForLog, cancel: () => cancel(child, done), done }
}

/** The built action; its source where `PGB_TEST_SOURCE` asks for it, to try what is not built yet. */
function findScript(bundle: ActionOptions['bundle']): string {
  const isSource = process.env['PGB_TEST_SOURCE'] !== undefined && bundle !== 'cleanup'
  return join(repository, ...(isSource ? ['src', bundle, 'index.ts'] : ['dist', bundle, 'index.js']))
}

async function prepareStep(options: ActionOptions): Promise<Step> {
  const home = await makeScratchDirectory('step')
  const temp = options.temp ?? join(home, 'temp')
  const [workspace, commands] = [join(home, 'workspace'), join(home, 'commands')]
  for (const folder of [temp, workspace, commands]) await mkdir(folder, { recursive: true })
  const files = commandFileNames.map((name) => [name, join(commands, name)] as const)
  for (const [, file] of files) await writeFile(file, '')
  const event = options.event ?? {
    repository: { full_name: 'octo/shop', private: true, visibility: 'private' },
  }
  const eventFile = join(commands, 'event.json')
  await writeFile(eventFile, JSON.stringify(event))
  const commandFiles = Object.fromEntries(files) as Record<CommandFile, string>
  const environment = {
    ...inherit(),
    ...describeRunner(temp, workspace, eventFile),
    ...commandFiles,
    ...options.environment,
    ...inputVariables(options),
    ...prefixed('STATE_', options.state ?? {}),
  }
  return { temp, commandFiles, environment }
}

/** The runner's variables. Nobody listens at the API's address, so that no test reaches for the network. */
function describeRunner(temp: string, workspace: string, eventFile: string): Record<string, string> {
  return {
    LANG: 'C.UTF-8',
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION: 'backup',
    GITHUB_ACTOR: 'octocat',
    GITHUB_API_URL: 'http://127.0.0.1:9',
    GITHUB_EVENT_NAME: 'workflow_dispatch',
    GITHUB_EVENT_PATH: eventFile,
    GITHUB_JOB: 'backup',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_REPOSITORY: 'octo/shop',
    GITHUB_REPOSITORY_OWNER: 'octo',
    GITHUB_RETENTION_DAYS: '90',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_RUN_ID: '4711',
    GITHUB_RUN_NUMBER: '7',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_SHA: '0'.repeat(40),
    GITHUB_WORKFLOW: 'Backup',
    GITHUB_WORKSPACE: workspace,
    RUNNER_ARCH: 'X64',
    RUNNER_ENVIRONMENT: 'github-hosted',
    RUNNER_NAME: 'test',
    RUNNER_OS: 'Linux',
    RUNNER_TEMP: temp,
    RUNNER_TOOL_CACHE: join(workspace, '..', 'tools'),
    RUNNER_TRACKING_ID: `github_${randomUUID()}`,
  }
}

function inherit(): Record<string, string> {
  const pairs = inherited.map((name) => [name, process.env[name] ?? ''] as const)
  return Object.fromEntries(pairs.filter(([, value]) => value !== ''))
}

function prefixed(prefix: string, values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]))
}

/** Upper case with the dashes kept, as the runner does it: INPUT_ARTIFACT-NAME. */
function inputVariables(options: ActionOptions): Record<string, string> {
  const hasFolder = options.bundle === 'restore' || options.bundle === 'check'
  const file = join(repository, ...(hasFolder ? [options.bundle] : []), 'action.yml')
  const defaults = readInputDefaults(options.actionFile ?? file)
  const values = [...defaults].map(([name, value]) => [
    name,
    value.replace(/^\$\{\{ *github\.token *\}\}$/, 'ghs_test'),
  ])
  const given = { ...(Object.fromEntries(values) as Record<string, string>), ...options.inputs }
  const unknown = Object.keys(options.inputs ?? {}).filter((name) => !defaults.has(name))
  if (unknown.length > 0) throw new Error(`The action has no input named ${unknown.join(', ')}`)
  const named = Object.entries(given).map(([name, value]) => [name.replaceAll(' ', '_').toUpperCase(), value])
  return prefixed('INPUT_', Object.fromEntries(named) as Record<string, string>)
}

/** The runner waits for the entry process, not for those that hold its output open. */
async function waitForEnd(child: ChildProcess, step: Step): Promise<{ at: number; orphans: Orphan[] }> {
  const closed = new Promise<void>((resolve) => {
    child.once('close', () => {
      resolve()
    })
  })
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => {
      resolve()
    })
    child.once('error', reject)
  })
  const at = performance.now()
  const orphans = findOrphans(step.environment['RUNNER_TRACKING_ID'] ?? '')
  await Promise.race([closed, sleep(2000, undefined, { ref: false })])
  return { at, orphans }
}

/** The runner finds what a step left running by this variable in its environment. */
function findOrphans(trackingId: string): Orphan[] {
  const read = (pid: string, name: string): string => {
    try {
      return readFileSync(`/proc/${pid}/${name}`, 'utf8').replaceAll('\0', ' ').trim()
    } catch {
      return ''
    }
  }
  const pids = existsSync('/proc') ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : []
  const mine = pids.filter((pid) => read(pid, 'environ').includes(`RUNNER_TRACKING_ID=${trackingId}`))
  return mine
    .map((pid) => ({ pid: Number(pid), command: read(pid, 'cmdline') }))
    .filter(({ command }) => command !== '')
}

/** Looks every 20 ms at the kernel's high-water mark, and returns a function that tells the last. */
function watchMemory(child: ChildProcess): () => number {
  let peak = 0
  const look = (): void => {
    try {
      const status = readFileSync(`/proc/${child.pid ?? 0}/status`, 'utf8')
      peak = Math.max(peak, Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024)
    } catch {
      clearInterval(timer)
    }
  }
  const timer = setInterval(look, 20).unref()
  child.once('exit', () => {
    clearInterval(timer)
  })
  look()
  return () => peak
}

async function readStep(
  step: Step,
): Promise<Pick<ActionRun, 'outputs' | 'state' | 'exported' | 'summary' | 'temp' | 'leftOver'>> {
  const read = (name: CommandFile): Promise<string> => readFile(step.commandFiles[name], 'utf8')
  return {
    outputs: parseFileCommands(await read('GITHUB_OUTPUT')),
    state: parseFileCommands(await read('GITHUB_STATE')),
    exported: parseFileCommands(await read('GITHUB_ENV')),
    summary: await read('GITHUB_STEP_SUMMARY'),
    temp: step.temp,
    leftOver: (await listAll(step.temp)).sort(),
  }
}

/** What outlives a killed action for a moment may be removing a directory while it is listed. */
async function listAll(directory: string): Promise<string[]> {
  try {
    return await readdir(directory, { recursive: true })
  } catch (error) {
    // Node's own errors are no `Error` of the realm that jest makes for a test.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return listAll(directory)
    throw error
  }
}

async function waitUntil(child: ChildProcess, log: () => string, pattern: RegExp): Promise<void> {
  const fails = (why: string): Error => new Error(`${why} before ${String(pattern)} in:\n${log()}`)
  const deadline = Date.now() + 30_000
  while (!pattern.test(log())) {
    if (child.exitCode !== null || child.signalCode !== null) throw fails('The action ended')
    if (Date.now() > deadline) throw fails('30 s passed')
    await sleep(20)
  }
}

async function cancel(child: ChildProcess, done: Promise<ActionRun>): Promise<ActionRun> {
  child.kill('SIGINT')
  const timers = [
    setTimeout(() => child.kill('SIGTERM'), 7_500),
    setTimeout(() => child.kill('SIGKILL'), 10_000),
  ]
  try {
    return await done
  } finally {
    timers.forEach(clearTimeout)
  }
}
