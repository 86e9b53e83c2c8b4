/** Bytes of the longest name (PostgreSQL: NAMEDATALEN - 1, unless it was built otherwise). */
const longestName = 63

/** PURE. An SQL identifier. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** PURE. An SQL string, whatever `standard_conforming_strings` says. */
export function quoteLiteral(text: string): string {
  const quoted = `'${text.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`
  return text.includes('\\') ? ` E${quoted}` : quoted
}

/**
 * PURE. A name for a database that stands beside another for a while: the name, cut where it is too long, the
 * purpose, and 8 hex digits that keep it free.
 */
export function makeTemporaryName(name: string, purpose: 'restoring' | 'replaced', digits: string): string {
  const suffix = `_${purpose}_${digits}`
  let stem = name
  // Whole characters at a time, so that what is left is text.
  while (Buffer.byteLength(stem) + suffix.length > longestName) stem = Array.from(stem).slice(0, -1).join('')
  return `${stem}${suffix}`
}
