import { quoteIdentifier } from '../quote.ts'
import { isServerEncoding } from '../filter/client-encoding.ts'
import { isOwnCommand, parseConnect } from '../filter/connect-command.ts'
import { readAttachedPartition, readCopiedTable, readMadeTable } from '../filter/copy-statement.ts'
import { DumpError } from '../filter/dump-error.ts'
import { endsStatement, startReading, type ReadingState } from '../filter/sql-reader.ts'
import { countCopiedRows, type CopiedRows } from './copied-rows.ts'
import { findPartitions } from './find-partitions.ts'
import { nameTable, unknownRows, type DumpRows, type TableRows } from './dump-rows.ts'

/** Counts the rows of a plain dump while its bytes pass. */
export interface RowCounter {
  /** Takes the next bytes; they may be written over afterwards. */
  add(bytes: Buffer): void
  /** What the dump held; all of it is known only behind its last byte. */
  end(): DumpRows
}

/** Bytes of the longest line outside of rows that is read. */
const longestLine = 64 * 1024 * 1024

const newline = 0x0a
/** What is looked at when it is whole. */
const candidate = /^(?:COPY|CREATE (?:UNLOGGED )?TABLE|ALTER TABLE ONLY|SET) /i
const reading = { oneTransaction: false, isStrict: false }

interface DatabaseState {
  /** Behind the name of a table, in a file of several databases. */
  readonly suffix: string | undefined
  /** Tables that the dump makes, as it writes them, and whether they have partitions instead of rows. */
  readonly made: Map<string, boolean>
  /** Rows of tables that it does not make: they belong to extensions and foreign servers. */
  rowsOfOthers: number
  /** As the dump says it; undefined as long as it says nothing. */
  encoding: string | undefined
}

interface CounterState {
  sql: ReadingState
  /** Bytes of a line that is not complete yet. */
  rest: Buffer[]
  restLength: number
  /** A statement that is looked at when it is whole. */
  held: string | undefined
  copying: { readonly table: string; readonly rows: CopiedRows } | undefined
  /** Behind the `\.` of the line that ends rows. */
  isEnding: boolean
  database: DatabaseState
  readonly tables: Map<string, number>
  /** Of each partition the table of which it is one. */
  readonly parents: Map<string, string>
  total: number
  /** Some table cannot be named. */
  isNameless: boolean
}

/**
 * PURE. Counts the rows of what pg_dump and pg_dumpall write as SQL: those of the tables that the dump itself makes, by
 * COPY. It knows quotes, dollar quotes and comments, so that nothing inside a value, a name or a function's body is taken
 * for a COPY. Where the dump holds rows in another way, or what this reader does not understand, nothing is known, which
 * is better than a wrong number: a restore compares.
 */
export function createRowCounter(): RowCounter {
  let state: CounterState | undefined = startCounting()
  return {
    add: (bytes) => {
      state =
        state &&
        orUnknown(state, (known) => {
          readBytes(known, bytes)
        })
    },
    end: () => {
      state = state && orUnknown(state, endDump)
      return state === undefined ? unknownRows : describe(state)
    },
  }
}

/** @returns undefined where the work met something that it does not understand */
function orUnknown(state: CounterState, work: (state: CounterState) => void): CounterState | undefined {
  try {
    work(state)
    return state
  } catch (error) {
    if (error instanceof DumpError) return undefined
    throw error
  }
}

function startCounting(): CounterState {
  return {
    sql: startReading(),
    rest: [],
    restLength: 0,
    held: undefined,
    copying: undefined,
    isEnding: false,
    database: startDatabase(''),
    tables: new Map(),
    parents: new Map(),
    total: 0,
    isNameless: false,
  }
}

function startDatabase(suffix: string | undefined): DatabaseState {
  return { suffix, made: new Map(), rowsOfOthers: 0, encoding: undefined }
}

function readBytes(state: CounterState, bytes: Buffer): void {
  for (let at = 0; at < bytes.length;)
    at = state.copying ? takeRows(state, bytes, at) : takeLine(state, bytes, at)
}

function takeRows(state: CounterState, bytes: Buffer, at: number): number {
  const end = state.copying?.rows.take(bytes, at)
  if (end === undefined) return bytes.length
  state.isEnding = true
  endRows(state)
  return end
}

/** @returns the index behind what was taken */
function takeLine(state: CounterState, bytes: Buffer, at: number): number {
  const end = bytes.indexOf(newline, at)
  const part = bytes.subarray(at, end < 0 ? bytes.length : end + 1)
  state.restLength += part.length
  if (state.restLength > longestLine) throw new DumpError('a line of more than 64 MB')
  if (end < 0) {
    state.rest.push(Buffer.from(part))
    return bytes.length
  }
  const line = state.rest.length === 0 ? part : Buffer.concat([...state.rest, part])
  state.rest = []
  state.restLength = 0
  // One character for each byte: all that matters here is ASCII, whatever the encoding.
  readLine(state, line.toString('latin1'))
  return end + 1
}

function readLine(state: CounterState, line: string): void {
  if (state.isEnding) {
    if (!/^\r?\n$/.test(line)) throw new DumpError('data that begin with \\.')
    state.isEnding = false
    return
  }
  if (!state.sql.isWithinStatement) {
    if (line.startsWith('\\')) {
      obeyCommand(state, line)
      return
    }
    if (/^(?:--|[ \t\r\f\v]*\n)/.test(line)) {
      if (/\r(?!\n$)/.test(line.trimStart())) throw new DumpError('a line break within a comment')
      return
    }
    if (/^INSERT /i.test(line)) throw new DumpError('rows as INSERT')
    state.held = candidate.test(line) ? '' : undefined
  }
  if (state.held !== undefined) state.held += line
  if (endsStatement(state.sql, line, reading) && state.held !== undefined) endStatement(state, state.held)
}

function obeyCommand(state: CounterState, line: string): void {
  if (isOwnCommand(line)) return
  const name = parseConnect(line)
  if (name === undefined) throw new DumpError('a psql command')
  endDatabase(state)
  const bytes = Buffer.from(name, 'latin1')
  const known = nameTable(bytes, 'UTF8')
  state.database = startDatabase(known === undefined ? undefined : ` in ${quoteIdentifier(known)}`)
  state.sql.escapesInStrings = false
}

function endStatement(state: CounterState, statement: string): void {
  const { database } = state
  if (/^COPY /i.test(statement)) {
    const table = readCopiedTable(statement)
    if (table === undefined) throw new DumpError('another COPY than pg_dump writes')
    state.copying = { table, rows: countCopiedRows() }
  }
  const made = readMadeTable(statement)
  if (made !== undefined) database.made.set(made, /\nPARTITION BY /.test(statement))
  noteParent(state, statement)
  const strings = /^SET standard_conforming_strings = (on|off);\s*$/.exec(statement)?.[1]
  if (strings !== undefined) state.sql.escapesInStrings = strings === 'off'
  const encoding = /^SET client_encoding = '(\w+)';\s*$/.exec(statement)?.[1]
  if (encoding === undefined) return
  if (!isServerEncoding(encoding)) throw new DumpError(`text in ${encoding}`, 'unsure')
  database.encoding = encoding
}

function endRows(state: CounterState): void {
  const { copying, database } = state
  if (copying === undefined) return
  state.copying = undefined
  const rows = copying.rows.count()
  const isPartitioned = database.made.get(copying.table)
  if (isPartitioned === undefined) {
    database.rowsOfOthers += rows
    return
  }
  state.total += rows
  const name = nameFully(database, copying.table)
  // Rows that were dumped by way of the root come to partitions that only the server knows.
  if (isPartitioned || name === undefined) {
    state.isNameless = true
    return
  }
  if (state.tables.has(name)) throw new DumpError('the rows of a table twice')
  state.tables.set(name, rows)
}

function noteParent({ database, parents }: CounterState, statement: string): void {
  const attached = readAttachedPartition(statement)
  if (attached === undefined) return
  const [parent, partition] = [nameFully(database, attached.parent), nameFully(database, attached.partition)]
  if (parent !== undefined && partition !== undefined) parents.set(partition, parent)
}

/** As {@link TableRows} says it; undefined where it is no text. */
function nameFully({ encoding, suffix }: DatabaseState, written: string): string | undefined {
  const name = nameTable(Buffer.from(written, 'latin1'), encoding)
  return name === undefined || suffix === undefined ? undefined : `${name}${suffix}`
}

/** Where a dump makes no table at all, as with `--data-only`, nobody can tell whose the rows are. */
function endDatabase({ database }: CounterState): void {
  if (database.rowsOfOthers > 0 && database.made.size === 0) throw new DumpError('rows without tables')
}

function endDump(state: CounterState): void {
  if (state.rest.length > 0) readBytes(state, Buffer.from('\n'))
  if (state.copying !== undefined || state.isEnding || state.sql.isWithinStatement)
    throw new DumpError('an end that comes too early')
  endDatabase(state)
}

function describe({ tables, total, isNameless, parents }: CounterState): DumpRows {
  if (isNameless) return { total, tables: null, partitions: [] }
  const list = [...tables].map(([table, rows]): TableRows => ({ table, rows }))
  const partitions = findPartitions(tables.keys(), parents)
  return { total, tables: list, partitions }
}
