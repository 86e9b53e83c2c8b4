import { readdirSync, readFileSync } from 'node:fs'

/** What one run of one subject took. */
export interface Measurement {
  readonly seconds: number
  /** Of all processes that the run started, without the server. */
  readonly cpuSeconds: number
  /** Bytes: the most that all processes of the run held together, sampled ten times a second. */
  readonly memory: number
  /** Bytes: the most that Node held; 0 for a run without Node. */
  readonly nodeMemory: number
  /** Bytes of the output; 0 where it is thrown away. */
  readonly outputSize: number
}

/** What a subject tells about its own run. */
export interface RunFacts {
  /** Where the subject measures its own time, such as that of a process without what surrounds it. */
  readonly seconds?: number
  readonly nodeMemory?: number
  readonly outputSize?: number
}

const ticksPerSecond = 100
const sampleMilliseconds = 100

/** Runs and measures; one at a time, since the processor time is that of all children since the start. */
export async function measure(run: () => Promise<RunFacts>): Promise<Measurement> {
  let memory = 0
  const timer = setInterval(() => {
    memory = Math.max(memory, sumMemory())
  }, sampleMilliseconds)
  const cpuBefore = readChildrenCpuSeconds()
  const startedAt = performance.now()
  const facts = await run()
  const seconds = facts.seconds ?? (performance.now() - startedAt) / 1000
  clearInterval(timer)
  return {
    seconds,
    cpuSeconds: readChildrenCpuSeconds() - cpuBefore,
    memory,
    nodeMemory: facts.nodeMemory ?? 0,
    outputSize: facts.outputSize ?? 0,
  }
}

/** The middle of an odd number of values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

/** User and system time of the children that were waited for: fields 16 and 17 of proc(5)'s stat. */
function readChildrenCpuSeconds(): number {
  const fields = readFields('self')
  return (Number(fields[13]) + Number(fields[14])) / ticksPerSecond
}

/** Resident memory of all descendants of this process but the servers. */
function sumMemory(): number {
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ({ pid: Number(pid), fields: readFields(pid) }))
    .filter(({ fields }) => fields.length > 0)
  const parents = new Map(processes.map(({ pid, fields }) => [pid, Number(fields[1])]))
  const servers = new Set(processes.filter(({ pid }) => isServer(pid)).map(({ pid }) => pid))
  const belongs = (pid: number): boolean => {
    if (servers.has(pid)) return false
    const parent = parents.get(pid) ?? 0
    return parent === process.pid || (parent > 1 && belongs(parent))
  }
  const pages = processes.filter(({ pid }) => belongs(pid)).map(({ fields }) => Number(fields[21]))
  return pages.reduce((sum, count) => sum + count, 0) * 4096
}

function isServer(pid: number): boolean {
  return /(^|\/)postgres\0|^postgres:/.test(read(`/proc/${pid}/cmdline`))
}

/** The fields of proc(5)'s stat behind the program's name, which may hold blanks: state is the first. */
function readFields(pid: string): string[] {
  const text = read(`/proc/${pid}/stat`)
  return text === '' ? [] : text.slice(text.lastIndexOf(')') + 2).split(' ')
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
