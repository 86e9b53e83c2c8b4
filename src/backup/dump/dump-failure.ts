import { BackupError } from '../../errors.ts'
import type { Log } from '../../github/log.ts'
import { explainFailure } from '../../postgres/failure/explain-failure.ts'
import { explainLackOfLocks } from '../../postgres/lock-table.ts'
import { quoteTool } from '../../postgres/psql.ts'
import type { PipelineResult, StageFailure } from '../../process/pipeline.ts'
import { nameSignal } from '../../process/exit-codes.ts'
import type { PlannedFile } from '../plan.ts'
import type { PreparedBackup } from '../prepare.ts'
import { describeSubject } from '../subject.ts'
import { explainFullDisk } from './space.ts'

/**
 * Every stage counts, and so does an error that a tool prints before it ends with 0.
 * @returns what pg_dump warned of
 * @throws BackupError PGB_DISK, PGB_LOCK, PGB_DUMP, or the code that fits what the tools say
 */
export async function checkDump(
  result: PipelineResult,
  planned: PlannedFile,
  { server, output, inputs }: PreparedBackup,
  log: Log,
): Promise<readonly string[]> {
  const { failure, stderr } = result
  if (failure === undefined && !/^(pg_dump|pg_dumpall|tar|age-encrypt): error:/m.test(stderr)) {
    const remarks = quoteTool(stderr)
    if (remarks !== undefined) log.info(remarks)
    return listWarnings(stderr)
  }
  const database = planned.database ?? undefined
  const action = `${describeSubject(planned)} was not dumped`
  const { accepted, connection, facts } = server
  const { parameters } = connection
  const isSuperuser = facts.isSuperuser && !inputs.options.some((option) => option.startsWith('--rol'))
  const context = { parameters, database, action, accepted, service: facts.service, isSuperuser }
  throw (
    (await explainFullDisk(action, result, output.places)) ??
    (await explainLackOfLocks(action, stderr, server, database ?? facts.database)) ??
    explainFailure(stderr, context) ??
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

/** How the stage that failed first has ended. */
function describeEnd(failure: StageFailure | undefined): string {
  if (failure === undefined) return 'pg_dump reported an error although its exit status was 0'
  const { command, exitCode } = failure
  if (exitCode === undefined) return 'the processes that dump were killed from outside'
  const tool = command.path.split(/[\\/]/).at(-1) ?? ''
  const signal = nameSignal(exitCode)
  return signal === undefined ? `${tool} ended with ${exitCode}` : `${tool} was killed by ${signal}`
}

function formatWords(stderr: string): string {
  const words = quoteTool(stderr)
  return words === undefined ? '' : ` (${words})`
}
