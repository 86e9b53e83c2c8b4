import type { Manifest } from '../../archive/manifest.ts'
import { compareWithPast, selectPast, type Comparison, type Loss } from '../../catalogue/alarm.ts'
import { seriesOf } from '../../catalogue/copies.ts'
import { isPartName } from '../../catalogue/shards.ts'
import { BackupError } from '../../errors.ts'
import type { Run } from '../../step/run.ts'
import type { ConnectedBackup } from '../connect.ts'
import { listStores } from '../storing/kept-stores.ts'
import { lookBack, type Past } from './look-back.ts'

/** The share that may be lost without a word where nobody says otherwise. */
const usualShrink = 0.5
/** Losses that one message names. */
const shownLosses = 3
/** Backups of the series that a summary shows. */
const shownBackups = 30

/** What the earlier backups make of the new one. */
export interface Shrinkage {
  /** For the manifest. */
  readonly alarm: readonly string[]
  /** Thrown when the backup is stored; undefined where all is well or nobody set a limit. */
  readonly failure: BackupError | undefined
  readonly past: Past
}

/**
 * Measures a new backup by the earlier ones of its series, as far as its stores show them, before its manifest is
 * written. Without `max-shrink` a loss of more than half is a warning, and only one of a whole database an alarm: there
 * are tables that are emptied each day.
 * @throws the reason of the run's signal
 */
export async function measureShrinkage(
  manifest: Manifest,
  { inputs, server }: ConnectedBackup,
  run: Run,
): Promise<Shrinkage> {
  const { maxShrink, keep } = inputs
  // Hundreds of parts would ask GitHub more than a repository may in an hour; with "keep" they do so anyway.
  const isSparing = maxShrink === undefined && keep === undefined && isPartName(inputs.artifactName)
  const stores = listStores(isSparing ? { ...inputs, token: undefined } : inputs, run)
  if (stores.length === 0 || manifest.files.length === 0) {
    return { alarm: [], failure: undefined, past: { backups: [], unseen: [] } }
  }
  const onServer = new Set(server.facts.databases.map(({ name }) => name))
  const compare = (past: Past['backups']): Comparison =>
    compareWithPast(manifest, past, maxShrink ?? usualShrink, onServer)
  const series = seriesOf(manifest)
  const past: Past =
    series === undefined
      ? { backups: [], unseen: ['the runner does not tell repository, workflow and job'] }
      : await lookBack(
          stores,
          (found) => selectPast(found, series),
          (found) => found.length >= shownBackups && compare(found).unmeasured.length === 0,
          run.signal,
        )
  for (const text of past.unseen) run.log.info(`Not compared with earlier backups: ${text}.`)
  const { losses, unmeasured } = compare(past.backups)
  const alarming = maxShrink === undefined ? losses.filter(({ isWhole }) => isWhole) : losses
  if (maxShrink === undefined) for (const loss of losses) warnOfLoss(loss, run)
  const failure =
    maxShrink === undefined || maxShrink >= 1
      ? undefined
      : losses.length > 0
        ? refuseLosses(losses)
        : refuseUnmeasured(unmeasured, past.unseen)
  return { alarm: [...new Set(alarming.map(({ name }) => name))], failure, past }
}

function warnOfLoss({ text, isWhole }: Loss, { log }: Run): void {
  const hold = isWhole ? ' Until such a run "keep" removes nothing.' : ''
  log.warning(
    `More than half is gone. ${text}. If that is right, run once with "max-shrink: 100%".${hold}`,
    'Shrunk',
  )
}

function refuseLosses(losses: readonly Loss[]): BackupError {
  const rest = losses.length - shownLosses
  const texts = losses.slice(0, shownLosses).map(({ text }) => text)
  return new BackupError('PGB_SHRUNK', {
    what: 'The backup is stored, but it holds less than "max-shrink" allows',
    why: `${texts.join('; ')}${rest > 0 ? `; and ${rest} more` : ''}`,
    whatToDo:
      'See whether the data was meant to go. If so, run once with "max-shrink: 100%"; until then the alarm lasts, and "keep" removes nothing',
  })
}

/** A first backup has nothing to be measured by, which is no failure unless there may be one that was not seen. */
function refuseUnmeasured(
  unmeasured: readonly string[],
  [unseen]: readonly string[],
): BackupError | undefined {
  if (unmeasured.length === 0 || unseen === undefined) return undefined
  return new BackupError('PGB_UNKNOWN', {
    what: `The backup is stored, but it is not known whether ${unmeasured.slice(0, shownLosses).join(', ')} shrank`,
    why: `an earlier backup may be where nothing could be read: ${unseen}`,
    whatToDo: 'Correct that, or leave "max-shrink" empty, which makes it a line of the log',
  })
}
