import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runPipeline } from '../../process/pipeline.ts'
import {
  findCodename,
  formatAptSource,
  nameAptPackage,
  parseCandidates,
  planAptInstallation,
  planAptUpdate,
} from './apt-plan.ts'
import { prepareKey } from './apt-key.ts'
import type { StagedFile } from './apt-plan.ts'
import type { AptRepository, ClientContext } from './client-context.ts'
import type { SystemFacts } from './install-plan.ts'
import { runPlan, runSteps } from './run-installation.ts'

/** What must be added to the system before apt knows the PostgreSQL project's source. */
interface AptSource {
  readonly files: readonly StagedFile[]
  readonly sourceFile: string
}

/** Asks apt whether there is a client at all, which tells whether it has package lists. */
const anyClient = nameAptPackage(undefined)

/**
 * Installs a client's package by apt: the system's own if it has that major version, else that of the PostgreSQL
 * project, whose signing key is trusted only with the expected fingerprint, and only for that source.
 *
 * @returns why it failed, or undefined
 * @throws the signal's reason when it is aborted
 */
export async function installByApt(
  system: SystemFacts,
  major: number | undefined,
  context: ClientContext,
): Promise<string | undefined> {
  const { privilege } = system
  const packageName = nameAptPackage(major)
  let candidates = await askCandidates([packageName, anyClient], context)
  if (!candidates.includes(anyClient)) {
    await runSteps([planAptUpdate(privilege)], context)
    candidates = await askCandidates([packageName, anyClient], context)
  }
  const plan = { privilege, packageName, offered: candidates.includes(packageName) }
  if (plan.offered || major === undefined) {
    return runPlan(planAptInstallation({ ...plan, offered: true, files: [], sourceFile: '' }), context)
  }
  const staging = await mkdtemp(join(tmpdir(), 'postgres-backup-apt-'))
  try {
    const source = await prepareSource(system, staging, context)
    return await runPlan(planAptInstallation({ ...plan, ...source }), context)
  } catch (error) {
    context.signal.throwIfAborted()
    return error instanceof Error ? error.message : String(error)
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

async function askCandidates(names: readonly string[], context: ClientContext): Promise<readonly string[]> {
  const command = { path: 'apt-cache', args: ['policy', ...names] }
  const environment = { ...context.environment, LC_ALL: 'C' }
  const { stdout } = await runPipeline([command], { environment, signal: context.signal })
  return parseCandidates(stdout)
}

/** @throws {Error} when the release or the key is unknown */
async function prepareSource(
  { osRelease }: SystemFacts,
  staging: string,
  context: ClientContext,
): Promise<AptSource> {
  const { root, aptRepository } = context
  const configured = findConfiguredSource(root, aptRepository)
  if (configured !== undefined) return { files: [], sourceFile: configured }
  const codename = findCodename(osRelease)
  if (codename === undefined) throw new Error('/etc/os-release does not name the release of this system')
  const key = await prepareKey(staging, context)
  const sourceFile = join(root, 'etc/apt/sources.list.d/pgdg.sources')
  const staged = join(staging, 'pgdg.sources')
  await writeFile(staged, formatAptSource(chooseScheme(aptRepository.url), codename, key.path))
  return { files: [...key.files, { source: staged, target: sourceFile }], sourceFile }
}

/** A second entry for one repository, with another key file, would make apt refuse all sources. */
function findConfiguredSource(root: string, { url }: AptRepository): string | undefined {
  const parts = join(root, 'etc/apt/sources.list.d')
  const names = existsSync(parts) ? readdirSync(parts) : []
  const files = names.filter((name) => /\.(list|sources)$/.test(name)).map((name) => join(parts, name))
  const place = url.replace(/^https?:/, '')
  return [join(root, 'etc/apt/sources.list'), ...files].find((file) => {
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
    return lines.some((line) => !line.trimStart().startsWith('#') && line.includes(place))
  })
}

/** Small container images have no certificates for https; apt trusts the signature, not the transport. */
function chooseScheme(url: string): string {
  return existsSync('/etc/ssl/certs/ca-certificates.crt') ? url : url.replace(/^https:/, 'http:')
}
