import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { defaultAttempts, type AttemptSettings } from '../../../src/stores/artifact/attempt.ts'
import { downloadArtifact, type ArtifactQuery } from '../../../src/stores/artifact/download-artifact.ts'
import { extractZip } from '../../../src/stores/artifact/zip/zip.ts'

/** What came. */
export interface Download {
  name: string
  id: number
  directory: string
  /** Relative to the directory. */
  files: string[]
}

/** Downloads an artifact, and unpacks all that is in it, be it a backup or not. */
export async function downloadAll(
  query: ArtifactQuery,
  settings: AttemptSettings = defaultAttempts,
): Promise<Download> {
  const { directory } = query
  const { name, id, zip } = await downloadArtifact(query, settings)
  try {
    return { name, id, directory, files: await extractZip(zip, directory) }
  } finally {
    await rm(join(directory, zip.slice(directory.length + 1).split('/')[0] ?? ''), { recursive: true })
  }
}
