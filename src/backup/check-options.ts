import { refuseInput } from '../inputs/read-inputs.ts'
import { runPipeline } from '../process/pipeline.ts'
import type { ConnectedBackup } from './connect.ts'

/**
 * Arguments by which each tool ends once it has read them all, before it connects. They stand first, so that none is
 * taken for the value of another.
 */
const endings = {
  pgDump: ['--format=none-but-a-check'],
  pgDumpAll: ['--roles-only', '--tablespaces-only'],
} as const

/** What getopt_long says of an argument; what else a tool says is about the endings, or will be said when it dumps. */
const complaint =
  /^\S+: (.*(?:unrecognized option|invalid option|ambiguous|requires an argument|allow an argument).*)$/m

/**
 * Has the tool itself read the user's arguments, before anything is dumped.
 * @throws BackupError PGB_INPUT for one that this version does not know
 */
export async function checkOptions({ inputs, server }: ConnectedBackup, signal: AbortSignal): Promise<void> {
  const { all, options } = inputs
  const { client, connection } = server
  if (options.length === 0) return
  const tool = all ? 'pgDumpAll' : 'pgDump'
  const command = { path: client[tool], args: ['--no-password', ...endings[tool], ...options] }
  const { stderr } = await runPipeline([command], { environment: connection.environment, signal })
  const found = complaint.exec(stderr)?.[1]
  if (found === undefined) return
  const name = all ? 'pg_dumpall' : 'pg_dump'
  // The value may be a secret in the wrong place.
  const withoutValue = found.replace(/=[^']*/, '')
  throw refuseInput(
    'options',
    `${name} ${client.version} says: ${withoutValue}`,
    `Correct it; see \`${name} --help\` of that version, or set "postgres-version"`,
  )
}
