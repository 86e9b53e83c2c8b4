import { readdir } from 'node:fs/promises'
import { BackupError } from '../../errors.ts'
import type { PlannedFile } from '../plan.ts'
import { describeSubject } from '../subject.ts'

/** Tells the files of a directory archive that are whole while pg_dump still writes others. */
export interface WholeFiles {
  /**
   * One look: the files that have become whole since the last one.
   * @throws BackupError PGB_DUMP when one that was told before is written again
   */
  look(): Promise<readonly string[]>
  /** What is left when pg_dump has ended: each is whole. */
  finish(): Promise<readonly string[]>
}

/**
 * Each worker of pg_dump opens a file once, fills it, and closes it (pg_backup_directory.c). So a file is whole when it
 * was there and no process of the dump had it open afterwards. What pg_dump says cannot tell: names of tables stand in
 * it as they are, line breaks included.
 * @param listOpen base names of the files that the dump has open; undefined where that cannot be told
 */
export function watchWholeFiles(
  planned: PlannedFile,
  directory: string,
  listOpen: () => ReadonlySet<string> | undefined,
): WholeFiles {
  const told = new Set<string>()
  const taken = new Set<string>()
  const tell = (names: readonly string[]): readonly string[] => {
    for (const name of names) told.add(name)
    return names
  }
  const list = async (): Promise<readonly string[]> => {
    const present = new Set(await readdir(directory))
    const back = [...taken].find((name) => present.has(name))
    if (back !== undefined) throw refuseRewritten(planned, back)
    for (const name of told) if (!present.has(name)) taken.add(name)
    return [...present].filter((name) => !told.has(name))
  }
  return {
    look: async () => {
      // In this order: what is opened later was not there yet.
      const names = await list()
      const open = listOpen()
      if (open === undefined) return []
      const rewritten = [...open].find((name) => told.has(name))
      if (rewritten !== undefined) throw refuseRewritten(planned, rewritten)
      return tell(names.filter((name) => !open.has(name)))
    },
    finish: async () => tell(await list()),
  }
}

/** The error for a file that pg_dump wrote to after it was taken. */
export function refuseRewritten(planned: PlannedFile, name: string): BackupError {
  return new BackupError('PGB_DUMP', {
    what: `${describeSubject(planned)} was not dumped`,
    why: `the file ${name} of the directory archive was written to after it was taken up as complete`,
    whatToDo: 'Run the job again; if the error stays, use `format: custom`, and report it',
  })
}
