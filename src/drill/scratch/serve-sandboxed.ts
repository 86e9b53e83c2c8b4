import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { openFifo } from '../../process/fifo.ts'
import type { Run } from '../../step/run.ts'
import { makeSandboxCommand, type Sandbox } from './sandbox/sandbox.ts'
import {
  refuseStart,
  saysReady,
  startProcess,
  waitUntil,
  type ServerRequest,
  type StopServer,
} from './server-process.ts'
import { makeServerEnvironment } from './server-programs.ts'

/**
 * Makes and starts a server inside a sandbox, and seals that before it returns. The sandbox ends with this process,
 * however that ends, since it reads from a pipe that no one else holds; no signal of ours would reach it behind sudo.
 * @throws BackupError PGB_VERIFY
 */
export async function serveSandboxed(
  sandbox: Sandbox,
  { base, superuser, settings }: ServerRequest,
  run: Run,
): Promise<StopServer> {
  const command = makeSandboxCommand(sandbox, base, { kind: 'serve', superuser, settings })
  if (command === undefined) throw refuseStart('there is no number left for an account of its own')
  const common = { environment: makeServerEnvironment(run), signal: run.signal }
  const inputFile = join(run.privateDirectory, `lifeline-${randomBytes(6).toString('hex')}`)
  const lifeline = await openFifo(inputFile, common)
  const end = (): void => {
    lifeline.destroy()
  }
  run.signal.addEventListener('abort', end)
  let [isAsked, isSealed] = [false, false]
  const onErrorLine = (line: string): void => {
    // Once: what the server says later, the code of a dump may have said.
    if (!isAsked && saysReady(line)) {
      isAsked = true
      lifeline.write('seal\n')
    }
  }
  const onOutput = (printed: string): void => {
    isSealed ||= /^sealed$/m.test(printed)
  }
  const server = startProcess(command, { ...common, inputFile, onErrorLine, onOutput })
  const stop = async (): Promise<void> => {
    run.signal.removeEventListener('abort', end)
    end()
    await server.ended
  }
  try {
    await waitUntil(() => isSealed, server, run.signal)
  } catch (error) {
    await stop()
    throw error
  }
  return stop
}
