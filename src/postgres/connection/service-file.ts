import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { connectionKeywords, type ConnectionParameters } from './connection-keywords.ts'
import { refuseUrl } from './url-error.ts'

/** libpq reads a line into 1024 bytes, of which the last two hold its newline and the end. */
const lineLimit = 1022

/**
 * PURE. The parameters of one service, or undefined when the file does not define it (libpq: parseServiceFile).
 * The first value of a parameter counts, and the first section of that name.
 * @throws BackupError PGB_URL for what libpq refuses, and for LDAP look-ups, which only libpq itself can do
 */
export function parseServiceFile(text: string, service: string): ConnectionParameters | undefined {
  const found = new Map<string, string>()
  let isInside = false
  for (const [index, raw] of text.split('\n').entries()) {
    if (Buffer.byteLength(raw) >= lineLimit) throw refuseLine(index, 'is too long')
    const line = trimBlanks(raw)
    if (line === '' || line.startsWith('#')) continue
    if (line.startsWith('[')) {
      if (isInside) break
      isInside = line.startsWith(`[${service}]`)
    } else if (isInside) storeLine(found, line, index)
  }
  return isInside ? Object.fromEntries(found) : undefined
}

function storeLine(found: Map<string, string>, line: string, index: number): void {
  const equals = line.indexOf('=')
  const keyword = line.slice(0, Math.max(equals, 0))
  if (line.startsWith('ldap')) throw refuseLine(index, 'asks for an LDAP look-up, which is not supported')
  if (keyword === 'service') throw refuseLine(index, 'names another service')
  if (!connectionKeywords.has(keyword))
    throw refuseLine(index, 'is not keyword=value without blanks around "="')
  if (!found.has(keyword)) found.set(keyword, line.slice(equals + 1))
}

function refuseLine(index: number, problem: string) {
  return refuseUrl(
    `line ${index + 1} of the connection service file ${problem}`,
    'Correct that line, or give the connection in the input "url" without a service',
  )
}

/** Blanks as C's isspace() knows them; the file's values keep the blanks of Unicode. */
function trimBlanks(line: string): string {
  return line.replace(/^[ \t\v\f\r]+|[ \t\v\f\r]+$/g, '')
}

/** PURE. Whether a line of a service file gives the value back unchanged; it trims the end and has no escapes. */
export function fitsServiceFile(keyword: string, value: string): boolean {
  return !/[\n\r\x1a\0]|[ \t\v\f]$/.test(value) && Buffer.byteLength(`${keyword}=${value}\n`) <= lineLimit
}

/** PURE. Writes a file that {@link parseServiceFile} reads back; every value must pass {@link fitsServiceFile}. */
export function formatServiceFile(service: string, parameters: ConnectionParameters): string {
  const lines = Object.entries(parameters).map(([keyword, value]) => `${keyword}=${value ?? ''}\n`)
  return `[${service}]\n${lines.join('')}`
}

/**
 * Looks a service up where libpq does (libpq: parseServiceInfo): PGSERVICEFILE, else ~/.pg_service.conf, then
 * pg_service.conf in PGSYSCONFDIR or where Debian and PGDG packages keep it.
 * @throws BackupError PGB_URL when no file defines the service
 */
export function readService(
  service: string,
  environment: Readonly<Record<string, string | undefined>>,
): ConnectionParameters {
  const personal =
    process.platform === 'win32'
      ? join(environment['APPDATA'] ?? '', 'postgresql', '.pg_service.conf')
      : join(environment['HOME'] ?? '', '.pg_service.conf')
  const shared = join(takeText(environment['PGSYSCONFDIR']) ?? '/etc/postgresql-common', 'pg_service.conf')
  for (const file of [takeText(environment['PGSERVICEFILE']) ?? personal, shared]) {
    const parameters = parseServiceFile(readIfThere(file), service)
    if (parameters !== undefined) return parameters
  }
  throw refuseUrl(
    'no connection service file defines the service',
    'Name the file in the environment variable PGSERVICEFILE, or give the connection in the input "url"',
  )
}

/** An unset secret arrives as an empty variable, which therefore counts as unset. */
function takeText(value: string | undefined): string | undefined {
  return value === '' ? undefined : value
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
