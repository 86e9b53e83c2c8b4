import type { OmittedStatements } from './omitted-statements.ts'

/**
 * How the psql that reads can be kept from obeying a dump. `none`: it does not know `\restrict`, so the dump is read
 * more strictly. `leaking`: it runs what stands in backquotes behind `\unrestrict`, so that word is refused.
 */
export type Restriction = 'none' | 'leaking' | 'tight'

/** The comment lines by which complete dumps of pg_dump and pg_dumpall are known. */
export const completionMarkers = {
  database: '-- PostgreSQL database dump complete',
  cluster: '-- PostgreSQL database cluster dump complete',
} as const

/** Of a file of pg_dumpall: the roles and tablespaces, or what it holds of one database, named by one character for each byte. */
export interface ClusterPart {
  /** Undefined for the roles and tablespaces. */
  readonly database: string | undefined
}

/** A database of a file of pg_dumpall. */
export interface ClusterDatabase {
  /** One character for each byte. */
  readonly name: string
  /** Whether nothing is made in it. */
  readonly isEmpty: boolean
}

/** What is changed in a plain dump on its way to psql. */
export interface SqlFilterRules {
  /** The comment line by which a complete dump is known. */
  readonly completionMarker: string
  /**
   * A psql script that begins a transaction before the dump, and one that ends it behind a complete one: nothing that
   * the dump holds can end it. Undefined to restore without one.
   */
  readonly transaction: { readonly begin: string; readonly end: string } | undefined
  readonly restriction: Restriction
  /** Read the whole file of pg_dumpall, and pass just this of it; undefined for all of a file. */
  readonly part?: ClusterPart | undefined
  /** Printed by psql when it has read to the end, all of it as it was meant. */
  readonly proof: string
  /** Statements to leave out; see {@link OmittedStatements}. */
  readonly omit: OmittedStatements
}

/** Decides, entry by entry, what of a dump is restored. Texts come as one character for each byte. */
export interface EntryJudge {
  /**
   * Takes a comment line between statements.
   * @returns whether the statements of the entry that begins there are restored; undefined where none begins
   */
  judgeComment(line: string): boolean | undefined
  /** Whether statements of the present entry may have to be changed, and so are held until they are whole. */
  mayChange(): boolean
  /** @returns the statement as it is to be run, or undefined */
  judgeStatement(statement: string): string | undefined
}

/** A plain dump, piece by piece: what goes in comes out, but for what the rules change. */
export interface SqlFilter {
  push(chunk: Buffer): Buffer
  /** @throws Error when the dump was not complete */
  end(): Buffer
  /** The databases to which the dump has connected so far, in their order. */
  listDatabases(): ClusterDatabase[]
}
