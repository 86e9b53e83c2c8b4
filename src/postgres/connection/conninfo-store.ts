import { connectionKeywords, foreignParameters } from './connection-keywords.ts'
import { refuseUrl } from './url-error.ts'

/** Parameters under construction: a later value replaces an earlier one, as in libpq. */
export type ParameterStore = Map<string, string>

/**
 * PURE but for `store`. Sets one parameter (libpq: conninfo_storeval). The name of an unknown parameter is
 * never shown, because it may be the tail of a password that holds "&" or a blank.
 * @throws BackupError PGB_URL when libpq knows no such keyword
 */
export function storeParameter(
  store: ParameterStore,
  keyword: string,
  value: string,
  position: number,
): void {
  if (keyword === 'requiressl') {
    store.set('sslmode', value.startsWith('1') ? 'require' : 'prefer')
  } else if (connectionKeywords.has(keyword)) {
    store.set(keyword, value)
  } else {
    throw refuseUnknownParameter(keyword, position)
  }
}

function refuseUnknownParameter(keyword: string, position: number) {
  const advice = foreignParameters.get(keyword)
  if (advice !== undefined)
    return refuseUrl(
      `the parameter "${keyword}" belongs to another tool, PostgreSQL does not know it`,
      advice,
    )
  return refuseUrl(
    `parameter number ${position} has a name that PostgreSQL does not know`,
    'Correct or remove it; "&" and "=" inside a value of a URI are written %26 and %3D, a value with blanks in a ' +
      'keyword/value string is written in single quotes, and the input "password" needs no encoding',
  )
}
