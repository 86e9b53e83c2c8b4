/** Turns an untrusted JSON value into a T, or throws {@link JsonError} naming the place. */
export type Reader<T> = (value: unknown, place: string) => T

/** Says where untrusted JSON is not what it should be, as in `files[0].size is not a whole number`. */
export class JsonError extends Error {
  override readonly name = 'JsonError'
}

/** The type that a reader gives. */
export type ReadBy<R> = R extends Reader<infer T> ? T : never

/** An object with exactly these fields, each of them present. */
export function readObject<F extends Record<string, Reader<unknown>>>(
  fields: F,
): Reader<{ readonly [K in keyof F]: ReadBy<F[K]> }> {
  return (value, place) => {
    const entries = readEntries(value, place)
    const unknown = [...entries.keys()].find((key) => !Object.hasOwn(fields, key))
    if (unknown !== undefined) throw new JsonError(`${place} has the unknown field ${quote(unknown)}`)
    const read = Object.entries(fields).map(([key, reader]) => {
      if (!entries.has(key)) throw new JsonError(`${place} lacks the field ${key}`)
      return [key, reader(entries.get(key), `${place}.${key}`)]
    })
    return Object.fromEntries(read) as { readonly [K in keyof F]: ReadBy<F[K]> }
  }
}

/** An object with these fields and any others, as somebody else's API gives it; a missing field is read as undefined. */
export function readFields<F extends Record<string, Reader<unknown>>>(
  fields: F,
): Reader<{ readonly [K in keyof F]: ReadBy<F[K]> }> {
  return (value, place) => {
    const entries = readEntries(value, place)
    const read = Object.entries(fields).map(([key, reader]) => [
      key,
      reader(entries.get(key), `${place}.${key}`),
    ])
    return Object.fromEntries(read) as { readonly [K in keyof F]: ReadBy<F[K]> }
  }
}

export function readArray<T>(reader: Reader<T>): Reader<readonly T[]> {
  return (value, place) => {
    if (!Array.isArray(value)) throw new JsonError(`${place} is not a list`)
    return value.map((item: unknown, index) => reader(item, `${place}[${index}]`))
  }
}

export function readNullable<T>(reader: Reader<T>): Reader<T | null> {
  return (value, place) => (value === null ? null : reader(value, place))
}

/** A value that may be missing or null, which is the same here. */
export function readOptional<T>(reader: Reader<T>): Reader<T | undefined> {
  return (value, place) => (value === undefined || value === null ? undefined : reader(value, place))
}

/** A string that matches the pattern, which should be anchored. */
export function readString(pattern: RegExp, description: string): Reader<string> {
  return (value, place) => {
    if (typeof value === 'string' && pattern.test(value)) return value
    throw new JsonError(`${place} is not ${description}`)
  }
}

/**
 * Bytes of the longest name of a database, role or the like that is taken: servers can be built for longer ones than the
 * usual 63 (PostgreSQL: NAMEDATALEN - 1), and 255 still fit a command line and a file name with what is made of them.
 */
const longestName = 255

/** A name of PostgreSQL's. */
export const readName: Reader<string> = (value, place) => {
  const name = readString(/^[^\0]+$/, 'a name')(value, place)
  if (Buffer.byteLength(name) <= longestName) return name
  throw new JsonError(`${place} is longer than a name can be`)
}

export function readOneOf<T extends string>(...choices: readonly T[]): Reader<T> {
  return (value, place) => {
    const choice = choices.find((candidate) => candidate === value)
    if (choice !== undefined) return choice
    throw new JsonError(`${place} is not one of ${choices.join(', ')}`)
  }
}

export const readBoolean: Reader<boolean> = (value, place) => {
  if (typeof value === 'boolean') return value
  throw new JsonError(`${place} is not true or false`)
}

/** A whole number from 0 to the greatest that is exact in JavaScript. */
export const readCount: Reader<number> = (value, place) => {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw new JsonError(`${place} is not a whole number`)
}

/** A whole number that is exact in JavaScript. */
export const readInteger: Reader<number> = (value, place) => {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value
  throw new JsonError(`${place} is not a whole number`)
}

/** A number from 0. */
export const readAmount: Reader<number> = (value, place) => {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value
  throw new JsonError(`${place} is not a number`)
}

function readEntries(value: unknown, place: string): Map<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return new Map(Object.entries(value))
  }
  throw new JsonError(`${place} is not an object`)
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 40))
}

/** Characters of a text that describes something, such as a function with all its arguments. */
const longestText = 64 * 1024

export const readText: Reader<string> = (value, place) => {
  const text = readString(/^[^\0]*$/, 'a text')(value, place)
  if (text.length <= longestText) return text
  throw new JsonError(`${place} is longer than it can be`)
}

/**
 * PURE. Reads a text of JSON.
 * @throws JsonError
 */
export function readJson<T>(text: string, reader: Reader<T>): T {
  return reader(parse(text), 'answer')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new JsonError('answer is not JSON')
  }
}
