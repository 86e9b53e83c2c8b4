/** Bytes as people read them, in decimal units: `81.2 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const exponent = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1)
  return `${(bytes / 1000 ** exponent).toFixed(exponent === 0 ? 0 : 1)} ${units[exponent] ?? ''}`
}

/** PURE. `52.0 MB/s`; undefined for so few bytes or so short a time that it would say nothing. */
export function formatRate(bytes: number, seconds: number): string | undefined {
  return bytes < 1e6 || seconds < 1 ? undefined : `${formatBytes(bytes / seconds)}/s`
}

/** PURE. `1 table`, `2 tables`; of a noun that takes an s. */
export function formatCount(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

/** PURE. The rows of a database, as a table's cell says it: `1234`, or `rows unknown`. */
export function formatRows(rows: number | null): string {
  return rows === null ? 'rows unknown' : String(rows)
}

/** A duration as people read it: `4.2 s`, `3 min 20 s`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`
}

/** PURE. How long ago something was, in its greatest unit: `3 days`, `26 hours`, `5 minutes`. */
export function formatAge(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000)
  if (minutes < 120) return formatCount(minutes, 'minute')
  const hours = Math.floor(minutes / 60)
  return hours < 72 ? formatCount(hours, 'hour') : formatCount(Math.floor(hours / 24), 'day')
}
