/*
 * Whether a dump holds what it was made for. Every entry of a plain dump begins with a comment that tells its kind, and
 * stands in the list of an archive (pg_backup_archiver.c: _printTocEntry, PrintTOCSummary).
 */

/** PURE. Whether a plain dump holds nothing, or, with arguments of the user that may leave out things, no table. */
export function isEmptyDump(text: string, options: readonly string[]): boolean {
  const kinds = text.matchAll(/^-- (?:Data for )?Name: .*; Type: ([A-Z ]+);/gm)
  return isEmpty(
    [...kinds].map(([, kind = '']) => kind),
    options,
  )
}

/** PURE. The same of an archive, by what `pg_restore --list` prints. */
export function isEmptyList(list: string, options: readonly string[]): boolean {
  const kinds = list.matchAll(/^\d+; \d+ \d+ ([A-Z ]+) /gm)
  return isEmpty(
    [...kinds].map(([, kind = '']) => kind),
    options,
  )
}

function isEmpty(kinds: readonly string[], options: readonly string[]): boolean {
  return kinds.length === 0 || (options.length > 0 && !kinds.some((kind) => /^TABLE\b/.test(kind)))
}
