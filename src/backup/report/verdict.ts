import type { Manifest, ManifestFile, Verification } from '../../archive/manifest.ts'
import { formatBytes, formatCount } from '../../units.ts'

const proofs: Readonly<Record<Verification['method'], string>> = {
  none: 'not read back',
  decode: 'read back to its end',
  restore: 'restored and compared',
}

/**
 * PURE. What a backup holds and how far it is proved: `Backed up "shop": 128.5 kB, read back to its end`. Of several
 * databases it gives the number and the size of all, and the proof that each of them has.
 */
export function formatVerdict(manifest: Manifest): string {
  const { files } = manifest
  const databases = files.filter(({ kind }) => kind === 'database')
  const isOne = databases.length < 2
  const size = formatBytes(files.reduce((sum, file) => sum + file.size, 0))
  const proof = `${isOne ? '' : 'each '}${proofs[findWeakest(files)]}`
  return `Backed up ${nameContents(manifest, databases)}: ${size}${isOne ? '' : ' in all'}, ${proof}`
}

function nameContents({ files, failures }: Manifest, databases: readonly ManifestFile[]): string {
  const has = (kind: ManifestFile['kind']): boolean => files.some((file) => file.kind === kind)
  const lost = failures.filter(({ database }) => database !== null).length
  const names = [
    ...(has('cluster') ? ['the cluster'] : []),
    ...(databases.length > 0 ? [nameDatabases(databases, lost)] : []),
    ...(has('globals') ? ['the globals'] : []),
  ]
  return names.join(' and ')
}

function nameDatabases(databases: readonly ManifestFile[], lost: number): string {
  if (lost > 0) return `${databases.length} of ${formatCount(databases.length + lost, 'database')}`
  return databases.length === 1 ? `"${databases[0]?.database ?? ''}"` : `${databases.length} databases`
}

/** Of what holds data: the globals may be read back only where databases are restored. */
function findWeakest(files: readonly ManifestFile[]): Verification['method'] {
  const withData = files.filter(({ kind }) => kind === 'database' || kind === 'cluster')
  const methods = (withData.length > 0 ? withData : files).map(({ verification }) => verification.method)
  if (methods.includes('none')) return 'none'
  return methods.includes('decode') ? 'decode' : 'restore'
}
