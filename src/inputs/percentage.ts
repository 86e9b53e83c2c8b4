import { readText, refuseInput } from './read-inputs.ts'

/**
 * An input that takes a share, as in `20%`.
 * @returns from 0 to 1; undefined when it is empty
 * @throws BackupError PGB_INPUT
 */
export function readPercentage(name: string): number | undefined {
  const text = readText(name)
  if (text === undefined) return undefined
  const [, number] = /^(\d{1,3}(?:\.\d{1,3})?)%$/.exec(text) ?? []
  if (number !== undefined && Number(number) <= 100) return Number(number) / 100
  throw refuseInput(name, 'it is not a percentage', 'Write a number from 0 to 100 with its sign, as in 20%')
}
