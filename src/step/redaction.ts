/** Shorter secrets are not given to the runner's masker, because they would ruin every line of the log. */
const maskableLength = 4
const standIn = '***'

/**
 * PURE. Whether the runner's masker can hide the secret without ruining the log: it hides each line of a secret
 * on its own, so each must have at least 4 characters.
 */
export function canBeMasked(secret: string): boolean {
  const lines = splitLines(secret)
  return lines.length > 0 && lines.every((line) => line.length >= maskableLength)
}

/**
 * PURE. Whether the secret is a piece of what log and outputs must show, such as the name of the database: to hide it
 * would blot that out, and GitHub drops every job output that holds a masked word.
 */
export function isShownAnyway(secret: string, shown: readonly string[]): boolean {
  const word = secret.trim()
  return shown.some((text) => text.includes(word))
}

/**
 * PURE. Replaces every secret, and every line of a secret of several lines, the longest first. A secret of 2 or
 * 3 characters is replaced where it is a word of its own; one of a single character only where it is quoted
 * or stands where connection strings and messages put a value, since it would blot out ordinary text.
 */
export function redact(text: string, secrets: readonly string[]): string {
  const forms = new Set(secrets.flatMap((secret) => [secret.trim(), ...splitLines(secret)]))
  forms.delete('')
  const patterns = [...forms].sort((a, b) => b.length - a.length).map(buildPattern)
  return patterns.length === 0 ? text : text.replace(new RegExp(patterns.join('|'), 'gu'), standIn)
}

function splitLines(secret: string): readonly string[] {
  return secret
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

function buildPattern(secret: string): string {
  const literal = secret.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
  if (secret.length >= maskableLength) return literal
  const word = `(?<![\\p{L}\\p{N}_])${literal}(?![\\p{L}\\p{N}_])`
  return secret.length > 1 ? word : `(?<=["'=:])${literal}(?=["'@&\\s]|$)`
}
