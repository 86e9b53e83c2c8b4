import { whileServerAnswers } from '../postgres/psql.ts'
import { runPipeline } from '../process/pipeline.ts'
import type { Command } from '../process/command.ts'
import type { CheckedFile } from '../restore/check.ts'
import { explainRestoreFailure } from './restore-failure.ts'
import type { RestoreSetting } from './restore-setting.ts'

/** Where a database's file is restored to. */
export interface Destination {
  readonly database: string
  /** The name that messages use. */
  readonly target: string
  /** All in one transaction; otherwise several workers may share the work, and a failure leaves a part behind. */
  readonly oneTransaction: boolean
}

/** What a pipeline that restores a file works at. */
export interface StagedWork {
  readonly file: CheckedFile
  readonly to: Destination
  readonly setting: RestoreSetting
  /** On the first stage's standard input. */
  readonly inputFile: string | undefined
  /** The last stage notices by itself when its input is cut, and may stop reading before the end. */
  readonly onlyLastStageCounts?: boolean
}

/**
 * Runs the stages.
 * @returns what the last one printed
 * @throws BackupError PGB_RESTORE, or the code that fits what the tools say; the run's reason when it is cancelled
 */
export async function runStages(stages: readonly Command[], work: StagedWork): Promise<string> {
  const { file, to, setting, inputFile, onlyLastStageCounts = false } = work
  const { environment, parameters } = setting.server.connection
  const input = inputFile === undefined ? {} : { inputFile }
  const options = { environment, onlyLastStageCounts, ...input }
  const subject = file.kind === 'database' ? `The database "${to.target}"` : `The file of the ${file.kind}`
  const action = `${subject} was not restored`
  const session = { ...setting.server, signal: setting.signal }
  const result = await whileServerAnswers(session, { database: to.database, failing: action }, (signal) =>
    runPipeline(stages as [Command, ...Command[]], { ...options, signal }),
  )
  if (result.failure === undefined) return result.stdout
  throw explainRestoreFailure(result.failure, result.stderr, {
    parameters,
    database: to.target,
    action,
  })
}
