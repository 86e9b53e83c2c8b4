import { BackupError } from '../../errors.ts'
import { compressionFacts, compressionMethods, type CompressionMethod } from './compression-methods.ts'

/** How the files of a backup are compressed; `level` is undefined for the method's default. */
export interface Compression {
  readonly method: CompressionMethod
  readonly level: number | undefined
}

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
  const { levels } = compressionFacts[method]
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
  return compressionFacts[method].suffix
}

/** The level that is used: the one asked for, else the default; undefined for `none`, which has none. */
export function compressionLevel(compression: Compression): number | undefined {
  return compression.level ?? compressionFacts[compression.method].defaultLevel
}
