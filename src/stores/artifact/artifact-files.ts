import { identifyFile, isSame, type FileIdentity } from '../../file-identity.ts'
import { refuseUpload } from './artifact-failure.ts'

const zipBytesPerEntry = 30 + 46 + 16
const zipBytesAtEnd = 22

/** A file as it was before its upload, so that a change can be seen. */
export interface FileState extends FileIdentity {
  readonly path: string
}

/** @throws BackupError PGB_UPLOAD when the file cannot be read */
export async function readState(path: string, name: string): Promise<FileState> {
  const identity = await identifyFile(path).catch((error: unknown) => {
    throw refuseUpload(name, `the file ${path} cannot be read`, undefined, error)
  })
  return { path, ...identity }
}

/** Bytes of a zip that holds all of the files, uncompressed; a shorter one lacks something. */
export function smallestZip(files: readonly FileState[], rootDirectory: string): number {
  const entries = files.map((file) => {
    const nameBytes = Buffer.byteLength(file.path) - Buffer.byteLength(rootDirectory) - 1
    return file.size + zipBytesPerEntry + 2 * nameBytes
  })
  return entries.reduce((sum, bytes) => sum + bytes, zipBytesAtEnd)
}

/**
 * What changed in a file since its state was read; undefined when nothing did.
 * @throws BackupError PGB_UPLOAD when a file cannot be read any more
 */
export async function findChange(before: readonly FileState[], name: string): Promise<string | undefined> {
  for (const file of before) {
    if (!isSame(file, await readState(file.path, name))) return `the file ${file.path} changed meanwhile`
  }
  return undefined
}
