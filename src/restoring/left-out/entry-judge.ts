import { isServiceRole, type HostingService } from '../../postgres/hosting/services.ts'
import { rewriteRoleStatement } from '../../postgres/sql/role-statements.ts'
import type { EntryJudge } from '../../postgres/sql/filter/filter-rules.ts'
import { parseEntryNumbers, parseHeading, type DumpEntry } from './dump-entry.ts'
import type { EntryNumbers, Judge } from './judge.ts'

/**
 * A judge for the filter of plain dumps, whose texts are one character for each byte.
 * @param isOfCluster the dump names its database, which may get another name: what belongs to the database itself does
 * not come from there
 */
export function createEntryJudge(judge: Judge, isOfCluster: boolean): EntryJudge {
  let numbers: EntryNumbers | undefined
  return {
    judgeComment: (line) => {
      const text = decode(line)
      numbers = parseEntryNumbers(text) ?? numbers
      const entry = parseHeading(text)
      if (isOfCluster && entry !== undefined && isOfDatabaseItself(entry)) return false
      return entry === undefined ? undefined : judge.judgeEntry(entry, numbers)
    },
    mayChange: () => judge.mayChange(),
    judgeStatement: (statement) => {
      const text = decode(statement)
      const kept = judge.judgeStatement(text)
      // Unchanged it stays as it is, byte for byte, also in another encoding.
      return kept === text ? statement : kept === undefined ? undefined : encode(kept)
    },
  }
}

/** Its owner, settings, comment and privileges (pg_dump.c: dumpDatabase). */
function isOfDatabaseItself({ type, name, schema }: DumpEntry): boolean {
  return schema === undefined && (/^DATABASE( PROPERTIES)?$/.test(type ?? '') || name.startsWith('DATABASE '))
}

/**
 * A judge for a dump of roles, by one who is no superuser.
 * @param existing roles that are there
 */
export function createRoleJudge(
  existing: readonly string[],
  service: HostingService | undefined,
): EntryJudge {
  const known = new Set(existing)
  const isKept = (role: string): boolean => known.has(role) || isServiceRole(role, service)
  return {
    judgeComment: () => undefined,
    mayChange: () => true,
    judgeStatement: (statement) => rewriteRoleStatement(statement, isKept),
  }
}

function decode(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

function encode(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}
