/** Bytes of the longest name (PostgreSQL: NAMEDATALEN - 1, unless it was built otherwise). */
const longestName = 63

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
