import { replaceUnseen } from '../github/escape-controls.ts'
import { compressionFacts } from './compression/compression-methods.ts'
import type { BackupFile } from './backup-file.ts'

/** Every cluster has them from its beginning, so they cannot be created. */
const databasesOfInitdb: ReadonlySet<string> = new Set(['postgres', 'template1'])

/**
 * Shell commands that restore one file by hand with ordinary tools, to be run in its folder.
 *
 * The connection comes from libpq's environment (PGHOST, PGPORT, PGUSER, PGPASSWORD or PGSERVICE), since a
 * URL on a command line shows its password to every user of the machine. `key.txt` is the age identity.
 * They go on after an error, as owners and roles may be missing away from home, and print it.
 * @param losesTimeout the client that wrote it sets `transaction_timeout`, which the server it came from does not know
 */
export function listRestoreCommands(file: BackupFile, losesTimeout = false): string[] {
  // It is not restored by a tool, but can be read.
  if (file.kind === 'properties' || file.kind === 'contents') return [feed(file, 'cat', '')]
  if (file.kind !== 'database') return [restoreCluster(file)]
  const target = `--dbname=${quoteForShell(toConnectionString(file.database))}`
  const create = createDatabase(file.database, target)
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

/**
 * Where it is not there yet, as it is at a hosting service that gives just one. Without template0, objects that were
 * added to template1 would collide with the dump's.
 */
function createDatabase(database: string, target: string): string[] {
  if (databasesOfInitdb.has(database)) return []
  const look = `psql --no-psqlrc --command='' ${target} 2>/dev/null`
  return [`${look} || createdb --template=template0 -- ${quoteForShell(database)}`]
}

function restoreCluster(file: BackupFile): string {
  return feed(file, 'psql --no-psqlrc --quiet --dbname=postgres', '--file=')
}

/** Leaves out the first such line, which stands before all data; rows may hold the same. */
const leaveOutTimeout = `sed '1,/^SET transaction_timeout = 0;$/{/^SET transaction_timeout = 0;$/d;}'`

function makePsql(target: string): string {
  return `psql --no-psqlrc --quiet ${target}`
}

function restorePlain(file: BackupFile, target: string, losesTimeout: boolean): string {
  if (losesTimeout) return `${feed(file, leaveOutTimeout, '')} | ${makePsql(target)}`
  return feed(file, makePsql(target), '--file=')
}

/** pg_restore leaves the zeros at a tar archive's end unread, by which under `pipefail` their writer would fail. */
function restoreArchive(file: BackupFile, target: string, losesTimeout: boolean): string {
  const pgRestore = losesTimeout ? 'pg_restore --file=-' : `pg_restore ${target}`
  const readsPipe = listReaders(file).length > 0
  const command = feed(
    file,
    readsPipe && file.format === 'tar' ? `{ ${pgRestore} && cat >/dev/null; }` : pgRestore,
    '',
  )
  return losesTimeout ? `${command} | ${leaveOutTimeout} | ${makePsql(target)}` : command
}

function restoreDirectory(file: BackupFile, target: string, losesTimeout: boolean): string[] {
  const folder = quoteForShell(file.name.replace(/\.tar(\..*)?$/, ''))
  const source = listReaders(file).join(' | ')
  const unpack = source === '' ? `tar -xf ${quoteForShell(file.name)}` : `${source} | tar -xf -`
  return [
    `mkdir ${folder}`,
    `${unpack} -C ${folder}`,
    losesTimeout
      ? `pg_restore --file=- ${folder} | ${leaveOutTimeout} | ${makePsql(target)}`
      : `pg_restore --jobs=4 ${target} ${folder}`,
  ]
}

/** Hands the file's content to a tool, by its name where nothing must be undone before. */
function feed(file: BackupFile, tool: string, fileOption: string): string {
  const readers = listReaders(file)
  if (readers.length === 0) return `${tool} ${fileOption}${quoteForShell(file.name)}`
  return [...readers, tool].join(' | ')
}

function listReaders(file: BackupFile): string[] {
  const name = quoteForShell(file.name)
  const decompressor = file.compression.inside ? undefined : compressionFacts[file.compression.method].byHand
  const decrypter = findDecrypter(file, name)
  if (decrypter === undefined) return decompressor === undefined ? [] : [`${decompressor} ${name}`]
  return decompressor === undefined ? [decrypter] : [decrypter, decompressor]
}

function findDecrypter(file: BackupFile, name: string): string | undefined {
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
