import { enter, noteDatabase, noteStatement, readMark, setting } from './cluster-part.ts'
import { isServerEncoding } from './client-encoding.ts'
import { formatConnect, isOwnCommand, parseConnect } from './connect-command.ts'
import { isCopyFromStdin } from './copy-statement.ts'
import { DumpError } from './dump-error.ts'
import type { ClusterDatabase, EntryJudge, SqlFilter, SqlFilterRules } from './filter-rules.ts'
import { startFiltering, type FilterState } from './filter-state.ts'
import { makeStatementTest } from './omitted-statements.ts'
import { endsStatement, type ReadingRules } from './sql-reader.ts'
import { openLength, respellRows } from './unrestrict-search.ts'

/** Statements that are held until they are whole begin with one of these; others only where the judge says so. */
const candidate = /^(?:ALTER |CREATE ROLE |CREATE TABLESPACE |COPY |SET )/i
const newline = 0x0a

interface Work {
  readonly state: FilterState
  readonly rules: SqlFilterRules
  readonly reading: ReadingRules
  readonly makeKey: () => string
  readonly isOmitted: (statement: string) => boolean
  readonly judge: EntryJudge | undefined
}

/**
 * PURE. A filter of the SQL that pg_dump and pg_dumpall write, which may be forged: psql obeys commands such as `\!`.
 * It knows quotes, dollar quotes, comments and the data of COPY, so that nothing inside a value or a function's body
 * is taken for a statement or command. Where it and psql read differently, psql still is under `\restrict`, and the
 * transaction cannot be committed.
 * @param makeKey gives another random word of letters and digits each time
 * @param judge without one all entries are restored
 */
export function createSqlFilter(rules: SqlFilterRules, makeKey: () => string, judge?: EntryJudge): SqlFilter {
  const state = startFiltering(rules, makeKey())
  const isOmitted = makeStatementTest(rules.omit)
  const reading = { oneTransaction: rules.transaction !== undefined, isStrict: rules.restriction === 'none' }
  const work = { state, rules, reading, makeKey, isOmitted, judge }
  const guard = `postgres_backup_${makeKey().toLowerCase()}`
  if (rules.transaction !== undefined) state.output.say(rules.transaction.begin + guardTransaction(guard))
  if (rules.restriction !== 'none') state.output.say(`\\restrict ${state.key}\n`)
  return {
    push: (chunk) => {
      if (chunk.includes(0)) throw new DumpError('a character of code 0')
      let rest = takeRest(state, chunk)
      while (rest !== undefined) rest = state.isCopying ? passData(work, rest) : readLine(work, rest)
      return state.output.take()
    },
    end: () => {
      if (state.rest.length > 0 && !state.isCopying)
        readLine(work, Buffer.concat([...state.rest, Buffer.from('\n')]))
      if (!state.isComplete || state.isWithinStatement || state.isCopying) {
        throw new Error('the dump is not complete: its last line is missing')
      }
      if (rules.restriction !== 'none') state.output.say(`\\unrestrict ${state.key}\n`)
      if (rules.transaction !== undefined)
        state.output.say(`DELETE FROM pg_temp.${guard};\n${rules.transaction.end}`)
      state.output.say(`\\echo ${rules.proof}\n`)
      return state.output.take()
    },
    listDatabases: (): ClusterDatabase[] => state.databases,
  }
}

/**
 * Two equal rows break a constraint that is looked at on COMMIT, so that any COMMIT fails before they are gone; and a
 * ROLLBACK takes the table along, so that our own last statement fails.
 */
function guardTransaction(guard: string): string {
  return (
    `CREATE TEMPORARY TABLE ${guard} (a int4 UNIQUE DEFERRABLE INITIALLY DEFERRED) ON COMMIT DROP; ` +
    `INSERT INTO pg_temp.${guard} VALUES (1), (1);\n`
  )
}

/** The bytes that can be worked on; a line without its end waits, uncopied, for more. */
function takeRest(state: FilterState, chunk: Buffer): Buffer | undefined {
  state.rest.push(chunk)
  if (!state.isCopying && !chunk.includes(newline)) return undefined
  const bytes = state.rest.length === 1 ? chunk : Buffer.concat(state.rest)
  state.rest = []
  return bytes
}

/** Passes COPY's rows; `bytes` begin with the line break before the first of them. */
function passData({ state, rules }: Pick<Work, 'state' | 'rules'>, bytes: Buffer): Buffer | undefined {
  const respell = rules.restriction === 'leaking' && !state.isDropped ? respellRows : (rows: Buffer) => rows
  const mark = bytes.indexOf('\n\\.')
  const end = mark < 0 ? -1 : bytes.indexOf(newline, mark + 1)
  if (end >= 0) {
    // psql knows the end by a line that holds this and nothing else; a row never begins so, as COPY doubles backslashes.
    if (!/^\\\.\r?$/.test(bytes.toString('latin1', mark + 1, end)))
      throw new DumpError('data that begin with \\.')
    if (!state.isDropped) state.output.pass(respell(bytes.subarray(0, end + 1)))
    state.isCopying = false
    state.isDropped = false
    return end + 1 < bytes.length ? bytes.subarray(end + 1) : undefined
  }
  const rows = respell(mark < 0 ? bytes : bytes.subarray(0, mark))
  const kept = mark < 0 ? Math.max(0, rows.length - openLength) : rows.length
  if (!state.isDropped) state.output.pass(rows.subarray(0, kept))
  state.rest = [rows.subarray(kept), bytes.subarray(mark < 0 ? bytes.length : mark)]
  return undefined
}

function readLine(work: Work, bytes: Buffer): Buffer | undefined {
  const { state } = work
  const end = bytes.indexOf(newline)
  if (end < 0) {
    state.rest = bytes.length > 0 ? [bytes] : []
    return undefined
  }
  const behind = bytes.subarray(end + 1)
  // One character for each byte: all that matters here is ASCII, whatever the encoding.
  const line = bytes.toString('latin1', 0, end + 1)
  if (!state.isWithinStatement && passBetween(work, line)) return behind
  if (!state.isWithinStatement) beginStatement(work, line)
  if (state.held !== undefined) state.held += line
  else if (!state.isDropped) state.output.pass(line)
  if (!endsStatement(state, line, work.reading)) return behind
  endStatement(work)
  if (!state.isCopying) return behind
  // The line break before the first row is told from the statement's end.
  state.output.dropLastByte()
  return bytes.subarray(end)
}

/**
 * Passes a line between statements: a comment, a command of psql, or nothing.
 * @returns false for a statement
 */
function passBetween({ state, rules, makeKey, judge }: Work, line: string): boolean {
  if (line.startsWith('\\')) {
    passCommand({ state, rules, makeKey }, line)
    return true
  }
  // Around large objects pg_dump writes a transaction of its own, whose COMMIT would end ours half-way.
  const isTransactionOfDump = rules.transaction !== undefined && /^(?:BEGIN|COMMIT);\s*$/.test(line)
  if (isTransactionOfDump) state.output.pass('\n')
  else if (!/^(?:--|[ \t\r\f\v]*\n)/.test(line)) return false
  else {
    if (/\r(?!\n$)/.test(line.trimStart())) throw new DumpError('a line break within a comment')
    const isRestored = state.isElsewhere ? undefined : judge?.judgeComment(line)
    if (isRestored !== undefined) state.isLeftOut = !isRestored
    state.output.pass(line)
    readMark(state, line.trimEnd(), rules)
  }
  return true
}

function passCommand(
  { state, rules, makeKey }: Pick<Work, 'state' | 'rules' | 'makeKey'>,
  line: string,
): void {
  const database = parseConnect(line)
  if (isOwnCommand(line)) {
    // Under our own restriction, which is the stronger one, psql would refuse these; the last comes with each \connect.
    state.output.pass('\n')
  } else if (database === undefined) {
    throw new DumpError(`the psql command ${/^\\[A-Za-z_!?;:.]{0,20}/.exec(line)?.[0] ?? ''}`)
  } else if (rules.part !== undefined) {
    enter(state, database, rules.part)
  } else if (rules.transaction !== undefined) {
    throw new DumpError('a \\connect, as with --create', 'transaction')
  } else {
    connect(state, database, { rules, makeKey })
  }
}

/** Another key each time: the one that psql was given would show in its SQL if it took this line for a quotation's. */
function connect(
  state: FilterState,
  database: string,
  { rules, makeKey }: Pick<Work, 'rules' | 'makeKey'>,
): void {
  noteDatabase(state, database)
  if (rules.restriction === 'leaking' && database.includes('\\')) {
    throw new DumpError('a name with a backslash', 'unsure')
  }
  if (rules.restriction !== 'none') state.output.say(`\\unrestrict ${state.key}\n`)
  // In an encoding such as SJIS psql could take the quote behind a name's last byte for a part of its character.
  state.output.say(`\\encoding SQL_ASCII\n${formatConnect(database)}`)
  state.key = makeKey()
  if (rules.restriction !== 'none') state.output.say(`\\restrict ${state.key}\n`)
}

function beginStatement({ state, rules, judge }: Work, line: string): void {
  noteStatement(state, line, rules.part)
  const mayChange = !state.isLeftOut && !state.isElsewhere && judge?.mayChange()
  const isHeld = candidate.test(line) || setting.test(line) || mayChange
  if (isHeld === true) state.held = ''
  state.isDropped = state.held === undefined && state.isLeftOut
  if (rules.restriction !== 'none' || state.isElsewhere) return
  if (state.encoding !== undefined) state.output.say(`\\encoding ${state.encoding}\n`)
  else if (/[\x80-\xff]/.test(line)) throw new DumpError('text before it names its encoding', 'unsure')
}

function endStatement(work: Work): void {
  const { state, rules } = work
  const { held } = state
  state.held = undefined
  state.isDropped = false
  if (held === undefined) return
  const kept = decide(work, held)
  state.output.pass(kept ?? held.replace(/[^\n]+/g, ''))
  state.isCopying = isCopyFromStdin(held)
  state.isDropped = state.isCopying && kept === undefined
  if (/^COPY /i.test(held) && !state.isCopying) throw new DumpError('another COPY than pg_dump writes')
  const strings = /^SET standard_conforming_strings = (on|off);\s*$/.exec(held)?.[1]
  if (strings !== undefined) state.escapesInStrings = strings === 'off'
  const encoding = /^SET client_encoding = '(\w+)';\s*$/.exec(held)?.[1]
  if (encoding === undefined) return
  if (rules.restriction === 'none' && !state.isElsewhere && !isServerEncoding(encoding))
    throw new DumpError(`text in ${encoding}`, 'unsure')
  state.encoding = encoding
}

/** @returns undefined for a statement that does not reach psql */
function decide({ state, isOmitted, judge }: Work, statement: string): string | undefined {
  if (state.isElsewhere || isOmitted(statement)) return undefined
  if (judge === undefined || setting.test(statement)) return statement
  return state.isLeftOut ? undefined : judge.judgeStatement(statement)
}
