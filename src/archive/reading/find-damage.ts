import { stat } from 'node:fs/promises'
import { hashFile } from '../checksum.ts'
import type { ManifestFile } from '../manifest.ts'

/**
 * Compares a file with what the manifest says of it, in constant memory.
 * @returns why it is not what the backup wrote; undefined where its size and SHA-256 are those of the manifest
 */
export async function findDamage(
  { size, sha256 }: Pick<ManifestFile, 'size' | 'sha256'>,
  path: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined)
  if (found?.isFile() !== true) return 'it is missing from the backup'
  // An empty file is never whole, and some decompressors would call it complete.
  if (size === 0) return 'it is empty'
  if (found.size !== size) return `it has ${found.size} bytes, and the manifest says ${size}`
  const hashed = await hashFile(path, signal)
  if (hashed.sha256 === sha256) return undefined
  return 'its SHA-256 is not the one in the manifest, so it was changed or damaged'
}
