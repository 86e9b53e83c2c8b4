import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findExecutable } from '../../process/find-executable.ts'
import { installByApt } from './apt.ts'
import type { ClientContext } from './client-context.ts'
import { describeManualCommand, isMajorVersion, packageManagers, planInstallation } from './install-plan.ts'
import type { Privilege, SystemFacts } from './install-plan.ts'
import { runPlan } from './run-installation.ts'

/** Why a client could not be installed; no sentence ends in a full stop. */
export interface InstallFailure {
  readonly why: string
  /** The one command that helps; undefined on a system that we do not know. */
  readonly byHand: string | undefined
  /** Whether a step of this job may install, or only whoever is root on this machine or makes its image. */
  readonly mayInstall: boolean
}

const limitMinutes = 15

/**
 * Installs the client of a major version, or the one that the system prefers when `major` is undefined, and nothing
 * beside it. What fails is tried once more, and nothing is waited for longer than 15 minutes in all.
 * @param limit ends the installation
 * @returns undefined when all commands succeeded
 * @throws the context's signal's reason when it is aborted
 */
export async function installClient(
  major: number | undefined,
  context: ClientContext,
  limit = AbortSignal.timeout(limitMinutes * 60_000),
): Promise<InstallFailure | undefined> {
  if (major !== undefined && !isMajorVersion(major)) {
    return { why: `there is no PostgreSQL ${major}`, byHand: undefined, mayInstall: true }
  }
  const system = inspectSystem(context)
  if (system === undefined) {
    return {
      why: `none of ${packageManagers.join(', ')} is on the PATH`,
      byHand: undefined,
      mayInstall: true,
    }
  }
  const byHand = describeManualCommand(system, major)
  const needsRoot = ['apt-get', 'apk', 'dnf'].includes(system.packageManager)
  if (needsRoot && system.privilege === 'none') {
    return { why: 'this user is not root, and there is no sudo', byHand, mayInstall: false }
  }
  context.log.startGroup(`Installing PostgreSQL client ${major ?? ''}`.trim())
  try {
    const signal = AbortSignal.any([context.signal, limit])
    const why = await installBy(system, major, { ...context, signal })
    return why === undefined ? undefined : { why, byHand, mayInstall: true }
  } catch (error) {
    context.signal.throwIfAborted()
    if (!limit.aborted) throw error
    return { why: `it took longer than ${limitMinutes} minutes`, byHand, mayInstall: true }
  } finally {
    context.log.endGroup()
  }
}

async function installBy(
  system: SystemFacts,
  major: number | undefined,
  context: ClientContext,
): Promise<string | undefined> {
  const { packageManager } = system
  if (packageManager === 'apt-get') return installByApt(system, major, context)
  return runPlan(planInstallation({ ...system, packageManager }, major), context)
}

function inspectSystem({ path, platform, root }: ClientContext): SystemFacts | undefined {
  const packageManager = packageManagers.find((name) => findExecutable(name, path) !== undefined)
  if (packageManager === undefined) return undefined
  const osRelease = platform === 'linux' ? readOsRelease(root) : {}
  return { packageManager, privilege: findPrivilege(path), architecture: process.arch, osRelease }
}

function findPrivilege(path: string): Privilege {
  if (process.getuid?.() === 0) return 'root'
  return findExecutable('sudo', path) === undefined ? 'none' : 'sudo'
}

function readOsRelease(root: string): Record<string, string> {
  try {
    const text = readFileSync(join(root, 'etc', 'os-release'), 'utf8')
    const variables = [...text.matchAll(/^([A-Z_]+)=["']?([^"'\n]*)["']?$/gm)]
    return Object.fromEntries(variables.map(([, name = '', value = '']) => [name, value]))
  } catch {
    return {}
  }
}
