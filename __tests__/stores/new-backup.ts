import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { formatChecksums } from '../../src/archive/checksum.ts'
import { serializeManifest } from '../../src/archive/manifest.ts'
import type { FinishedFile } from '../../src/archive/finished-file.ts'
import type { NewBackup, Store, StoredBackup } from '../../src/stores/store.ts'
import { makeFile, makeManifest } from '../support/manifests.ts'
import { makeFinished } from '../support/finished.ts'
import { makeScratchDirectory } from '../support/machine/scratch.ts'

/** What a test wants of a backup. */
export interface NewBackupOptions {
  name?: string
  startedAt?: string
  /** Contents by file name. */
  files?: Record<string, string | Buffer>
  /** In place of the manifest. */
  manifest?: string
}

export const oldName = 'postgres-backup-shop-20200101T020000Z'

/** A backup, and the name that it wants. */
export interface NamedBackup extends NewBackup {
  name: string
}

/** Puts a backup into a store all at once. */
export function putBackup(store: Store, backup: NamedBackup, signal: AbortSignal): Promise<StoredBackup> {
  return store.begin(backup.name).complete(backup, signal)
}

/** Writes a small backup whose manifest fits its files. */
export async function makeNewBackup(options: NewBackupOptions = {}): Promise<NamedBackup> {
  const { name = oldName, startedAt = '2020-01-01T02:00:00.000Z' } = options
  const directory = await makeScratchDirectory('new-backup')
  const write = async (file: string, content: string | Buffer): Promise<FinishedFile> => {
    const path = join(directory, file)
    await writeFile(path, content)
    return makeFinished(path, { size: Buffer.byteLength(content), sha256: hash(content) })
  }
  const { files: contents = { 'shop.sql': 'the rows of the shop', 'globals.sql': 'the roles' } } = options
  const files: FinishedFile[] = []
  for (const [file, content] of Object.entries(contents)) files.push(await write(file, content))
  const described = files.map(({ name: file, size, sha256 }) =>
    makeFile({ name: file, size, sha256, database: file.replace('.sql', '') }),
  )
  const manifest = serializeManifest(makeManifest({ startedAt, files: described }))
  return {
    name,
    files,
    checksums: await write('SHA256SUMS', formatChecksums(files)),
    manifest: await write('manifest.json', options.manifest ?? manifest),
  }
}

function hash(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}
