import type { ManifestFile } from '../archive/manifest.ts'
import { formatBytes, formatCount } from '../units.ts'

type Measured = Pick<ManifestFile, 'format' | 'compression' | 'rows' | 'uncompressedSize' | 'verification'>

/**
 * PURE. What a database lost against an earlier backup of the same series, one phrase for each loss that is greater than
 * the share: `it has 10 rows, and had 500`. Rows count where both know them, else the bytes of a dump of the same
 * format. Only losses are told, and nothing where nothing can be compared.
 *
 * Tables count by their rows too, where both backups hold them. One that is gone is no loss of its own, since a partition
 * goes when its time has come: it shows in the database's rows.
 * @param most the share that may be lost, from 0 to 1; with 1 nothing is a loss
 */
export function findLosses(before: Measured, after: Measured, most: number): string[] {
  const tables = new Map(after.verification.rowCounts?.map(({ table, rows }) => [table, rows]))
  const emptied = (before.verification.rowCounts ?? []).flatMap(({ table, rows }) => {
    const now = tables.get(table)
    return now !== undefined && isLoss(rows, now, most)
      ? [`its table ${table} has ${formatCount(now, 'row')}, and had ${rows}`]
      : []
  })
  const whole = findWholeLoss(before, after, most)
  return [...(whole === undefined ? [] : [whole]), ...emptied]
}

/** PURE. The same of the database as a whole; undefined where it lost no more than the share. */
export function findWholeLoss(before: Measured, after: Measured, most: number): string | undefined {
  if (before.rows !== null && after.rows !== null) {
    return isLoss(before.rows, after.rows, most)
      ? `it has ${formatCount(after.rows, 'row')}, and had ${before.rows}`
      : undefined
  }
  const [old, now] = [before.uncompressedSize, after.uncompressedSize]
  // What pg_dump compresses inside an archive was never counted apart.
  const isSameMeasure = before.format === after.format && isSameInside(before, after)
  if (old === null || now === null || !isSameMeasure || !isLoss(old, now, most)) return undefined
  return `it is a dump of ${formatBytes(now)}, and was one of ${formatBytes(old)}`
}

function isLoss(old: number, now: number, most: number): boolean {
  return old > 0 && (old - now) / old > most
}

function isSameInside(before: Measured, after: Measured): boolean {
  const describe = ({ compression: { inside, method, level } }: Measured): string =>
    inside ? `${method}:${String(level)}` : ''
  return describe(before) === describe(after)
}
