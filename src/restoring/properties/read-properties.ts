import { JsonError } from '../../archive/json-reader.ts'
import { parseProperties, type DatabaseProperties } from '../../archive/properties.ts'
import { jsonLimit, tooMuchJson } from '../../archive/reading/decode.ts'
import { listReaders, type Readers } from '../../archive/reading/readers.ts'
import { BackupError } from '../../errors.ts'
import { selectToolEnvironment } from '../../postgres/connection/tool-environment.ts'
import type { Command } from '../../process/command.ts'
import { runPipeline } from '../../process/pipeline.ts'
import type { LocalFile } from '../checked-file.ts'
import type { Run } from '../../step/run.ts'

/** The properties of databases, by the names that they had. */
export type PropertiesByName = ReadonlyMap<string, DatabaseProperties>

/**
 * Reads the properties file of a backup; backups of the first schema have none.
 * @throws BackupError PGB_RESTORE
 */
export async function readProperties(
  file: LocalFile | undefined,
  readers: Readers,
  run: Run,
): Promise<PropertiesByName> {
  if (file === undefined) return new Map()
  const stages: Command[] = [...listReaders(file, readers), { path: 'cat', args: [] }]
  const { failure, stdout, isCut } = await runPipeline(stages as [Command, ...Command[]], {
    environment: selectToolEnvironment(run.environment),
    signal: run.signal,
    inputFile: file.path,
    outputLimit: jsonLimit,
  })
  if (isCut === true) throw refuseProperties(file, tooMuchJson)
  if (failure !== undefined) throw refuseProperties(file, 'it could not be read to its end')
  try {
    return new Map(parseProperties(stdout).databases.map((database) => [database.name, database]))
  } catch (error) {
    if (error instanceof JsonError) throw refuseProperties(file, error.message)
    throw error
  }
}

function refuseProperties({ name }: LocalFile, why: string): BackupError {
  return new BackupError('PGB_RESTORE', {
    what: `The file ${name} is not what a backup writes, and nothing was restored`,
    why,
    whatToDo: 'Fetch the backup again, or take another one',
  })
}
