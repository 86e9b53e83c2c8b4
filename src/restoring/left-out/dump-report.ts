import {
  readArray,
  readBoolean,
  readCount,
  readNullable,
  readObject,
  readOneOf,
  readText,
  type ReadBy,
} from '../../archive/json-reader.ts'
import { reasons } from './rules.ts'

/** Something of a dump that the target does not get. */
const readLeftOut = readObject({
  /** In pg_dump's words, as in `EVENT TRIGGER`. */
  type: readText,
  schema: readNullable(readText),
  name: readText,
  reason: readOneOf(...reasons),
  /** Roles that are missing, where that is the reason. */
  roles: readArray(readText),
  /** Its number in the archive's table of contents; null in a plain dump. */
  number: readNullable(readCount),
})

/** A table of a dump. */
const readTable = readObject({
  schema: readText,
  /** With blanks in the place of line breaks. */
  name: readText,
  /** In the source; null in a plain dump. */
  oid: readNullable(readCount),
  /** Whether the part of the dump that was read holds its rows, be there any or none. */
  hasRows: readBoolean,
})

/** Anything else that lies in a schema or in the database itself, and hangs on nothing. */
const readDumpedObject = readObject({
  /** In pg_dump's words, as in `MATERIALIZED VIEW`. */
  type: readText,
  /** Empty for what lies in no schema. */
  schema: readText,
  /** With blanks in the place of line breaks; of a routine with its arguments. */
  name: readText,
})

/** Reads what a dump holds, and what of it is not for the target. */
export const readDumpReport = readObject({
  /** Entries of the dump. */
  total: readCount,
  leftOut: readArray(readLeftOut),
  /** Owners that the target does not know or the role may not give, and how many things were theirs. */
  owners: readArray(readObject({ role: readText, entries: readCount })),
  /** Whether something belongs to a role that is neither the connecting one nor among those. */
  hasOtherOwners: readBoolean,
  /** Whether a statement was changed, or left out by itself; those that give an owner aside. */
  isChanged: readBoolean,
  tables: readArray(readTable),
  objects: readArray(readDumpedObject),
  /** Whether large objects are in the part of the dump that was read. */
  hasLargeObjects: readBoolean,
  /** Those that a file of pg_dumpall holds; none in the dump of one database. */
  databases: readArray(readObject({ name: readText, isEmpty: readBoolean })),
  /** Tables, views, indexes, sequences: each takes a lock when it is made. */
  relations: readCount,
})

export type LeftOut = ReadBy<typeof readLeftOut>
export type DumpedTable = ReadBy<typeof readTable>
export type DumpedObject = ReadBy<typeof readDumpedObject>
export type DumpReport = ReadBy<typeof readDumpReport>
