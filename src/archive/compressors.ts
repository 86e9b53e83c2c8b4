import { existsSync, realpathSync } from 'node:fs'
import { basename } from 'node:path'
import { BackupError } from '../errors.ts'
import type { Command } from '../process/command.ts'
import { compressionLevel } from './compression.ts'
import type { Compression, CompressionMethod } from './compression.ts'

/** Finds an executable by its bare name: its absolute path, or undefined where it is not installed. */
export type FindExecutable = (name: string) => string | undefined

/*
 * Every command below reads stdin, writes stdout, says nothing when all is well, and was seen to exit
 * non-zero on truncated and on corrupted input, on a full disk and on a closed pipe. One exception:
 * `lz4 -d` calls an empty input complete, so an empty file must be refused by its size.
 */

/**
 * Commands that compress stdin to stdout, best first: the parallel tool, then the plain one. Intel's igzip at its
 * level 1 is twice as fast as pigz on two cores, and smaller than gzip's level 6; its other levels are not gzip's.
 * @param threads number of cores that one compressor may use
 * @returns nothing for `none`
 */
export function listCompressors(compression: Compression, threads: number): readonly Command[] {
  const level = `-${compressionLevel(compression) ?? 1}`
  switch (compression.method) {
    case 'none':
      return []
    case 'gzip':
      return [
        ...(level === '-1' ? [command('igzip', level, '-c')] : []),
        command('pigz', '-p', `${threads}`, level, '-c'),
        command('gzip', level, '-c'),
      ]
    case 'bzip2':
      return [
        command('lbzip2', '-n', `${threads}`, level, '-c'),
        command('pbzip2', `-p${threads}`, level, '-c'),
        command('bzip2', level, '-c'),
      ]
    case 'zstd':
      return [command('zstd', '-q', `-T${threads}`, level, '-c')]
    case 'lz4':
      return [command('lz4', '-q', level, '-c')]
    case 'xz':
      return [command('xz', `-T${threads}`, level, '-c')]
  }
}

/**
 * Commands that decompress stdin to stdout, best first.
 * @param threads number of cores that one decompressor may use, where its format allows several
 * @returns nothing for `none`
 */
export function listDecompressors(method: CompressionMethod, threads: number): readonly Command[] {
  switch (method) {
    case 'none':
      return []
    case 'gzip':
      return [
        command('igzip', '-d', '-c'),
        command('pigz', '-p', `${threads}`, '-d', '-c'),
        command('gzip', '-d', '-c'),
      ]
    case 'bzip2':
      return [
        command('lbzip2', '-n', `${threads}`, '-d', '-c'),
        command('pbzip2', `-p${threads}`, '-d', '-c'),
        command('bzip2', '-d', '-c'),
      ]
    case 'zstd':
      return [command('zstd', '-q', '-d', '-c')]
    case 'lz4':
      return [command('lz4', '-q', '-d', '-c')]
    case 'xz':
      return [command('xz', `-T${threads}`, '-d', '-c')]
  }
}

function command(path: string, ...args: string[]): Command {
  return { path, args }
}

/** The first of the candidates that is installed, with its absolute path. */
export function findCommand(candidates: readonly Command[], find: FindExecutable): Command | undefined {
  for (const candidate of candidates) {
    const path = find(candidate.path)
    if (path !== undefined) return { path, args: candidate.args }
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
): Command | undefined {
  const found = requireCommand(method, listDecompressors(method, threads), find)
  if (found === undefined || !isBusyBox(found.path)) return found
  // It knows nothing of threads.
  return { ...found, args: found.args.filter((argument) => !argument.startsWith('-T')) }
}

/** BusyBox's xz only decompresses; Alpine has its programs as links to the one that is all of them. */
function isBusyBox(path: string): boolean {
  return existsSync(path) && basename(realpathSync(path)) === 'busybox'
}

/** Packages of the plain tool, as the package managers name them. */
const packages: Readonly<Record<CompressionMethod, { debian: string; others: string }>> = {
  none: { debian: '', others: '' },
  gzip: { debian: 'gzip', others: 'gzip' },
  bzip2: { debian: 'bzip2', others: 'bzip2' },
  zstd: { debian: 'zstd', others: 'zstd' },
  lz4: { debian: 'lz4', others: 'lz4' },
  xz: { debian: 'xz-utils', others: 'xz' },
}

function requireCommand(
  method: CompressionMethod,
  candidates: readonly Command[],
  find: FindExecutable,
): Command | undefined {
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
  const { debian, others } = packages[method]
  const sudo = find('sudo') === undefined ? '' : 'sudo '
  if (find('apk') !== undefined) return `${sudo}apk add ${others}`
  if (find('dnf') !== undefined) return `${sudo}dnf install -y ${others}`
  if (find('apt-get') === undefined && find('brew') !== undefined) return `brew install ${others}`
  return `${sudo}apt-get install -y ${debian}`
}
