import { existsSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { StagedFile } from './apt-plan.ts'
import type { AptRepository, ClientContext } from './client-context.ts'
import { readKeyFingerprints } from './signing-key.ts'

/**
 * The key that Debian's postgresql-common brings along, else the one that the project publishes, checked by its
 * fingerprint and laid ready in `staging`.
 *
 * @throws {Error} when the key cannot be fetched, or is not the expected one
 */
export async function prepareKey(
  staging: string,
  { root, aptRepository, signal }: ClientContext,
): Promise<{ readonly path: string; readonly files: readonly StagedFile[] }> {
  const shipped = join(root, 'usr/share/postgresql-common/pgdg/apt.postgresql.org.asc')
  if (existsSync(shipped) && describeKeyFault(readFileSync(shipped, 'utf8'), aptRepository) === undefined) {
    return { path: shipped, files: [] }
  }
  const key = await fetchKey(aptRepository.keyUrl, signal)
  const fault = describeKeyFault(key, aptRepository)
  if (fault !== undefined)
    throw new Error(`the signing key from ${aptRepository.keyUrl} is not trusted: ${fault}`)
  const source = join(staging, 'apt.postgresql.org.asc')
  await writeFile(source, key)
  const path = join(root, 'etc/apt/keyrings/apt.postgresql.org.asc')
  return { path, files: [{ source, target: path }] }
}

/** Why the key file must not be trusted: apt would believe every key in it. */
function describeKeyFault(armoured: string, { keyFingerprint }: AptRepository): string | undefined {
  try {
    const fingerprints = readKeyFingerprints(armoured)
    if (fingerprints.length === 1 && fingerprints[0] === keyFingerprint) return undefined
    return `its fingerprint is ${fingerprints.join(' and ') || 'missing'}, not ${keyFingerprint}`
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

async function fetchKey(url: string, signal: AbortSignal): Promise<string> {
  try {
    return await fetchText(url, signal)
  } catch {
    signal.throwIfAborted()
  }
  try {
    return await fetchText(url, signal)
  } catch (error) {
    signal.throwIfAborted()
    // The error of fetch itself says no more than that it failed.
    const cause = typeof error === 'object' && error !== null && 'cause' in error ? error.cause : error
    const why = String(cause).replace(/^\w*Error: /, '')
    throw new Error(`the signing key could not be fetched from ${url}: ${why} (tried twice)`, {
      cause: error,
    })
  }
}

async function fetchText(url: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(30_000)]) })
  if (!response.ok) throw new Error(`HTTP status ${response.status}`)
  return response.text()
}
