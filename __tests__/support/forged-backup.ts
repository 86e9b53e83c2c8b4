import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { serializeManifest } from '../../src/archive/manifest.ts'
import type { Manifest, ManifestFile } from '../../src/archive/manifest.ts'
import { makeFile, makeManifest, type FileChange } from './manifests.ts'
import { makeScratchDirectory } from './machine/scratch.ts'

/** A file of a backup that nobody took: its content, and what the manifest says of it beside size and sum. */
export type ForgedFile = FileChange & {
  content: string | Buffer
}

/** The last lines of a plain dump, without which it counts as cut. */
export const dumpEnd = '\n--\n-- PostgreSQL database dump complete\n--\n\n'

/** Writes a backup whose sizes and sums are right, as anyone can. Returns its directory. */
export async function forgeBackup(files: ForgedFile[], change: Partial<Manifest> = {}): Promise<string> {
  const directory = join(await makeScratchDirectory('forged'), 'files')
  await mkdir(directory)
  const listed: ManifestFile[] = []
  for (const { content, ...entry } of files) {
    const bytes = Buffer.isBuffer(content) ? content : Buffer.from(content, 'latin1')
    const file = makeFile({
      name: `file${listed.length}.sql`,
      compression: { method: 'none', level: null, inside: false },
      size: bytes.length,
      uncompressedSize: null,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      ...entry,
    })
    await writeFile(join(directory, file.name), bytes)
    listed.push(file)
  }
  await writeFile(
    join(directory, 'manifest.json'),
    serializeManifest(makeManifest({ files: listed, ...change })),
  )
  return directory
}
