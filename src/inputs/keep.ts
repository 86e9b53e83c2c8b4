import { keepWords, type KeepPolicy, type KeepWord } from '../catalogue/keep-rules.ts'
import { parseDuration, type Duration } from './duration.ts'
import { refuseInput } from './read-inputs.ts'

const example = 'Write it as in "last=7 daily=14 weekly=8 monthly=12 within=30d"'

/**
 * PURE. Reads the `keep` input: words of `restic forget` with their numbers, between blanks or line ends.
 * @returns undefined when it is empty, which keeps everything
 * @throws BackupError PGB_INPUT
 */
export function parseKeep(text: string | undefined): KeepPolicy | undefined {
  const rules = (text ?? '').split(/\s+/).filter((rule) => rule !== '')
  const counts = new Map<KeepWord, number>()
  let within: Duration | undefined
  const seen = new Set<string>()
  for (const rule of rules) {
    const [, name = '', value = ''] = /^(\w+)=(\w+)$/.exec(rule) ?? []
    const word = keepWords.find((candidate) => candidate === name)
    if (word === undefined && name !== 'within') {
      throw refuseInput('keep', `a word of it is none of ${keepWords.join(', ')} and within`, example)
    }
    if (seen.has(name)) throw refuseInput('keep', `it says "${name}" twice`, 'Say it once')
    seen.add(name)
    if (word === undefined) within = readWithin(value)
    else counts.set(word, readNumber(word, value))
  }
  return rules.length === 0 ? undefined : { counts, within }
}

/** Nought would be no rule, and a policy of no rules keeps everything or nothing, as one reads it. */
function readNumber(word: string, value: string): number {
  if (/^[1-9]\d{0,5}$/.test(value)) return Number(value)
  throw refuseInput(
    'keep',
    `"${word}" has no number from 1 to 999999`,
    `${example}, and leave out what keeps none`,
  )
}

function readWithin(value: string): Duration {
  const duration = parseDuration(value)
  if (duration !== undefined) return duration
  throw refuseInput(
    'keep',
    '"within" has no duration',
    'Write a number and a unit, as in within=26h or within=30d',
  )
}
