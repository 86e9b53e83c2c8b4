import { refuseInput } from '../inputs/read-inputs.ts'
import { checkOption, connectionOptions, splitOptions, type OwnedOptions } from '../inputs/tool-options.ts'

const whole = 'the inputs "create" and "clean"; a restore is all or nothing'
const nothing = 'nothing: it would restore nothing'

const restoreOptions: OwnedOptions = {
  owners: {
    ...connectionOptions.owners,
    file: nothing,
    list: nothing,
    help: nothing,
    version: nothing,
    format: 'the manifest of the backup',
    jobs: 'the input "jobs"',
    'no-owner': 'the input "no-owner"',
    create: whole,
    clean: whole,
    'if-exists': whole,
    'exit-on-error': whole,
    'single-transaction': whole,
  },
  shortNames: {
    ...connectionOptions.shortNames,
    f: 'file',
    l: 'list',
    V: 'version',
    '?': 'help',
    F: 'format',
    j: 'jobs',
    O: 'no-owner',
    C: 'create',
    c: 'clean',
    e: 'exit-on-error',
    1: 'single-transaction',
  },
  lettersWithValue: 'dfFhIjLnNpPStTU',
}

/**
 * PURE. Reads the `options` input: one argument of pg_restore on each line.
 * @throws BackupError PGB_INPUT for an argument that the action owns, by its name
 */
export function parseRestoreOptions(text: string | undefined): readonly string[] {
  const options = splitOptions(text)
  for (const option of options) {
    if (!option.startsWith('-') || option === '-' || option === '--') {
      const whatToDo = 'Begin each line with an option, as in --no-acl'
      throw refuseInput('options', 'a line of it is no option', whatToDo)
    }
    checkOption(option, restoreOptions)
  }
  return options
}
