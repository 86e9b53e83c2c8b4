import { refuseInput } from '../inputs/read-inputs.ts'
import {
  checkOption,
  connectionInputs,
  connectionOptions,
  splitOptions,
  type OwnedOptions,
} from '../inputs/tool-options.ts'

const output = 'the input "output-dir"'

const dumpOptions: OwnedOptions = {
  owners: {
    ...connectionOptions.owners,
    file: output,
    format: 'the input "format"',
    compress: 'the input "compression"',
    jobs: 'the input "jobs"',
    'lock-wait-timeout': 'the input "lock-wait-timeout"',
    snapshot: 'the input "verify"',
    create: 'the restore action, which creates the database',
    'enable-row-security': 'nothing: it leaves out rows without an error; use a role with BYPASSRLS',
    help: 'nothing: it would dump nothing',
    version: 'nothing: it would dump nothing',
  },
  shortNames: {
    ...connectionOptions.shortNames,
    f: 'file',
    F: 'format',
    Z: 'compress',
    j: 'jobs',
    C: 'create',
    V: 'version',
    '?': 'help',
  },
  lettersWithValue: 'eEnNStTdhpUfFZj',
}

/** What pg_dumpall reads otherwise than pg_dump: these would leave out databases. */
const clusterOptions: OwnedOptions = {
  ...dumpOptions,
  owners: {
    ...dumpOptions.owners,
    'globals-only': 'the input "globals"',
    'roles-only': 'the input "globals"',
    'tablespaces-only': 'the input "globals"',
    database: connectionInputs,
  },
  free: ['role'],
  shortNames: {
    ...dumpOptions.shortNames,
    g: 'globals-only',
    r: 'roles-only',
    t: 'tablespaces-only',
    l: 'database',
  },
}

/**
 * PURE. Reads the `options` input: one argument of pg_dump, or of pg_dumpall with `all`, on each line.
 * @throws BackupError PGB_INPUT for an argument that the action owns, by its name
 */
export function parseOptions(text: string | undefined, all: boolean): string[] {
  const options = splitOptions(text)
  for (const option of options) {
    if (option === '--') throw refuseInput('options', '"--" ends the options', 'Remove it')
    checkOption(option, all ? clusterOptions : dumpOptions)
  }
  return options
}
