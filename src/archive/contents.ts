import {
  JsonError,
  readArray,
  readCount,
  readJson,
  readName,
  readNullable,
  readObject,
} from './json-reader.ts'
import { readString, type Reader } from './json-reader.ts'
import type { RowCount } from './manifest.ts'

/** Number of the schema of a contents file. */
export const contentsSchema = 1

/** What stands in the files of a backup: the content of its contents file. */
export interface Contents {
  readonly schema: typeof contentsSchema
  readonly files: readonly FileContents[]
}

/** What stands in one file of the backup. */
export interface FileContents {
  /** As the manifest names the file. */
  readonly name: string
  /** Null for the cluster. */
  readonly database: string | null
  /** As `verification.rowCounts` of a manifest that is not encrypted; null where they are not known. */
  readonly rowCounts: readonly RowCount[] | null
}

const schema: Reader<typeof contentsSchema> = (value, place) => {
  if (value === contentsSchema) return contentsSchema
  throw new JsonError(`${place} is not ${contentsSchema}`)
}
const text = readString(/^[^\0]*$/, 'a text')

const contents: Reader<Contents> = readObject({
  schema,
  files: readArray(
    readObject({
      name: text,
      database: readNullable(readName),
      rowCounts: readNullable(readArray(readObject({ table: text, rows: readCount }))),
    }),
  ),
})

/** The text of a contents file. */
export function serializeContents(written: Contents): string {
  return `${JSON.stringify(written)}\n`
}

/**
 * Reads a contents file that may come from anyone, the reverse of {@link serializeContents}.
 * @throws JsonError naming the first field that is wrong
 */
export function parseContents(json: string): Contents {
  return readJson(json, contents)
}
