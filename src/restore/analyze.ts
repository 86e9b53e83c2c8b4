import { BackupError } from '../errors.ts'
import { analyzeDatabase } from '../postgres/analyze.ts'
import type { OpenServer } from '../postgres/open-server.ts'
import type { Run } from '../step/run.ts'

/**
 * Gathers statistics of the restored databases, one after the other. The data is there already, so that what goes wrong
 * is a warning and no failure, a cancellation too.
 */
export async function analyzeDatabases(
  databases: readonly string[],
  server: OpenServer,
  jobs: number,
  { log, signal }: Run,
): Promise<void> {
  const failed: string[] = []
  let reason = ''
  for (const database of databases) {
    try {
      await analyzeDatabase(server, database, jobs)
    } catch (error) {
      failed.push(`"${database}"`)
      reason ||= explain(signal.aborted ? signal.reason : error)
    }
  }
  if (failed.length === 0) return
  log.warning(
    `Restored, but PostgreSQL has no statistics of ${failed.join(', ')}: ${reason}. Run ANALYZE before it meets traffic.`,
    'No statistics',
  )
}

function explain(error: unknown): string {
  if (error instanceof BackupError) return error.explanation.why
  return error instanceof Error ? error.message : String(error)
}
