/**
 * Program: notes the command line and the environment of every process that starts while it runs, until its
 * standard input ends; then prints them as JSON. A program of its own, so that the test's work never slows it.
 */
import { readdirSync, readFileSync } from 'node:fs'
import type { SeenProcess } from './process-watcher.ts'

const listProcesses = (): string[] => readdirSync('/proc').filter((name) => /^\d+$/.test(name))

const read = (pid: string, name: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    return ''
  }
}

const old = new Set(listProcesses())
const seen = new Map<string, SeenProcess>()

function look(): void {
  for (const pid of listProcesses()) {
    if (old.has(pid) || pid === String(process.pid)) continue
    // A process gets a new command line with each exec, so it is read again every time.
    const [cmdline, environ] = [read(pid, 'cmdline'), read(pid, 'environ')]
    const key = `${cmdline}\0\0${environ}`
    if (cmdline === '' || seen.has(key)) continue
    const split = (text: string): string[] => text.split('\0').slice(0, -1)
    seen.set(key, { pid: Number(pid), command: split(cmdline), environment: split(environ) })
  }
  timer = setTimeout(look, 1)
}

let timer = setTimeout(look, 0)
process.stdout.write('ready\n')
process.stdin.resume()
process.stdin.on('end', () => {
  clearTimeout(timer)
  process.stdout.write(JSON.stringify([...seen.values()]))
})
