import { describe, expect, it } from '@jest/globals'
import { readLeftOutOfRoles, rewriteRoleStatement } from '../../../src/postgres/sql/role-statements.ts'

const rewrite = (statement: string): string | undefined =>
  rewriteRoleStatement(statement, (role) => role === 'there' || role === 'of the "service"')

describe('of a dump of roles, one who is no superuser', () => {
  it.each([
    'CREATE ROLE there;\n',
    'CREATE ROLE "of the ""service""";\n',
    `ALTER ROLE there WITH NOSUPERUSER LOGIN PASSWORD 'x';\n`,
    `ALTER ROLE there SET work_mem TO '64MB';\n`,
    `COMMENT ON ROLE there IS 'x';\n`,
    'GRANT new TO there GRANTED BY postgres;\n',
  ])('leaves what is there alone: %j', (statement) => {
    expect(rewrite(statement)).toBeUndefined()
  })

  it.each([
    ['CREATE ROLE new;\n', 'CREATE ROLE new;\n'],
    [
      `ALTER ROLE "n w" WITH NOSUPERUSER INHERIT NOCREATEROLE NOCREATEDB LOGIN NOREPLICATION NOBYPASSRLS PASSWORD 'NOSUPERUSER''x' VALID UNTIL 'infinity';\n`,
      `ALTER ROLE "n w" WITH INHERIT NOCREATEROLE NOCREATEDB LOGIN PASSWORD 'NOSUPERUSER''x' VALID UNTIL 'infinity';\n`,
    ],
    ['SET standard_conforming_strings = on;\n', 'SET standard_conforming_strings = on;\n'],
  ])('makes what he may: %j', (statement, expected) => {
    expect(rewrite(statement)).toBe(expected)
  })

  it.each([
    ['ALTER ROLE new WITH SUPERUSER LOGIN;\n', 'SUPERUSER of new', 'ALTER ROLE new WITH LOGIN;'],
    [`ALTER ROLE new SET x.y TO 'z';\n`, 'a setting or comment of new', `ALTER ROLE new SET x.y TO ''z'';`],
    [
      'GRANT "a b" TO new WITH ADMIN OPTION GRANTED BY "post gres";\n',
      '"a b" for new',
      'GRANT "a b" TO new WITH ADMIN OPTION;',
    ],
    [`CREATE TABLESPACE fast OWNER x LOCATION '/x';\n`, 'CREATE TABLESPACE fast', ''],
    ['GRANT SET ON PARAMETER work_mem TO new;\n', 'GRANT SET ON', ''],
  ])('is told what he may not: %j', (statement, what, run) => {
    const rewritten = rewrite(statement) ?? ''
    expect(rewritten).toContain(`postgres-backup: left out: ${what}`)
    expect(rewritten).toContain(run)
  })

  it('is told it by psql, line by line', () => {
    const printed =
      'psql:<stdin>:5: WARNING:  postgres-backup: left out: "a" for b\nother\nWARNING:  postgres-backup: left out: c'
    expect(readLeftOutOfRoles(printed)).toEqual(['"a" for b', 'c'])
  })
})
