import { execFileSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

/**
 * Gives a server a core of its own, as if it stood elsewhere, and this process with all that it starts the others. By
 * default a server of a small machine takes half of it.
 * @param core counted from 0
 */
export function pinServer(pid: number, core: number): void {
  const cores = Array.from({ length: availableParallelism() }, (_, index) => index)
  const others = cores.filter((other) => other !== core)
  if (others.length === 0 || others.length === cores.length)
    throw new Error(`There is no core ${core} among ${cores.length}, or no other beside it`)
  // What the server and this process start from now on inherits it.
  setCores(pid, [core])
  setCores(process.pid, others)
}

function setCores(pid: number, cores: readonly number[]): void {
  const args = ['--all-tasks', '--cpu-list', '--pid', cores.join(','), String(pid)]
  execFileSync('taskset', args, { stdio: 'ignore' })
}
