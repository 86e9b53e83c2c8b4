import { refuseInput } from './read-inputs.ts'

/** The options of one of PostgreSQL's tools, as far as the action sets them itself. */
export interface OwnedOptions {
  /** What to use in place of an option, by its long name. */
  readonly owners: Readonly<Record<string, string>>
  /** Long names by letter. */
  readonly shortNames: Readonly<Record<string, string>>
  /** Letters that take a value, so that what follows in the same word is no option. */
  readonly lettersWithValue: string
  /** Long names that are the user's own although an owned one begins with them: getopt_long takes a whole name first. */
  readonly free?: readonly string[]
}

export const connectionInputs = 'the inputs "url", "user" and "password"'

/** What says where to connect, in all of PostgreSQL's tools alike. */
export const connectionOptions = {
  owners: {
    dbname: connectionInputs,
    host: connectionInputs,
    port: connectionInputs,
    username: connectionInputs,
    password: connectionInputs,
    'no-password': connectionInputs,
  },
  shortNames: { d: 'dbname', h: 'host', p: 'port', U: 'username', W: 'password', w: 'no-password' },
}

/** PURE. The lines of the `options` input, each one argument of a tool. */
export function splitOptions(text: string | undefined): string[] {
  return (text ?? '')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

/**
 * PURE. Refuses an argument that the action owns, one that is no single argument, and one in quotes for a shell.
 * @throws BackupError PGB_INPUT naming the option
 */
export function checkOption(option: string, owned: OwnedOptions): void {
  refuseShellQuotes(option)
  if (/^-[A-Za-z] /.test(option)) {
    const joined = `${option.slice(0, 2)}${option.slice(2).trim()}`
    const why = 'an option and its value share a line with a blank between'
    throw refuseInput('options', why, `Write ${joined}`)
  }
  for (const name of listLongNames(option, owned)) {
    if (owned.free?.includes(name) === true) continue
    // getopt_long takes every unambiguous beginning of a long option's name.
    const found = Object.keys(owned.owners).find((owner) => owner.startsWith(name))
    if (found === undefined) continue
    throw refuseInput('options', `--${found} belongs to the action`, `Use ${owned.owners[found] ?? ''}`)
  }
}

/**
 * PURE. Refuses a word or value in single quotes, as manuals write them: no shell takes them away, so that a pattern with
 * them fits nothing, in silence. Double quotes belong to PostgreSQL's own patterns.
 */
function refuseShellQuotes(option: string): void {
  const [, start, value] = /^(-[A-Za-z]+ ?|--[\w-]+[ =])?'([^]*)'$/.exec(option) ?? []
  if (value === undefined) return
  const name = (start ?? '').trim()
  const joined = name.startsWith('--') && !name.endsWith('=') ? `${name}=` : name
  const bare = `${joined}${value.replaceAll("'", '')}`
  throw refuseInput(
    'options',
    'no shell takes the single quotes away, and so they would count',
    `Write ${bare}`,
  )
}

/** The long names of an option, or of the letters of a word such as `-xFc`. */
function listLongNames(option: string, { shortNames, lettersWithValue }: OwnedOptions): string[] {
  if (option.startsWith('--')) return [option.slice(2).split('=')[0] ?? '']
  if (!option.startsWith('-')) return []
  const names: string[] = []
  for (const letter of option.slice(1)) {
    const name = shortNames[letter]
    if (name !== undefined) names.push(name)
    if (lettersWithValue.includes(letter)) break
  }
  return names
}
