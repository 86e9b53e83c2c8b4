import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { startCluster } from '../support/postgres/cluster.ts'
import type { Cluster } from '../support/postgres/cluster.ts'
import { dumpEnd, forgeBackup } from '../support/forged-backup.ts'
import type { ActionRun } from '../support/runner.ts'
import { makeScratchDirectory } from '../support/machine/scratch.ts'
import { findClient } from '../support/postgres/server-binaries.ts'
import { writeScript } from '../support/machine/stand-ins.ts'
import { restore } from '../support/story.ts'

let target: Cluster
/** What the attacks try to write on the runner; a short path, as a database's name must hold it. */
const canary = `/tmp/pgb-canary-${process.pid}`

beforeAll(async () => {
  target = await startCluster()
})
afterAll(() => target.stop())
afterEach(async () => {
  await rm(canary, { force: true })
  for (const name of (await listDatabases()).filter((name) => name !== ''))
    await target.psql('postgres', `drop database "${name}"`)
})

async function listDatabases(): Promise<string[]> {
  const query = `select datname from pg_database where datname !~ '^(postgres|template.)$' order by 1`
  return (await target.psql('postgres', query)).split('\n')
}

/** The runner is untouched, the server as before, and the reason is told in one annotation. */
async function expectFoiled(run: ActionRun, words: RegExp, code: unknown = 'PGB_RESTORE'): Promise<void> {
  expect(existsSync(canary)).toBe(false)
  expect(run.annotations.filter(({ level }) => level === 'error')).toEqual([
    expect.objectContaining({ title: code, message: expect.stringMatching(words) }),
  ])
  expect([run.exitCode, run.outputs['status'], run.leftOver]).toEqual([1, 'failed', []])
  expect(await listDatabases()).toEqual([''])
}

const touch = `touch ${canary}`

describe('a plain dump cannot run a program on the runner', () => {
  // The many other ways that the filter knows stand beside it.
  it.each([
    ['a command', `\\! ${touch}\n`],
    ['an end of our own restriction', `\\unrestrict key\n\\! ${touch}\n`],
  ])('by %s', async (_, sql) => {
    const path = await forgeBackup([{ content: sql + dumpEnd }])
    await expectFoiled(await restore({ url: target.url(), path }), /the dump holds .*(forged)/)
  })
  /** Up to 15.18 and its like psql runs what stands in backquotes behind this, also under a restriction. */
  const leak = `\\unrestrict \`${touch}\``
  const otherStrings = 'set standard_conforming_strings to off;\n'
  const sjis = `do $$ begin perform set_config('client_encoding', 'SJIS', false); end $$;\n`
  it.each([
    ['another reading of strings', `${otherStrings}select '\\'' \\! ${touch}\n--';`],
    ['the same, and a leak', `${otherStrings}select '\\'' ${leak}\n--';`],
    ['an encoding whose characters hold quotes', `${sjis}select '\x81' ' ${leak}\n'`],
    [
      'data that psql takes for SQL, whose characters take a backslash from a leak',
      `${otherStrings}${sjis}select '\\'' (\n--';\nCOPY x FROM stdin;\n\x81\\${leak}\n\\.\n`,
    ],
    ['a variable that holds a command', 'select 1 :DBNAME', `x\\! ${touch} #`],
  ])('by %s, which psql alone can tell', async (_, sql, database = 'shop') => {
    const path = await forgeBackup([{ content: `${sql}\n;${dumpEnd}`, database }])
    const run = await restore({ url: target.url(), path })
    const code: unknown = expect.stringMatching(/PGB_(?:RESTORE|CLIENT)/)
    await expectFoiled(run, /commands are restricted|wrong key|unrestrict|backslash in its name/, code)
  })
  it.each([
    ['behind a connect', `\\connect postgres\n\\! ${touch}\n`, 'PGB_RESTORE'],
    ['within a connect', `\\connect postgres \`${touch}\`\n`, 'PGB_RESTORE'],
    [
      'within a name that hides a quote',
      `do $$ begin perform set_config('client_encoding', 'SJIS', false); end $$;\n` +
        `\\connect -reuse-previous=on "dbname='a\x81"" \`${touch}\`'"\n`,
      'PGB_NO_DATABASE',
    ],
  ])('of a whole cluster: %s', async (_, sql, code) => {
    const content = `${sql}${dumpEnd.replace('database', 'database cluster')}`
    const path = await forgeBackup([{ content, kind: 'cluster', database: null }])
    await expectFoiled(await restore({ url: target.url(), path }), /forged|no database/, code)
  })
})

describe('a psql that knows no restriction', () => {
  /** The machine's psql, which does not use what it knows, as it tells an older version. */
  async function makeOldClient(): Promise<Record<string, string>> {
    const directory = join(await makeScratchDirectory('old-client'), 'bin')
    for (const name of ['pg_dump', 'pg_dumpall', 'pg_restore', 'psql']) {
      const version = `[ "$1" = --version ] && exec echo "${name} (PostgreSQL) 16.9"`
      await writeScript(directory, name, `${version}\nexec ${join(findClient(), name)} "$@"`)
    }
    return { PATH: [directory, process.env['PATH']].join(delimiter) }
  }
  const old = { client: { version: '16.9' } }
  it.each([
    ['a command', `\\! ${touch}\n`, 'PGB_RESTORE'],
    ['another reading of strings', `select '\\'' \\! ${touch}\n--';`, 'PGB_CLIENT'],
    ['a variable that holds a command', 'select 1 :DBNAME\n;', 'PGB_CLIENT'],
    [
      'an encoding whose characters hold quotes',
      `SET client_encoding = 'UTF8';\ndo $$ begin perform set_config('client_encoding', 'SJIS', false); end $$;\n` +
        `select '\x81' ' \\! ${touch}\n';`,
      'PGB_RESTORE',
    ],
  ])('is protected from %s', async (_, sql, code) => {
    const path = await forgeBackup([{ content: `${sql}${dumpEnd}`, database: `x\\! ${touch} #` }], old)
    const inputs = { url: target.url(), path, 'postgres-version': '16' }
    const run = await restore(inputs, { environment: await makeOldClient() })
    await expectFoiled(run, /the dump holds|does not fit the encoding/, code)
  })
  it('restores what pg_dump writes', async () => {
    const content =
      `SET client_encoding = 'UTF8';\ncreate table public.t (a text);\nCOPY public.t (a) FROM stdin;\n\\\\! é\n\\.\n` +
      `COMMENT ON TABLE public.t IS 'é \\! x';\n${dumpEnd}`
    const path = await forgeBackup([{ content: Buffer.from(content), database: 'old' }], old)
    const inputs = { url: target.url(), path, 'postgres-version': '16' }
    const run = await restore(inputs, { environment: await makeOldClient() })
    expect([run.exitCode, run.exitCode === 0 ? '' : run.log]).toEqual([0, ''])
    expect(await target.psql('old', `select a, obj_description('t'::regclass) from t`)).toBe('\\! é|é \\! x')
  })
})

describe('a dump that ends its transaction leaves nothing in an empty database', () => {
  const hidden = `set standard_conforming_strings to off;\nselect '\\'' ; COMMIT; --';`
  it.each([
    ['a second statement', 'select 1; COMMIT;'],
    ['one message', 'select 1\\; COMMIT\\; select 2;'],
    ['a string that the server alone takes for its end', hidden],
  ])('by %s', async (_, sql) => {
    await target.psql('postgres', 'create database shop')
    const content = `create table public.a ();\n${sql}\ncreate table public.b ();\nselect broken;${dumpEnd}`
    const run = await restore({ url: target.url(), path: await forgeBackup([{ content }]) })
    expect(await target.psql('shop', 'select relname from pg_class where oid >= 16384')).toBe('')
    expect(run.annotations).toContainEqual(
      expect.objectContaining({ title: 'PGB_RESTORE', message: expect.stringMatching(/transaction|forged/) }),
    )
    expect(run.exitCode).toBe(1)
  })
})
