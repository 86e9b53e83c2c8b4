import { mkdtemp, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { BackupError } from '../../errors.ts'
import type { Log } from '../../github/log.ts'
import type { Duration } from '../../inputs/duration.ts'
import { askForDump, describeWork, nameDump, waitsForClient } from '../../postgres/dump-sessions.ts'
import { readProcessorTime } from '../../process/cpu-time.ts'
import { findPartialPath } from '../output-directory.ts'
import type { PlannedFile } from '../plan.ts'
import type { PreparedBackup } from '../prepare.ts'
import { describeSubject } from '../subject.ts'

/** Milliseconds after which a dump's sessions are looked at once, so that it is known whether the server shows them. */
const firstLook = 60_000

/** So many looks in a row must find the same before a dump is given up. */
const looksBeforeEnd = 3

/** Hundredths of a second of processor time that mean no work. */
const idleTime = 3

/** A dump that is watched. */
export interface WatchedDump {
  /** To dump by: its connections and its unfinished files can be told from those of other dumps. */
  readonly backup: PreparedBackup
  /** Ends the dump when it is given up. */
  readonly signal: AbortSignal
  stop(): Promise<void>
}

/**
 * Watches a dump that may have lost its server. When no byte has come for `stall-timeout`, the server is asked about the
 * dump's sessions, by a session of our own. The dump is given up, by its signal, if the server says nothing, has no such
 * session, or has waited for its client all the while; and only if the dump's own processes have not worked meanwhile. In
 * all other cases it is slow, and only warned of.
 */
export async function watchDump(
  planned: PlannedFile,
  backup: PreparedBackup,
  log: Log,
  signal: AbortSignal,
): Promise<WatchedDump> {
  const { inputs, server, output } = backup
  const partialPath = findPartialPath(planned, output.outputDirectory)
  const name = nameDump(server.connection)
  const [givenUp, ended] = [new AbortController(), new AbortController()]
  // A directory of its own, so that no other dump's bytes are taken for those of this one.
  const staged =
    planned.format === 'directory' ? await mkdtemp(join(output.stagingDirectory, 'dump-')) : undefined
  const environment = { ...server.connection.environment, PGAPPNAME: name.applicationName }
  const probe: Probe = {
    countBytes: () => countBytes(partialPath, staged),
    readWork: () => readProcessorTime(`PGAPPNAME=${name.applicationName}`),
    look: (limit) => {
      const session = { ...server, signal: AbortSignal.any([signal, ended.signal]) }
      return askForDump(session, planned.database ?? server.facts.database, name, limit)
    },
  }
  const watching = waitForLoss(planned, inputs.stallTimeout, probe, log, ended.signal).then(
    (failure) => {
      givenUp.abort(failure)
    },
    // It also ends by an exception when the dump has ended.
    (error: unknown) => {
      if (!ended.signal.aborted) log.debug(`The watch for a stall ended: ${String(error)}`)
    },
  )
  return {
    backup: {
      ...backup,
      server: { ...server, connection: { ...server.connection, environment } },
      output: { ...output, stagingDirectory: staged ?? output.stagingDirectory },
    },
    signal: AbortSignal.any([signal, givenUp.signal]),
    stop: async () => {
      ended.abort()
      await watching
    },
  }
}

/** What can be seen of a dump from beside it. */
interface Probe {
  /** Bytes that it has written so far. */
  countBytes(): Promise<number>
  /** Processor time that it has used so far, in hundredths of a second; undefined where that cannot be told. */
  readWork(): number | undefined
  /** @param limit in milliseconds */
  look(limit: number): ReturnType<typeof askForDump>
}

/** The state of a dump when its last byte came. */
interface Standstill {
  readonly bytes: number
  readonly work: number | undefined
  /** By `performance.now()`. */
  readonly since: number
}

/** @returns why the dump is given up; while it is alive, nothing */
async function waitForLoss(
  planned: PlannedFile,
  stallTimeout: Duration,
  probe: Probe,
  log: Log,
  signal: AbortSignal,
): Promise<BackupError> {
  const limit = stallTimeout.milliseconds
  const firstLookAt = performance.now() + Math.min(firstLook, limit / 2)
  let isShown: boolean | undefined
  let warnings = 0
  let last = await observe(probe)
  for (;;) {
    await sleep(within(100, limit / 10, 30_000), undefined, { signal, ref: false })
    if (isShown === undefined && performance.now() >= firstLookAt)
      isShown = hasSession(await probe.look(limit))
    if ((await probe.countBytes()) !== last.bytes) last = await observe(probe)
    if (performance.now() - last.since < limit) continue
    const finding = await examine(probe, last, { limit, isShown: isShown === true, signal })
    if (finding.isLost) return refuseLost(planned, stallTimeout.text, finding.why)
    const words = `${describeSubject(planned)}: no byte has come for ${stallTimeout.text}, and ${finding.why}. It is waited for.`
    // A step shows no more than ten warnings.
    if (warnings++ === 0) log.warning(words, 'Slow dump')
    else log.info(words)
    last = await observe(probe)
  }
}

async function observe(probe: Probe): Promise<Standstill> {
  return { bytes: await probe.countBytes(), work: probe.readWork(), since: performance.now() }
}

function hasSession(found: Awaited<ReturnType<Probe['look']>>): boolean {
  return Array.isArray(found) && found.length > 0
}

/** Looks several times, since a single look may hit a dump in an unlucky moment. */
async function examine(
  probe: Probe,
  last: Standstill,
  { limit, isShown, signal }: { limit: number; isShown: boolean; signal: AbortSignal },
): Promise<{ isLost: boolean; why: string }> {
  let why = ''
  for (let look = 0; look < looksBeforeEnd; look++) {
    if (look > 0) await sleep(within(500, limit / 5, 10_000), undefined, { signal, ref: false })
    const found = await probe.look(within(5_000, limit, 60_000))
    const judgement = judge(found, isShown, limit / 1_000)
    why = judgement.why
    if (!judgement.isLost) return judgement
    const now = await observe(probe)
    const worked = Math.abs((now.work ?? 0) - (last.work ?? 0)) > idleTime
    if (worked || now.bytes !== last.bytes) return { isLost: false, why: 'its own processes are working' }
  }
  return { isLost: true, why }
}

/** What a look has shown; a server that says something else than was asked is alive, such as one out of connections. */
function judge(
  found: Awaited<ReturnType<Probe['look']>>,
  isShown: boolean,
  seconds: number,
): { isLost: boolean; why: string } {
  if (found === 'silence') return { isLost: true, why: 'the server does not answer' }
  if (found === 'refusal') return { isLost: false, why: 'the server cannot be asked about it now' }
  if (found.length === 0) {
    return isShown
      ? { isLost: true, why: 'the server no longer has its session' }
      : { isLost: false, why: 'the server does not show its session' }
  }
  return found.every((session) => waitsForClient(session, seconds))
    ? { isLost: true, why: 'its session on the server has waited for it all the while' }
    : { isLost: false, why: `its session on the server ${describeWork(found, seconds)}` }
}

function refuseLost(planned: PlannedFile, text: string, why: string): BackupError {
  return new BackupError('PGB_DUMP', {
    what: `${describeSubject(planned)} was not dumped`,
    why: `no byte has come for ${text}, and ${why}`,
    whatToDo:
      'Look whether the server, the runner and the network between them are well, and run the job again; "stall-timeout" says how long is waited',
  })
}

async function countBytes(partialPath: string, staged: string | undefined): Promise<number> {
  const inDirectory =
    staged === undefined
      ? []
      : await readdir(staged, { recursive: true, withFileTypes: true }).catch(() => [])
  const paths = inDirectory
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
  const sizes = await Promise.all([partialPath, ...paths].map(readSize))
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** Nothing for a file that is not there yet, or no more. */
async function readSize(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  )
}

function within(least: number, value: number, most: number): number {
  return Math.min(most, Math.max(least, value))
}
