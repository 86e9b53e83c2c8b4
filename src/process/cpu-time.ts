import { readdirSync, readFileSync } from 'node:fs'

/**
 * How much all processes have worked that have this text in their environment.
 * @param mark such as `NAME=value`, of a variable that only these processes have
 * @returns hundredths of a second of processor time; undefined where the system does not tell, as outside of Linux
 */
export function readProcessorTime(mark: string): number | undefined {
  if (process.platform !== 'linux') return undefined
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const times = pids
    .filter((pid) => readProcessFile(pid, 'environ').split('\0').includes(mark))
    .map((pid) => addTimes(readProcessFile(pid, 'stat')))
  return times.length === 0 ? undefined : times.reduce((sum, time) => sum + time, 0)
}

/** Fields 14 and 15, utime and stime (proc(5)); the second field is a name that may hold anything, a ")" too. */
function addTimes(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return Number(fields[11] ?? 0) + Number(fields[12] ?? 0)
}

/** Empty for a process that has ended, or belongs to another user. */
function readProcessFile(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    return ''
  }
}
