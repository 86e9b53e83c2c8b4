import type { UploadedArtifact } from '../../stores/artifact/upload-artifact.ts'
import { formatBytes, formatCount } from '../../units.ts'

const day = 86_400_000

/**
 * PURE. What the artifacts add up to while each is kept: `30 days × 41.0 MB = 1.2 GB`, for one backup a day.
 * @returns undefined where nobody knows how long they are kept
 */
export function formatForecast(
  { size, expiresAt }: Pick<UploadedArtifact, 'size' | 'expiresAt'>,
  madeAt: Date,
): string | undefined {
  if (expiresAt === undefined) return undefined
  const days = Math.max(1, Math.round((expiresAt.getTime() - madeAt.getTime()) / day))
  const sum = `${formatCount(days, 'day')} × ${formatBytes(size)} = ${formatBytes(days * size)}`
  return `Storage of one such artifact a day: ${sum}`
}
