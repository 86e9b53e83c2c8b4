import { readdirSync, readFileSync } from 'node:fs'
import * as core from '@actions/core'
import { removeIfEmpty, removeTree } from '../process/remove-tree.ts'
import { discardEmptyState, discardState } from './run.ts'

/** The post step, which removes what a killed run left. */
export async function cleanUp(): Promise<void> {
  const paths = readPaths(discardState)
  for (const pid of findProcesses(paths)) endProcess(pid)
  await Promise.all(paths.map(removeTree))
  await Promise.all(readPaths(discardEmptyState).map(removeIfEmpty))
}

function readPaths(name: string): string[] {
  const state = core.getState(name)
  return (state === '' ? [] : JSON.parse(state)) as string[]
}

/** Processes that outlived the run: on Linux they are known by the private files that their environment names. */
function findProcesses(owned: readonly string[]): number[] {
  if (process.platform !== 'linux' || owned.length === 0) return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => owned.some((path) => readEnvironment(name).includes(`${path}/`)))
    .map(Number)
}

/** A process that has ended by itself since it was found is none to stop the cleaning for. */
function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It is gone.
  }
}

function readEnvironment(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8')
  } catch {
    return ''
  }
}
