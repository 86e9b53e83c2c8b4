import { mkdir, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { manifestName } from '../../archive/manifest.ts'
import { BackupError } from '../../errors.ts'
import type { Run } from '../../step/run.ts'
import { examineNewestFirst } from '../../stores/newest-first.ts'
import { openStore } from '../../stores/open-store.ts'
import { formatBackupAddress, type BackupAddress } from '../../stores/store-address.ts'
import type { ExaminedBackup, Store } from '../../stores/store.ts'
import { formatBytes } from '../../units.ts'
import type { LocatedBackup } from './located-backup.ts'
import { isAbout, refuseNowhere } from './locate-part.ts'
import { refuseBackup } from './refuse-backup.ts'

/**
 * Finds a backup in S3 or among those of a directory; where a pattern fits several, the newest, or the newest that is about
 * the database. Of its files none is fetched yet.
 * @throws BackupError PGB_RESTORE, PGB_NO_DATABASE, PGB_STORE
 */
export async function locateInStore(
  address: BackupAddress,
  database: string | undefined,
  run: Run,
): Promise<LocatedBackup> {
  const { name } = address
  const store = openStore(address.store, run.log)
  const found = await findNewest(store, name, database, run)
  if (found === undefined) {
    throw refuseBackup(
      `there is no backup ${formatBackupAddress(address)}`,
      'Correct the input "path"; what has no manifest.json is no backup, and a copy that was stopped has none',
    )
  }
  return fetchLater(fromStore(store, found, run), run)
}

/** A backup whose manifest was read, and how its files are fetched. */
export interface FoundBackup {
  readonly backup: Pick<ExaminedBackup, 'address' | 'manifest' | 'files'>
  /** Fetches the named files into the directory, which exists. */
  readonly fetch: (names: readonly string[], directory: string) => Promise<void>
}

/** A backup as its store gives it. */
export function fromStore(store: Store, backup: ExaminedBackup, { signal }: Run): FoundBackup {
  return { backup, fetch: (names, directory) => store.fetch(backup, names, directory, signal) }
}

/** A backup of which no file is fetched yet. */
export async function fetchLater(
  { backup: found, fetch: fetchFiles }: FoundBackup,
  { log, privateDirectory }: Run,
): Promise<LocatedBackup> {
  const { manifest } = found
  log.info(`Restoring from ${found.address}, begun at ${manifest.startedAt}`)
  const directory = join(privateDirectory, 'backup')
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const fetch = async (names: readonly string[]): Promise<void> => {
    await checkSizes(found, names, directory)
    await fetchFiles(names, directory)
  }
  return { directory, manifest, onlyFile: undefined, fetch }
}

async function findNewest(
  store: Store,
  name: string,
  database: string | undefined,
  { log, signal }: Run,
): Promise<ExaminedBackup | undefined> {
  // A name that stands for one backup needs no trust in its date.
  if (!name.includes('*')) {
    const [backup] = await store.list({ name }, signal)
    return backup && store.examine(backup, signal)
  }
  let count = 0
  for await (const backup of examineNewestFirst(store, { name }, { log, signal })) {
    if (database === undefined || isAbout(backup.manifest, database)) return backup
    count += 1
  }
  if (database !== undefined && count > 0) throw refuseNowhere(database, name, count)
  return undefined
}

/** What the store lists is held against the manifest and the disk before anything is fetched. */
async function checkSizes(
  { address, manifest, files }: FoundBackup['backup'],
  names: readonly string[],
  directory: string,
): Promise<void> {
  const wanted = manifest.files.filter(({ name }) => names.includes(name))
  for (const { name, size } of wanted) {
    const there = files.get(name)
    if (there === size) continue
    const why = there === undefined ? `it lacks the file ${name}` : `${name} has ${there} bytes`
    throw refuseBackup(
      `${why} at ${address}, and the ${manifestName} says ${size} bytes`,
      'Take another backup, or another copy of this one',
    )
  }
  const total = wanted.reduce((sum, { size }) => sum + size, 0)
  const { bavail, bsize } = await statfs(directory)
  if (total <= bavail * bsize) return
  throw new BackupError('PGB_DISK', {
    what: 'The backup was not fetched',
    why: `its files have ${formatBytes(total)}, and the disk of RUNNER_TEMP has ${formatBytes(bavail * bsize)} left`,
    whatToDo: 'Name one "database", or free space on the runner',
  })
}
