import { existsSync, realpathSync } from 'node:fs'
import { basename } from 'node:path'
import { BackupError } from '../../errors.ts'
import type { Command } from '../../process/command.ts'
import { compressionLevel } from './compression.ts'
import type { Compression } from './compression.ts'
import { compressionFacts, type CompressionMethod, type Decompressor } from './compression-methods.ts'

/** Finds an executable by its bare name: its absolute path, or undefined where it is not installed. */
export type FindExecutable = (name: string) => string | undefined

/** @returns nothing for `none` */
export function listCompressors(compression: Compression, threads: number): readonly Command[] {
  return compressionFacts[compression.method].compressors(compressionLevel(compression) ?? 1, threads)
}

/** @returns nothing for `none` */
export function listDecompressors(method: CompressionMethod, threads: number): readonly Decompressor[] {
  return compressionFacts[method].decompressors(threads)
}

/** The first of the candidates that is installed, with its absolute path. */
export function findCommand<T extends Command>(
  candidates: readonly T[],
  find: FindExecutable,
): T | undefined {
  for (const candidate of candidates) {
    const path = find(candidate.path)
    if (path !== undefined) return { ...candidate, path }
  }
  return undefined
}

/**
 * The best installed compressor; undefined for `none`, which needs none.
 * @throws BackupError PGB_INPUT when none is installed, naming the package that brings one
 */
export function requireCompressor(
  compression: Compression,
  threads: number,
  find: FindExecutable,
): Command | undefined {
  const canCompress: FindExecutable = (name) => {
    const path = find(name)
    return path !== undefined && name === 'xz' && isBusyBox(path) ? undefined : path
  }
  return requireCommand(compression.method, listCompressors(compression, threads), canCompress)
}

/**
 * The best installed decompressor; undefined for `none`, which needs none.
 * @throws BackupError PGB_INPUT when none is installed, naming the package that brings one
 */
export function requireDecompressor(
  method: CompressionMethod,
  threads: number,
  find: FindExecutable,
): Decompressor | undefined {
  const found = requireCommand(method, listDecompressors(method, threads), find)
  if (found === undefined || !isBusyBox(found.path)) return found
  // It knows nothing of threads.
  return { ...found, args: found.args.filter((argument) => !argument.startsWith('-T')) }
}

/** BusyBox's xz only decompresses; Alpine has its programs as links to the one that is all of them. */
function isBusyBox(path: string): boolean {
  return existsSync(path) && basename(realpathSync(path)) === 'busybox'
}

function requireCommand<T extends Command>(
  method: CompressionMethod,
  candidates: readonly T[],
  find: FindExecutable,
): T | undefined {
  if (method === 'none') return undefined
  const found = findCommand(candidates, find)
  if (found !== undefined) return found
  throw new BackupError('PGB_INPUT', {
    what: `The compression ${method} cannot be used`,
    why: `none of its tools is installed (${candidates.map(({ path }) => path).join(', ')})`,
    whatToDo: `Install one in an earlier step, as in "${describeInstallation(method, find)}", or choose another compression`,
  })
}

/** The command for the package manager that is there; by sudo only where there is one, as in containers there is none. */
function describeInstallation(method: CompressionMethod, find: FindExecutable): string {
  const { debian, others } = compressionFacts[method].packages
  const sudo = find('sudo') === undefined ? '' : 'sudo '
  if (find('apk') !== undefined) return `${sudo}apk add ${others}`
  if (find('dnf') !== undefined) return `${sudo}dnf install -y ${others}`
  if (find('apt-get') === undefined && find('brew') !== undefined) return `brew install ${others}`
  return `${sudo}apt-get install -y ${debian}`
}
