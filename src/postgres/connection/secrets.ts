import { connectionKeywords, type ConnectionParameters } from './connection-keywords.ts'
import { looksLikeAddress, parseConnectionString } from './connection-string.ts'
import type { ConnectionInputs } from './resolve-connection.ts'

const secretKeywords = [...connectionKeywords]
  .filter(([, { secret }]) => secret === true)
  .map(([name]) => name)

/**
 * PURE. Every form of every secret in what the user gave: the whole url, passwords as written, decoded and
 * escaped. It never throws, so that a malformed url is masked before its error is shown. User names are no
 * secrets.
 */
export function listSecrets(
  inputs: ConnectionInputs,
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  // A connection string slips easily into a place for a name.
  const misplaced = [inputs.user, environment['PGUSER'], environment['PGDATABASE'], environment['PGHOST']]
  const urls = [inputs.url ?? '', ...misplaced.filter((text = '') => looksLikeAddress(text))].map(String)
  const plain = [
    inputs.password,
    environment['PGPASSWORD'],
    ...urls.flatMap((url) => secretKeywords.map((name) => readQuietly(url)[name])),
  ]
  return listDistinct([...urls.flatMap(listWrittenSecrets), ...plain.flatMap(listForms)])
}

/** PURE. The user and the database that the user gave, which are no secrets; it never throws. */
export function listShownNames(
  inputs: ConnectionInputs,
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const { user, dbname } = readQuietly(inputs.url ?? '')
  const names = [inputs.user, user, dbname, environment['PGUSER'], environment['PGDATABASE']]
  return names.filter((name) => name !== undefined)
}

/** PURE. Every form of the secrets among parameters, wherever these came from. */
export function listParameterSecrets(parameters: ConnectionParameters): readonly string[] {
  return listDistinct(secretKeywords.flatMap((name) => listForms(parameters[name])))
}

/** The forms that tools, files and logs can show: plain, in a passfile, in a conninfo, in a URI. */
function listForms(secret: string | undefined): readonly string[] {
  if (secret === undefined || secret === '') return []
  const escaped = secret.replace(/[\\:]/g, '\\$&')
  const quoted = secret.replace(/[\\']/g, '\\$&')
  const encoded = encodeURIComponent(secret.toWellFormed())
  const inLowerCase = encoded.replace(/%../g, (code) => code.toLowerCase())
  // As forms of web pages write it, and libraries that build URLs from parts.
  const ofForms = [encoded, inLowerCase].map((form) => form.replaceAll('%20', '+'))
  return [secret, escaped, quoted, encoded, inLowerCase, ...ofForms]
}

/** The pieces of a url as written; a password in it is taken up to the first "@" and up to the last. */
function listWrittenSecrets(url: string): readonly string[] {
  const names = secretKeywords.join('|')
  const patterns = [
    /:\/\/[^:@]*:([^@]*)@/g,
    /:\/\/[^:@]*:(.*)@/gs,
    new RegExp(`[?&](?:${names})=([^&]*)`, 'g'),
    new RegExp(`(?:^|\\s)(?:${names})\\s*=\\s*'((?:\\\\[^]|[^'\\\\])*)'?`, 'g'),
    new RegExp(`(?:^|\\s)(?:${names})\\s*=\\s*((?:\\\\[^]|[^\\s'\\\\])(?:\\\\[^]|[^\\s\\\\])*)`, 'g'),
  ]
  const written = patterns.flatMap((pattern) => [...url.matchAll(pattern)].map((match) => match[1] ?? ''))
  return [url, ...written, ...written.map(decodeQuietly)]
}

function readQuietly(url: string): ConnectionParameters {
  try {
    return parseConnectionString(url)
  } catch {
    return {}
  }
}

function decodeQuietly(encoded: string): string {
  try {
    return decodeURIComponent(encoded)
  } catch {
    return ''
  }
}

function listDistinct(secrets: readonly string[]): readonly string[] {
  return [...new Set(secrets.filter((secret) => secret !== ''))]
}
