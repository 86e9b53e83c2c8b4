/** What is open at the end of a line of SQL. */
export interface ReadingState {
  /** What closes the quotation or comment that is open; undefined outside of any. */
  closing: string | undefined
  /** The open quotation is an `E'…'`, in which a backslash escapes. */
  hasEscapes: boolean
  /** Comments of this kind nest. */
  commentDepth: number
}

export function startReading(): ReadingState {
  return { closing: undefined, hasEscapes: false, commentDepth: 0 }
}

/** A quotation, a comment, a dollar quote: what an identifier may hold stands before none of them. */
const opening = /--|\/\*|['"]|(?<![A-Za-z0-9_$\x80-\xff])\$(?:[A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff]*)?\$/g

/**
 * Reads on by one line.
 * @returns whether a statement ends with the line: its last character is a `;` outside of quotations and comments
 */
export function endsStatement(state: ReadingState, line: string): boolean {
  let index = 0
  let isCode = false
  while (index < line.length) {
    if (state.closing !== undefined) {
      index = skipQuotation(state, line, index)
      isCode = false
      continue
    }
    opening.lastIndex = index
    const found = opening.exec(line)
    const code = line.slice(index, found?.index)
    if (code.trim() !== '') isCode = code.trimEnd().endsWith(';')
    // What follows the dashes is a comment, to the end of the line.
    if (found === null || found[0] === '--') break
    index = found.index + found[0].length
    open(state, found[0], line, found.index)
  }
  return state.closing === undefined && isCode
}

function open(state: ReadingState, token: string, line: string, at: number): void {
  state.closing = token === '/*' ? '*/' : token
  state.hasEscapes =
    token === "'" && /(?:^|[^A-Za-z0-9_$\x80-\xff])[eE]$/.test(line.slice(Math.max(0, at - 2), at))
  if (token === '/*') state.commentDepth = 1
}

/** The index behind the end of what is open, or the line's length. Doubled quotes close and open again. */
function skipQuotation(state: ReadingState, line: string, from: number): number {
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
