import { describe, expect, it } from '@jest/globals'
import { countLineBreaks } from '../../../../src/postgres/sql/rows/line-breaks.ts'
import type { DumpRows } from '../../../../src/postgres/sql/rows/dump-rows.ts'
import { createRowCounter } from '../../../../src/postgres/sql/rows/row-counter.ts'
import { quoteIdentifier } from '../../../../src/postgres/sql/quote.ts'
import { makeRandom, type Random } from '../../../support/random.ts'

function count(dump: string | Buffer, pieceLength = Infinity): DumpRows {
  const bytes = Buffer.from(dump)
  const counter = createRowCounter()
  for (let at = 0; at < bytes.length; at += pieceLength) {
    // Programs read each piece into the same memory.
    const piece = Buffer.from(bytes.subarray(at, Math.min(bytes.length, at + pieceLength)))
    counter.add(piece)
    piece.fill('\n')
  }
  return counter.end()
}

const settings = `SET client_encoding = 'UTF8';\nSET standard_conforming_strings = on;\n`
const make = (table: string): string => `CREATE TABLE ${table} (\n    a integer\n);\n\n`
const copy = (table: string, ...lines: string[]): string =>
  `COPY ${table} (a) FROM stdin;\n${lines.map((line) => `${line}\n`).join('')}\\.\n\n\n`

const unknown: DumpRows = { total: null, tables: null, partitions: [] }
const forged = `COPY public.t (a) FROM stdin;\n1\n2\n3\n\\.\n`

/** What stands between the table and its three rows, and must not be taken for rows, or for an end. */
const between: [string, string][] = [
  ['nothing', ''],
  ['a comment line of a table', '-- Data for Name: COPY public.t (a) FROM stdin; Type: TABLE DATA\n'],
  ['a function with a COPY', `CREATE FUNCTION f() RETURNS void\n    AS $_$\n${forged}$_$;\n`],
  [
    'a function with other dollars inside',
    `CREATE FUNCTION f() AS $x$ $$;\n${forged}$$ $y$;\n${forged} $x$;\n`,
  ],
  ['a body in SQL', `CREATE FUNCTION f() RETURNS int\nBEGIN ATOMIC\n SELECT 1;\n SELECT 2;\nEND;\n`],
  ['a string with a COPY', `COMMENT ON TABLE public.t IS 'it''s;\n${forged}';\n`],
  ['a string with backslashes', `COMMENT ON TABLE public.t IS '\\';\nSELECT ';\n${forged}';\n`],
  ['an escape string', `COMMENT ON TABLE public.t IS E'\\';\n${forged}';\n`],
  ['a name with a COPY', `CREATE VIEW public."v;\n${forged}" AS\n SELECT 1;\n`],
  ['a comment in SQL', `SELECT 1 /* ;\n/* ; */\n${forged}*/;\n`],
  ['a large object', `SELECT pg_catalog.lowrite(0, '\\x${'0a5c2e0a'.repeat(10_000)}');\n`],
  ['what newer versions write for psql', '\\restrict abc123\n\n'],
  [
    'a string while backslashes escape',
    `SET standard_conforming_strings = off;\nSELECT '\\';\n${forged}';\n`,
  ],
]

/** Data whose lines are not one row each to who looks at the wrong thing. */
const data: [string, string[], number][] = [
  ['no row', [], 0],
  ['an empty row', [''], 1],
  ['nulls and escapes', ['\\N', '\\\\.', 'a\\nb', '\\t\\.x', '\\r'], 5],
  ['rows that look like SQL', ['COPY public.t (a) FROM stdin;', "it's;", '$$', '/*', '--', '"'], 6],
  ['rows that nearly end it', ['.', '\\\\.', ' \\.', 'x\\.', '\\\\', '\\N.'], 6],
  ['an end that is only a part of a line', ['a\\.', '\\\\.\\.'], 2],
  ['bytes of other characters', ['ü', '🐘', '\u2028', '\u0085', 'Ċ'], 5],
]

describe('rows are counted', () => {
  it.each(between)('where there is %s between', (_, text) => {
    const dump = `${settings}${make('public.t')}${text}${copy('public.t', '1', '2', '3')}SELECT 1;\n`
    expect(count(dump)).toEqual({ total: 3, tables: [{ table: 'public.t', rows: 3 }], partitions: [] })
  })

  it.each(data)('of %s', (_, lines, rows) => {
    const dump = `${make('public.t')}${copy('public.t', ...lines)}${make('public.u')}${copy('public.u', 'x')}`
    const tables = [
      { table: 'public.t', rows },
      { table: 'public.u', rows: 1 },
    ]
    expect(count(settings + dump)).toEqual({ total: rows + 1, tables, partitions: [] })
  })

  it.each<[string, string, Partial<DumpRows>]>([
    [
      'a table without columns',
      `CREATE TABLE public.t (\n);\nCOPY public.t  FROM stdin;\n\n\n\\.\n`,
      { total: 2 },
    ],
    [
      'an unlogged table',
      `CREATE UNLOGGED TABLE public.t (\n a int\n);\n${copy('public.t', '1')}`,
      { total: 1 },
    ],
    [
      'Windows line ends',
      `CREATE TABLE public.t (\r\n a int\r\n);\r\nCOPY public.t (a) FROM stdin;\r\na\n\\.\r\n`,
      { total: 1 },
    ],
    [
      'a last line without a break',
      `${make('public.t')}COPY public.t (a) FROM stdin;\n1\n\\.\n--x`,
      { total: 1 },
    ],
    [
      'names that must be quoted',
      `${settings}${make('"a.b;""\n(c"."Füße FROM stdin;\n\\."')}${copy('"a.b;""\n(c"."Füße FROM stdin;\n\\."', '1', '2')}`,
      { tables: [{ table: '"a.b;""\n(c"."Füße FROM stdin;\n\\."', rows: 2 }] },
    ],
    [
      'an extension beside, of which the dump makes no table',
      make('public.t') + copy('public.spatial_ref_sys', '1', '2') + copy('public.t', '3'),
      { total: 1, tables: [{ table: 'public.t', rows: 1 }] },
    ],
    ['no table at all', `CREATE TYPE public.e AS ENUM (\n 'COPY'\n);\n`, { total: 0, tables: [] }],
  ])('with %s', (_, dump, expected) => {
    expect(count(dump)).toMatchObject(expected)
  })

  it('of each database of a cluster', () => {
    const dump = [
      `CREATE ROLE x;\n\n\\connect template1\n\n${settings}`,
      `\\connect -reuse-previous=on "dbname='it\\'s ""x""'"\n\n${settings}${make('public.t')}${copy('public.t', '1', '2')}`,
      `\\encoding SQL_ASCII\n\\connect shop\n\n${settings}${make('public.t')}${copy('public.t', '3')}`,
    ].join('')
    const tables = [
      { table: 'public.t in "it\'s ""x"""', rows: 2 },
      { table: 'public.t in "shop"', rows: 1 },
    ]
    expect(count(dump)).toEqual({ total: 3, tables, partitions: [] })
  })
})

describe('a partition is told with the table at its root', () => {
  const attach = (parent: string, partition: string, bound = `FOR VALUES FROM ('x') TO ('y')`): string =>
    `ALTER TABLE ONLY ${parent} ATTACH PARTITION ${partition} ${bound};\n`
  const list = (...dump: string[]): DumpRows['partitions'] => count(settings + dump.join('')).partitions
  const [part, other] = ['public."p.""1"', 'public.p2']

  it.each<[string, string, DumpRows['partitions']]>([
    [
      'by a range, or by default',
      attach('a.t', part) + attach('a.t', other, 'DEFAULT'),
      [
        { table: part, root: 'a.t' },
        { table: other, root: 'a.t' },
      ],
    ],
    ['through others', attach('a.t', 'a.u') + attach('a.u', part), [{ table: part, root: 'a.t' }]],
    ['not where a value says so', `COMMENT ON TABLE ${other} IS 'x;\n${attach('a.t', other)}';\n`, []],
    ['not where only its name does', make(`public."x\n${attach('a.t', other)}"`), []],
    ['not by another statement', `ALTER TABLE ONLY ${other} ALTER COLUMN a SET STATISTICS 9;\n`, []],
  ])('%s', (_, statements, expected) => {
    expect(list(make(part), make(other), statements, copy(part, '1'), copy(other))).toEqual(expected)
  })

  it('in its own database', () => {
    const database = (name: string, statements: string): string =>
      `\\connect ${name}\n\n${settings}${make(other)}${statements}${copy(other, '1')}`
    expect(list(database('blog', attach('a.t', other)), database('shop', ''))).toEqual([
      { table: `${other} in "blog"`, root: 'a.t in "blog"' },
    ])
  })

  it('and a circle of a forged dump has an end', () => {
    expect(list(make(part), attach(other, part), attach(part, other), copy(part, '1'))).toHaveLength(0)
    expect(
      list(make('a.t'), attach(other, 'a.t'), attach(part, other), attach(other, part), copy('a.t')),
    ).toHaveLength(1)
  })
})

describe('only all rows together are known', () => {
  const connect = `\\connect -reuse-previous=on "dbname='\xfc'"\n`
  const latin = Buffer.from(
    `SET client_encoding = 'LATIN1';\n${make('public."\xfc"')}${copy('public."\xfc"', '1')}`,
    'latin1',
  )
  it.each<[string, string | Buffer]>([
    [
      'rows that come by way of the root of partitions',
      `CREATE TABLE public.t (\n a int\n)\nPARTITION BY HASH (a);\n${copy('public.t', '1')}${copy('public.t').repeat(2)}`,
    ],
    ['a name in another encoding', latin],
    [
      'a database whose name is no text',
      Buffer.from(`${connect}${make('public.t')}${copy('public.t', '1')}`, 'latin1'),
    ],
  ])('of %s', (_, dump) => {
    expect(count(dump)).toEqual({ total: 1, tables: null, partitions: [] })
  })
})

describe('nothing is known', () => {
  it.each([
    ['rows as INSERT', `${make('public.t')}INSERT INTO public.t VALUES (1);\n`],
    ['rows without tables, as with --data-only', copy('public.t', '1')],
    ['names without schemas, as old versions write them', make('t') + copy('t', '1')],
    ['a table that is filled twice', make('public.t') + copy('public.t', '1').repeat(2)],
    ['a COPY that pg_dump does not write', `${make('public.t')}copy public.t from stdin;\n1\n\\.\n`],
    ['a COPY behind another statement', `SELECT 1; COPY public.t (a) FROM stdin;\n1\n\\.\n`],
    ['a COPY with options', `${make('public.t')}COPY public.t (a) FROM stdin WITH CSV;\n1\n\\.\n`],
    ['data that end otherwise', `${make('public.t')}COPY public.t (a) FROM stdin;\n1\n\\.x\n\\.\n`],
    ['data without an end', `${make('public.t')}COPY public.t (a) FROM stdin;\n1\n`],
    ['an open string', `${make('public.t')}SELECT 'x\n`],
    ['another command of psql', `${make('public.t')}\\copy public.t from 'x'\n`],
    ['a carriage return in a comment', `-- x\rCOPY public.t (a) FROM stdin;\n`],
    ['an encoding in which a backslash may be a half', `SET client_encoding = 'SJIS';\n${make('public.t')}`],
  ])('of %s', (_, dump) => {
    expect(count(dump)).toEqual(unknown)
  })
})

describe('wherever the pieces are cut', () => {
  const dump = Buffer.from(
    settings +
      make('public."t\nü"') +
      `COMMENT ON TABLE public."t\nü" IS '${forged}';\n` +
      copy('public."t\nü"', '\\\\.', '', '🐘', '.') +
      make('public.e') +
      copy('public.e') +
      copy('public.x', '1'),
  )
  const expected = {
    total: 4,
    tables: [
      { table: 'public."t\nü"', rows: 4 },
      { table: 'public.e', rows: 0 },
    ],
    partitions: [],
  }
  it('by one cut at each byte', () => {
    for (let at = 0; at <= dump.length; at += 1) {
      const counter = createRowCounter()
      counter.add(dump.subarray(0, at))
      counter.add(dump.subarray(at))
      expect([at, counter.end()]).toEqual([at, expected])
    }
  })
  it.each([1, 2, 3, 4, 5, 7, 64])('into pieces of %s bytes', (length) => {
    expect(count(dump, length)).toEqual(expected)
  })
})

const scraps = [
  ...[
    '\\\\.',
    '\\N',
    'COPY public.t (a) FROM stdin;',
    "'",
    "''",
    '"',
    '$$',
    '$_$',
    '/*',
    '*/',
    '--',
    ';',
    '(',
    ')',
  ],
  ...[
    'INSERT INTO x VALUES (1);',
    'CREATE TABLE public.t (',
    'E',
    '\\\\',
    '.',
    'ü',
    '🐘',
    ' ',
    'begin',
    '\u2028',
  ],
]

/** Text of an enemy, as a value, a name or a body holds it. */
function makeText(random: Random, ...more: string[]): string {
  return Array.from({ length: random.whole(6) }, () => random.pick([...scraps, ...more])).join('')
}

function makeForgedDump(random: Random): { dump: string; tables: { table: string; rows: number }[] } {
  const parts = [settings]
  const tables: { table: string; rows: number }[] = []
  for (let number = 0; number < 1 + random.whole(4); number += 1) {
    const table = `public.${quoteIdentifier(`${number}${makeText(random, '\n', '\n\\.\n', forged)}`)}`
    const text = makeText(random, '\n', forged, '\n\\.\n')
    parts.push(make(table))
    if (random.once(2)) parts.push(`COMMENT ON TABLE ${table} IS '${text.replaceAll("'", "''")}';\n`)
    if (random.once(2)) parts.push(`CREATE FUNCTION f() AS $end_$${text.replaceAll('$', '')}$end_$;\n`)
    if (random.once(3)) parts.push(`SELECT E'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}';\n`)
    if (random.once(4)) continue
    const rows = random.whole(5)
    parts.push(copy(table, ...Array.from({ length: rows }, () => makeText(random))))
    tables.push({ table, rows })
  }
  return { dump: parts.join(''), tables }
}

it('names and contents of an enemy forge no count, in 2000 dumps of known rows, cut anywhere', () => {
  for (let seed = 1; seed <= 2000; seed += 1) {
    const random = makeRandom(seed)
    const { dump, tables } = makeForgedDump(random)
    const total = tables.reduce((sum, { rows }) => sum + rows, 0)
    expect({ seed, ...count(dump, 1 + random.whole(300)) }).toEqual({ seed, total, tables, partitions: [] })
  }
})

it('line breaks are counted between any two indices', () => {
  const random = makeRandom(7)
  for (let round = 0; round < 300; round += 1) {
    const bytes = Buffer.from(
      Array.from({ length: random.whole(3000) }, () =>
        random.pick([0x0a, 0x0a, 0x0b, 0x8a, 0x00, 0xff, 0x0d]),
      ),
    ).subarray(random.whole(4))
    const [from, to] = [random.whole(bytes.length + 1), random.whole(bytes.length + 1)].sort((a, b) => a - b)
    const naive = bytes.subarray(from, to).filter((byte) => byte === 0x0a).length
    expect(countLineBreaks(bytes, from ?? 0, to ?? 0)).toBe(naive)
  }
})
