import { describe, expect, it } from '@jest/globals'
import { parseOptions } from '../../src/backup/options.ts'

function refusal(text: string, all = false): string {
  try {
    return `accepted ${JSON.stringify(parseOptions(text, all))}`
  } catch (error) {
    return (error as Error).message
  }
}

describe('parseOptions', () => {
  it.each<[string | undefined, string[]]>([
    [undefined, []],
    ['\n \r\n', []],
    ['--no-owner\r\n  --schema=a b  \n', ['--no-owner', '--schema=a b']],
    ['-x', ['-x']],
    ['-xO', ['-xO']],
    // What follows an option that takes a value is the value, whatever letters it holds.
    ['-tfFile', ['-tfFile']],
    ['-nZ', ['-nZ']],
    ['-xTFdhpUW', ['-xTFdhpUW']],
    ['-t', ['-t']],
    ['--exclude-table-data=audit.*', ['--exclude-table-data=audit.*']],
    ['--table=$(id);`id` & "x"', ['--table=$(id);`id` & "x"']],
    [`--table="Order"\n--table="it's"\n--table='`, [`--table="Order"`, `--table="it's"`, `--table='`]],
    ['--section=pre-data', ['--section=pre-data']],
    ['--clean', ['--clean']],
    ['--if-exists', ['--if-exists']],
    ['--role=backup', ['--role=backup']],
    ['--schema-only', ['--schema-only']],
    ['--encoding=UTF8', ['--encoding=UTF8']],
    ['--inserts', ['--inserts']],
  ])('takes %j', (text, expected) => {
    expect(parseOptions(text, false)).toEqual(expected)
  })

  it.each([
    ["--exclude-table-data='s.*'", '--exclude-table-data=s.*'],
    ["--exclude-table-data 's.*'", '--exclude-table-data=s.*'],
    ["--encoding='UTF8'", '--encoding=UTF8'],
    ["--role='it''s'", '--role=its'],
    ["'--schema=app'", '--schema=app'],
    ["-n'app'", '-napp'],
    ["-n 'app'", '-napp'],
    ["-n\n'app'", 'app'],
    ["--schema=''", '--schema='],
  ])('refuses the quotes of a shell: %j', (text, bare) => {
    const expected = `"options" cannot be used: no shell takes the single quotes away, and so they would count. Write ${bare}. [PGB_INPUT]`
    expect([refusal(text), refusal(text, true)]).toEqual([
      expect.stringContaining(expected),
      expect.stringContaining(expected),
    ])
  })

  it('takes --role for the whole cluster, which is no beginning of --roles-only', () => {
    expect(parseOptions('--role=backup', true)).toEqual(['--role=backup'])
    expect(() => parseOptions('--roles', true)).toThrow(/--roles-only belongs to the action/)
  })

  it.each<[string, string, RegExp]>([
    ['--file=x', 'file', /"output-dir"/],
    ['--file', 'file', /"output-dir"/],
    ['--fil=x', 'file', /"output-dir"/],
    ['--fi', 'file', /"output-dir"/],
    ['-f', 'file', /"output-dir"/],
    ['-fx', 'file', /"output-dir"/],
    ['-xfx', 'file', /"output-dir"/],
    ['-Fc', 'format', /"format"/],
    ['-xFc', 'format', /"format"/],
    ['--form=custom', 'format', /"format"/],
    ['-Z9', 'compress', /"compression"/],
    ['--compress=9', 'compress', /"compression"/],
    ['--comp=9', 'compress', /"compression"/],
    ['-j4', 'jobs', /"jobs"/],
    ['--jobs=4', 'jobs', /"jobs"/],
    ['--j=4', 'jobs', /"jobs"/],
    ['-dpostgres://x', 'dbname', /"url"/],
    ['--dbname=x', 'dbname', /"url"/],
    ['--db=x', 'dbname', /"url"/],
    ['-hx', 'host', /"url"/],
    ['--host=x', 'host', /"url"/],
    ['-p1', 'port', /"url"/],
    ['-Ux', 'username', /"url", "user"/],
    ['-W', 'password', /"password"/],
    ['-w', 'no-password', /"password"/],
    ['--lock-wait-timeout=1', 'lock-wait-timeout', /"lock-wait-timeout"/],
    ['--snapshot=1', 'snapshot', /"verify"/],
    ['-C', 'create', /restore/],
    ['-xC', 'create', /restore/],
    ['--create', 'create', /restore/],
    ['--enable-row-security', 'enable-row-security', /BYPASSRLS/],
    ['--enable-row', 'enable-row-security', /BYPASSRLS/],
    ['-V', 'version', /dump nothing/],
    ['-?', 'help', /dump nothing/],
    ['--help', 'help', /dump nothing/],
  ])('refuses %j as --%s and says what to use', (option, owned, use) => {
    const message = refusal(`--no-owner\n${option}`)
    expect(message).toContain(`--${owned} belongs to the action`)
    expect(message).toMatch(use)
    expect(message).toMatch(/\[PGB_INPUT\]$/)
  })

  it.each([
    ['-t orders', 'Write -torders'],
    ['-T  audit', 'Write -Taudit'],
    ['-x -O', 'Write -x-O'],
  ])('refuses a blank between an option and its value: %j', (option, advice) => {
    expect(refusal(option)).toContain(advice)
  })

  it.each(['--', '--\nshop'])('refuses %j, behind which a database could be named', (text) => {
    expect(refusal(text)).toContain('"--" ends the options')
  })

  it.each<[string, string]>([
    ['-g', 'globals-only'],
    ['--globals-only', 'globals-only'],
    ['--glob', 'globals-only'],
    ['-r', 'roles-only'],
    ['-t', 'tablespaces-only'],
    ['-lx', 'database'],
    ['--database=x', 'database'],
    ['-f', 'file'],
  ])('refuses %j for pg_dumpall, which would leave out databases', (option, owned) => {
    expect(refusal(option, true)).toContain(`--${owned} belongs to the action`)
  })

  it.each(['--no-role-passwords', '-x', '--exclude-database=scratch'])(
    'takes %j for pg_dumpall',
    (option) => {
      expect(parseOptions(option, true)).toEqual([option])
    },
  )
})
