import { connectionKeywords } from './connection-keywords.ts'
import { type ParameterStore, storeParameter } from './conninfo-store.ts'
import { refuseUrl } from './url-error.ts'

// libpq's isspace() in the C locale, which leaves out the blanks of Unicode.
const blank = '[ \\t\\n\\v\\f\\r]'
const parameterName = new RegExp(`${blank}*([^ \\t\\n\\v\\f\\r=]*)${blank}*`, 'y')
const equalsSign = new RegExp(`=${blank}*`, 'y')
const quotedValue = /'((?:\\[^]|[^'\\])*)'/y
const plainValue = /(?:\\(?:[^]|$)|[^ \t\n\v\f\r\\])*/y

/**
 * PURE. Reads a keyword/value string as libpq does (libpq: conninfo_parse).
 * @throws BackupError PGB_URL
 */
export function parseConninfoPairs(text: string): ParameterStore {
  const store: ParameterStore = new Map()
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match !== null) at = pattern.lastIndex
    return match ?? undefined
  }
  for (let position = 1; ; position++) {
    const name = take(parameterName)?.[1] ?? ''
    if (at === text.length && name === '') return store
    const equals = take(equalsSign)?.[0]
    if (equals === undefined) throw refuseMissingEquals(position)
    const isQuoted = text[at] === "'"
    const value = isQuoted ? take(quotedValue)?.[1] : take(plainValue)?.[0]
    if (value === undefined)
      throw refuseUrl(
        `the value of parameter number ${position} begins with a single quote that is never closed`,
        'Close it, and write \\\' for a quote inside the value; the input "password" needs no quoting',
      )
    if (!isQuoted && equals !== '=' && isPair(value))
      throw refuseUrl(
        `the value of parameter number ${position} is empty, so libpq takes the next parameter for it`,
        "Write an empty value as '', or remove the parameter; in a workflow, see whether a secret is empty",
      )
    storeParameter(store, name, value.replace(/\\([^]?)/g, '$1'), position)
  }
}

function isPair(value: string): boolean {
  return value.includes('=') && connectionKeywords.has(value.slice(0, value.indexOf('=')))
}

function refuseMissingEquals(position: number) {
  if (position === 1)
    return refuseUrl(
      'it is neither a URI that begins with postgres:// or postgresql:// nor a list of keyword=value',
      'Write postgres://user:password@host:5432/database, with no quotes around it and no name before it',
    )
  return refuseUrl(
    `there is no "=" after the name of parameter number ${position}`,
    'Put a value with blanks in single quotes, or use the input "password", which needs no quoting',
  )
}
