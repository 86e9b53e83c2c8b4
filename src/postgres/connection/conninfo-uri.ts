import { connectionKeywords } from './connection-keywords.ts'
import { type ParameterStore, storeParameter } from './conninfo-store.ts'
import { refuseUrl } from './url-error.ts'

const scheme = /^(?:postgresql|postgres):\/\//

/** PURE. Whether libpq takes the text for a URI (libpq: uri_prefix_length; it minds upper and lower case). */
export function isConninfoUri(text: string): boolean {
  return scheme.test(text)
}

/**
 * PURE. Reads a connection URI as libpq does (libpq: conninfo_uri_parse_options), except that it refuses what
 * libpq would misunderstand: a raw "@" in password or path, and raw white space, which libpq before
 * version 17 keeps and later ones drop or refuse.
 * @throws BackupError PGB_URL
 */
export function parseConninfoUri(text: string): ParameterStore {
  if (/[ \t\n\v\f\r]/.test(text))
    throw refuseUrl(
      'a URI holds no blanks or line breaks',
      'Write a blank as %20, or remove the line break; the input "password" needs no encoding',
    )
  const store: ParameterStore = new Map()
  const rest = storeUserinfo(store, text.replace(scheme, ''))
  const location = storeHosts(store, rest)
  if (location === '') return store
  const query = location.startsWith('?') ? location : storeDatabase(store, location)
  if (query !== '') storeQuery(store, query.slice(1))
  return store
}

function storeUserinfo(store: ParameterStore, rest: string): string {
  const end = rest.search(/[@/]/)
  const beforeQuery = rest.slice(end + 1).split('?', 1)[0] ?? ''
  if (end >= 0 && beforeQuery.includes('@')) throw refuseSecondAt(rest[end] === '@')
  if (rest[end] !== '@') return rest
  const userinfo = rest.slice(0, end)
  if (hasParameter(userinfo))
    throw refuseUrl(
      'an "@" in a parameter after the "?" makes libpq take all before it for the user name and password',
      'Write "@" as %40 and a "?" in the password as %3F, or put a "/" before the "?"',
    )
  const colon = userinfo.indexOf(':')
  storeDecoded(store, 'user', colon < 0 ? userinfo : userinfo.slice(0, colon))
  if (colon >= 0) storeDecoded(store, 'password', userinfo.slice(colon + 1))
  return rest.slice(end + 1)
}

function hasParameter(userinfo: string): boolean {
  return [...userinfo.matchAll(/[?&](\w+)=/g)].some((match) => connectionKeywords.has(match[1] ?? ''))
}

function refuseSecondAt(hasUserinfo: boolean) {
  const write =
    'Percent-encode the user name and password, "@" as %40 and "/" as %2F, or use the password input'
  if (hasUserinfo)
    return refuseUrl('there is a second "@", and libpq ends the password at the first one', write)
  return refuseUrl('there is a "/" before the "@", and libpq ends the host at the first "/"', write)
}

/** Returns what follows the hosts: empty, or from its "/" or "?" on. */
function storeHosts(store: ParameterStore, rest: string): string {
  const hosts: string[] = []
  const ports: string[] = []
  let remaining = rest
  for (;;) {
    const [host, afterHost] = remaining.startsWith('[')
      ? splitAddress(remaining)
      : splitBefore(remaining, /[:/?,]/)
    const [port, afterPort] = afterHost.startsWith(':')
      ? splitBefore(afterHost.slice(1), /[/?,]/)
      : ['', afterHost]
    hosts.push(host)
    ports.push(port)
    if (!afterPort.startsWith(',')) {
      storeDecoded(store, 'host', hosts.join(','))
      storeDecoded(store, 'port', ports.join(','))
      return afterPort
    }
    remaining = afterPort.slice(1)
  }
}

function splitAddress(remaining: string): [string, string] {
  const end = remaining.indexOf(']')
  const after = remaining.slice(end + 1)
  if (end < 0 || end === 1 || !/^(?:[:/?,]|$)/.test(after))
    throw refuseUrl(
      'an IPv6 address in a URI stands between "[" and "]", and only a port, "/", "?" or "," may follow',
      'Write the address as in postgres://user@[2001:db8::1]:5432/database',
    )
  return [remaining.slice(1, end), after]
}

function splitBefore(text: string, end: RegExp): [string, string] {
  const index = text.search(end)
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index)]
}

function storeDatabase(store: ParameterStore, path: string): string {
  const [database, query] = splitBefore(path.slice(1), /\?/)
  storeDecoded(store, 'dbname', database)
  return query
}

/** Stores a part that an empty text leaves unset (libpq: PGDATABASE and its like must go on working). */
function storeDecoded(store: ParameterStore, keyword: string, encoded: string): void {
  if (encoded !== '') store.set(keyword, decodePercent(encoded))
}

function storeQuery(store: ParameterStore, query: string): void {
  const parts = query.split('&')
  // libpq stops at the end of the text, so one trailing "&" is no empty parameter.
  if (parts.at(-1) === '') parts.pop()
  parts.forEach((part, index) => {
    const pieces = part.split('=')
    const [keyword, value] = pieces.map(decodePercent)
    if (pieces.length !== 2 || keyword === undefined || value === undefined)
      throw refuseUrl(
        `parameter number ${index + 1} after the "?" is not of the form name=value`,
        'Write "=" and "&" inside a value as %3D and %26, and "?" inside a password as %3F',
      )
    if (keyword === 'ssl' && value === 'true') store.set('sslmode', 'require')
    else storeParameter(store, keyword, value, index + 1)
  })
}

/** PURE. Percent-decodes one part (libpq: conninfo_uri_decode), which must be UTF-8. */
function decodePercent(encoded: string): string {
  if (/%(?![0-9A-Fa-f]{2})/.test(encoded))
    throw refuseUrl(
      'a "%" in a URI must be followed by two hexadecimal digits',
      'Write a "%" in the password as %25, or use the password input',
    )
  if (encoded.includes('%00')) throw refuseUrl('%00 is forbidden in a URI', 'Remove it')
  try {
    return decodeURIComponent(encoded)
  } catch {
    throw refuseUrl(
      'the percent-encoded bytes are not UTF-8',
      'Encode the characters as UTF-8, as in %C3%A9 for "é"',
    )
  }
}
