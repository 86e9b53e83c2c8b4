import { askJson } from '../../postgres/answer.ts'
import type { OpenServer } from '../../postgres/open-server.ts'
import { makeTargetFactsQuery, readTargetAnswer, type Target } from './read-target-facts.ts'

/**
 * Asks a database what decides about a dump that is to be restored into it.
 * @throws BackupError as askJson does
 */
export async function readTarget(
  server: OpenServer,
  database: string,
  { target, replaces }: { target: string; replaces: boolean },
): Promise<Target> {
  const { service } = server.facts
  const failing = `The database "${target}" was not restored, as the server was not asked what it takes`
  const query = { database, sql: makeTargetFactsQuery(service, replaces), failing }
  return { answer: await askJson(server, query, readTargetAnswer), service }
}
