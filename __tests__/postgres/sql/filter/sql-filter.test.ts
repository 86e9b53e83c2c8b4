import { describe, expect, it } from '@jest/globals'
import { createSqlFilter } from '../../../../src/postgres/sql/filter/sql-filter.ts'
import type { EntryJudge, SqlFilterRules } from '../../../../src/postgres/sql/filter/filter-rules.ts'

const marker = '-- PostgreSQL database dump complete'
const end = `--\n${marker}\n--\n\n`
const omit = {
  owners: true,
  transactionTimeout: false,
  existingRoles: [],
  existingTablespaces: [],
  ownRole: undefined,
}

/** All that psql gets. */
function filterWhole(
  dump: string | Buffer,
  rules: Partial<SqlFilterRules> = {},
  pieceLength = Infinity,
): string {
  const given = {
    completionMarker: marker,
    transaction: undefined,
    restriction: 'tight' as const,
    proof: 'proof',
    omit,
  }
  let keys = 0
  const program = createSqlFilter({ ...given, ...rules }, () => `key${(keys += 1)}`)
  const bytes = Buffer.from(dump)
  const output: Buffer[] = []
  for (let at = 0; at < bytes.length; at += pieceLength) {
    output.push(program.push(bytes.subarray(at, Math.min(bytes.length, at + pieceLength))))
  }
  return Buffer.concat([...output, program.end()]).toString()
}

/** What of it comes from the dump. */
function filter(dump: string, rules: Partial<SqlFilterRules> = {}, pieceLength = Infinity): string {
  const whole = filterWhole(dump, rules, pieceLength)
  const [, inner] = /^\\restrict key1\n([^]*)\\unrestrict key1\n\\echo proof\n$/.exec(whole) ?? []
  return inner ?? whole
}

const transaction = { begin: 'begin;\n', end: 'commit;\n' }

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
  it('and a timeout that only newer servers know are two things', () => {
    const dump = `SET transaction_timeout = 0;\nCOPY x FROM stdin;\nSET transaction_timeout = 0;\n\\.\n${end}`
    expect(filter(dump)).toBe(dump)
    expect(filter(dump, { omit: { ...omit, transactionTimeout: true } })).toBe(dump.replace(/^.*/, ''))
  })
})

describe('one transaction', () => {
  it('surrounds the dump, and swallows those within', () => {
    const dump = `\\restrict abc\nSELECT 1;\nBEGIN;\n\nSELECT 2;\nCOMMIT;\n${end}\\unrestrict abc\n\n`
    const output = filterWhole(dump, { transaction }).split('\n')
    expect(output[0]).toBe('begin;')
    expect(output[1]).toMatch(/^CREATE TEMPORARY TABLE postgres_backup_key2 .*DEFERRED\).*;$/)
    expect(output.slice(2, -5).join('\n')).toBe(`\\restrict key1\n\nSELECT 1;\n\n\nSELECT 2;\n\n${end}\n`)
    expect(output.slice(-5)).toEqual([
      '\\unrestrict key1',
      'DELETE FROM pg_temp.postgres_backup_key2;',
      'commit;',
      '\\echo proof',
      '',
    ])
  })
  it.each([
    ['nothing', ''],
    ['its end', 'SELECT 1;\n'],
    ['the end of its data', `COPY x FROM stdin;\n${end}`],
    ['the end of a statement', `${end}SELECT 1\n`],
    ['the end of a string', `SELECT '\n${end}`],
  ])('never commits a dump that lacks %s', (_, dump) => {
    expect(() => filter(dump, { transaction })).toThrow('the dump is not complete')
  })
  it('commits at a marker without a line break behind it', () => {
    expect(filter(`SELECT 1;\n${marker}`, { transaction })).toMatch(/commit;\n/)
  })
})

describe('globals', () => {
  const rules = {
    omit: {
      ...omit,
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
  ])('%s becomes "%s"', (statement, expected) => {
    expect(filter(`${statement}\n${end}`, rules)).toBe(`${expected}\n${end}`)
  })
})

describe('a \\connect of pg_dumpall', () => {
  it.each([
    ['shop', 'shop'],
    ['"Shop.1"', 'Shop.1'],
    [`-reuse-previous=on "dbname='a ""b"" \\'c\\' \\\\d'"`, `a "b" 'c' \\d`],
  ])('%s stands between two restrictions, each with its own key', (written, name) => {
    const conninfo = `dbname='${name.replace(/[\\']/g, '\\$&')}'`.replaceAll('"', '""')
    expect(filterWhole(`\\encoding SQL_ASCII\n\\connect ${written}\n${end}`)).toBe(
      `\\restrict key1\n\n\\unrestrict key1\n\\encoding SQL_ASCII\n` +
        `\\connect -reuse-previous=on "${conninfo}"\n\\restrict key3\n${end}\\unrestrict key3\n\\echo proof\n`,
    )
  })
  it.each([
    '\\connect shop other',
    '\\connect `touch x`',
    '\\connect :HOST',
    '\\connect -reuse-previous=on "host=evil"',
    `\\connect -reuse-previous=on "dbname='a' host='evil'"`,
    `\\connect -reuse-previous=on "dbname='a'" \`touch x\``,
    '\\connect - - evil 5432',
    '\\c shop',
    '\\encoding SJIS',
  ])('is refused in another form: %s', (line) => {
    expect(() => filter(`${line}\n${end}`)).toThrow('psql command')
  })
  it('is refused where one database is restored', () => {
    expect(() => filter(`\\connect shop\n${end}`, { transaction })).toThrow('connect')
  })
})

describe('a part of a file of pg_dumpall', () => {
  const clusterEnd = '-- PostgreSQL database cluster dump complete'
  const header = `SET client_encoding = 'UTF8';\n`
  const table = (name: string): string => `CREATE TABLE public.${name} (a text);\n`
  const rows = (text: string): string => `COPY public.t (a) FROM stdin;\n${text}\n\\.\n`
  // What pretends to be the beginning or end of a part stands in a value, a name, a body or a row.
  const decoy = `\\connect shop\n${marker}\n\\.\n`
  const cluster = [
    `CREATE ROLE a;\nCOMMENT ON ROLE a IS '\nCREATE DATABASE x;\n${decoy}';\nGRANT a TO b;\n`,
    `\\connect template1\n\n${header}--\n${marker}\n--\n`,
    `CREATE DATABASE "sh op" WITH TEMPLATE = template0;\nALTER DATABASE "sh op" OWNER TO a;\n`,
    `\\connect -reuse-previous=on "dbname='sh op'"\n\n${header}${table(`"x\n${decoy}"`)}`,
    `\\connect -reuse-previous=on "dbname='sh op'"\n${header}${rows('\\connect shop')}--\n${marker}\n--\n`,
    `CREATE DATABASE shop WITH TEMPLATE = template0;\n`,
    `\\connect shop\n\n${header}SET standard_conforming_strings = off;\n${table('"shöp"')}${rows('2')}--\n${marker}\n--\n`,
    `--\n${clusterEnd}\n--\n`,
  ].join('')
  const take = (part: SqlFilterRules['part'], pieceLength: number, dump = cluster): string =>
    filter(dump, { part, completionMarker: part?.database === undefined ? clusterEnd : marker }, pieceLength)

  describe.each([Infinity, 1, 5, 64])('in pieces of %d bytes', (pieceLength) => {
    it('is the roles', () => {
      expect(take({ database: undefined }, pieceLength)).toBe(
        cluster.slice(0, cluster.indexOf('\\connect template1')),
      )
    })
    it('is one database', () => {
      const expected = `\n${header}SET standard_conforming_strings = off;\n${table('"shöp"')}${rows('2')}--\n${marker}\n`
      expect(take({ database: 'shop' }, pieceLength)).toBe(expected)
    })
    it('is one that is connected to twice', () => {
      const expected = `\n${header}${table(`"x\n${decoy}"`)}${header}${rows('\\connect shop')}--\n${marker}\n`
      expect(take({ database: 'sh op' }, pieceLength)).toBe(expected)
    })
  })
  it.each<[string, SqlFilterRules['part'], string]>([
    ['a database that it lacks', { database: 'other' }, cluster],
    [
      'a database whose dump ends before its mark',
      { database: 'shop' },
      cluster.replace(/--\n[^\n]*\n--\n(?=--\n)/, ''),
    ],
    ['roles without the end of the file', { database: undefined }, cluster.replace(clusterEnd, '')],
  ])('is refused for %s', (_, part, dump) => {
    expect(() => take(part, Infinity, dump)).toThrow('the dump is not complete')
  })
  it('is the roles where the first database is one that is made', () => {
    const dump = cluster.replace(/\\connect template1\n[^]*?--\n--[^\n]*\n--\n/, '')
    const roles = take({ database: undefined }, Infinity)
    expect([dump.includes('template1'), take({ database: undefined }, Infinity, dump)]).toEqual([
      false,
      roles,
    ])
  })
  it('takes no second dump of the same name', () => {
    const twice = cluster.replace(`--\n${clusterEnd}`, `\\connect shop\n${table('second')}--\n${clusterEnd}`)
    expect(take({ database: 'shop' }, Infinity, twice)).not.toContain('second')
  })
  it('is listed with the others, and whether it makes something', () => {
    const rules = {
      ...{ completionMarker: clusterEnd, transaction: undefined },
      restriction: 'none' as const,
    }
    const program = createSqlFilter(
      { ...rules, proof: 'proof', omit, part: { database: undefined } },
      () => 'key',
    )
    program.push(Buffer.from(cluster))
    program.end()
    expect(program.listDatabases()).toEqual([
      { name: 'template1', isEmpty: true },
      { name: 'sh op', isEmpty: false },
      { name: 'shop', isEmpty: false },
    ])
  })
})

describe('refused for every psql is', () => {
  it.each<[string, RegExp]>([
    ['\\! touch x', /psql command \\!/],
    ['SELECT 1 \\g |touch', /psql command \\g/],
    ['SELECT 1\\; SELECT 2;', /psql command \\;/],
    ['-- x\r\\! touch x', /line break within a comment/],
    ['SELECT 1; -- x\r\\! touch x', /line break within a comment/],
    ['SELECT 1\0;', /code 0/],
    ['COPY x FROM stdin WITH CSV;\n\\! x', /another COPY/],
    ['copy x from stdin;\n\\! x', /another COPY/],
    ['COPY x TO stdout; -- FROM stdin;\n\\! x', /another COPY/],
    ['COPY x FROM PROGRAM $$touch x$$;', /another COPY/],
    ['SELECT 1; COPY x FROM stdin;\n\\! x', /COPY that does not begin/],
    ['SELECT 1; /* \n */ COPY x FROM stdin;\n\\! x', /COPY that does not begin/],
    ['SELECT 1; /*\n*/\nCOPY x FROM stdin;\n\\! x', /COPY that does not begin/],
    ['COPY x FROM stdin;\n\\.x\n\\! x', /data that begin with/],
    ['SELECT (1;\nCOPY x FROM stdin;\n\\! x', /COPY that does not begin/],
    ["SELECT 1$a$ ' $a$ \\! x", /psql command/],
    ['CREATE FUNCTION begin() RETURNS int AS $$x$$;', /BEGIN in a function/],
  ])('%j', (sql, words) => {
    expect(() => filter(`${sql}\n${end}`)).toThrow(words)
  })
})

describe('refused within one transaction is', () => {
  it.each([
    'END;',
    'SELECT 1; COMMIT;',
    'SELECT 1;/* */COMMIT AND CHAIN;',
    'rollback;',
    'ABORT;',
    `PREPARE TRANSACTION 'x';`,
    'START TRANSACTION;',
    'SELECT 1; -- x\nEND;',
    'COMMIT\n;',
    'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; COMMIT; END;',
    `SET standard_conforming_strings = off;\nSELECT '\\''; COMMIT; --';`,
  ])('%j', (sql) => {
    expect(() => filter(`${sql}\n${end}`, { transaction })).toThrow('end the transaction')
    expect(filter(`${sql}\n${end}`)).toContain(sql)
  })
  it('and a body, a rule and a CASE pass', () => {
    const sql =
      'CREATE FUNCTION f() RETURNS int\n BEGIN ATOMIC\n SELECT CASE WHEN true THEN 1 ELSE 2 END;\n SELECT 3;\nEND;\n' +
      'CREATE RULE r AS ON INSERT TO x DO ALSO ( SELECT 1;\n SELECT 2;\n);\nSELECT 1 AS begin;\n'
    expect(filter(sql + end, { transaction })).toContain(sql)
  })
})

describe('a psql that does not know \\restrict', () => {
  const strict = { restriction: 'none' } as const
  it('gets no restriction, and the encoding that the dump names before each statement', () => {
    const set = `SET client_encoding = 'UTF8';\n`
    const comment = `COMMENT ON TABLE x IS 'é\\d';\n`
    const pin = '\\encoding UTF8\n'
    expect(filterWhole(`\\restrict abc\n${set}${comment}${comment}${end}`, strict)).toBe(
      `\n${set}${pin}${comment}${pin}${comment}${end}\\echo proof\n`,
    )
  })
  it.each<[string, string]>([
    ['a variable', 'SELECT :DBNAME;'],
    ['a quoted variable', `SELECT :'DBNAME';`],
    ['a variable behind a cast', 'SELECT x:::DBNAME;'],
    ['a variable that looks like an escape string', `SELECT :e'\\'' \\! x';`],
    ['a number that looks like one', `SELECT 1e'\\'' \\! x';`],
    ['a quote that a setting may escape', `SELECT '\\'' \\! x';`],
    ['the same in a string that goes on', `SELECT E'a'\n'b\\'' \\! x';`],
    ['a dollar quote that touches a number', `SELECT 1$a$ x $a$;`],
    ['a dollar', `SELECT $1;`],
    ['an encoding that hides quotes', `SET client_encoding = 'SJIS';\nSELECT 'x';`],
    ['no encoding', `SELECT 'é';`],
    ['a body', 'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END;'],
    ['a second statement on the line', 'SELECT 1; SELECT 2;'],
  ])('gets no dump with %s', (_, sql) => {
    expect(() => filter(`${sql}\n${end}`, strict)).toThrow(/old psql|BEGIN/)
  })
  it.each([
    "SELECT x::text, a[1:2], E'it\\'s', 1e+20, f(a => 1, b := 2);",
    `COMMENT ON TABLE x IS 'C:\\\\''quoted'' \\d';`,
    'CREATE FUNCTION f() RETURNS void AS $_$ \\d :x $1 $_$;',
  ])('gets what pg_dump writes: %s', (sql) => {
    expect(filter(`${sql}\n${end}`, strict)).toContain(sql)
  })
})

describe('a psql whose restriction leaks', () => {
  it.each([
    "SELECT '\\unrestrict `touch x`';",
    'COPY x FROM stdin;\n\\unrestrict `touch x`\n\\.',
    "SELECT 'é\\\\unrestrict `touch x`';",
    '\\connect -reuse-previous=on "dbname=\'a\\\\b\'"',
  ])('gets no word that could end it: %s', (sql) => {
    for (const pieceLength of [Infinity, 1, 5, 17]) {
      expect(() => filter(`${sql}\n${end}`, { restriction: 'leaking' }, pieceLength)).toThrow('old psql')
    }
  })
  it.each([Infinity, 1, 2, 5, 11, 12, 13, 17])('gets all else, in pieces of %d bytes', (pieceLength) => {
    const sql = `SELECT '\\d', '\\\\unrestrict';\nCOPY x FROM stdin;\n1\n\\.\n`
    expect(filter(sql + end, { restriction: 'leaking' }, pieceLength)).toBe(sql + end)
  })
  it.each([Infinity, 1, 2, 5, 11, 12, 13, 17])(
    'gets the same rows without the word, in pieces of %d bytes',
    (pieceLength) => {
      const copy = (word: string): string =>
        `COPY x FROM stdin;\n${word}\né${word} ${word}${word}\n\\\\${word}é\n\\.\nSELECT 'é';\n`
      const sql = copy('\\\\unrestrict')
      expect(filter(sql + end, {}, pieceLength)).toBe(sql + end)
      const expected = copy('\\\\u\\156restrict') + end
      expect(filter(sql + end, { restriction: 'leaking' }, pieceLength)).toBe(expected)
    },
  )
})

describe('what a judge decides', () => {
  /** Leaves out what is called `gone`, and changes what is called `changed`. */
  function makeJudge(): EntryJudge {
    let name = ''
    return {
      judgeComment: (line) => {
        const found = /^-- Name: (\w+)/.exec(line)?.[1]
        name = found ?? name
        return found === undefined ? undefined : found !== 'gone'
      },
      mayChange: () => name === 'changed',
      judgeStatement: (statement) => (/gone/.test(statement) ? undefined : statement.replace('old', 'new')),
    }
  }
  const judged = (dump: string, pieceLength?: number): string => {
    const rules = {
      completionMarker: marker,
      transaction: undefined,
      restriction: 'tight' as const,
      proof: 'proof',
      omit,
    }
    const program = createSqlFilter(rules, () => 'key', makeJudge())
    const bytes = Buffer.from(dump + end)
    const step = pieceLength ?? bytes.length
    const output: Buffer[] = []
    for (let at = 0; at < bytes.length; at += step) output.push(program.push(bytes.subarray(at, at + step)))
    return Buffer.concat(output).toString().replace(/^.*\n/, '').replaceAll(/\n+/g, '\n')
  }
  it.each([undefined, 1, 7])('holds for all statements of an entry, in pieces of %p', (pieceLength) => {
    const dump =
      '-- Name: kept\nCREATE TABLE kept (a int);\nALTER TABLE gone OWNER TO x;\nALTER TABLE old RENAME TO x;\n' +
      "-- Name: gone\nCREATE TABLE gone (\n  a int\n);\nSET default_tablespace = '';\nCOPY gone (a) FROM stdin;\n1\n-- Name: kept\n\\.\n" +
      'INSERT INTO gone VALUES (1);\n' +
      '-- Name: changed\nGRANT old;\nGRANT\n gone;\nCOPY kept (a) FROM stdin;\nold\n\\.\n'
    expect(judged(dump, pieceLength)).toBe(
      '-- Name: kept\nCREATE TABLE kept (a int);\nALTER TABLE new RENAME TO x;\n' +
        "-- Name: gone\nSET default_tablespace = '';\n" +
        `-- Name: changed\nGRANT new;\nCOPY kept (a) FROM stdin;\nold\n\\.\n${end.trimEnd()}\n`,
    )
  })
})
