import { DumpError } from './dump-error.ts'

/** What is open at the end of a line of SQL. */
export interface ReadingState {
  /** What closes the quotation or comment that is open; undefined outside of any. */
  closing: string | undefined
  /** A backslash escapes in the open quotation: it is an `E'…'`, or standard_conforming_strings is off. */
  hasEscapes: boolean
  /** Comments of this kind nest. */
  commentDepth: number
  /** Open parentheses, in which a `;` ends no statement. */
  parentheses: number
  /** Depth of `BEGIN ATOMIC … END` and of `CASE … END` within, where a `;` ends no statement either. */
  bodyDepth: number
  /** The first four words of the statement, in lower case; psql looks at no more. */
  words: string[]
  /** A statement that began on an earlier line goes on. */
  isWithinStatement: boolean
  /** Nothing but blanks and comments stands before, since the last `;`. */
  isAtStart: boolean
  /** `standard_conforming_strings` is off, as far as the dump itself says. */
  escapesInStrings: boolean
}

/** How the SQL is read. */
export interface ReadingRules {
  /** Refuse what ends or begins a transaction. */
  readonly oneTransaction: boolean
  /** Refuse what versions and settings of psql read differently, since nothing but this reader guards psql. */
  readonly isStrict: boolean
}

export function startReading(): ReadingState {
  return {
    closing: undefined,
    hasEscapes: false,
    commentDepth: 0,
    parentheses: 0,
    bodyDepth: 0,
    words: [],
    isWithinStatement: false,
    isAtStart: true,
    escapesInStrings: false,
  }
}

/** All that matters outside of quotations, as psqlscan.l cuts it; an identifier may hold a `$`, a number may not. */
const tokens =
  /--|\/\*|['"]|[A-Za-z_\x80-\xff][A-Za-z0-9_$\x80-\xff]*|\$(?:[A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff]*)?\$|[;()\\$]|::|:/g

/** They begin or end a transaction, and pg_dump writes them around large objects alone. */
const transactionWords = new Set(['abort', 'begin', 'commit', 'end', 'prepare', 'rollback', 'start'])

/**
 * Reads on by one line.
 * @returns whether a statement ends with the line: nothing but blanks and comments stands behind its `;`
 * @throws DumpError for what no dump holds, and what psql could take for an order
 */
export function endsStatement(state: ReadingState, line: string, rules: ReadingRules): boolean {
  let index = 0
  let isEnded = false
  while (index < line.length) {
    if (state.closing !== undefined) {
      index = skipQuotation(state, line, index, rules)
      continue
    }
    tokens.lastIndex = index
    const found = tokens.exec(line)
    if (isEnded && hasCode(line, index, found?.index)) isEnded = continueLine(rules)
    if (found === null) break
    const token = found[0]
    index = found.index + token.length
    if (token === '--') {
      // For psql and the server a carriage return ends a comment too.
      if (/\r(?!\n?$)/.test(line.slice(index))) throw new DumpError('a line break within a comment')
      break
    }
    if (token !== '/*') {
      if (isEnded) continueLine(rules)
      isEnded = takeToken(state, token, { line, at: found.index, rules })
    }
    if (opensQuotation(token)) open(state, token, line, found.index)
  }
  state.isWithinStatement = !isEnded || state.closing !== undefined
  return !state.isWithinStatement
}

function hasCode(line: string, from: number, to: number | undefined): boolean {
  for (let index = from; index < (to ?? line.length); index += 1) {
    if (!' \t\n\r\f\v'.includes(line.charAt(index))) return true
  }
  return false
}

/** What encoding and quotes psql assumes is settled where a statement begins, and that is at a line's beginning. */
function continueLine({ isStrict }: ReadingRules): false {
  if (isStrict) throw new DumpError('two statements on one line', 'unsure')
  return false
}

function opensQuotation(token: string): boolean {
  return token === "'" || token === '"' || token === '/*' || (token.length > 1 && token.startsWith('$'))
}

interface Position {
  readonly line: string
  readonly at: number
  readonly rules: ReadingRules
}

/** @returns whether the token ends a statement */
function takeToken(state: ReadingState, token: string, position: Position): boolean {
  if (position.rules.isStrict) refuseUnsure(token, position)
  switch (token) {
    case '\\':
      throw new DumpError(`the psql command ${nameCommand(position)}`)
    case '(':
      state.parentheses += 1
      break
    case ')':
      state.parentheses = Math.max(0, state.parentheses - 1)
      break
    case ';':
      return takeSemicolon(state)
    default:
      if (/^[A-Za-z_\x80-\xff]/.test(token)) takeWord(state, token.toLowerCase(), position)
  }
  state.isAtStart = false
  return false
}

function takeSemicolon(state: ReadingState): boolean {
  state.isAtStart = true
  if (state.parentheses > 0 || state.bodyDepth > 0) return false
  state.words = []
  return true
}

function takeWord(state: ReadingState, word: string, { line, at, rules }: Position): void {
  if (state.isAtStart) {
    const endsBody = word === 'end' && state.bodyDepth > 0
    if (rules.oneTransaction && transactionWords.has(word) && !endsBody) {
      throw new DumpError(`the statement ${word.toUpperCase()}`, 'transaction')
    }
    if (word === 'copy' && (at > 0 || state.isWithinStatement))
      throw new DumpError('a COPY that does not begin a line')
  }
  if (state.words.length < 4) state.words.push(word)
  if (state.words[0] !== 'create' || state.parentheses > 0 || !isRoutine(state.words)) return
  if (word === 'begin') {
    // psql takes any BEGIN for the beginning of a body, but the server only this one.
    if (rules.isStrict || !/^\s+ATOMIC\s/i.test(line.slice(at + word.length)))
      throw new DumpError('BEGIN in a function')
    state.bodyDepth += 1
  } else if (word === 'case' && state.bodyDepth > 0) state.bodyDepth += 1
  else if (word === 'end' && state.bodyDepth > 0) state.bodyDepth -= 1
}

/** Whether psql reckons with a body (psqlscan.l, the rule for identifiers; since version 14). */
function isRoutine([first, ...others]: readonly string[]): boolean {
  const [kind] = others[0] === 'or' && others[1] === 'replace' ? others.slice(2) : others
  return first === 'create' && (kind === 'function' || kind === 'procedure')
}

/** A variable, and a word, `$` or quotation that touches a number: psql's versions differ in what they make of them. */
function refuseUnsure(token: string, { line, at }: Position): void {
  const next = line.charAt(at + token.length)
  const touchesNumber = /[0-9]/.test(line.charAt(at - 1))
  const isUnsure =
    token === '$' ||
    (token === ':' && /[A-Za-z_'"{\x80-\xff]/.test(next)) ||
    (/^[$A-Za-z_\x80-\xff]/.test(token) && touchesNumber && (!/^[eE]\d*$/.test(token) || /['"$]/.test(next)))
  if (isUnsure) throw new DumpError(`"${token}${next}" outside of quotes`, 'unsure')
}

function nameCommand({ line, at }: Position): string {
  return `\\${/^[A-Za-z_!?;:.]*/.exec(line.slice(at + 1, at + 21))?.[0] ?? ''}`
}

function open(state: ReadingState, token: string, line: string, at: number): void {
  state.closing = token === '/*' ? '*/' : token
  const isEscapeString = /(?:^|[^A-Za-z0-9_$\x80-\xff])[eE]$/.test(line.slice(Math.max(0, at - 2), at))
  state.hasEscapes = token === "'" && (isEscapeString || state.escapesInStrings)
  if (token === '/*') state.commentDepth = 1
}

/** The index behind the end of what is open, or the line's length. Doubled quotes close and open again. */
function skipQuotation(state: ReadingState, line: string, from: number, rules: ReadingRules): number {
  if (state.closing === '*/') return skipComment(state, line, from)
  let index = from
  for (;;) {
    const end = line.indexOf(state.closing ?? '', index)
    const escape = state.hasEscapes ? line.indexOf('\\', index) : -1
    if (escape >= 0 && (end < 0 || escape < end)) {
      index = escape + 2
      continue
    }
    if (end < 0) return line.length
    if (rules.isStrict && state.closing === "'" && isEscaped(line, from, end)) {
      throw new DumpError(`"\\'" in a string`, 'unsure')
    }
    const isDoubled = state.closing === "'" && line[end + 1] === "'"
    index = end + (state.closing?.length ?? 1)
    if (isDoubled) {
      index += 1
      continue
    }
    state.closing = undefined
    return index
  }
}

/** An odd number of backslashes before it: whether that quote ends the string is a matter of settings. */
function isEscaped(line: string, from: number, end: number): boolean {
  let first = end
  while (first > from && line[first - 1] === '\\') first -= 1
  return (end - first) % 2 === 1
}

function skipComment(state: ReadingState, line: string, from: number): number {
  const edge = /\/\*|\*\//g
  edge.lastIndex = from
  for (let found = edge.exec(line); found !== null; found = edge.exec(line)) {
    state.commentDepth += found[0] === '/*' ? 1 : -1
    if (state.commentDepth > 0) continue
    state.closing = undefined
    return edge.lastIndex
  }
  return line.length
}
