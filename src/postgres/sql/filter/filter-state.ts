import { createOutput, type FilterOutput } from './filter-output.ts'
import type { SqlFilterRules } from './filter-rules.ts'
import { startReading, type ReadingState } from './sql-reader.ts'
import { makeUnrestrictSearch } from './unrestrict-search.ts'

/** What the filter of plain dumps knows of where it is. */
export interface FilterState extends ReadingState {
  /** Bytes of a line that is not complete yet. */
  rest: Buffer[]
  isCopying: boolean
  /** The present entry of the dump is not restored. */
  isLeftOut: boolean
  /** The present statement, or the rows behind it, do not go to psql. */
  isDropped: boolean
  /** A statement that may be left out; undefined between statements and in all others. */
  held: string | undefined
  isComplete: boolean
  /** What is read now is not of the part of the file that is wanted. */
  isElsewhere: boolean
  readonly databases: { readonly name: string; isEmpty: boolean }[]
  /** The database in which statements make something; undefined before the first, and behind the end of each. */
  database: { isEmpty: boolean } | undefined
  /** Ends the present restriction; known to psql and this program alone. */
  key: string
  /** As the dump says it; undefined as long as it says nothing. */
  encoding: string | undefined
  readonly output: FilterOutput
}

/** @param key ends the first restriction */
export function startFiltering(rules: SqlFilterRules, key: string): FilterState {
  const isElsewhere = rules.part?.database !== undefined
  const output = createOutput(rules.restriction === 'leaking' ? makeUnrestrictSearch() : () => undefined)
  output.mute(isElsewhere)
  return {
    ...startReading(),
    rest: [],
    isCopying: false,
    isLeftOut: false,
    isDropped: false,
    held: undefined,
    isComplete: false,
    isElsewhere,
    databases: [],
    database: undefined,
    key,
    encoding: undefined,
    output,
  }
}
