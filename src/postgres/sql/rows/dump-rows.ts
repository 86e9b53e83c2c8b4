import { isAscii, isUtf8 } from 'node:buffer'

/** Rows of one table. */
export interface TableRows {
  /** Qualified and quoted as in SQL, as in `public."Order"`; in a file of several databases followed by ` in "shop"`. */
  readonly table: string
  readonly rows: number
}

/** A table that is a partition, whose rows count with its root. */
export interface Partition {
  /** As {@link TableRows} names it. */
  readonly table: string
  /** The table above all those of which it is a partition. */
  readonly root: string
}

/** The rows that a plain dump holds. */
export interface DumpRows {
  /** Of all tables together; null where they are not known. */
  readonly total: number | null
  /** Of each table that the dump makes and fills; null where some table cannot be named. */
  readonly tables: readonly TableRows[] | null
  /** Those of the tables that are partitions. */
  readonly partitions: readonly Partition[]
}

/** Where nothing is known. */
export const unknownRows: DumpRows = { total: null, tables: null, partitions: [] }

/** PURE. A name in UTF-8; undefined where its bytes are of another encoding. */
export function nameTable(bytes: Buffer, encoding: string | undefined): string | undefined {
  const isText = isAscii(bytes) || (encoding === 'UTF8' && isUtf8(bytes))
  return isText ? bytes.toString('utf8') : undefined
}
