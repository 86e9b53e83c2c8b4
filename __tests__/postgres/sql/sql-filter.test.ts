import { describe, expect, it } from '@jest/globals'
import { createSqlFilter } from '../../../src/postgres/sql/sql-filter.ts'
import type { SqlFilterRules } from '../../../src/postgres/sql/sql-filter.ts'

const marker = '-- PostgreSQL database dump complete'
const end = `--\n${marker}\n--\n\n`
const omit = { owners: true, existingRoles: [], existingTablespaces: [], ownRole: undefined }

function filter(dump: string, rules: Partial<SqlFilterRules> = {}, pieceLength = Infinity): string {
  const program = createSqlFilter({ completionMarker: marker, oneTransaction: false, omit, ...rules })
  const bytes = Buffer.from(dump)
  const output: Buffer[] = []
  for (let at = 0; at < bytes.length; at += pieceLength) {
    output.push(program.push(bytes.subarray(at, Math.min(bytes.length, at + pieceLength))))
  }
  return Buffer.concat([...output, program.end()]).toString()
}

const owner = 'ALTER TABLE public.x OWNER TO y;'
/** Where what looks like an owner's statement is a part of something else. */
const untouched: [string, string][] = [
  ['data of COPY', `COPY public.x (a) FROM stdin;\n${owner}\n'"$$\n\\.\n\nSELECT 1;\n`],
  ['data of COPY without rows', `COPY public.x (a) FROM stdin;\n\\.\n\nSELECT 1;\n`],
  ['data of COPY with Windows line ends', `COPY public.x (a) FROM stdin;\r\na\r\n\\.\r\n`],
  ['a table whose name has a line break', `COPY public."new\nline" ("a\nb") FROM stdin;\n1\n\\.\n`],
  ['a function', `CREATE FUNCTION f() RETURNS void\n    AS $_$\nx;\n${owner}\n$_$;\n`],
  ['a function with dollars inside', `CREATE FUNCTION f() AS $x$ $$;\n${owner}\n$$ $y$;\n${owner}\n $x$;\n`],
  ['a string', `COMMENT ON TABLE x IS 'it''s;\n${owner}\n';\n`],
  ['a string with backslashes', `COMMENT ON TABLE x IS '\\';\nSELECT ';\n${owner}\n';\n`],
  ['an escape string', `COMMENT ON TABLE x IS E'\\';\n${owner}\n';\n`],
  ['a quoted name', `CREATE TABLE "a;\n${owner}\n" ();\n`],
  ['a comment', `SELECT 1 /* ;\n/* ; */\n${owner}\n*/;\n`],
  ['a comment in a comment', `SELECT 1 /* a\n/* b */ c;\n${owner}\n*/;\n`],
  ['a comment to the end of the line', `SELECT 1 -- '\n;\n`],
  ['a name with a dollar', `SELECT a$b$c;\nSELECT 'x';\n`],
  ['the body of an SQL function', `CREATE FUNCTION f() BEGIN ATOMIC\n SELECT 1;\n SELECT 'x';\nEND;\n`],
  ['another statement', `ALTER TABLE public.x ADD COLUMN "OWNER TO y" int;\n`],
  ['a default that names an owner', `ALTER TABLE x ALTER a SET DEFAULT ' OWNER TO y';\n`],
]

describe.each(untouched)('%s', (_, sql) => {
  it.each([Infinity, 1, 2, 3, 7, 64])('passes unchanged, in pieces of %d bytes', (pieceLength) => {
    expect(filter(sql + end, {}, pieceLength)).toBe(sql + end)
    const followed = `${sql}${owner}\n${end}`
    expect(filter(followed, {}, pieceLength)).toBe(`${sql}\n${end}`)
  })
})

describe('owners', () => {
  it.each([
    owner,
    'ALTER TABLE "a b"."it;s" OWNER TO "odd ""role"" ; name";',
    'ALTER FUNCTION public.f(a text) OWNER TO y;',
    'ALTER LARGE OBJECT 50001 OWNER TO y;',
    'ALTER SCHEMA "with\nbreak" OWNER TO y;',
  ])('are left out, and the lines stay: %s', (statement) => {
    const lines = statement.replace(/[^\n]+/g, '')
    expect(filter(`SELECT 1;\n\n${statement}\n\n${end}`)).toBe(`SELECT 1;\n\n${lines}\n\n${end}`)
  })
  it('stay when they are wanted', () => {
    const dump = `${owner}\n${end}`
    expect(filter(dump, { omit: { ...omit, owners: false } })).toBe(dump)
  })
})

describe('one transaction', () => {
  it('surrounds the dump, and swallows those within', () => {
    const dump = `SELECT 1;\nBEGIN;\n\nSELECT 2;\nCOMMIT;\n${end}\\unrestrict abc\n\n`
    const expected = `BEGIN; SELECT 1;\n\n\nSELECT 2;\n\n${end}\\unrestrict abc\n\nCOMMIT;\n`
    expect(filter(dump, { oneTransaction: true })).toBe(expected)
  })
  it.each([
    ['nothing', ''],
    ['its end', 'SELECT 1;\n'],
    ['the end of its data', `COPY x FROM stdin;\n${end}`],
    ['the end of a statement', `${end}SELECT 1\n`],
    ['the end of a string', `SELECT '\n${end}`],
  ])('never commits a dump that lacks %s', (_, dump) => {
    expect(() => filter(dump, { oneTransaction: true })).toThrow('the dump is not complete')
  })
  it('commits at a marker without a line break behind it', () => {
    expect(filter(`SELECT 1;\n${marker}`, { oneTransaction: true })).toMatch(/COMMIT;\n$/)
  })
})

describe('globals', () => {
  const rules = {
    omit: {
      owners: false,
      existingRoles: ['postgres', 'odd "ü"'],
      existingTablespaces: ['fast'],
      ownRole: 'postgres',
    },
  }
  it.each([
    ['CREATE ROLE postgres;', ''],
    ['CREATE ROLE "odd ""ü""";', ''],
    ['CREATE ROLE other;', 'CREATE ROLE other;'],
    [`ALTER ROLE postgres WITH SUPERUSER PASSWORD 'SCRAM;x';`, ''],
    [`ALTER ROLE other WITH PASSWORD 'SCRAM;x';`, `ALTER ROLE other WITH PASSWORD 'SCRAM;x';`],
    [`ALTER ROLE "postgres x" WITH LOGIN;`, `ALTER ROLE "postgres x" WITH LOGIN;`],
    [`CREATE TABLESPACE fast OWNER x LOCATION '/x';`, ''],
    [`CREATE TABLESPACE slow OWNER x LOCATION '/x';`, `CREATE TABLESPACE slow OWNER x LOCATION '/x';`],
    ['\\connect "it\'s"', '\\connect "it\'s"'],
  ])('%s becomes "%s"', (statement, expected) => {
    expect(filter(`${statement}\n${end}`, rules)).toBe(`${expected}\n${end}`)
  })
})
