import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeScratchDirectory } from './scratch.ts'

/** A way to run a bundle under the eyes of strace. */
export interface FileTrace {
  /** To be run in place of the bundle. */
  bundlePath: string
  /** Every path that was opened for writing, in the order of first sight; deleted files too. */
  listWritten(): Promise<string[]>
}

export const strace = '/usr/bin/strace'

/** Whether this machine lets processes be traced. */
export const canTrace = existsSync(strace)

/** Writes a launcher that runs the bundle, and everything that it starts, under strace. */
export async function traceFiles(bundle: string): Promise<FileTrace> {
  const folder = await makeScratchDirectory('trace')
  const [launcher, report] = [join(folder, 'launcher.mjs'), join(folder, 'trace')]
  const calls = 'trace=open,openat,openat2,creat,memfd_create'
  const args = ['-f', '-qq', '-y', '-s', '4096', '-e', calls, '-o', report]
  await writeFile(
    launcher,
    `import { spawnSync } from 'node:child_process'
const { status } = spawnSync(${JSON.stringify(strace)}, [...${JSON.stringify(args)}, process.execPath, ${JSON.stringify(bundle)}], { stdio: 'inherit' })
process.exitCode = status ?? 1
`,
  )
  return { bundlePath: launcher, listWritten: async () => parseTrace(await readFile(report, 'utf8')) }
}

/** Finds the files of calls that succeeded and may write; strace's `-y` tells the path of what was opened. */
function parseTrace(text: string): string[] {
  const flags = new Map<string, string>()
  const written = new Set<string>()
  for (const line of text.split('\n')) {
    const [, pid = '', call = ''] = /^(\d+) +(.*)$/.exec(line) ?? []
    // A call that another interrupts is reported in two lines, the flags in the first, the result in the second.
    const whole = call.startsWith('<... ') ? `${flags.get(pid) ?? ''}${call}` : call
    if (call.endsWith('<unfinished ...>')) flags.set(pid, call)
    const path = / = \d+<(.*)>$/.exec(whole)?.[1]
    if (path !== undefined && /O_WRONLY|O_RDWR|O_TMPFILE|^creat|^memfd_create/.test(whole)) written.add(path)
  }
  return [...written]
}
