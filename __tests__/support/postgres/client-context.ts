import { postgresqlAptRepository } from '../../../src/postgres/client/client-context.ts'
import type { ClientContext } from '../../../src/postgres/client/client-context.ts'
import { createRecordingLog } from '../recording-log.ts'
import type { RecordingLog } from '../recording-log.ts'

/** What the system's own programs need, and no PostgreSQL client but behind Debian's wrapper. */
export const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** A context for tests: this machine, a recording log, no requested version. */
export function makeClientContext(
  overrides: Partial<ClientContext> = {},
): ClientContext & { log: RecordingLog } {
  const path = overrides.path ?? systemPath
  const log = createRecordingLog()
  return {
    environment: { PATH: path, LC_ALL: 'C.UTF-8' },
    path,
    platform: 'linux',
    signal: new AbortController().signal,
    requestedMajor: undefined,
    warned: new Set<string>(),
    root: '/',
    aptRepository: postgresqlAptRepository,
    ...overrides,
    log,
  }
}
