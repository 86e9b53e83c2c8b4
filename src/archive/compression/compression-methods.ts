import type { Command } from '../../process/command.ts'

export type CompressionMethod = 'none' | 'gzip' | 'bzip2' | 'zstd' | 'lz4' | 'xz'

/** A command that decompresses stdin to stdout. */
export interface Decompressor extends Command {
  /** Node's own zlib reads what it decompresses in less time than this tool beside a program that reads. */
  readonly isSlowerThanNode?: true
}

/** All that is known of a compression method: whoever adds one adds a row, and a value of {@link CompressionMethod}. */
export interface CompressionFacts {
  /** As in `.gz`. */
  readonly suffix: string
  /** Range of levels that the method's tools take; undefined where there is no level. */
  readonly levels: { readonly min: number; readonly max: number } | undefined
  readonly defaultLevel: number | undefined
  /**
   * Commands that compress stdin to stdout, best first: the parallel tool, then the plain one.
   * @param threads cores that one compressor may use
   */
  readonly compressors: (level: number, threads: number) => readonly Command[]
  /** Commands that decompress stdin to stdout, best first. */
  readonly decompressors: (threads: number) => readonly Decompressor[]
  /** Package of the plain tool, as the package managers name it. */
  readonly packages: { readonly debian: string; readonly others: string }
  /** What a person types to decompress, before the name of the file. */
  readonly byHand: string | undefined
  /**
   * Size of a dump as a part of the database's size on the server, measured on mixed text, JSON, UUID, bytea and pgbench
   * data; indexes, which no dump holds, make up for COPY's longer way to write values.
   */
  readonly ratio: number
}

/*
 * Every command below says nothing when all is well, and was seen to exit non-zero on truncated and on corrupted input, on
 * a full disk and on a closed pipe. One exception: `lz4 -d` calls an empty input complete, so an empty file must be refused
 * by its size.
 *
 * Default levels by measurement, as multiples of the time of a bare pg_dump on two cores.
 * gzip 1: with pigz 1.5 at 9% over the size of level 6, which takes 3.1. Intel's igzip at its level 1 is twice as fast as
 * pigz on two cores, and smaller than gzip's level 6; its other levels are not gzip's.
 * zstd 1: 1.2 and still smaller than gzip 6; level 3 takes 1.3 for 4% less.
 * lz4 1: keeps pace with pg_dump, which is what it is chosen for.
 * bzip2 9 and xz 6: chosen for size, so the level that their own tools take.
 */
export const compressionFacts: Readonly<Record<CompressionMethod, CompressionFacts>> = {
  none: {
    suffix: '',
    levels: undefined,
    defaultLevel: undefined,
    compressors: () => [],
    decompressors: () => [],
    packages: { debian: '', others: '' },
    byHand: undefined,
    ratio: 1,
  },
  gzip: {
    suffix: '.gz',
    levels: { min: 1, max: 9 },
    defaultLevel: 1,
    compressors: (level, threads) => [
      ...(level === 1 ? [command('igzip', '-1', '-c')] : []),
      command('pigz', '-p', `${threads}`, `-${level}`, '-c'),
      command('gzip', `-${level}`, '-c'),
    ],
    decompressors: (threads) => [
      command('igzip', '-d', '-c'),
      { ...command('pigz', '-p', `${threads}`, '-d', '-c'), isSlowerThanNode: true },
      { ...command('gzip', '-d', '-c'), isSlowerThanNode: true },
    ],
    packages: { debian: 'gzip', others: 'gzip' },
    byHand: 'gzip -dc',
    ratio: 0.35,
  },
  bzip2: {
    suffix: '.bz2',
    levels: { min: 1, max: 9 },
    defaultLevel: 9,
    compressors: (level, threads) => [
      command('lbzip2', '-n', `${threads}`, `-${level}`, '-c'),
      command('pbzip2', `-p${threads}`, `-${level}`, '-c'),
      command('bzip2', `-${level}`, '-c'),
    ],
    decompressors: (threads) => [
      command('lbzip2', '-n', `${threads}`, '-d', '-c'),
      command('pbzip2', `-p${threads}`, '-d', '-c'),
      command('bzip2', '-d', '-c'),
    ],
    packages: { debian: 'bzip2', others: 'bzip2' },
    byHand: 'bzip2 -dc',
    ratio: 0.26,
  },
  zstd: {
    suffix: '.zst',
    levels: { min: 1, max: 19 },
    defaultLevel: 1,
    compressors: (level, threads) => [command('zstd', '-q', `-T${threads}`, `-${level}`, '-c')],
    decompressors: () => [command('zstd', '-q', '-d', '-c')],
    packages: { debian: 'zstd', others: 'zstd' },
    byHand: 'zstd -dc',
    ratio: 0.32,
  },
  lz4: {
    suffix: '.lz4',
    levels: { min: 1, max: 12 },
    defaultLevel: 1,
    compressors: (level) => [command('lz4', '-q', `-${level}`, '-c')],
    decompressors: () => [command('lz4', '-q', '-d', '-c')],
    packages: { debian: 'lz4', others: 'lz4' },
    byHand: 'lz4 -dc',
    ratio: 0.55,
  },
  xz: {
    suffix: '.xz',
    levels: { min: 0, max: 9 },
    defaultLevel: 6,
    compressors: (level, threads) => [command('xz', `-T${threads}`, `-${level}`, '-c')],
    decompressors: (threads) => [command('xz', `-T${threads}`, '-d', '-c')],
    packages: { debian: 'xz-utils', others: 'xz' },
    byHand: 'xz -dc',
    ratio: 0.29,
  },
}

/** Every compression method, in the order in which the documentation lists them. */
export const compressionMethods = Object.keys(compressionFacts) as readonly CompressionMethod[]

function command(path: string, ...args: string[]): Command {
  return { path, args }
}
