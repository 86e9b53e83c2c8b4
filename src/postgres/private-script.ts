import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Runs a task with a file of SQL that psql reads, since everybody on the machine sees a command line, and such SQL may
 * hold secrets. The file is private, and gone when the task has ended.
 * @param directory private to this run
 */
export async function withPrivateScript<T>(
  directory: string,
  sql: string,
  task: (path: string) => Promise<T>,
): Promise<T> {
  const own = await mkdtemp(join(directory, 'script-'))
  try {
    const path = join(own, 'script.sql')
    await writeFile(path, `${sql}\n`, { mode: 0o600, flag: 'wx' })
    return await task(path)
  } finally {
    await rm(own, { recursive: true, force: true })
  }
}
