import { refuseInput } from '../github/read-inputs.ts'

/** Who owns an argument, and so what to use in its place. */
type Owners = Readonly<Record<string, string>>

const connection = 'the inputs "url", "user" and "password"'
const output = 'the input "output-dir"'

const longOwners: Owners = {
  dbname: connection,
  host: connection,
  port: connection,
  username: connection,
  password: connection,
  'no-password': connection,
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
}

const shortNames: Owners = {
  d: 'dbname',
  h: 'host',
  p: 'port',
  U: 'username',
  W: 'password',
  w: 'no-password',
  f: 'file',
  F: 'format',
  Z: 'compress',
  j: 'jobs',
  C: 'create',
  V: 'version',
  '?': 'help',
}

/** Short options of pg_dump that take a value, so that what follows in the same word is no option. */
const shortOptionsWithValue = 'eEnNStTdhpUfFZj'

/** What pg_dumpall reads otherwise than pg_dump: these would leave out databases. */
const clusterOwners: Owners = {
  'globals-only': 'the input "globals"',
  'roles-only': 'the input "globals"',
  'tablespaces-only': 'the input "globals"',
  database: connection,
}
const clusterShortNames: Owners = { g: 'globals-only', r: 'roles-only', t: 'tablespaces-only', l: 'database' }

/**
 * PURE. Reads the `options` input: one argument of pg_dump, or of pg_dumpall with `all`, on each line.
 * @throws BackupError PGB_INPUT for an argument that the action owns, by its name
 */
export function parseOptions(text: string | undefined, all: boolean): string[] {
  const options = (text ?? '')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
  for (const option of options) checkOption(option, all)
  return options
}

function checkOption(option: string, all: boolean): void {
  if (option === '--') throw refuseInput('options', '"--" ends the options', 'Remove it')
  if (/^-[A-Za-z] /.test(option)) {
    const example = `${option.slice(0, 2)}${option.slice(2).trim()}`
    throw refuseInput(
      'options',
      'an option and its value share a line with a blank between',
      `Write ${example}`,
    )
  }
  const names = option.startsWith('--') ? [option.slice(2).split('=')[0] ?? ''] : listShortNames(option, all)
  const owners = all ? { ...longOwners, ...clusterOwners } : longOwners
  for (const name of names) {
    // getopt_long takes every unambiguous beginning of a long option's name.
    const owned = Object.keys(owners).find((owner) => name !== '' && owner.startsWith(name))
    if (owned === undefined) continue
    throw refuseInput('options', `--${owned} belongs to the action`, `Use ${owners[owned] ?? ''}`)
  }
}

/** The long names of what a word such as `-xFc` holds. */
function listShortNames(option: string, all: boolean): string[] {
  if (!option.startsWith('-')) return []
  const owned = all ? { ...shortNames, ...clusterShortNames } : shortNames
  const names: string[] = []
  for (const letter of option.slice(1)) {
    const name = owned[letter]
    if (name !== undefined) names.push(name)
    if (shortOptionsWithValue.includes(letter)) break
  }
  return names
}
