import { readFileSync, readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A process of one action. */
export interface Found {
  readonly pid: number
  readonly parent: number
  readonly command: readonly string[]
}

/** The living processes that carry the action's RUNNER_TRACKING_ID. */
export function findProcesses(trackingId: string): Found[] {
  const read = (pid: string, name: string): string => {
    try {
      return readFileSync(`/proc/${pid}/${name}`, 'utf8')
    } catch {
      return ''
    }
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => read(pid, 'environ').includes(`RUNNER_TRACKING_ID=${trackingId}`))
    .map((pid) => ({
      pid: Number(pid),
      parent: Number(/\) \S (\d+)/.exec(read(pid, 'stat'))?.[1] ?? 0),
      command: read(pid, 'cmdline').split('\0').slice(0, -1),
    }))
    .filter(({ command }) => command.length > 0)
}

/** What of an action can be killed. */
export const targets = ['pg_dump', 'compressor', 'age', 'shell', 'leader', 'node'] as const
export type Target = (typeof targets)[number]

const isDump = ({ command }: Found): boolean =>
  basename(command[0] ?? '') === 'pg_dump' && command.includes('--format=plain')

const pickers: Readonly<Record<Target, (all: readonly Found[], node: number) => Found | undefined>> = {
  pg_dump: (all) => all.find(isDump),
  compressor: (all) =>
    all.find(({ command }) => basename(command[0] ?? '') === 'igzip' && !command.includes('-d')),
  age: (all) => all.find(({ command }) => command[1]?.endsWith('age-encrypt/index.js')),
  shell: (all, node) =>
    all.find(
      ({ parent, command }) =>
        parent === node && command.includes('--format=plain') && !command[0]?.endsWith('pg_dump'),
    ),
  leader: (all) => {
    const dump = all.find(isDump)
    return all.find(({ pid }) => pid === dump?.parent)
  },
  // Only once there is something to leave behind.
  node: (all, node) => (all.some(isDump) ? all.find(({ pid }) => pid === node) : undefined),
}

/** Waits for the process to appear; undefined when the action ends without. */
export async function waitForTarget(
  target: Target,
  trackingId: string,
  node: number,
): Promise<Found | undefined> {
  for (;;) {
    const all = findProcesses(trackingId)
    if (!all.some(({ pid }) => pid === node)) return undefined
    const found = pickers[target](all, node)
    if (found !== undefined) return found
    await sleep(10)
  }
}

/** Sends the signal; false when the process is gone. */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}

/** Waits until no process of the action is left, at most this long. */
export async function waitForSilence(trackingId: string, milliseconds: number): Promise<Found[]> {
  const deadline = performance.now() + milliseconds
  for (;;) {
    const left = findProcesses(trackingId)
    if (left.length === 0 || performance.now() > deadline) return left
    await sleep(50)
  }
}
