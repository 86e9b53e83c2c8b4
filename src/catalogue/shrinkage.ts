import type { ManifestFile } from '../archive/manifest.ts'
import { formatBytes, formatCount } from '../units.ts'

type Measured = Pick<
  ManifestFile,
  'format' | 'compression' | 'rows' | 'uncompressedSize' | 'verification' | 'partitions'
>

/**
 * PURE. What a database lost against an earlier backup of the same series, one phrase for each loss that is greater than
 * the share: `it has 10 rows, and had 500`. Rows count where both know them, else the bytes of a dump of the same
 * format. Only losses are told, and nothing where nothing can be compared.
 *
 * Tables count by their rows too, where both backups hold them, and partitions with the table at their root. One that is
 * gone is no loss of its own: it shows in the database's rows.
 * @param most the share that may be lost, from 0 to 1; with 1 nothing is a loss
 */
export function findLosses(before: Measured, after: Measured, most: number): string[] {
  // A partition that is new, or gone, is known to one of them only.
  const roots = new Map([...before.partitions, ...after.partitions].map(({ table, root }) => [table, root]))
  const [had, has] = [sumByRoot(before, roots), sumByRoot(after, roots)]
  const emptied = [...had].flatMap(([table, rows]) => {
    const now = has.get(table)
    return now !== undefined && isLoss(rows, now, most)
      ? [`its table ${table} has ${formatCount(now, 'row')}, and had ${rows}`]
      : []
  })
  const whole = findWholeLoss(before, after, most)
  return [...(whole === undefined ? [] : [whole]), ...emptied]
}

function sumByRoot({ verification }: Measured, roots: ReadonlyMap<string, string>): Map<string, number> {
  const sums = new Map<string, number>()
  for (const { table, rows } of verification.rowCounts ?? []) {
    const root = roots.get(table) ?? table
    sums.set(root, (sums.get(root) ?? 0) + rows)
  }
  return sums
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
