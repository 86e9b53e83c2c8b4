import { quoteLiteral } from '../../postgres/sql/quote.ts'

/** How the line begins by which psql tells whose things could not be given to him; see `restoreFailures` for the other. */
const notGiven = 'postgres-backup: owner not given: '
const refused = 'postgres-backup: owner refused: '

/**
 * PURE. A statement that gives something to a role, as one that may be tried: a role may be given things only where it
 * may make such things itself.
 * @param isStrict fail where it may not, so that nothing is restored
 */
export function tryOwner(statement: string, owner: string, isStrict: boolean): string {
  const name = owner.replaceAll('\n', ' ')
  const told = isStrict
    ? `raise exception '%', ${quoteLiteral(`${refused}${name}`)};`
    : `raise warning '%', ${quoteLiteral(`${notGiven}${name}`)};`
  const body = `begin ${statement.trimEnd()} exception when insufficient_privilege then ${told} end`
  return `DO ${quoteLiteral(body)};\n`
}

/** PURE. The role that was not given what it owned, from a line that psql printed. */
export function readOwnerNotGiven(line: string): string | undefined {
  const at = line.indexOf(notGiven)
  return at < 0 ? undefined : line.slice(at + notGiven.length)
}
