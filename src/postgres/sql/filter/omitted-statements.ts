import { readIdentifier } from '../identifier.ts'

/** First major version whose servers know `transaction_timeout`. */
export const transactionTimeoutSince = 17

/** PURE. Whether a dump of that client must lose its `SET transaction_timeout` on the way to that server. */
export function losesTransactionTimeout(clientMajor: number, serverMajor: number): boolean {
  return clientMajor >= transactionTimeoutSince && serverMajor < transactionTimeoutSince
}

/** Statements of a plain dump that do not reach psql. */
export interface OmittedStatements {
  /** `ALTER … OWNER TO …`, as `pg_restore --no-owner` leaves them out. */
  readonly owners: boolean
  /** `SET transaction_timeout`, which pg_dump writes since version 17 and servers up to 16 refuse. */
  readonly transactionTimeout: boolean
  /** Roles that exist already, and so cannot be created. */
  readonly existingRoles: readonly string[]
  readonly existingTablespaces: readonly string[]
  /** The role that restores: a new password for it would lock this very restore out. */
  readonly ownRole: string | undefined
}

/** PURE. Tells which statements to leave out; a statement comes as one character for each byte, with its `;`. */
export function makeStatementTest(omit: OmittedStatements): (statement: string) => boolean {
  const created = { ROLE: new Set(omit.existingRoles), TABLESPACE: new Set(omit.existingTablespaces) }
  return (statement) => {
    if (omit.transactionTimeout && /^SET transaction_timeout = 0;\s*$/.test(statement)) return true
    if (omit.owners && /^ALTER [^]* OWNER TO (?:"(?:[^"]|"")+"|[^\s"';]+);\s*$/.test(statement)) return true
    const [, kind, name] = /^CREATE (ROLE|TABLESPACE) ("(?:[^"]|"")+"|[^\s"';]+)/.exec(statement) ?? []
    if (kind === 'ROLE' || kind === 'TABLESPACE') return created[kind].has(readIdentifier(name ?? ''))
    const role = /^ALTER ROLE ("(?:[^"]|"")+"|[^\s"';]+) /.exec(statement)?.[1]
    return role !== undefined && readIdentifier(role) === omit.ownRole
  }
}
