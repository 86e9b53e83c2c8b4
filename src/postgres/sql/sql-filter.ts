import { makeStatementTest, type OmittedStatements } from './omitted-statements.ts'
import { endsStatement, startReading, type ReadingState } from './sql-reader.ts'

/** What is changed in a plain dump on its way to psql. */
export interface SqlFilterRules {
  /** The comment line by which a complete dump is known. */
  readonly completionMarker: string
  /** Wrap all in one transaction, which commits only behind the completion marker. */
  readonly oneTransaction: boolean
  /** Statements to leave out; see {@link makeStatementTest}. */
  readonly omit: OmittedStatements
}

/** A plain dump, piece by piece: what goes in comes out, but for what the rules change. */
export interface SqlFilter {
  push(chunk: Buffer): Buffer
  /** @throws Error when the dump was not complete */
  end(): Buffer
}

/** Statements that can be left out begin with one of these; all others pass without being held. */
const candidate = /^(?:ALTER |CREATE ROLE |CREATE TABLESPACE |BEGIN;|COMMIT;)/
const newline = 0x0a

interface FilterState extends ReadingState {
  /** Bytes of a line that is not complete yet. */
  rest: Buffer[]
  isCopying: boolean
  /** A statement that may be left out; undefined between statements and in all others. */
  held: string | undefined
  /** The beginning of the statement that is being read, on its first line; undefined between statements. */
  statement: string | undefined
  isComplete: boolean
  output: Buffer[]
}

/**
 * PURE. A filter of the SQL that pg_dump and pg_dumpall write. It knows quotes, dollar quotes, comments and the data
 * of COPY, so that nothing inside a value or a function's body is taken for a statement. Line numbers stay the same.
 */
export function createSqlFilter(rules: SqlFilterRules): SqlFilter {
  const isUnwanted = makeStatementTest(rules.omit)
  // Around large objects pg_dump writes a transaction of its own, whose COMMIT would end ours half-way.
  const isOmitted = (statement: string): boolean =>
    (rules.oneTransaction && /^(?:BEGIN|COMMIT);\s*$/.test(statement)) || isUnwanted(statement)
  const state: FilterState = {
    ...startReading(),
    rest: [],
    isCopying: false,
    held: undefined,
    statement: undefined,
    isComplete: false,
    output: rules.oneTransaction ? [Buffer.from('BEGIN; ')] : [],
  }
  return {
    push: (chunk) => {
      let rest = takeRest(state, chunk)
      while (rest !== undefined) {
        rest = state.isCopying ? passData(state, rest) : readLine(state, rest, { rules, isOmitted })
      }
      return takeOutput(state)
    },
    end: () => {
      if (state.rest.length > 0)
        readLine(state, Buffer.concat([...state.rest, Buffer.from('\n')]), { rules, isOmitted })
      if (!state.isComplete || state.statement !== undefined) {
        throw new Error('the dump is not complete: its last line is missing')
      }
      if (rules.oneTransaction) state.output.push(Buffer.from('COMMIT;\n'))
      return takeOutput(state)
    },
  }
}

/** The bytes that can be worked on; a line without its end waits, uncopied, for more. */
function takeRest(state: FilterState, chunk: Buffer): Buffer | undefined {
  state.rest.push(chunk)
  if (!state.isCopying && !chunk.includes(newline)) return undefined
  const bytes = state.rest.length === 1 ? chunk : Buffer.concat(state.rest)
  state.rest = []
  return bytes
}

function takeOutput(state: FilterState): Buffer {
  const bytes = Buffer.concat(state.output)
  state.output = []
  return bytes
}

/** Passes COPY's rows; `bytes` begin with the line break before the first of them. */
function passData(state: FilterState, bytes: Buffer): Buffer | undefined {
  // A row never begins with `\.`, since COPY writes a backslash twice.
  const mark = bytes.indexOf('\n\\.')
  const end = mark < 0 ? -1 : bytes.indexOf(newline, mark + 1)
  if (end >= 0) {
    state.output.push(bytes.subarray(0, end + 1))
    state.isCopying = false
    state.statement = undefined
    return end + 1 < bytes.length ? bytes.subarray(end + 1) : undefined
  }
  const kept = mark < 0 ? Math.max(0, bytes.length - 2) : mark
  state.output.push(bytes.subarray(0, kept))
  state.rest = [bytes.subarray(kept)]
  return undefined
}

interface LineRules {
  readonly rules: SqlFilterRules
  readonly isOmitted: (statement: string) => boolean
}

function readLine(state: FilterState, bytes: Buffer, { rules, isOmitted }: LineRules): Buffer | undefined {
  const end = bytes.indexOf(newline)
  if (end < 0) {
    state.rest = bytes.length > 0 ? [bytes] : []
    return undefined
  }
  // One character for each byte: all that matters here is ASCII, whatever the encoding.
  const line = bytes.toString('latin1', 0, end + 1)
  if (state.statement === undefined && /^(?:--|\\|\s*$)/.test(line)) {
    if (line.trimEnd() === rules.completionMarker) state.isComplete = true
    emit(state, line)
    return bytes.subarray(end + 1)
  }
  if (state.statement === undefined) {
    state.statement = line
    if (candidate.test(line)) state.held = ''
  }
  if (state.held === undefined) emit(state, line)
  else state.held += line
  if (!endsStatement(state, line)) return bytes.subarray(end + 1)
  if (state.held !== undefined)
    emit(state, isOmitted(state.held) ? state.held.replace(/[^\n]+/g, '') : state.held)
  state.held = undefined
  state.isCopying = state.statement.startsWith('COPY ') && /\sFROM stdin;\s*$/.test(line)
  if (!state.isCopying) {
    state.statement = undefined
    return bytes.subarray(end + 1)
  }
  dropLastByte(state)
  return bytes.subarray(end)
}

function emit(state: FilterState, text: string): void {
  state.output.push(Buffer.from(text, 'latin1'))
}

/** The line break before COPY's first row belongs to its data, where `\.` can only stand behind one. */
function dropLastByte(state: FilterState): void {
  const last = state.output.pop()
  if (last !== undefined) state.output.push(last.subarray(0, -1))
}
