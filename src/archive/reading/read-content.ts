import type { Command } from '../../process/command.ts'
import type { PipelineOptions } from '../../process/pipeline.ts'
import { JsonError } from '../json-reader.ts'
import { contentProgram } from './content-program.ts'
import { createContentReader, parseContent, type Content } from './content.ts'
import { runReaders, type DecodeSetting } from './run-readers.ts'

/** Enough of a plain dump's end to hold its last lines, or all of it when it dumps next to nothing. */
export const endLength = 16 * 1024

/** So many bytes are read within the action, where no program is worth its start. */
const mostReadHere = 16 * 1024 * 1024

/**
 * Reads the SQL that stages print.
 * @returns undefined where it is more than it looked like
 */
type Reading = (stages: readonly Command[], extra?: Partial<PipelineOptions>) => Promise<Content | undefined>

/**
 * Reads SQL within the action where it is little, and by a program where it is much, or turns out to be.
 * @param attempt runs the stages; the ending makes names of its own for each time
 * @throws BackupError of the setting
 */
export async function readContent(
  isLarge: boolean,
  setting: DecodeSetting,
  attempt: (read: Reading, ending: string) => Promise<Content | undefined>,
): Promise<Content> {
  const readHere: Reading = async (stages, extra) => {
    const reader = createContentReader(endLength)
    const cutting = { consume: reader.add, outputLimit: mostReadHere }
    const { isCut } = await runReaders(stages, setting, { ...extra, ...cutting })
    return isCut === true ? undefined : reader.end()
  }
  const readByProgram: Reading = async (stages, extra) =>
    parsePrinted((await runReaders([...stages, contentProgram(endLength)], setting, extra)).stdout, setting)
  const content =
    (isLarge ? undefined : await attempt(readHere, 'read')) ?? (await attempt(readByProgram, 'reread'))
  return content ?? refuseUnread(setting)
}

/**
 * Reads what a program printed that has read content.
 * @throws BackupError of the setting
 */
export function parsePrinted(printed: string, setting: DecodeSetting): Content {
  try {
    return parseContent(printed)
  } catch (error) {
    if (error instanceof JsonError) refuseUnread(setting)
    throw error
  }
}

function refuseUnread({ refuse }: DecodeSetting): never {
  throw refuse('its content could not be counted')
}
