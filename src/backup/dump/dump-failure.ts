import { constants } from 'node:os'
import { BackupError } from '../../errors.ts'
import type { Log } from '../../github/log.ts'
import { explainFailure } from '../../postgres/failure/explain-failure.ts'
import type { OpenServer } from '../../postgres/open-server.ts'
import { explainLackOfLocks } from '../../postgres/lock-table.ts'
import { quoteTool } from '../../postgres/psql.ts'
import type { PipelineResult, StageFailure } from '../../process/pipeline.ts'
import type { FileSubject } from '../../archive/backup-file.ts'
import type { PlannedFile } from '../plan.ts'
import { explainFullDisk, type Place } from './space.ts'

/** Where a dump ran. */
export interface DumpPlace {
  readonly server: OpenServer
  readonly places: readonly Place[]
  readonly log: Log
}

const subjects = {
  cluster: 'The cluster',
  globals: 'The file of the globals',
  properties: "The file of the databases' properties",
  contents: "The file of the tables' rows",
} as const

/** What a file or a failure is about, as sentences name it. */
export function describeSubject({ kind, database }: FileSubject): string {
  if (kind === 'database') return `The database "${database}"`
  return subjects[kind]
}

/**
 * Every stage counts, and so does an error that a tool prints before it ends with 0.
 * @returns what pg_dump warned of
 * @throws BackupError PGB_DISK, PGB_LOCK, PGB_DUMP, or the code that fits what the tools say
 */
export async function checkDump(
  result: PipelineResult,
  planned: PlannedFile,
  setting: DumpPlace,
): Promise<readonly string[]> {
  const { failure, stderr } = result
  if (failure === undefined && !/^(pg_dump|pg_dumpall|tar|age-encrypt): error:/m.test(stderr)) {
    const remarks = quoteTool(stderr)
    if (remarks !== undefined) setting.log.info(remarks)
    return listWarnings(stderr)
  }
  const database = planned.database ?? undefined
  const action = `${describeSubject(planned)} was not dumped`
  const { connection, accepted } = setting.server
  const { parameters } = connection
  throw (
    (await explainFullDisk(action, result, setting.places)) ??
    (await explainLackOfLocks(action, stderr, setting.server, database ?? setting.server.facts.database)) ??
    explainFailure(stderr, {
      parameters,
      database,
      action,
      accepted,
      service: setting.server.facts.service,
    }) ??
    new BackupError('PGB_DUMP', {
      what: action,
      why: `${describeEnd(failure)}${formatWords(stderr)}`,
      whatToDo: 'Read what it says, correct the cause, and run the job again',
    })
  )
}

/** Characters of one warning that are kept. */
const warningLimit = 600

/** PURE. The warnings among what pg_dump and pg_dumpall print, each with its details and hints, as one line. */
export function listWarnings(stderr: string): string[] {
  const warnings: string[] = []
  for (const line of stderr.split('\n')) {
    const [, kind, words] =
      /^(?:pg_dump|pg_dumpall): (?:\[[^\]]*\] )?(warning|detail|hint): +(.*)$/i.exec(line) ?? []
    if (kind === undefined || words === undefined) continue
    if (kind.toLowerCase() === 'warning') warnings.push(words)
    else if (warnings.length > 0) warnings.push(`${warnings.pop() ?? ''} ${words}`)
  }
  return warnings.map((text) =>
    text
      .replace(/\s+/g, ' ')
      .replace(/[.;:\s]+$/, '')
      .slice(0, warningLimit),
  )
}

/** How the stage that failed first has ended; a shell reports signal n as 128 + n. */
function describeEnd(failure: StageFailure | undefined): string {
  if (failure === undefined) return 'pg_dump reported an error although its exit status was 0'
  const { command, exitCode } = failure
  if (exitCode === undefined) return 'the processes that dump were killed from outside'
  const tool = command.path.split(/[\\/]/).at(-1) ?? ''
  const signal = Object.entries(constants.signals).find(([, number]) => number === exitCode - 128)?.[0]
  return signal === undefined ? `${tool} ended with ${exitCode}` : `${tool} was killed by ${signal}`
}

function formatWords(stderr: string): string {
  const words = quoteTool(stderr)
  return words === undefined ? '' : ` (${words})`
}
