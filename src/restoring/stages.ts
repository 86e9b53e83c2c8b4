import type { BackupError } from '../errors.ts'
import { whileServerAnswers } from '../postgres/psql.ts'
import type { SqlFilterRules } from '../postgres/sql/filter/filter-rules.ts'
import { runPipeline } from '../process/pipeline.ts'
import type { Command } from '../process/command.ts'
import type { LocalFile } from './checked-file.ts'
import type { LackingEntries } from './left-out/lacking-judge.ts'
import type { Target } from './left-out/read-target-facts.ts'
import { explainRestoreFailure } from './restore-failure.ts'
import type { RestoreSetting } from './restore-setting.ts'

/** Where a database's file is restored to. */
export interface Destination {
  readonly database: string
  /** The name that messages use. */
  readonly target: string
  /** What begins and ends the one transaction; without it a failure leaves a part behind. */
  readonly transaction: SqlFilterRules['transaction']
  /** Makes the database new again, for a second try; a transaction needs none. */
  readonly renew?: () => Promise<void>
  /** What the database says of itself, by which entries of the dump are left out; undefined to restore all. */
  readonly facts: Target | undefined
  /** Instead: the entries that are left out. */
  readonly lacking?: LackingEntries | undefined
}

/** What a pipeline that restores a file works at. */
export interface StagedWork {
  readonly file: LocalFile
  readonly to: Pick<Destination, 'database' | 'target'>
  readonly setting: RestoreSetting
  /** On the first stage's standard input. */
  readonly inputFile: string | undefined
  /** The last stage notices by itself when its input is cut, and may stop reading before the end. */
  readonly onlyLastStageCounts?: boolean
  /** Gets each line that is printed to standard error. */
  readonly onErrorLine?: (line: string) => void
}

/** What stages printed that have ended. */
export interface StagesResult {
  readonly stdout: string
  readonly stderr: string
  /** Undefined when all succeeded. */
  readonly error: BackupError | undefined
}

/**
 * Runs the stages.
 * @throws the run's reason when it is cancelled
 */
export async function tryStages(stages: readonly Command[], work: StagedWork): Promise<StagesResult> {
  const { file, to, setting, inputFile, onErrorLine, onlyLastStageCounts = false } = work
  const { environment, parameters } = setting.server.connection
  const input = inputFile === undefined ? {} : { inputFile }
  const listener = onErrorLine === undefined ? {} : { onErrorLine }
  const options = { environment, onlyLastStageCounts, ...input, ...listener }
  const subject = file.kind === 'database' ? `The database "${to.target}"` : `The file of the ${file.kind}`
  const action = `${subject} was not restored`
  const session = { ...setting.server, signal: setting.signal }
  const result = await whileServerAnswers(session, { database: to.database, failing: action }, (signal) =>
    runPipeline(stages as [Command, ...Command[]], { ...options, signal }),
  )
  const { failure, stdout, stderr } = result
  const { accepted, facts } = setting.server
  const context = { parameters, database: to.target, action, service: facts.service, accepted }
  const error = failure && explainRestoreFailure(failure, stderr, context)
  return { stdout, stderr, error }
}

/**
 * Runs the stages.
 * @returns what the last one printed
 * @throws BackupError PGB_RESTORE, or the code that fits what the tools say; the run's reason when it is cancelled
 */
export async function runStages(stages: readonly Command[], work: StagedWork): Promise<string> {
  const { stdout, error } = await tryStages(stages, work)
  if (error !== undefined) throw error
  return stdout
}
