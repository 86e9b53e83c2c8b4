import { setTimeout as sleep } from 'node:timers/promises'
import { exec } from '@actions/exec'
import { findBash } from './bash.ts'

/** How long a process group may take to end after SIGTERM; the runner itself grants 7.5 s in all. */
const graceMilliseconds = 2_000
const pollMilliseconds = 50

/** Ends every process of the group: SIGTERM, and SIGKILL for what is left after two seconds. */
export async function stopProcessGroup(processGroup: number): Promise<void> {
  await signalProcessGroup(processGroup, 'SIGTERM')
  const deadline = performance.now() + graceMilliseconds
  // By the clock, since on Windows each look takes a process of its own.
  while (performance.now() < deadline) {
    if (!(await signalProcessGroup(processGroup, 0))) return
    await sleep(pollMilliseconds)
  }
  await signalProcessGroup(processGroup, 'SIGKILL')
}

/** Sends the signal; false when no process of the group is left. */
async function signalProcessGroup(processGroup: number, signal: 'SIGTERM' | 'SIGKILL' | 0): Promise<boolean> {
  if (process.platform === 'win32') {
    // Only MSYS itself knows the process groups of its bash.
    const command = `kill -${signal === 0 ? '0' : signal} -- -${processGroup}`
    return (await exec(findBash(), ['-c', command], { silent: true, ignoreReturnCode: true })) === 0
  }
  try {
    return process.kill(-processGroup, signal)
  } catch {
    return false
  }
}
