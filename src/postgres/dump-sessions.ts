import { randomBytes } from 'node:crypto'
import {
  JsonError,
  readAmount,
  readArray,
  readNullable,
  readObject,
  type ReadBy,
} from '../archive/json-reader.ts'
import { readJson, readText } from './answer.ts'
import { askIfThere, type Session } from './psql.ts'
import { quoteLiteral } from './sql/quote.ts'

/** Bytes of the longest application name that a server keeps (NAMEDATALEN - 1). */
const longestApplicationName = 63

/** The name that the sessions of one dump bear, and no others. */
export interface DumpName {
  /** For `application_name`: that of the connection, and the mark. */
  readonly applicationName: string
  /** 12 random hex digits, which poolers keep too that add something to the name. */
  readonly mark: string
}

/** Names one dump. */
export function nameDump({ environment }: Session['connection']): DumpName {
  const mark = randomBytes(6).toString('hex')
  let stem = environment['PGAPPNAME'] ?? 'postgres-backup'
  // Whole characters at a time, so that what is left is text.
  while (Buffer.byteLength(stem) + 1 + mark.length > longestApplicationName)
    stem = Array.from(stem).slice(0, -1).join('')
  return { applicationName: `${stem} ${mark}`, mark }
}

const readSession = readObject({
  /** As in `active` or `idle in transaction`; null where the server tracks no activities. */
  state: readNullable(readText),
  waitType: readNullable(readText),
  wait: readNullable(readText),
  /** Seconds since `state` began. */
  seconds: readNullable(readAmount),
})

/** A session of a dump, as the server sees it. */
export type DumpSession = ReadBy<typeof readSession>

/**
 * Asks the server, by a session of our own, for those of a dump.
 * @param limit milliseconds for the answer
 * @returns `silence` when the server says nothing at all, `refusal` when it says something else
 */
export async function askForDump(
  session: Session,
  database: string,
  { mark }: DumpName,
  limit: number,
): Promise<readonly DumpSession[] | 'silence' | 'refusal'> {
  const sql = `select coalesce(json_agg(json_build_object('state', state, 'waitType', wait_event_type,
    'wait', wait_event, 'seconds', greatest(0, extract(epoch from clock_timestamp() - state_change)))), '[]')
  from pg_stat_activity where strpos(application_name, ${quoteLiteral(mark)}) > 0
    and coalesce(backend_type, 'client backend') = 'client backend'`
  const answer = await askIfThere(session, { database, sql }, limit)
  if (answer === undefined) return 'silence'
  try {
    return readJson(answer, readArray(readSession))
  } catch (error) {
    if (error instanceof JsonError) return 'refusal'
    throw error
  }
}

/**
 * PURE. Whether a session has waited for its client all the while: it is idle since then, or sends what its client does
 * not take.
 */
export function waitsForClient({ state, waitType, seconds }: DumpSession, sinceSeconds: number): boolean {
  if (state === 'active') return waitType === 'Client'
  return state?.startsWith('idle') === true && seconds !== null && seconds >= sinceSeconds
}

/** PURE. What the sessions do that do not wait for their client, in words for a log. */
export function describeWork(sessions: readonly DumpSession[], sinceSeconds: number): string {
  const busy = sessions.find((session) => !waitsForClient(session, sinceSeconds))
  if (busy === undefined) return 'waits for its client'
  const { state, waitType, wait } = busy
  if (waitType === 'Lock') return `waits for a lock (${wait ?? 'unknown'})`
  const reason = waitType === null ? '' : `, waiting for ${waitType} ${wait ?? ''}`
  return `is ${state ?? 'in an unknown state'}${reason}`
}
