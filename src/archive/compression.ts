import { BackupError } from '../errors.ts'

export type CompressionMethod = 'none' | 'gzip' | 'bzip2' | 'zstd' | 'lz4' | 'xz'

/** How the files of a backup are compressed; `level` is undefined for the method's default. */
export interface Compression {
  readonly method: CompressionMethod
  readonly level: number | undefined
}

interface MethodFacts {
  readonly suffix: string
  /** Range of levels that the method's tools take; undefined where there is no level. */
  readonly levels: { readonly min: number; readonly max: number } | undefined
  readonly defaultLevel: number | undefined
}

/**
 * Default levels by measurement, as multiples of the time of a bare pg_dump on two cores.
 * gzip 1: with pigz 1.5 at 9% over the size of level 6, which takes 3.1.
 * zstd 1: 1.2 and still smaller than gzip 6; level 3 takes 1.3 for 4% less.
 * lz4 1: keeps pace with pg_dump, which is what it is chosen for.
 * bzip2 9 and xz 6: chosen for size, so the level that their own tools take.
 */
const methods: Readonly<Record<CompressionMethod, MethodFacts>> = {
  none: { suffix: '', levels: undefined, defaultLevel: undefined },
  gzip: { suffix: '.gz', levels: { min: 1, max: 9 }, defaultLevel: 1 },
  bzip2: { suffix: '.bz2', levels: { min: 1, max: 9 }, defaultLevel: 9 },
  zstd: { suffix: '.zst', levels: { min: 1, max: 19 }, defaultLevel: 1 },
  lz4: { suffix: '.lz4', levels: { min: 1, max: 12 }, defaultLevel: 1 },
  xz: { suffix: '.xz', levels: { min: 0, max: 9 }, defaultLevel: 6 },
}

/** Every compression method, in the order in which the documentation lists them. */
export const compressionMethods = Object.keys(methods) as readonly CompressionMethod[]

/**
 * Reads the `compression` input: a method, with an optional level behind a colon, as in `zstd:9`.
 * @throws BackupError PGB_INPUT, naming the methods or the range of levels
 */
export function parseCompression(text: string): Compression {
  const parts = /^([^:]*)(?::(.*))?$/s.exec(text.trim())
  const method = compressionMethods.find((name) => name === parts?.[1])
  if (method === undefined) {
    throw refuse(text, 'this compression is not known', `Use one of ${compressionMethods.join(', ')}`)
  }
  const levelText = parts?.[2]
  return { method, level: levelText === undefined ? undefined : parseLevel(text, method, levelText) }
}

function parseLevel(text: string, method: CompressionMethod, levelText: string): number {
  const { levels } = methods[method]
  if (levels === undefined) {
    throw refuse(text, `${method} takes no level`, `Write ${method} alone`)
  }
  const level = Number(levelText)
  if (!/^\d{1,2}$/.test(levelText) || level < levels.min || level > levels.max) {
    const range = `${levels.min} to ${levels.max}`
    throw refuse(text, `the levels of ${method} are ${range}`, `Use a whole number from ${range}`)
  }
  return level
}

function refuse(text: string, why: string, whatToDo: string): BackupError {
  const what = `The input compression ${JSON.stringify(text.slice(0, 40))} cannot be used`
  return new BackupError('PGB_INPUT', { what, why, whatToDo })
}

/** The ending that a file compressed by this method has, as in `.gz`; empty for `none`. */
export function compressionSuffix(method: CompressionMethod): string {
  return methods[method].suffix
}

/** The level that is used: the one asked for, else the default; undefined for `none`, which has none. */
export function compressionLevel(compression: Compression): number | undefined {
  return compression.level ?? methods[compression.method].defaultLevel
}
