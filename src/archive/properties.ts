import {
  JsonError,
  readArray,
  readBoolean,
  readInteger,
  readNullable,
  readObject,
  readOneOf,
  readString,
} from './json-reader.ts'
import type { Reader } from './json-reader.ts'

/** Number of the schema of a properties file. */
export const propertiesSchema = 1

/** What belongs to the databases of a backup and stands in no dump of theirs: the content of its properties file. */
export interface Properties {
  readonly schema: typeof propertiesSchema
  readonly databases: readonly DatabaseProperties[]
}

export interface DatabaseProperties {
  readonly name: string
  /** Name of a role. */
  readonly owner: string
  /** As in `UTF8`. */
  readonly encoding: string
  readonly locale: DatabaseLocale
  readonly tablespace: string
  /** As `pg_database.datconnlimit` has it: -1 for no limit. */
  readonly connectionLimit: number
  readonly allowsConnections: boolean
  readonly isTemplate: boolean
  readonly comment: string | null
  /** Null for the default ones. */
  readonly privileges: readonly DatabasePrivilege[] | null
  readonly settings: readonly DatabaseSetting[]
}

export interface DatabaseLocale {
  readonly provider: 'libc' | 'icu' | 'builtin'
  readonly collate: string | null
  readonly ctype: string | null
  /** Of the provider `icu` or `builtin`. */
  readonly locale: string | null
  readonly icuRules: string | null
}

export interface DatabasePrivilege {
  /** Name of a role; null for PUBLIC. */
  readonly grantee: string | null
  /** As in `CONNECT`. */
  readonly privilege: string
  readonly grantable: boolean
}

/** One `ALTER DATABASE … SET`, or, for a role, `ALTER ROLE … IN DATABASE … SET`. */
export interface DatabaseSetting {
  readonly role: string | null
  readonly name: string
  /** As `pg_db_role_setting.setconfig` has it, so a list stands there as SQL quotes it. It may be a secret. */
  readonly value: string
}

const schema: Reader<typeof propertiesSchema> = (value, place) => {
  if (value === propertiesSchema) return propertiesSchema
  throw new JsonError(`${place} is not ${propertiesSchema}`)
}
const name = readString(/^[^\0]+$/, 'a name')
const text = readString(/^[^\0]*$/, 'a text')

const properties: Reader<Properties> = readObject({
  schema,
  databases: readArray(
    readObject({
      name,
      owner: name,
      encoding: name,
      locale: readObject({
        provider: readOneOf('libc', 'icu', 'builtin'),
        collate: readNullable(text),
        ctype: readNullable(text),
        locale: readNullable(text),
        icuRules: readNullable(text),
      }),
      tablespace: name,
      connectionLimit: readInteger,
      allowsConnections: readBoolean,
      isTemplate: readBoolean,
      comment: readNullable(text),
      privileges: readNullable(
        readArray(readObject({ grantee: readNullable(name), privilege: name, grantable: readBoolean })),
      ),
      settings: readArray(readObject({ role: readNullable(name), name, value: text })),
    }),
  ),
})

/** The text of a properties file. */
export function serializeProperties(written: Properties): string {
  return `${JSON.stringify(written)}\n`
}

/**
 * Reads a properties file that may come from anyone, the reverse of {@link serializeProperties}.
 * @throws JsonError naming the first field that is wrong, and never its value, which may be a secret
 */
export function parseProperties(json: string): Properties {
  return properties(parseJson(json), 'properties')
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    throw new JsonError('it is not JSON')
  }
}
