import { compressionFacts } from '../../archive/compression/compression-methods.ts'
import { BackupError } from '../../errors.ts'
import { readFreeBytes } from '../../free-space.ts'
import type { Log } from '../../github/log.ts'
import type { PipelineResult } from '../../process/pipeline.ts'
import { formatBytes } from '../../units.ts'
import type { BackupPlan, PlannedFile } from '../plan.ts'

/** A directory that the backup fills. */
export interface Place {
  /** Absolute; exists. */
  readonly directory: string
  /** As sentences name it. */
  readonly label: string
  /** Bytes that were free for this user before the first dump; undefined where the system does not tell. */
  readonly free: number | undefined
  /** Bytes that the files are expected to take; a database's own size is all that is known beforehand. */
  readonly estimated: number
}

/** Less than this counts as nothing: a tool that fails then has met a full disk, even if it does not say so. */
const nothingLeft = 64 * 1024

/** Exit code of a process that was killed by SIGXFSZ, for writing beyond the limit on a file's size. */
const fileSizeLimit = 128 + 25

/** PURE. Bytes that the finished files are expected to take. */
export function estimateOutput({ files }: Pick<BackupPlan, 'files'>): number {
  return files.reduce((sum, file) => sum + estimateFile(file, true), 0)
}

/** PURE. Bytes that directory archives are expected to take at once before each is one tar file. */
export function estimateStaging({ files, concurrency }: Pick<BackupPlan, 'files' | 'concurrency'>): number {
  const sizes = files
    .filter(({ format }) => format === 'directory')
    .map((file) => estimateFile(file, file.compression.inside))
  return sizes
    .sort((a, b) => b - a)
    .slice(0, concurrency)
    .reduce((sum, size) => sum + size, 0)
}

function estimateFile({ sizeOnServer, compression }: PlannedFile, isCompressed: boolean): number {
  return Math.round((sizeOnServer ?? 0) * (isCompressed ? compressionFacts[compression.method].ratio : 1))
}

/** Reads how much is free in each directory, and warns where the files are not expected to fit. */
export async function surveyPlaces(
  wanted: readonly Omit<Place, 'free'>[],
  log: Log,
): Promise<readonly Place[]> {
  const places = await Promise.all(
    wanted.map(async (place) => ({ ...place, free: await readFreeBytes(place.directory) })),
  )
  for (const { label, free, estimated } of places) {
    if (free === undefined || free >= estimated) continue
    log.warning(
      `The backup may not fit: ${label} has ${formatBytes(free)} free, and by the size of the databases ` +
        `about ${formatBytes(estimated)} will be written there. Free space, or set "output-dir" to a larger disk.`,
    )
  }
  return places
}

/**
 * The error for a tool that failed because the runner's own disk, or a limit on the size of files, was met;
 * undefined for any other failure, also for a full disk of the server.
 * @param what first sentence of the error
 */
export async function explainFullDisk(
  what: string,
  { failure, stderr }: Pick<PipelineResult, 'failure' | 'stderr'>,
  places: readonly Place[],
): Promise<BackupError | undefined> {
  const ofServer = /^.*(ERROR|FATAL|PANIC): {2}.*$/gm
  const words = stderr.replace(ofServer, '')
  const isLimited = failure?.exitCode === fileSizeLimit || /file too large/i.test(words)
  const fullest = await findFullest(places)
  const isFull = /no space left on device|disk quota exceeded/i.test(words)
  const isSilent = failure !== undefined && stderr === words && (fullest?.left ?? Infinity) < nothingLeft
  if (!isLimited && !isFull && !isSilent) return undefined
  return new BackupError('PGB_DISK', {
    what,
    why:
      (isLimited ? 'the file system or a limit (ulimit -f) allows no larger file' : 'the disk is full') +
      formatFigures(fullest),
    whatToDo: 'Free space on the runner, use a stronger "compression", or set "output-dir" to a larger disk',
  })
}

interface FilledPlace extends Place {
  readonly left: number
}

async function findFullest(places: readonly Place[]): Promise<FilledPlace | undefined> {
  const now = await Promise.all(
    places.map(async (place) => ({ ...place, left: (await readFreeBytes(place.directory)) ?? Infinity })),
  )
  return now.filter(({ left }) => left < Infinity).sort((a, b) => a.left - b.left)[0]
}

function formatFigures(place: FilledPlace | undefined): string {
  if (place === undefined) return ''
  const { label, left, free, estimated } = place
  const before = free === undefined ? '' : ` of ${formatBytes(free)} that were free`
  return ` (${label} has ${formatBytes(left)} left${before}, and about ${formatBytes(estimated)} were expected to be written)`
}
