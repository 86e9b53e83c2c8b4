const tokens = /"(?:[^"]|"")*"|'(?:[^']|'')*'|[A-Za-z_\x80-\uffff][\w$\x80-\uffff]*|\s+|[^]/g

/** PURE. The roles that get or lose something by a statement of pg_dump, PUBLIC aside. */
export function readGrantees(statement: string): string[] {
  const names = findList(split(statement))?.names ?? []
  return names.map(readName).filter((name) => name !== undefined)
}

/** PURE. The role to which a statement of pg_dump gives something, as in `ALTER TABLE t OWNER TO r;`. */
export function readNewOwner(statement: string): string | undefined {
  const [, written] = /^ALTER [^]* OWNER TO ("(?:[^"]|"")+"|[^\s"';]+);\s*$/.exec(statement) ?? []
  return written === undefined ? undefined : readName(written)
}

/** PURE. The role as which the grants that follow are made (dumputils.c: buildACLCommands). */
export function readGrantor(statement: string): string | undefined {
  const [, written] = /^SET SESSION AUTHORIZATION ("(?:[^"]|"")+"|[^\s"';]+);\s*$/.exec(statement) ?? []
  return written === undefined || written === 'DEFAULT' ? undefined : readName(written)
}

/**
 * PURE. The statement without the roles that are missing.
 * @returns undefined where none is left for whom it would be
 */
export function withoutRoles(statement: string, isMissing: (role: string) => boolean): string | undefined {
  const pieces = statement.match(tokens) ?? []
  const words = split(statement)
  const list = findList(words)
  if (list === undefined) return statement
  const kept = list.names.filter((written) => {
    const name = readName(written)
    return name === undefined || !isMissing(name)
  })
  if (kept.length === list.names.length) return statement
  if (kept.length === 0) return undefined
  // Blanks are pieces and no words.
  const places = pieces.flatMap((piece, at) => (piece.trim() === '' ? [] : [at]))
  const behind = pieces.slice((places[list.end] ?? 0) + 1)
  return [...pieces.slice(0, places[list.start]), kept.join(', '), ...behind].join('')
}

function split(statement: string): string[] {
  return (statement.match(tokens) ?? []).filter((token) => token.trim() !== '')
}

interface RoleList {
  readonly names: readonly string[]
  /** Of the first name and the last, counted in words. */
  readonly start: number
  readonly end: number
}

/** The names behind the last TO or FROM outside of parentheses; in a policy behind the first. */
function findList(words: readonly string[]): RoleList | undefined {
  let depth = 0
  const places: number[] = []
  for (const [at, word] of words.entries()) {
    if (word === '(') depth += 1
    if (word === ')') depth -= 1
    if (depth === 0 && (word === 'TO' || word === 'FROM')) places.push(at)
  }
  const isPolicy = words[0] === 'CREATE' && words[1] === 'POLICY'
  const isPrivilege =
    ['GRANT', 'REVOKE'].includes(words[0] ?? '') || (words[0] === 'ALTER' && words[1] === 'DEFAULT')
  const at = isPolicy ? places[0] : isPrivilege ? places.at(-1) : undefined
  if (at === undefined) return undefined
  let end = at + 1
  while (words[end + 1] === ',') end += 2
  return { names: words.slice(at + 1, end + 1).filter((word) => word !== ','), start: at + 1, end }
}

/** A role's name, or undefined for PUBLIC. */
function readName(written: string): string | undefined {
  if (written.startsWith('"')) return written.slice(1, -1).replaceAll('""', '"')
  return written === 'PUBLIC' ? undefined : written
}
