import { readText, refuseInput } from './read-inputs.ts'

/** A span of time as the user wrote it. */
export interface Duration {
  readonly milliseconds: number
  /** As in `15min`. */
  readonly text: string
}

const units: Readonly<Record<string, number>> = { s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 }

/** A hundred years of days, so that every span can be reckoned with. */
const longest = 36_500 * 86_400_000

/**
 * PURE. Reads a duration in the one grammar that all actions share: a whole number and a unit, as in `90s`, `15min`,
 * `26h`, `30d`.
 * @returns undefined for any other text
 */
export function parseDuration(text: string): Duration | undefined {
  const [, number = '', unit = ''] = /^([1-9]\d{0,8})(s|min|h|d)$/.exec(text) ?? []
  const milliseconds = Number(number) * (units[unit] ?? NaN)
  return milliseconds <= longest ? { milliseconds, text } : undefined
}

/**
 * An input that takes a duration, and has a default.
 * @throws BackupError PGB_INPUT
 */
export function readDuration(name: string): Duration {
  const duration = parseDuration(readText(name) ?? '')
  if (duration !== undefined) return duration
  throw refuseInput(name, 'it is not a duration', 'Write a number and a unit, as in 90s, 15min, 26h or 30d')
}
