import * as core from '@actions/core'
import { BackupError } from '../errors.ts'

/** The text of an input, without blanks at its ends; undefined when it is empty. */
export function readText(name: string): string | undefined {
  return keepText(core.getInput(name))
}

/** The text of an input as it was typed, for values in which blanks count, such as passwords. */
export function readRawText(name: string): string | undefined {
  return keepText(core.getInput(name, { trimWhitespace: false }))
}

/**
 * A boolean input, by the words of YAML 1.2's core schema.
 * @throws BackupError PGB_INPUT
 */
export function readFlag(name: string): boolean {
  const text = core.getInput(name)
  if (/^(true|True|TRUE)$/.test(text)) return true
  if (/^(false|False|FALSE)$/.test(text)) return false
  throw refuseInput(name, 'it is neither true nor false', 'Write true or false')
}

/**
 * A whole number up to `max`, of which 0 stands for the default.
 * @returns undefined for 0
 * @throws BackupError PGB_INPUT
 */
export function readCount(name: string, max: number): number | undefined {
  const text = core.getInput(name)
  const number = Number(text)
  if (!/^\d{1,9}$/.test(text) || number > max) {
    throw refuseInput(name, 'it is not a whole number of the right size', `Write a number from 0 to ${max}`)
  }
  return number === 0 ? undefined : number
}

/**
 * An input that takes one of a few words.
 * @throws BackupError PGB_INPUT naming them
 */
export function readChoice<T extends string>(name: string, choices: readonly T[]): T {
  const text = core.getInput(name)
  const choice = choices.find((candidate) => candidate === text)
  if (choice !== undefined) return choice
  throw refuseInput(name, 'its value is not one that exists', `Use one of ${choices.join(', ')}`)
}

/** The refusal of an input; it never shows the value, which may be a secret in the wrong place. */
export function refuseInput(name: string, why: string, whatToDo: string): BackupError {
  return new BackupError('PGB_INPUT', { what: `The input "${name}" cannot be used`, why, whatToDo })
}

function keepText(text: string): string | undefined {
  return text.trim() === '' ? undefined : text
}
