import { replaceUnseen } from '../github/escape-controls.ts'
import type { CompressionMethod } from './compression.ts'
import type { ManifestFile } from './manifest.ts'

/** What of a file decides how it is restored. */
export type RestorableFile = Pick<
  ManifestFile,
  'name' | 'database' | 'kind' | 'format' | 'compression' | 'encryption'
>

const decompressors: Readonly<Record<CompressionMethod, string | undefined>> = {
  none: undefined,
  gzip: 'gzip -dc',
  bzip2: 'bzip2 -dc',
  zstd: 'zstd -dc',
  lz4: 'lz4 -dc',
  xz: 'xz -dc',
}

/** Every cluster has them from its beginning, so they cannot be created. */
const databasesOfInitdb: ReadonlySet<string> = new Set(['postgres', 'template1'])

/**
 * Shell commands that restore one file by hand with ordinary tools, to be run in its folder.
 *
 * The connection comes from libpq's environment (PGHOST, PGPORT, PGUSER, PGPASSWORD or PGSERVICE), since a
 * URL on a command line shows its password to every user of the machine. `key.txt` is the age identity.
 * @param losesTimeout the client that wrote it sets `transaction_timeout`, which the server it came from does not know
 */
export function listRestoreCommands(file: RestorableFile, losesTimeout = false): string[] {
  // It is not restored by a tool, but can be read.
  if (file.kind === 'properties') return [feed(file, 'cat', '')]
  if (file.kind !== 'database' || file.database === null) return [restoreCluster(file)]
  const create = createDatabase(file.database)
  const target = `--dbname=${quoteForShell(toConnectionString(file.database))}`
  switch (file.format) {
    case 'plain':
      return [...create, restorePlain(file, target, losesTimeout)]
    case 'custom':
    case 'tar':
      return [...create, restoreArchive(file, target, losesTimeout)]
    case 'directory':
      return [...create, ...restoreDirectory(file, target, losesTimeout)]
  }
}

/** Without template0, objects that were added to template1 would collide with the dump's. */
function createDatabase(database: string): string[] {
  return databasesOfInitdb.has(database)
    ? []
    : [`createdb --template=template0 -- ${quoteForShell(database)}`]
}

/**
 * Neither stops at errors nor runs in one transaction: the role that restores exists already, and a
 * transaction cannot create databases.
 */
function restoreCluster(file: RestorableFile): string {
  return feed(file, 'psql --no-psqlrc --quiet --dbname=postgres', '--file=')
}

/** Leaves out the first such line, which stands before all data; rows may hold the same. */
const leaveOutTimeout = `sed '1,/^SET transaction_timeout = 0;$/{/^SET transaction_timeout = 0;$/d;}'`

function makePsql(target: string): string {
  return `psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --single-transaction ${target}`
}

function restorePlain(file: RestorableFile, target: string, losesTimeout: boolean): string {
  if (losesTimeout) return `${feed(file, leaveOutTimeout, '')} | ${makePsql(target)}`
  return feed(file, makePsql(target), '--file=')
}

/** pg_restore leaves the zeros at a tar archive's end unread, by which under `pipefail` their writer would fail. */
function restoreArchive(file: RestorableFile, target: string, losesTimeout: boolean): string {
  const pgRestore = losesTimeout
    ? 'pg_restore --file=-'
    : `pg_restore --exit-on-error --single-transaction ${target}`
  const readsPipe = listReaders(file).length > 0
  const command = feed(
    file,
    readsPipe && file.format === 'tar' ? `{ ${pgRestore} && cat >/dev/null; }` : pgRestore,
    '',
  )
  return losesTimeout ? `${command} | ${leaveOutTimeout} | ${makePsql(target)}` : command
}

/** Parallel workers cannot share a transaction, so the database is new and dropped when this fails. */
function restoreDirectory(file: RestorableFile, target: string, losesTimeout: boolean): string[] {
  const folder = quoteForShell(file.name.replace(/\.tar(\..*)?$/, ''))
  const source = listReaders(file).join(' | ')
  const unpack = source === '' ? `tar -xf ${quoteForShell(file.name)}` : `${source} | tar -xf -`
  return [
    `mkdir ${folder}`,
    `${unpack} -C ${folder}`,
    losesTimeout
      ? `pg_restore --file=- ${folder} | ${leaveOutTimeout} | ${makePsql(target)}`
      : `pg_restore --exit-on-error --jobs=4 ${target} ${folder}`,
  ]
}

/** Hands the file's content to a tool, by its name where nothing must be undone before. */
function feed(file: RestorableFile, tool: string, fileOption: string): string {
  const readers = listReaders(file)
  if (readers.length === 0) return `${tool} ${fileOption}${quoteForShell(file.name)}`
  return [...readers, tool].join(' | ')
}

function listReaders(file: RestorableFile): string[] {
  const name = quoteForShell(file.name)
  const decompressor = file.compression.inside ? undefined : decompressors[file.compression.method]
  const decrypter = findDecrypter(file, name)
  if (decrypter === undefined) return decompressor === undefined ? [] : [`${decompressor} ${name}`]
  return decompressor === undefined ? [decrypter] : [decrypter, decompressor]
}

function findDecrypter(file: RestorableFile, name: string): string | undefined {
  switch (file.encryption) {
    case 'none':
      return undefined
    case 'age-recipients':
      return `age -d -i key.txt ${name}`
    case 'age-passphrase':
      return `age -d ${name}`
  }
}

/** libpq reads a name that holds `=` or begins like a URI as a connection string, so such a name becomes one. */
function toConnectionString(database: string): string {
  if (/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(database)) return database
  return `dbname='${database.replace(/[\\']/g, '\\$&')}'`
}

/** What cannot be seen is written as its bytes, for that a command is one line, and shows what it does. */
function quoteForShell(text: string): string {
  if (/^[A-Za-z0-9_./][A-Za-z0-9_./-]*$/.test(text)) return text
  const visible = replaceUnseen(text.replace(/[\\']/g, '\\$&'), (character) =>
    [...Buffer.from(character)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join(''),
  )
  return replaceUnseen(text, () => '') === text ? `'${text.replaceAll("'", `'\\''`)}'` : `$'${visible}'`
}
