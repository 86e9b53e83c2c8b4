import type { ErrorCode } from '../errors.ts'
import { JsonError, readCount, readNullable, readObject, readOneOf } from '../archive/json-reader.ts'
import { explainLackOfLocks } from '../postgres/lock-table.ts'
import { readJson, readText, refuseAnswer } from '../postgres/answer.ts'
import { explainPsqlFailure, makePsqlCommand, whileServerAnswers, type Session } from '../postgres/psql.ts'
import { runPipeline } from '../process/pipeline.ts'
import { fingerprintKinds, makeFingerprint } from './fingerprint-facts.ts'
import { makeFingerprintScript } from './fingerprint-query.ts'
import type { Fingerprint, FingerprintEntry, FingerprintRequest } from './fingerprint.ts'

/** Bytes: some million tables. */
const outputLimit = 384 * 1024 * 1024

/** A database of a server. */
export interface FingerprintPlace {
  readonly session: Session
  readonly database: string
}

/** What is said when a fingerprint cannot be read. */
export interface FingerprintFailure {
  readonly failing: string
  readonly code: ErrorCode
  readonly whatToDo: string
}

/**
 * Reads the fingerprint of a database by one session of psql.
 * @throws BackupError of the failure's code, or the one that fits what psql says
 */
export async function readFingerprint(
  { session, database }: FingerprintPlace,
  request: FingerprintRequest,
  { failing, code, whatToDo }: FingerprintFailure = describeFailure(database),
): Promise<Fingerprint> {
  const script = { path: 'printf', args: ['%s', makeFingerprintScript(request)] }
  const args = ['--no-align', '--tuples-only', '--file=-']
  const psql = makePsqlCommand(session, database, { snapshot: request.snapshot }, ...args)
  const { environment } = session.connection
  const { failure, stdout, stderr } = await whileServerAnswers(session, { database, failing }, (signal) =>
    runPipeline([script, psql], { environment, signal, outputLimit, onlyLastStageCounts: true }),
  )
  if (failure === undefined) return readAnswer(stdout, failing)
  const lack = await explainLackOfLocks(failing, stderr, session, database)
  if (lack !== undefined) throw lack
  throw explainPsqlFailure(stderr, session, { database, failing }, { code, whatToDo })
}

function describeFailure(database: string): FingerprintFailure {
  return {
    failing: `The database "${database}" was not read for the comparison`,
    code: 'PGB_VERIFY',
    whatToDo: 'Run the job again; if the error stays, use `verify: decode`',
  }
}

function readAnswer(text: string, failing: string): Fingerprint {
  try {
    return parseFingerprint(text)
  } catch (error) {
    if (error instanceof JsonError) throw refuseAnswer(failing, error)
    throw error
  }
}

const readEntry = readObject({
  kind: readOneOf(...fingerprintKinds),
  name: readText,
  value: readNullable(readText),
  rows: readNullable(readCount),
})

/**
 * PURE. Reads what the script of {@link makeFingerprintScript} prints.
 * @throws JsonError
 */
export function parseFingerprint(text: string): Fingerprint {
  const fingerprint = makeFingerprint(() => new Map<string, FingerprintEntry>())
  for (const line of text.split('\n').filter((line) => line.startsWith('{'))) {
    const { kind, name, value, rows } = readJson(line, readEntry)
    fingerprint[kind].set(name, { value, rows: rows ?? undefined })
  }
  return fingerprint
}
