import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { findNode } from '../runner.ts'

/** A process as everybody on the machine could see it. */
export interface SeenProcess {
  pid: number
  /** Argument vector. */
  command: string[]
  /** `NAME=value`; empty for processes of other users. */
  environment: string[]
}

/** A watch over all processes of the machine, other people's included. */
export interface ProcessWatcher {
  /** Ends the watch and returns every command line and environment that was seen. */
  stop(): Promise<SeenProcess[]>
}

/** Looks several hundred times a second at every process that starts from now on. */
export async function watchProcesses(): Promise<ProcessWatcher> {
  const program = join(import.meta.dirname, 'process-watcher-program.ts')
  const child = spawn(findNode(), ['--disable-warning=ExperimentalWarning', program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'readable')
  const output = text(child.stdout)
  return {
    stop: async () => {
      child.stdin.end()
      const report = await output
      return JSON.parse(report.slice(report.indexOf('\n') + 1)) as SeenProcess[]
    },
  }
}

/** Those that belong to the step with this RUNNER_TRACKING_ID, without the entry process itself. */
export function listChildren(processes: readonly SeenProcess[], trackingId: string): SeenProcess[] {
  // Between fork and exec a child still shows the memory of the entry process, which rightly holds the inputs.
  const isEntry = ({ command }: SeenProcess): boolean =>
    /\/(backup|restore|cleanup)\/index\.[jt]s$/.test(command[1] ?? '')
  const mark = `RUNNER_TRACKING_ID=${trackingId}`
  return processes.filter((seen) => seen.environment.includes(mark) && !isEntry(seen))
}
