import { BackupError } from '../errors.ts'
import { compressionMethods } from './compression/compression-methods.ts'
import type { FileKind, FileSubject } from './backup-file.ts'
import {
  JsonError,
  readAmount,
  readArray,
  readBoolean,
  readCount,
  readName,
  readNullable,
  readObject,
  readOneOf,
  readString,
} from './json-reader.ts'
import type { Reader } from './json-reader.ts'
import { manifestName, manifestSchema, sumRows } from './manifest.ts'
import type { Manifest, ManifestFile } from './manifest.ts'

const version = readString(/^[\x20-\x7e]{1,200}$/, 'a version')
// With a thirteenth month nobody could say which backup is the newest.
const time = readString(
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3])(:[0-5]\d){2}(\.\d{1,9})?Z$/,
  'a time in UTC',
)
// What a user asked for may be longer than any name can be.
const askedName = readString(/^[^\0]+$/, 'the name of a database')
const text = readString(/^[^\0]*$/, 'a text')
// Just the names that makeFileName makes, so that no path leads out of the backup's folder.
const fileName = readString(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,199}$/, 'a plain file name')
const seriesText = readString(/^[^\0]{1,500}$/, 'a text of at most 500 characters')
const sha256 = readString(/^[0-9a-f]{64}$/, 'a SHA-256')
const errorCode = readString(/^PGB_[A-Z_]{1,40}$/, 'an error code')

const format = readOneOf('plain', 'custom', 'directory', 'tar')
const method = readOneOf(...compressionMethods)
const encryption = readOneOf('none', 'age-recipients', 'age-passphrase')

function makeFileFields(kinds: readonly FileKind[]) {
  return {
    name: fileName,
    database: readNullable(readName),
    kind: readOneOf(...kinds),
    format,
    compression: readObject({ method, level: readNullable(readCount), inside: readBoolean }),
    encryption,
    size: readCount,
    uncompressedSize: readNullable(readCount),
    sha256,
    durationSeconds: readAmount,
    verification: readObject({
      method: readOneOf('none', 'decode', 'restore'),
      compared: readArray(text),
      notCompared: readArray(text),
      rowCounts: readNullable(readArray(readObject({ table: text, rows: readCount }))),
    }),
    restoreCommands: readArray(text),
  }
}

/** A file whose database fits its kind. */
function readFile<F extends { kind: FileKind; database: string | null }>(
  file: Reader<F>,
): Reader<Omit<F, 'kind' | 'database'> & FileSubject> {
  return (value, place) => {
    const read = file(value, place)
    const { kind, database } = read
    if (kind === 'database' && database !== null) return { ...read, kind, database }
    if (kind !== 'database' && database === null) return { ...read, kind, database }
    throw new JsonError(`${place}.database does not fit its kind`)
  }
}

/** Before schema 3 a file had the rows of its tables alone. */
function readEarlyFile(kinds: readonly FileKind[]): Reader<ManifestFile> {
  const early = readFile(readObject(makeFileFields(kinds)))
  return (value, place) => {
    const file = early(value, place)
    return { ...file, rows: sumRows(file.verification.rowCounts), partitions: [] }
  }
}

/** What all schemas have in common. */
function makeFields<S extends string>(statuses: readonly S[], file: Reader<ManifestFile>) {
  return {
    schema: readCount,
    action: readObject({ name: version, version }),
    startedAt: time,
    finishedAt: time,
    status: readOneOf(...statuses),
    server: readObject({ version }),
    client: readObject({ version }),
    plan: readObject({
      databases: readArray(readName),
      all: readBoolean,
      globals: readBoolean,
      format,
      compression: readObject({ method, level: readNullable(readCount) }),
      encryption,
      options: readArray(text),
      jobs: readCount,
    }),
    files: readArray(file),
    failures: readArray(readObject({ database: readNullable(askedName), code: errorCode, reason: text })),
  }
}

const statuses = ['complete', 'partial', 'failed'] as const
const firstKinds = ['database', 'cluster', 'globals'] as const
const secondKinds = [...firstKinds, 'properties'] as const
const kinds = [...secondKinds, 'contents'] as const

const thirdFileFields = { ...makeFileFields(kinds), rows: readNullable(readCount) }
const partitions = readArray(readObject({ table: text, root: text }))
const fileFields = { ...thirdFileFields, partitions }

const thirdFile = readFile(readObject(thirdFileFields))

/** Before schema 4 nobody said which tables are partitions. */
const readThirdFile: Reader<ManifestFile> = (value, place) => ({ ...thirdFile(value, place), partitions: [] })

const firstManifest = readObject(makeFields([...statuses, 'planned'], readEarlyFile(firstKinds)))

const secondManifest = readObject({
  ...makeFields(statuses, readEarlyFile(secondKinds)),
  warnings: readArray(text),
})

/** What came with schema 3. */
const lateFields = {
  warnings: readArray(text),
  series: readNullable(
    readObject({
      repository: readString(/^[A-Za-z0-9._-]{1,100}\/[A-Za-z0-9._-]{1,100}$/, 'owner/name'),
      workflow: seriesText,
      job: seriesText,
      server: readString(/^[0-9a-f]{32}$/, 'the id of a server'),
    }),
  ),
  alarm: readArray(readName),
}

const thirdManifest = readObject({ ...makeFields(statuses, readThirdFile), ...lateFields })

const fourthManifest = readObject({
  ...makeFields(statuses, readFile(readObject(fileFields))),
  ...lateFields,
})

/** A reader for the schema of each number that was ever released; all give the manifest of today. */
const manifests: Readonly<Record<number, Reader<Manifest>>> = {
  1: (value, place) => {
    const first = firstManifest(value, place)
    // A plan alone was never more than a plan.
    const status = first.status === 'planned' ? 'failed' : first.status
    return { ...first, schema: manifestSchema, status, warnings: [], series: null, alarm: [] }
  },
  2: (value, place) => {
    const second = secondManifest(value, place)
    return { ...second, schema: manifestSchema, series: null, alarm: [] }
  },
  3: (value, place) => ({ ...thirdManifest(value, place), schema: manifestSchema }),
  4: (value, place) => ({ ...fourthManifest(value, place), schema: manifestSchema }),
}

/**
 * Reads a manifest that may come from anyone, the reverse of serializeManifest.
 * @throws BackupError PGB_RESTORE naming the first field that is wrong, or saying that the manifest is newer
 */
export function parseManifest(json: string): Manifest {
  const value = parseJson(json)
  const manifest = chooseReader(value)
  try {
    const read = manifest(value, 'manifest')
    refuseSharedNames(read.files)
    return read
  } catch (error) {
    if (error instanceof JsonError) throw refuse(error.message, downloadAgain, error)
    throw error
  }
}

const downloadAgain = 'Download the backup again, and restore from a copy that is whole'

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (error) {
    throw refuse('it is not JSON', downloadAgain, error)
  }
}

/** Comes before all else, since a newer schema may differ in any field. */
function chooseReader(value: unknown): Reader<Manifest> {
  const schema = typeof value === 'object' && value !== null && 'schema' in value ? value.schema : undefined
  const reader = typeof schema === 'number' ? manifests[schema] : undefined
  if (reader !== undefined) return reader
  if (typeof schema === 'number' && Number.isSafeInteger(schema) && schema > manifestSchema) {
    const why = `it was made by a newer version of the action (schema ${schema})`
    throw refuse(why, 'Restore with the version of the action that made the backup, or a later one')
  }
  throw refuse('it is not the manifest of a backup', 'Give the folder or artifact that the backup wrote')
}

function refuseSharedNames(files: readonly ManifestFile[]): void {
  const names = new Set(files.map(({ name }) => name.toLowerCase()))
  if (names.size !== files.length) throw new JsonError('manifest.files names a file twice')
}

function refuse(why: string, whatToDo: string, cause?: unknown): BackupError {
  const what = `The file ${manifestName} cannot be read`
  return new BackupError('PGB_RESTORE', { what, why, whatToDo }, { cause })
}
