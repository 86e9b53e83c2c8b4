import { contentsSchema, type Contents } from '../archive/contents.ts'
import type { FinishedDump } from './finish.ts'

/** PURE. What the files of a backup hold that is to be encrypted like them; undefined where nothing is known. */
export function gatherContents(files: readonly FinishedDump[]): Contents | undefined {
  const known = files.filter(({ verification }) => verification.rowCounts !== null)
  if (known.length === 0) return undefined
  return {
    schema: contentsSchema,
    files: known.map(({ planned, verification }) => ({
      name: planned.name,
      database: planned.database ?? null,
      rowCounts: verification.rowCounts,
    })),
  }
}
