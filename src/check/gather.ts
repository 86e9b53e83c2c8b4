import { stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { manifestName } from '../archive/manifest.ts'
import { remembered } from '../catalogue/find-copies.ts'
import { refuseCut, refuseUnlisted, type Problem } from '../catalogue/problems.ts'
import { BackupError } from '../errors.ts'
import type { Run } from '../step/run.ts'
import { openArtifactStore } from '../stores/artifact/artifact-store.ts'
import { examineAll } from '../stores/examine-all.ts'
import { openStore } from '../stores/open-store.ts'
import type { ExaminedBackup, Store, StoreQuery, UnreadBackup } from '../stores/store.ts'
import type { CheckPlace } from './inputs.ts'
import type { Patience } from './patience.ts'

/**
 * Backups of one place that are looked at, the newest first. GitHub lets a job ask some thousand things in an hour; elsewhere
 * it is enough for 256 parts of a fleet in each of 14 nights, and memory for their manifests.
 */
const mostExamined = { artifacts: 1000, s3: 5000, directory: 5000 } as const

type Surroundings = Pick<Run, 'log' | 'signal'>

/** All that was found, and what could not be seen. */
export interface Findings {
  readonly backups: readonly ExaminedBackup[]
  /** Where each of them lies. */
  readonly stores: ReadonlyMap<ExaminedBackup, Store>
  readonly unread: readonly UnreadBackup[]
  /** Places that could not be listed, or not be read as far back as they must be. */
  readonly problems: readonly Problem[]
}

/** Lists the backups of all places and reads their manifests; what goes wrong is a finding too. */
export async function gatherBackups(
  places: readonly CheckPlace[],
  patience: Patience,
  run: Surroundings,
): Promise<Findings> {
  const found: Findings[] = []
  for (const place of places) found.push(await gatherFrom(place, patience, run))
  return {
    backups: found.flatMap(({ backups }) => backups),
    stores: new Map(found.flatMap(({ stores }) => [...stores])),
    unread: found.flatMap(({ unread }) => unread),
    problems: found.flatMap(({ problems }) => problems),
  }
}

async function gatherFrom(place: CheckPlace, patience: Patience, run: Surroundings): Promise<Findings> {
  const opened = await openPlace(place, run)
  const { query } = opened
  const store = patience.with(opened.store)
  try {
    return await readNewest(store, query, mostExamined[place.kind], run)
  } catch (error) {
    run.signal.throwIfAborted()
    if (!(error instanceof BackupError)) throw error
    return {
      backups: [],
      stores: new Map(),
      unread: [],
      problems: [refuseUnlisted(store.address, error.explanation)],
    }
  }
}

/**
 * Reads what a store holds, the newest first; what is left out is a problem where it may matter.
 * @param most backups that are read
 * @throws BackupError where the store cannot be listed
 */
export async function readNewest(
  store: Store,
  query: StoreQuery,
  most: number,
  { log, signal }: Surroundings,
): Promise<Findings> {
  const cuts: Cut[] = []
  const onCut = (time: Date): void => {
    cuts.push({ what: 'it has more than are listed', time })
  }
  const listed = await store.list({ ...query, onCut }, signal)
  listed.sort((a, b) => b.storedAt.getTime() - a.storedAt.getTime())
  const next = listed[most]
  if (next !== undefined) {
    const what = `${listed.length} backups fit, of which the newest ${most} are read`
    log.info(`${store.address}: ${what}`)
    cuts.unshift({ what, time: next.storedAt })
  }
  const cut = cuts.find(({ time }) => Date.now() - time.getTime() <= remembered)
  const { read, unread } = await examineAll(store, listed.slice(0, most), signal)
  return {
    backups: read,
    stores: new Map(read.map((backup) => [backup, store])),
    unread,
    problems: cut === undefined ? [] : [refuseCut(store.address, cut.what, Date.now() - cut.time.getTime())],
  }
}

/** Where a list ends though the store may have more. */
interface Cut {
  readonly what: string
  /** What is left out is no younger than this. */
  readonly time: Date
}

async function openPlace(
  place: CheckPlace,
  { log }: Surroundings,
): Promise<{ store: Store; query: StoreQuery }> {
  if (place.kind === 's3') {
    return { store: openStore(place.address.store, log), query: { name: place.address.name } }
  }
  if (place.kind === 'artifacts') {
    const { name, id, runId, repository, branches, digest, token } = place
    const store = openArtifactStore({ id, runId, repository, branches, digest, token, log })
    // One that is named by its id may have any name.
    return { store, query: { name: id === undefined ? (name ?? '*') : '*' } }
  }
  const { path } = place
  const isOne = await stat(join(path, manifestName)).then(
    (found) => found.isFile(),
    () => false,
  )
  const isNamed = isOne || basename(path).includes('*')
  const [directory, name] = isNamed ? [dirname(path), basename(path)] : [path, '*']
  return { store: openStore({ kind: 'directory', path: directory }, log), query: { name } }
}
