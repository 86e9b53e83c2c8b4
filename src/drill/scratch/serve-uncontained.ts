import { chmod, chown } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from '../../process/command.ts'
import { runPipeline } from '../../process/pipeline.ts'
import type { Run } from '../../step/run.ts'
import { listSetprivArguments, type OwnAccount } from './sandbox/find-containment.ts'
import {
  refuseStart,
  saysReady,
  startProcess,
  waitUntil,
  type ServerRequest,
  type StopServer,
} from './server-process.ts'
import { makeServerEnvironment, type ServerPrograms } from './server-programs.ts'

/** Changes into the first parameter and becomes the rest; the account may not read where this process runs. */
const enterScript = 'cd -- "$1" && shift && exec "$@"'

/**
 * Makes and starts a server that nothing contains but the rights of its account.
 * @param account undefined for that of this process, which is not root
 * @throws BackupError PGB_VERIFY
 */
export async function serveUncontained(
  account: OwnAccount | undefined,
  { programs, base, superuser, settings }: ServerRequest,
  run: Run,
): Promise<StopServer> {
  const [data, socket] = [join(base, 'cluster', 'data'), join(base, 'socket')]
  await makeCluster(account, { programs, base, superuser }, run)
  const stopping = new AbortController()
  let isReady = false
  const onErrorLine = (line: string): void => {
    isReady ||= saysReady(line)
  }
  const command = { path: programs.postgres, args: ['-D', data, '-k', socket, ...settings] }
  const server = startProcess(runAs(command, base, account, account?.id), {
    environment: makeServerEnvironment(run),
    signal: AbortSignal.any([run.signal, stopping.signal]),
    onErrorLine,
  })
  const stop = async (): Promise<void> => {
    stopping.abort()
    await server.ended
  }
  try {
    await waitUntil(() => isReady, server, run.signal)
    // Nothing that runs in the server can then put another socket in the place of its own.
    if (account !== undefined) await chown(socket, 0, 0)
  } catch (error) {
    await stop()
    throw error
  }
  return stop
}

/** By an account of the machine, which no one else of that account can reach for want of the group. */
async function makeCluster(
  account: OwnAccount | undefined,
  { programs, base, superuser }: { programs: ServerPrograms; base: string; superuser: string },
  run: Run,
): Promise<void> {
  if (account !== undefined) {
    await chown(base, 0, account.id)
    await chmod(base, 0o710)
  }
  const directories = ['cluster', 'socket'].map((name) => join(base, name))
  const execute = async (command: Command): Promise<void> => {
    const environment = makeServerEnvironment(run)
    const { failure, stderr } = await runPipeline([command], { environment, signal: run.signal })
    if (failure !== undefined) throw refuseStart(stderr)
  }
  const giveTo = async (user: number | undefined): Promise<void> => {
    if (account === undefined || user === undefined) return
    await execute({ path: 'chown', args: ['-R', `${user}:${account.id}`, ...directories] })
  }
  const initdb = {
    path: programs.initdb,
    args: [
      ...['-D', join(base, 'cluster', 'data'), '-U', superuser],
      ...['--auth=trust', '--no-sync', '--encoding=UTF8', '--locale=C'],
    ],
  }
  await giveTo(account?.namedId)
  await execute(runAs(initdb, base, account, account?.namedId))
  await giveTo(account?.id)
}

function runAs(
  command: Command,
  base: string,
  account: OwnAccount | undefined,
  user: number | undefined,
): Command {
  if (account === undefined || user === undefined) return command
  const drop = listSetprivArguments(user, account.id)
  return {
    path: account.setpriv,
    args: [...drop, 'sh', '-c', enterScript, 'sh', base, command.path, ...command.args],
  }
}
