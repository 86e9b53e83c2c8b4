/** What stands in a database and is compared: a row of `fingerprintFacts` tells all of each. */
export type FingerprintKind = 'table' | 'object' | 'sequence' | 'largeObjects'

/** One thing in a database. */
export interface FingerprintEntry {
  /** Equal for equal things; null where the connecting role may not read it. */
  readonly value: string | null
  /** Rows of a table, or the number of large objects. */
  readonly rows: number | undefined
}

/** What stands in a database of one kind, by name. */
export type FingerprintEntries = ReadonlyMap<string, FingerprintEntry>

/** What stands in a database, by kind; a kind that was not asked for is empty. */
export type Fingerprint = Readonly<Record<FingerprintKind, FingerprintEntries>>

/** What a fingerprint is to hold. */
export interface FingerprintRequest {
  /** Snapshot to read, from `pg_export_snapshot()`; undefined reads what is there now. */
  readonly snapshot: string | undefined
  /** As in `60s`; how long to wait for the lock of a table that another session changes. */
  readonly lockWaitTimeout: string
  readonly kinds: readonly FingerprintKind[]
  /** Hash of the rows of tables and of large objects. Servers before 11 have only MD5; `none` counts rows alone. */
  readonly hash: 'extended' | 'md5' | 'none'
}
