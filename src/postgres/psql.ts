import { setTimeout as sleep } from 'node:timers/promises'
import { BackupError, type ErrorCode } from '../errors.ts'
import { runPipeline, type PipelineResult } from '../process/pipeline.ts'
import type { Command } from '../process/command.ts'
import type { Client } from './client/find-clients.ts'
import type { Connection } from './connection/open-connection.ts'
import { formatDatabaseArgument } from './connection/connection-string.ts'
import type { AcceptedLogin } from './failure/expired-login.ts'
import { explainFailure } from './failure/explain-failure.ts'
import { passingFailure } from './failure/failure-kind.ts'
import { isRefusedQuery, isSaidByServer, withoutStates } from './failure/foreign.ts'
import { withPrivateScript } from './private-script.ts'
import { beginSnapshot, secureSession, secureTransaction } from './session-settings.ts'

/** A server, and the tools that talk to it. */
export interface Session {
  readonly connection: Connection
  readonly client: Client
  readonly signal: AbortSignal
  /** Undefined before the server has taken this login. */
  readonly accepted?: AcceptedLogin
}

/** What a query is for: the first sentence of the error when it fails, as in `The server was not asked for x`. */
export interface Query {
  readonly database: string
  readonly sql: string
  readonly failing: string
  /** The same where the server was reached and refused the query; without it as `failing`. */
  readonly refused?: string
  /**
   * `question`, the default, is answered from the catalogs, and given up after five minutes. `work` may take as long as
   * it needs, while the server answers others. Both are one transaction; `alone` is work that cannot be in one.
   */
  readonly kind?: 'question' | 'work' | 'alone'
  /** Statements that follow in the same session, each when the one before was answered, and without any setting. */
  readonly next?: readonly string[]
  /**
   * The run's private directory, for SQL that may hold secrets: everybody on the machine sees a command line. It is
   * `work`, and psql reads it by itself: what is not within quotes holds neither a colon nor a backslash.
   */
  readonly hiddenIn?: string
}

/** Milliseconds for a question: far more than any takes that the catalogs answer. */
const questionLimit = 300_000

/** Milliseconds between two looks at a server that works for us, and for the answer to one. */
const lookInterval = 60_000
/** Looks in a row without an answer after which a server counts as gone. */
const looksBeforeGone = 5

/** Bytes of an answer beyond which it is none: a million names of databases take less. */
const answerLimit = 256 * 1024 * 1024

/**
 * A session of psql, with settings of its own (see session-settings.ts) before its first statement, and where neither
 * ~/.psqlrc nor a prompt for a password can interfere. All sessions of psql begin here.
 * @param start `session` sets them for good; the other begins a transaction that reads one snapshot, its own where none
 *   is named, and sets them there
 * @param args `--command` and `--file`, run one after the other in this session
 */
export function makePsqlCommand(
  session: Pick<Session, 'client'>,
  database: string,
  start: 'session' | { readonly snapshot: string | undefined },
  ...args: string[]
): Command {
  const first = start === 'session' ? secureSession : beginSnapshot(start.snapshot)
  return makeCommand(session, database, [`--command=${first}`, ...args])
}

function makeCommand({ client }: Pick<Session, 'client'>, database: string, args: string[]): Command {
  const fixed = ['--no-psqlrc', '--no-password', '--quiet', '--set=ON_ERROR_STOP=1']
  // Here it beats a client_encoding of the url, which a variable of the environment does not.
  const place = `${formatDatabaseArgument(database)} client_encoding=UTF8`
  return { path: client.psql, args: [...fixed, place, ...args] }
}

/**
 * Runs SQL by psql, and so through libpq with every setting of the connection.
 * @returns what it printed, without alignment and headers
 * @throws BackupError with the code that fits what psql says, else PGB_CONNECT
 */
export async function runSql(session: Session, query: Query): Promise<string> {
  const { kind = 'question', failing } = query
  const answer =
    kind === 'question'
      ? await runWithin(questionLimit, session, query)
      : await whileServerAnswers(session, query, (signal) => runQuery({ ...session, signal }, query))
  if (answer === undefined) throw refuseSilence(failing)
  const { failure, stdout, stderr } = answer
  if (failure === undefined) return stdout.trimEnd()
  const whatToDo = isRefusedQuery(stderr)
    ? "Look into the server's log, and correct the cause"
    : 'Check the url, and whether this runner may reach the server'
  throw explainPsqlFailure(stderr, session, query, { code: 'PGB_CONNECT', whatToDo })
}

/**
 * Asks a short question of a server that may be gone.
 * @param limit in milliseconds
 * @returns undefined when the server said nothing at all; an empty text when it answered, but refused
 */
export async function askIfThere(
  session: Session,
  query: Omit<Query, 'failing'>,
  limit: number,
): Promise<string | undefined> {
  const result = await runWithin(limit, session, query)
  if (result?.failure === undefined) return result?.stdout.trimEnd()
  return isSaidByServer(result.stderr) ? '' : undefined
}

/** How patient {@link whileServerAnswers} is, in milliseconds and looks. */
export interface Patience {
  readonly interval: number
  readonly looks: number
}

/**
 * Lets the server work for us as long as it needs, and gives up when it no longer answers anybody: five times in a
 * row, a minute apart. A connection of which only one end is left is found by TCP, see open-connection.ts.
 * @throws BackupError PGB_CONNECT
 */
export async function whileServerAnswers<T>(
  session: Session,
  { database, failing }: Pick<Query, 'database' | 'failing'>,
  work: (signal: AbortSignal) => Promise<T>,
  { interval, looks }: Patience = { interval: lookInterval, looks: looksBeforeGone },
): Promise<T> {
  const [ended, gone] = [new AbortController(), new AbortController()]
  const signal = AbortSignal.any([session.signal, ended.signal])
  const watch = async (): Promise<void> => {
    for (let silent = 0; silent < looks;) {
      await sleep(interval, undefined, { signal, ref: false })
      const answer = await askIfThere({ ...session, signal }, { database, sql: 'select 1' }, interval)
      silent = answer === undefined ? silent + 1 : 0
    }
    gone.abort(refuseSilence(failing))
  }
  // It ends by an exception when the work has ended.
  const watching = watch().catch(() => undefined)
  try {
    return await work(AbortSignal.any([session.signal, gone.signal]))
  } finally {
    ended.abort()
    await watching
  }
}

/** @returns undefined when the time was up */
async function runWithin(
  limit: number,
  session: Session,
  query: Omit<Query, 'failing'>,
): Promise<PipelineResult | undefined> {
  const timeUp = AbortSignal.timeout(limit)
  const signal = AbortSignal.any([session.signal, timeUp])
  return runQuery({ ...session, signal }, query).catch((error: unknown) => {
    if (timeUp.aborted && !session.signal.aborted) return undefined
    throw error
  })
}

async function runQuery(session: Session, query: Omit<Query, 'failing'>): Promise<PipelineResult> {
  const { sql, hiddenIn } = query
  if (hiddenIn === undefined) return runCommands(session, query, listCommands(query))
  return withPrivateScript(hiddenIn, `${sql};`, (inputFile) => {
    // In the context of an error the statement would show that failed.
    const silent = '--set=SHOW_CONTEXT=never'
    const commands = [`--command=begin; ${secureTransaction}`, '--file=-', '--command=commit']
    return runCommands(session, query, [silent, ...commands], inputFile)
  })
}

function listCommands({ kind = 'question', sql, next = [] }: Omit<Query, 'failing'>): string[] {
  // A blank comes first, since psql takes a command that begins with a backslash for one of its own, such as \!.
  const statements = kind === 'alone' ? [secureSession, ` ${sql}`] : [`${secureTransaction} ${sql}`]
  return [...statements, ...next].map((statement) => `--command=${statement}`)
}

async function runCommands(
  session: Session,
  { database }: Pick<Query, 'database'>,
  commands: readonly string[],
  inputFile?: string,
): Promise<PipelineResult> {
  // With the SQLSTATE a refusal is understood in any language.
  const settings = ['--set=VERBOSITY=verbose', '--no-align', '--tuples-only']
  const psql = makeCommand(session, database, [...settings, ...commands])
  const { environment } = session.connection
  const input = inputFile === undefined ? {} : { inputFile }
  return runPipeline([psql], { environment, signal: session.signal, outputLimit: answerLimit, ...input })
}

function refuseSilence(failing: string): BackupError {
  const explanation = {
    what: failing,
    why: 'the server no longer answers',
    whatToDo: 'Look whether the server and the network to it are well, and run the job again',
  }
  return new BackupError('PGB_CONNECT', explanation, { cause: passingFailure })
}

/** Says why psql failed; `unknown` serves where nothing that it printed is recognised. */
export function explainPsqlFailure(
  stderr: string,
  { connection, accepted }: Session,
  { database, failing, refused = failing }: Pick<Query, 'database' | 'failing' | 'refused'>,
  unknown: { readonly code: ErrorCode; readonly whatToDo: string },
): BackupError {
  const { code, whatToDo } = unknown
  const what = isRefusedQuery(stderr) ? refused : failing
  const context = { parameters: connection.parameters, database, action: what, accepted }
  const why = quoteTool(withoutStates(stderr)) ?? 'psql ended without a message'
  return explainFailure(stderr, context) ?? new BackupError(code, { what, why, whatToDo })
}

/** The last lines that a tool printed, as one line for an annotation; undefined when there are none. */
export function quoteTool(stderr: string): string | undefined {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '')
  const text = lines
    .slice(-4)
    .join('; ')
    .replace(/[\s\0]+/g, ' ')
    .replace(/[.;\s]+$/, '')
  return text === '' ? undefined : text.slice(-600)
}
