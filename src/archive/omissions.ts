/** What a dump may lack on purpose. */
export interface Omissions {
  readonly objects: boolean
  readonly data: boolean
}

/** Arguments of pg_dump and pg_dumpall that change how a dump is written, and not what is in it. */
const harmless = new Set([
  ...['verbose', 'encoding', 'no-owner', 'role', 'no-privileges', 'no-acl', 'superuser', 'disable-triggers'],
  ...['clean', 'if-exists', 'inserts', 'column-inserts', 'attribute-inserts', 'rows-per-insert', 'no-sync'],
  ...['on-conflict-do-nothing', 'quote-all-identifiers', 'disable-dollar-quoting', 'no-comments'],
  ...[
    'no-role-passwords',
    'no-security-labels',
    'no-tablespaces',
    'no-toast-compression',
    'load-via-partition-root',
  ],
  ...[
    'use-set-session-authorization',
    'extra-float-digits',
    'serializable-deferrable',
    'strict-names',
    'blobs',
  ],
  ...['large-objects', 'no-statistics', 'statistics', 'no-synchronized-snapshots'],
])

/** Of those that leave out something, the ones that leave out rows or values. */
const dataOmitting =
  /^(schema-only|section|exclude-table-data(-and-children)?|no-unlogged-table-data|filter|no-data|statistics-only)$/

const shortNames: Readonly<Record<string, string>> = {
  ...{
    v: 'verbose',
    E: 'encoding',
    O: 'no-owner',
    x: 'no-privileges',
    S: 'superuser',
    c: 'clean',
    b: 'blobs',
  },
  ...{ s: 'schema-only', a: 'data-only' },
}

/** PURE. What the user's arguments of pg_dump may leave out of a dump; an argument unknown here may leave out objects. */
export function readOmissions(options: readonly string[]): Omissions {
  const names = options.map(readOptionName).filter((name) => name !== undefined)
  return {
    objects: names.some((name) => !harmless.has(name) && name !== 'schema-only'),
    data: names.some((name) => dataOmitting.test(name)),
  }
}

/** PURE. The long name of an argument; undefined for the value of the one before it. */
export function readOptionName(option: string): string | undefined {
  if (option.startsWith('--')) return option.slice(2).split('=')[0]
  if (!option.startsWith('-')) return undefined
  // Several letters in one word are not told apart: what is unknown counts as leaving out objects.
  const letters = option.slice(1)
  return letters.length === 1 || /^[ES]/.test(letters) ? (shortNames[letters[0] ?? ''] ?? letters) : letters
}
