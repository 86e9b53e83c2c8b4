import { describe, expect, it } from '@jest/globals'
import { explainFailure } from '../../../src/postgres/failure/explain-failure.ts'
import { isSaidByServer, unclearRefusal, withoutStates } from '../../../src/postgres/failure/foreign.ts'

const at = 'connection to server at "127.0.0.1", port 5432 failed: '
const query = 'pg_dump: error: query failed: '
const explain = (stderr: string, database = 'shop') =>
  explainFailure(stderr, { parameters: { user: 'reader' }, database, action: 'It failed' })

describe('explainFailure, of a server that speaks another language', () => {
  it.each([
    [
      'French',
      `psql: error: ${at}FATAL:  authentification par mot de passe échouée pour l'utilisateur « reader »\n`,
      'PGB_AUTH',
    ],
    ['Japanese', `psql: error: ${at}FATAL:  ユーザー"reader"のパスワード認証に失敗しました\n`, 'PGB_AUTH'],
    [
      'an older client',
      'psql: FATAL:  la autentificación password falló para el usuario «reader»\n',
      'PGB_AUTH',
    ],
    ['Russian', `psql: error: ${at}ВАЖНО:  база данных "shop" не существует\n`, 'PGB_NO_DATABASE'],
    ['Chinese', `pg_dump: error: ${at}致命错误:  数据库 "shop" 不存在\n`, 'PGB_NO_DATABASE'],
    ['a pooler', `psql: error: ${at}FATAL:  no such database: shop\n`, 'PGB_NO_DATABASE'],
    [
      'a server without room',
      `psql: error: ${at}FATAL:  tut mir leid, schon zu viele Verbindungen\n`,
      'PGB_CONNECT',
    ],
    [
      'a missing privilege',
      'FEHLER:  42501: keine Berechtigung für Tabelle x\nLOCATION:  aclcheck_error, aclchk.c:3655\n',
      'PGB_PERMISSION',
    ],
    ['what follows a notice', 'HINWEIS:  00000: x\nFEHLER:  42501: keine Berechtigung\n', 'PGB_PERMISSION'],
    ['a lock', 'psql:a.sql:1: ОШИБКА:  55P03: выполнение оператора отменено\n', 'PGB_LOCK'],
    [
      'a lock of pg_dump',
      `${query}ERREUR:  annulation de la requête à cause du délai\npg_dump: detail: Query was: LOCK TABLE public.a, public."b c" IN ACCESS SHARE MODE\n`,
      'PGB_LOCK',
    ],
    [
      'a table',
      `${query}FEHLER:  keine Berechtigung für Tabelle b c\npg_dump: detail: Query was: LOCK TABLE public.a, public."b c" IN ACCESS SHARE MODE\n`,
      'PGB_PERMISSION',
    ],
    [
      'passwords of roles',
      'pg_dumpall: error: query failed: FEHLER:  keine Berechtigung für Tabelle pg_authid\npg_dumpall: detail: Query was: SELECT rolname FROM pg_authid\n',
      'PGB_PERMISSION',
    ],
  ])('understands %s', (_, stderr, code) => {
    expect(explain(stderr)?.code).toBe(code)
  })

  it.each([
    [
      'a table that is gone',
      `${query}FEHLER:  Relation »public.a« existiert nicht\npg_dump: detail: Query was: LOCK TABLE public.a IN ACCESS SHARE MODE\n`,
    ],
    [
      'one without a name any more',
      `${query}FEHLER:  konnte Relation mit OID 4711 nicht öffnen\npg_dump: detail: Query was: LOCK TABLE public.a IN ACCESS SHARE MODE\n`,
    ],
    [
      'a standby that is in the way',
      `${query}FEHLER:  storniere Anfrage wegen Konflikt mit der Wiederherstellung\nDETAIL:  Benutzeranfrage\npg_dump: detail: Query was: LOCK TABLE public.a IN ACCESS SHARE MODE\n`,
    ],
    ['any other SQLSTATE', 'FEHLER:  42P01: Relation »x« existiert nicht\n'],
    ['any other query', `${query}FEHLER:  Division durch Null\npg_dump: detail: Query was: SELECT 1/0\n`],
  ])('does not take %s for something that it knows', (_, stderr) => {
    expect(explain(stderr)).toBeUndefined()
  })

  it('leaves open whether the user or the database is meant where both have one name', () => {
    const stderr = `psql: error: ${at}FATAL:  Datenbank »reader« existiert nicht\n`
    expect(explain(stderr, 'reader')).toMatchObject({ code: 'PGB_AUTH', cause: unclearRefusal })
  })

  it('still explains English with a SQLSTATE as it does without', () => {
    const words = (prefix: string): string => `ERROR:  ${prefix}permission denied for table pg_authid\n`
    expect(explain(words('42501: '))?.message).toBe(explain(words(''))?.message)
  })
})

it('withoutStates shows what psql prints by default', () => {
  const verbose =
    'NOTICE:  00000: a: b\nLOCATION:  f, f.c:1\npsql:x.sql:3: ERROR:  42601: c\nLINE 1: d\nLOCATION:  g, g.c:2\n'
  expect(withoutStates(verbose)).toBe('NOTICE:  a: b\npsql:x.sql:3: ERROR:  c\nLINE 1: d\n')
})

it.each([
  [`psql: error: ${at}致命错误:  x\n`, true],
  ['FEHLER:  42501: x\n', true],
  [`psql: error: ${at}Connection refused\n\tIs the server running on that host?\n`, false],
  ['psql: error: could not translate host name "x" to address: Name or service not known\n', false],
  ['', false],
])('isSaidByServer(%j) is %p', (stderr, expected) => {
  expect(isSaidByServer(stderr)).toBe(expected)
})
