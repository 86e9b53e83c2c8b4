import { unquote } from './dump-entry.ts'

/**
 * PURE. The signature of a routine, from what its comment and its privileges call it: those quote its name and have its
 * arguments as pg_get_function_identity_arguments writes them, `FUNCTION "Odd"(a integer, OUT b text)`; its signature,
 * which is also what its own entry is called, has the types of those alone by which it is called, `Odd(integer)`
 * (pg_dump.c: format_function_signature).
 * @returns undefined for what is no routine
 */
export function readSignature(text: string): string | undefined {
  const [, name, list] = /^(?:AGGREGATE|FUNCTION|PROCEDURE) ("(?:[^"]|"")*"|[^"(]+)\((.*)\)$/.exec(text) ?? []
  if (name === undefined || list === undefined) return undefined
  return withoutStar(`${unquote(name)}(${splitArguments(list).flatMap(readType).join(', ')})`)
}

/** PURE. The signature of an aggregate of no arguments: its entry and its comment say `(*)`, its privileges do not. */
export function withoutStar(signature: string): string {
  return signature.replace(/\(\*\)$/, '()')
}

/** Quoted names may hold commas. An aggregate's arguments stand on both sides of ORDER BY; its last two may be the same. */
function splitArguments(list: string): string[] {
  const [direct = '', ordered] = split(list, ' ORDER BY ')
  if (direct.startsWith('ORDER BY ')) return split(direct.slice('ORDER BY '.length), ', ')
  const own = split(direct, ', ')
  const isRepeated = own.at(-1)?.startsWith('VARIADIC ') === true
  return ordered === undefined || isRepeated ? own : [...own, ...split(ordered, ', ')]
}

/** Splits outside of quotes. */
function split(text: string, by: string): string[] {
  return text.split('"').reduce<string[]>(
    (parts, piece, at) => {
      const [first = '', ...rest] = at % 2 === 0 ? piece.split(by) : [piece]
      const last = parts.pop() ?? ''
      return [...parts, `${last}${at === 0 ? '' : '"'}${first}`, ...rest]
    },
    [''],
  )
}

/** Types of PostgreSQL whose names are several words (format_type.c); all others are one, quoted where it holds a blank. */
const longType =
  /^(?:bit varying|character varying|double precision|(?:time|timestamp) with(?:out)? time zone)(?:\[\])?$/

/** The type of an argument, without its mode and name; none for what is only given back. */
function readType(argument: string): string[] {
  if (argument.startsWith('OUT ')) return []
  const named = argument.replace(/^(?:IN|INOUT|VARIADIC) /, '')
  return [longType.test(named) ? named : named.replace(/^(?:"(?:[^"]|"")*"|[^" ]+) (?=.)/, '')]
}
