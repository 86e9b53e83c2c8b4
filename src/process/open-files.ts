import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { basename } from 'node:path'
import { readNodeCode } from '../node-error.ts'

/** Whether {@link listOpenFiles} can be trusted: a /proc of another PID namespace tells of other processes. */
export function canListOpenFiles(): boolean {
  try {
    return process.platform === 'linux' && readlinkSync('/proc/self') === `${process.pid}`
  } catch {
    return false
  }
}

/**
 * The base names of all files that processes of the group have open, as the kernel tells them; those that were removed
 * meanwhile included.
 * @returns undefined where a process does not let us look
 */
export function listOpenFiles(processGroup: number): ReadonlySet<string> | undefined {
  const names = new Set<string>()
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid) || !isAliveIn(processGroup, pid)) continue
    const descriptors = readUnlessGone(() => readdirSync(`/proc/${pid}/fd`), [])
    if (descriptors === undefined) return undefined
    for (const descriptor of descriptors) {
      const link = readUnlessGone(() => readlinkSync(`/proc/${pid}/fd/${descriptor}`), '')
      if (link === undefined) return undefined
      names.add(basename(link.replace(/ \(deleted\)$/, '')))
    }
  }
  return names
}

/** State and group stand behind the name, which is in parentheses and may hold any character (proc(5)). */
function isAliveIn(processGroup: number, pid: string): boolean {
  const stat = readUnlessGone(() => readFileSync(`/proc/${pid}/stat`, 'latin1'), '') ?? ''
  const [, state, , group] = stat.slice(stat.lastIndexOf(')')).split(' ')
  return state !== 'Z' && Number(group) === processGroup
}

/** What a process that has ended had open is closed; undefined for any other reason that nothing can be read. */
function readUnlessGone<T>(read: () => T, gone: T): T | undefined {
  try {
    return read()
  } catch (error) {
    const code = readNodeCode(error)
    return code === 'ENOENT' || code === 'ESRCH' ? gone : undefined
  }
}
