import { mkdtemp, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { BackupError } from '../../errors.ts'
import type { ExaminedBackup } from '../store.ts'
import { examineZip, findManifest } from './artifact-contents.ts'
import { refuseArtifact } from './artifact-failure.ts'
import { nameQuery } from './artifact-search.ts'
import { defaultAttempts, type AttemptSettings } from './attempt.ts'
import { downloadArtifact, type ArtifactQuery } from './download-artifact.ts'
import { extractZip } from './zip/zip.ts'
import { openZip, readFromFile } from './zip/zip-reader.ts'

/** A backup in an artifact, whose zip lies on the disk. */
export interface OpenArtifact {
  readonly backup: Pick<ExaminedBackup, 'address' | 'manifest' | 'files'>
  /** Unpacks the named files into the directory, which exists. */
  readonly fetch: (names: readonly string[], directory: string) => Promise<void>
}

/**
 * Downloads the artifact that fits the query into `directory`, and reads what it holds. Its digest is that of the whole
 * zip, so nothing of it is read before it is here.
 * @throws BackupError PGB_INPUT for an unclear query, PGB_RESTORE, PGB_CANCELLED
 */
export async function openArtifact(
  query: ArtifactQuery,
  settings: AttemptSettings = defaultAttempts,
): Promise<OpenArtifact> {
  const { name, id, zip } = await downloadArtifact(query, settings)
  const address = `"${name}" (id ${id})`
  const explain = (error: unknown): never => {
    if (error instanceof BackupError) throw error
    const why = error instanceof Error ? error.message : String(error)
    throw refuseArtifact(`The artifact ${nameQuery(query)} was not read`, why, undefined, error)
  }
  const { members, ...contents } = await examine(zip, address).catch(explain)
  const folder = dirname(findManifest({ address }, members))
  return {
    backup: { address: `the artifact ${address}`, ...contents },
    fetch: async (names, directory) => {
      const wanted = new Set(names.map((file) => join(folder, file)))
      const lacking = names.find((file) => !members.includes(join(folder, file)))
      if (lacking !== undefined) throw refuseLack(address, lacking)
      const staging = await mkdtemp(join(directory, '.artifact-'))
      try {
        await extractZip(zip, staging, (member) => wanted.has(member)).catch(explain)
        for (const file of names) await rename(join(staging, folder, file), join(directory, file))
      } finally {
        await rm(staging, { recursive: true, force: true })
      }
    },
  }
}

async function examine(
  path: string,
  address: string,
): Promise<Pick<ExaminedBackup, 'manifest' | 'files'> & { members: readonly string[] }> {
  const file = await open(path)
  try {
    const zip = await openZip(await readFromFile(file, path))
    const contents = await examineZip({ address }, zip)
    return { ...contents, members: zip.members.map(({ name }) => name).filter((name) => !name.endsWith('/')) }
  } finally {
    await file.close()
  }
}

function refuseLack(address: string, file: string): BackupError {
  const what = `The backup in the artifact ${address} was not read`
  return refuseArtifact(what, `its file ${file} is not there`, 'Take another backup')
}
