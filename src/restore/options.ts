import { refuseInput } from '../github/read-inputs.ts'

/** Who owns an argument of pg_restore, and so what to use in its place. */
type Owners = ReadonlyMap<string, string>

const connection = 'the inputs "url", "user" and "password"'
const whole = 'the inputs "create" and "clean"; a restore is all or nothing'
const nothing = 'nothing: it would restore nothing'

const longOwners: Owners = new Map([
  ['dbname', connection],
  ['host', connection],
  ['port', connection],
  ['username', connection],
  ['password', connection],
  ['no-password', connection],
  ['file', nothing],
  ['list', nothing],
  ['help', nothing],
  ['version', nothing],
  ['format', 'the manifest of the backup'],
  ['jobs', 'the input "jobs"'],
  ['no-owner', 'the input "no-owner"'],
  ['create', whole],
  ['clean', whole],
  ['if-exists', whole],
  ['exit-on-error', whole],
  ['single-transaction', whole],
])

const shortOwners: Owners = new Map([
  ['d', 'dbname'],
  ['h', 'host'],
  ['p', 'port'],
  ['U', 'username'],
  ['W', 'password'],
  ['w', 'no-password'],
  ['f', 'file'],
  ['l', 'list'],
  ['V', 'version'],
  ['?', 'help'],
  ['F', 'format'],
  ['j', 'jobs'],
  ['O', 'no-owner'],
  ['C', 'create'],
  ['c', 'clean'],
  ['e', 'exit-on-error'],
  ['1', 'single-transaction'],
])

/** Short options of pg_restore that take a value, so that what follows in the same word is no option. */
const shortOptionsWithValue = 'dfFhIjLnNpPStTU'

/**
 * PURE. Reads the `options` input: one argument of pg_restore on each line.
 * @throws BackupError PGB_INPUT for an argument that the action owns, by its name
 */
export function parseRestoreOptions(text: string | undefined): readonly string[] {
  const options = (text ?? '')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
  for (const option of options) checkOption(option)
  return options
}

function checkOption(option: string): void {
  if (!option.startsWith('-') || option === '-' || option === '--') {
    throw refuseInput(
      'options',
      'a line of it is no option',
      'Begin each line with an option, as in --no-acl',
    )
  }
  if (/^-[A-Za-z] /.test(option)) {
    const joined = `${option.slice(0, 2)}${option.slice(2).trim()}`
    throw refuseInput(
      'options',
      'an option and its value share a line with a blank between',
      `Write ${joined}`,
    )
  }
  const names = option.startsWith('--') ? [option.slice(2).split('=')[0] ?? ''] : listShortNames(option)
  for (const name of names) {
    // getopt_long takes every unambiguous beginning of a long option's name.
    const owned = [...longOwners.keys()].find((owner) => owner.startsWith(name))
    if (owned === undefined) continue
    throw refuseInput('options', `--${owned} belongs to the action`, `Use ${longOwners.get(owned) ?? ''}`)
  }
}

/** The long names of what a word such as `-xFc` holds. */
function listShortNames(option: string): string[] {
  const names: string[] = []
  for (const letter of option.slice(1)) {
    const name = shortOwners.get(letter)
    if (name !== undefined) names.push(name)
    if (shortOptionsWithValue.includes(letter)) break
  }
  return names
}
