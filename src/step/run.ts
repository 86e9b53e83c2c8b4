import { once } from 'node:events'
import { mkdtemp } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as core from '@actions/core'
import { BackupError } from '../errors.ts'
import { createActionsLog, type Log } from '../github/log.ts'
import { readNodeCode } from '../node-error.ts'
import { removeIfEmpty, removeTree } from '../process/remove-tree.ts'
import { checkMachine } from './machine.ts'
import { canBeMasked, isShownAnyway, redact } from './redaction.ts'
import { explainSystemError, isFullDisk } from './system-error.ts'

/** What both stories need of the step they run in. */
export interface Run {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Aborted, with PGB_CANCELLED as its reason, when the step is cancelled. */
  readonly signal: AbortSignal
  readonly log: Log
  /** Mode 0700, removed at the end; for what no one else may read. */
  readonly privateDirectory: string
  readonly cores: number
  /**
   * Hides the secrets in the job's log, and in all that this run says or writes from now on; but those that are pieces
   * of `shown`, of an earlier call too: log and outputs hold these texts.
   */
  protect(secrets: readonly string[], shown?: readonly string[]): void
  redact(text: string): string
  /** Removes the file or directory when this run ends, or in the post step if the run was killed. */
  readonly discardAtEnd: (...paths: readonly string[]) => void
  /** Removes the directory likewise, if nothing is in it by then. */
  readonly discardEmptyAtEnd: (directory: string) => void
}

/** A story stops its processes within 2 s of a cancellation, and the runner's own patience ends after 7.5 s. */
const patienceMilliseconds = 4_000

/** State by which the post step knows what a killed run left: a JSON array of paths. */
export const discardState = 'discard'
/** The same of directories that go if nothing is in them. */
export const discardEmptyState = 'discard-empty'

const shortSecretWarning =
  'A password or key has fewer than 4 characters, or a line that has, so the runner cannot mask it: this action ' +
  'hides it in what it prints itself, and other steps may show it. Use a longer one.'

const shownSecretWarning =
  'A password is not masked, since it is a name, or part of a name, that the log and the outputs must show: masked, ' +
  'it would be blotted out everywhere, and GitHub drops job outputs that hold a masked word. Choose another password.'

/** Pieces of the outputs of every run. */
function listShownByAll(): string[] {
  const places = ['RUNNER_TEMP', 'GITHUB_SERVER_URL', 'GITHUB_REPOSITORY'].map(
    (name) => process.env[name] ?? '',
  )
  const words = [
    'postgres-backup',
    'databases',
    'cluster',
    'globals',
    'contents',
    'manifest.json',
    'SHA256SUMS',
  ]
  return [...words, 'complete', 'partial', 'failed', 'planned', ...places]
}

/** Runs one story and ends the step: cancellation, one annotation for an error, and nothing private left behind. */
export async function runStory(story: (run: Run) => Promise<void>): Promise<void> {
  const secrets = new Set<string>()
  const redactSecrets = (text: string): string => redact(text, [...secrets])
  const log = createActionsLog(redactSecrets)
  const cancellation = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      cancellation.abort(makeCancellation(name))
    })
  }
  // What nobody awaits, such as a process that cannot be started, ends the story as a cancellation would.
  process.on('uncaughtException', (error) => {
    cancellation.abort(error)
  })
  const discards = makeDiscards()
  const protect = makeProtection(secrets, log)
  try {
    checkMachine(log)
    const privateDirectory = await makePrivateDirectory(process.env['RUNNER_TEMP'])
    discards.discardAtEnd(privateDirectory)
    const told = story({
      environment: process.env,
      signal: cancellation.signal,
      log,
      privateDirectory,
      cores: availableParallelism(),
      protect,
      redact: redactSecrets,
      discardAtEnd: discards.discardAtEnd,
      discardEmptyAtEnd: discards.discardEmptyAtEnd,
    })
    await Promise.race([told, giveUp(cancellation.signal)])
  } catch (error) {
    log.error(findReason(error, cancellation.signal))
  } finally {
    await discards.discard()
  }
}

/** Keeps what is to be removed at the end, and tells the post step of it. */
function makeDiscards(): Pick<Run, 'discardAtEnd' | 'discardEmptyAtEnd'> & {
  readonly discard: () => Promise<void>
} {
  const discarded: string[] = []
  const perhapsEmpty: string[] = []
  return {
    discardAtEnd: (...paths) => {
      discarded.push(...paths)
      core.saveState(discardState, discarded)
    },
    discardEmptyAtEnd: (directory) => {
      perhapsEmpty.push(directory)
      core.saveState(discardEmptyState, perhapsEmpty)
    },
    discard: async () => {
      await Promise.all(discarded.map(removeTree))
      await Promise.all(perhapsEmpty.map(removeIfEmpty))
    },
  }
}

/** Why a story ended: what was thrown, unless the step was cancelled meanwhile. */
export function findReason(thrown: unknown, signal: AbortSignal): unknown {
  return explainSystemError(signal.aborted ? signal.reason : thrown)
}

/** An empty variable counts as unset, since a relative path would lead into the workspace. */
async function makePrivateDirectory(runnerTemp: string | undefined): Promise<string> {
  const parent = runnerTemp === undefined || runnerTemp === '' ? tmpdir() : runnerTemp
  try {
    return await mkdtemp(join(parent, 'postgres-backup-private-'))
  } catch (error) {
    if (isFullDisk(error)) throw error
    throw refuseParent(parent, error)
  }
}

function refuseParent(parent: string, cause: unknown): BackupError {
  const explanation = {
    what: 'There is no place for the private files of this run',
    why: `nothing can be written to ${parent} (${readNodeCode(cause) ?? 'unknown error'})`,
    whatToDo:
      'Let RUNNER_TEMP, which the runner sets, name a directory that exists and that this user may write to',
  }
  return new BackupError('PGB_INPUT', explanation, { cause })
}

/** Rejects a while after the cancellation, for a story that waits for what cannot be stopped. */
async function giveUp(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await once(signal, 'abort')
  await sleep(patienceMilliseconds, undefined, { ref: false })
  throw signal.reason
}

/** Collects secrets, masks those that the runner can mask, and warns once of each kind that it cannot. */
function makeProtection(secrets: Set<string>, log: Log): Run['protect'] {
  const known = new Set<string>()
  const shownTexts = listShownByAll()
  const warned = new Set<string>()
  const warnOnce = (text: string, title: string): void => {
    if (!warned.has(title)) log.warning(text, title)
    warned.add(title)
  }
  return (added, shown = []) => {
    shownTexts.push(...shown)
    for (const secret of new Set(added)) {
      if (known.has(secret)) continue
      known.add(secret)
      if (!canBeMasked(secret)) warnOnce(shortSecretWarning, 'Short secret')
      else if (isShownAnyway(secret, shownTexts)) {
        warnOnce(shownSecretWarning, 'Password not masked')
        continue
      } else log.mask(secret)
      secrets.add(secret)
    }
  }
}

function makeCancellation(signal: string): BackupError {
  return new BackupError('PGB_CANCELLED', {
    what: 'The step was stopped before it had finished',
    why: `the runner sent ${signal}, as it does when a workflow is cancelled or a time limit is reached`,
    whatToDo: 'Run the job again, and raise `timeout-minutes` if it was the limit',
  })
}
