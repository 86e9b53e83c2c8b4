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
import type { StagedFile } from './apt-plan.ts'
import type { AptRepository, ClientContext } from './client-context.ts'
import { asRoot, makeStep, type Privilege, type SystemFacts } from './install-plan.ts'
import { runPlan, runSteps } from './run-installation.ts'

/** What must be added to the system before apt knows the PostgreSQL project's source. */
interface AptSource {
  readonly files: readonly StagedFile[]
  readonly sourceFile: string
}

/** Asks apt whether there is a client at all, which tells whether it has package lists. */
const anyClient = nameAptPackage(undefined)

/** How long the removal of what a failed installation added may take; a cancelled step has four seconds in all. */
const removalMilliseconds = 3_000

/**
 * Installs a client's package by apt: the system's own if it has that major version, else that of the PostgreSQL
 * project, whose signing key is trusted only for that source. An installation that fails or is cancelled leaves
 * neither that source nor its key behind.
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
  return installFromProject(system, packageName, context)
}

async function installFromProject(
  system: SystemFacts,
  packageName: string,
  context: ClientContext,
): Promise<string | undefined> {
  const { privilege } = system
  const staging = await mkdtemp(join(tmpdir(), 'postgres-backup-apt-'))
  let added: readonly string[] = []
  try {
    const source = await prepareSource(system, staging, context)
    added = source.files.map(({ target }) => target).filter((target) => !existsSync(target))
    const plan = planAptInstallation({ privilege, packageName, offered: false, ...source })
    const why = await runPlan(plan, context)
    if (why === undefined) added = []
    return why
  } catch (error) {
    context.signal.throwIfAborted()
    return error instanceof Error ? error.message : String(error)
  } finally {
    await removeFiles(added, privilege, context)
    await rm(staging, { recursive: true, force: true })
  }
}

/** Does not follow the context's signal, since what a cancelled installation added must go as well. */
async function removeFiles(
  files: readonly string[],
  privilege: Privilege,
  { environment, log }: ClientContext,
): Promise<void> {
  if (files.length === 0) return
  const { command } = makeStep(asRoot(privilege, ['rm', '-f', '--', ...files]))
  const signal = AbortSignal.timeout(removalMilliseconds)
  const { failure } = await runPipeline([command], { environment, signal })
  if (failure !== undefined) log.warning(`A failed installation left behind: ${files.join(', ')}.`)
}

async function askCandidates(names: readonly string[], context: ClientContext): Promise<readonly string[]> {
  const command = { path: 'apt-cache', args: ['policy', ...names] }
  const environment = { ...context.environment, LC_ALL: 'C' }
  const { stdout } = await runPipeline([command], { environment, signal: context.signal })
  return parseCandidates(stdout)
}

/** @throws {Error} when the release is unknown, or the place of the source is taken */
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
  const sourceFile = join(root, 'etc/apt/sources.list.d/pgdg.sources')
  if (existsSync(sourceFile))
    throw new Error(`${sourceFile} is there, and does not name ${aptRepository.url}`)
  const keyFile = join(root, 'etc/apt/keyrings/apt.postgresql.org.asc')
  const [stagedKey, stagedSource] = [join(staging, 'key.asc'), join(staging, 'pgdg.sources')]
  await writeFile(stagedKey, aptRepository.key)
  await writeFile(stagedSource, formatAptSource(chooseScheme(aptRepository.url), codename, keyFile))
  const files = [
    { source: stagedKey, target: keyFile },
    { source: stagedSource, target: sourceFile },
  ]
  return { files, sourceFile }
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
