import { accessSync, constants, readFileSync, statSync } from 'node:fs'
import { findExecutable } from '../../../process/find-executable.ts'
import { runPipeline } from '../../../process/pipeline.ts'
import type { Run } from '../../../step/run.ts'
import { chooseUncontained } from './containment.ts'
import { findSandbox, listToolDirectories, type Sandbox } from './sandbox.ts'
import { makeServerEnvironment, type ServerPrograms } from '../server-programs.ts'
import { findUnusedId } from './unused-id.ts'

/** How a throw-away server runs. */
export type Containment =
  | { readonly kind: 'sandbox'; readonly sandbox: Sandbox }
  /** Accepted by the user: as another account where there is one, else as this one. */
  | { readonly kind: 'none'; readonly account: OwnAccount | undefined }

/** An account that is a mere number, for root to become. */
export interface OwnAccount {
  readonly setpriv: string
  readonly id: number
  /** An account of the machine, since initdb runs as none that has no name. */
  readonly namedId: number
}

const engineSockets = [
  ...['/run/docker.sock', '/var/run/docker.sock', '/run/podman/podman.sock', '/run/crio/crio.sock'],
  ...['/run/containerd/containerd.sock', '/var/snap/lxd/common/lxd/unix.socket', '/var/lib/lxd/unix.socket'],
  ...['/var/lib/incus/unix.socket', '/run/incus/unix.socket'],
]

const engineGroups = new Set(['docker', 'podman', 'lxd', 'incus', 'incus-admin', 'libvirt'])

/**
 * Finds out how the server of these programs can be contained, before anything is dumped.
 * @throws BackupError PGB_VERIFY where it cannot, and the user does not accept that or must not
 */
export async function findContainment(
  programs: ServerPrograms,
  isAllowed: boolean,
  run: Run,
): Promise<Containment> {
  const isRoot = process.getuid?.() === 0
  const hasSudo = !isRoot && (await canUseSudo(run))
  const found = await findSandbox(programs, hasSudo, run)
  if ('sandbox' in found) return { kind: 'sandbox', sandbox: found.sandbox }
  const account = isRoot && isAllowed ? await findOwnAccount(run) : undefined
  const { obstacle } = found
  const engine = findEngine(isRoot)
  const canBecomeOther = account !== undefined
  chooseUncontained({ obstacle, isAllowed, isRoot, canBecomeOther, hasSudo, engine })
  run.log.warning(
    `The server of \`verify: restore\` runs without a sandbox, as "allow-unsandboxed" accepts (${obstacle}): ` +
      'code that the dump brings along is held back by the rights of its account alone.',
  )
  return { kind: 'none', account }
}

/** Also where sudoers allows a few commands only, since one may be enough. */
async function canUseSudo(run: Run): Promise<boolean> {
  const sudo = findExecutable('sudo', listToolDirectories(run.environment['PATH'] ?? '').join(':'))
  return sudo !== undefined && (await succeeds(sudo, ['-n', '-l'], run))
}

async function findOwnAccount(run: Run): Promise<OwnAccount | undefined> {
  const path = listToolDirectories(run.environment['PATH'] ?? '').join(':')
  const [setpriv, echo] = ['setpriv', 'echo'].map((name) => findExecutable(name, path))
  const [id, namedId] = [findUnusedId(), readNamedId()]
  if (setpriv === undefined || echo === undefined || id === undefined || namedId === undefined)
    return undefined
  const account = { setpriv, id, namedId }
  return (await succeeds(setpriv, [...listSetprivArguments(id, id), echo], run)) ? account : undefined
}

/** PURE. Arguments by which setpriv gives up everything but the account. */
export function listSetprivArguments(user: number, group: number): string[] {
  const drops = ['--no-new-privs', '--bounding-set=-all', '--inh-caps=-all']
  return [`--reuid=${user}`, `--regid=${group}`, '--clear-groups', ...drops, '--']
}

function readNamedId(): number | undefined {
  const users = [...readFileSync('/etc/passwd', 'utf8').matchAll(/^[^:\n]+:[^:\n]*:(\d+):/gm)]
  return users.map(([, user]) => Number(user)).find((user) => user !== 0)
}

/** @param isRoot then the server gets an account that is in no group, and may do what everyone may */
function findEngine(isRoot: boolean): string | undefined {
  const socket = engineSockets.find((path) => (isRoot ? isOpenToAll(path) : isWritable(path)))
  if (socket !== undefined) return `the container engine's socket ${socket}`
  const group = isRoot ? undefined : listGroupNames().find((name) => engineGroups.has(name))
  return group === undefined ? undefined : `a container engine, by the group ${group}`
}

function isOpenToAll(path: string): boolean {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0
  return (mode & constants.S_IWOTH) !== 0
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

function listGroupNames(): string[] {
  if (process.platform !== 'linux') return []
  const ids = new Set(process.getgroups?.())
  const groups = [...readFileSync('/etc/group', 'utf8').matchAll(/^([^:\n]+):[^:\n]*:(\d+):/gm)]
  return groups.filter(([, , id]) => ids.has(Number(id))).map(([, name]) => name ?? '')
}

async function succeeds(path: string, args: readonly string[], run: Run): Promise<boolean> {
  const environment = makeServerEnvironment(run)
  return (await runPipeline([{ path, args }], { environment, signal: run.signal })).failure === undefined
}
