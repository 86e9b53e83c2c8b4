import { chmod, mkdir, mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { findExecutable } from '../../../process/find-executable.ts'
import { runPipeline } from '../../../process/pipeline.ts'
import type { Command } from '../../../process/command.ts'
import { quoteTool } from '../../../postgres/psql.ts'
import type { Run } from '../../../step/run.ts'
import { findExposedPaths, type ExposedPaths } from './exposed-paths.ts'
import { innerScript, outerScript } from './sandbox-script.ts'
import { makeServerEnvironment, type ServerPrograms } from '../server-programs.ts'
import { findUnusedId } from './unused-id.ts'

/** How the namespaces are made: by root itself, by a user's sudo, or in a user namespace. */
export type SandboxWay = 'root' | 'sudo' | 'user'

/** Everything that a sandbox is made of, but for the cluster inside. */
export interface Sandbox {
  readonly way: SandboxWay
  /** Absolute paths. */
  readonly tools: { readonly sh: string; readonly unshare: string; readonly sudo: string | undefined }
  /** Where the scripts find their tools. */
  readonly path: string
  /** The server's LD_LIBRARY_PATH; undefined where it needs none. */
  readonly libraries: string | undefined
  readonly programs: ServerPrograms
  readonly exposed: ExposedPaths
}

/** What runs inside. */
export type SandboxTask =
  | { readonly kind: 'probe' }
  | { readonly kind: 'serve'; readonly superuser: string; readonly settings: readonly string[] }

/** A sandbox that works, or why there is none. */
export type FoundSandbox = { readonly sandbox: Sandbox } | { readonly obstacle: string }

const flags = [
  '--mount',
  '--pid',
  '--net',
  '--ipc',
  '--uts',
  '--fork',
  '--kill-child',
  '--propagation=private',
]

/** Users' search paths lack these, where chroot and pivot_root are. */
const systemDirectories = ['/usr/sbin', '/usr/bin', '/sbin', '/bin']

/**
 * Finds a way to contain the server of these programs, by trying each that this account may have.
 * @param hasSudo whether sudo asks for no password
 */
export async function findSandbox(
  programs: ServerPrograms,
  hasSudo: boolean,
  run: Run,
): Promise<FoundSandbox> {
  if (process.platform !== 'linux') return { obstacle: 'only Linux has the namespaces that contain a server' }
  const path = listToolDirectories(run.environment['PATH'] ?? '').join(':')
  const [sh, unshare, sudo] = ['sh', 'unshare', 'sudo'].map((name) => findExecutable(name, path))
  if (sh === undefined || unshare === undefined) return { obstacle: 'there is no unshare (util-linux) here' }
  const exposed = await findExposedPaths(programs, run)
  const ways: SandboxWay[] = process.getuid?.() === 0 ? ['root'] : hasSudo ? ['sudo', 'user'] : ['user']
  const obstacles: string[] = []
  for (const way of ways) {
    const libraries = run.environment['LD_LIBRARY_PATH']
    const sandbox = { way, tools: { sh, unshare, sudo }, path, libraries, programs, exposed }
    const obstacle = await probe(sandbox, run)
    if (obstacle === undefined) return { sandbox }
    obstacles.push(obstacle)
  }
  return { obstacle: obstacles.join('; ') }
}

/** @returns why the sandbox cannot be had */
async function probe(sandbox: Sandbox, run: Run): Promise<string | undefined> {
  const base = await mkdtemp(join(run.privateDirectory, 'probe-'))
  await makeSandboxDirectories(base)
  const command = makeSandboxCommand(sandbox, base, { kind: 'probe' })
  if (command === undefined) return 'there is no number left for an account of its own'
  const environment = makeServerEnvironment(run)
  const { failure, stderr } = await runPipeline([command], { environment, signal: run.signal })
  return failure === undefined ? undefined : (quoteTool(stderr) ?? 'unshare failed without a message')
}

/** Makes the directories that a sandbox expects below its base. */
export async function makeSandboxDirectories(base: string): Promise<void> {
  for (const directory of ['root', 'cluster', 'socket'].map((name) => join(base, name))) {
    await mkdir(directory)
    // Whoever reaches the base reaches the socket, whatever the umask is.
    await chmod(directory, 0o711)
  }
}

/**
 * The command that makes the sandbox and runs its task.
 * @param base absolute, without symbolic links, and made by {@link makeSandboxDirectories}
 * @returns undefined where no account can be had for the server
 */
export function makeSandboxCommand(sandbox: Sandbox, base: string, task: SandboxTask): Command | undefined {
  const account = sandbox.way === 'user' ? '' : findUnusedId()?.toString()
  return account === undefined ? undefined : composeSandboxCommand(sandbox, base, account, task)
}

/** PURE. The command for an account; `''` stands for one of a user namespace. */
export function composeSandboxCommand(
  { way, tools, path, libraries, programs, exposed }: Sandbox,
  base: string,
  account: string,
  task: SandboxTask,
): Command {
  const { superuser, settings } = task.kind === 'serve' ? task : { superuser: '', settings: [] }
  const inner = [
    ...[innerScript, 'sandbox', base, programs.initdb, programs.postgres],
    ...[account, task.kind, libraries ?? '', superuser],
    ...[...exposed.paths, '--', ...exposed.links.flat(), '--', ...settings],
  ]
  const user = way === 'user' ? ['--user', '--map-root-user'] : []
  const unshare = [tools.unshare, ...user, ...flags, '--', tools.sh, '-c', ...inner]
  const outer = ['-c', outerScript, 'sandbox', path, base, ...unshare]
  if (way !== 'sudo') return { path: tools.sh, args: outer }
  return { path: tools.sudo ?? 'sudo', args: ['-n', '--', tools.sh, ...outer] }
}

/** PURE. The directories of a search path that are absolute, and those that every system has. */
export function listToolDirectories(path: string): string[] {
  const own = path.split(':').filter((directory) => directory.startsWith('/'))
  return [...new Set([...own, ...systemDirectories])]
}
