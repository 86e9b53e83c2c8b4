import { countLineBreaks } from './line-breaks.ts'

/** Counts the rows that stand behind a COPY, as its bytes come in pieces of any size. */
export interface CopiedRows {
  /**
   * Takes the bytes from an index on.
   * @returns the index behind the `\.` by which the line begins that ends the rows; undefined where they go on
   */
  take(bytes: Buffer, from: number): number | undefined
  /** Rows so far. */
  count(): number
}

/** A row never begins so, as COPY doubles backslashes. */
const ending = Buffer.from('\n\\.')

/**
 * PURE. Rows are told by their line breaks, which COPY writes as `\n` within values. A native search finds the end, so that
 * nothing else has to be looked at.
 */
export function countCopiedRows(): CopiedRows {
  let rows = 0
  // The line break before the first row is the one of the statement.
  let seam: Buffer = Buffer.from('\n')
  return {
    take: (bytes, from) => {
      const acrossAt = Buffer.concat([seam, bytes.subarray(from, from + ending.length - 1)]).indexOf(ending)
      if (acrossAt >= 0) return from + acrossAt + ending.length - seam.length
      // Backwards takes less than half the time, as the search is for full stops and not for line breaks.
      const isThere = bytes.lastIndexOf(ending) >= from
      const at = isThere ? bytes.indexOf(ending, from) : -1
      rows += countLineBreaks(bytes, from, at < 0 ? bytes.length : at + 1)
      if (at >= 0) return at + ending.length
      // A copy, since whoever reads uses the same memory for what comes next.
      seam = Buffer.concat([seam, bytes.subarray(Math.max(from, bytes.length - 2))]).subarray(-2)
      return undefined
    },
    count: () => rows,
  }
}
