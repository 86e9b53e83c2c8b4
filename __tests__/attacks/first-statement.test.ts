import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startCluster } from '../support/postgres/cluster.ts'
import type { Cluster } from '../support/postgres/cluster.ts'
import { runAction } from '../support/runner.ts'
import type { ActionRun } from '../support/runner.ts'
import { makeScratchDirectory } from '../support/machine/scratch.ts'

/*
 * No session of ours, and none of pg_dump, pg_dumpall and pg_restore, runs anything in a search path that a database or
 * a role has set.
 */

let cluster: Cluster

beforeAll(async () => {
  // The name of the session, the number of the line in it, and that of the application.
  cluster = await startCluster({ settings: { log_statement: 'all', log_line_prefix: '@%c %l %a@ ' } })
  await cluster.psql(
    'postgres',
    "create role keeper login createdb password 'k'; create database shop owner keeper",
  )
  await cluster.psql(
    'shop',
    'set role keeper; create table public.wares as select 1 as id; create sequence public.s',
  )
})
afterAll(() => cluster.stop('immediate'))

const safe =
  /^(SET (SESSION |LOCAL )?\w+ = [^;()]+;|begin isolation level repeatable read read only;( set transaction snapshot '[\w-]+';)? SET LOCAL |SELECT pg_catalog\.set_config\('search_path', '', false\))/
const fixesPath =
  /^(begin isolation level repeatable read read only; )?(set transaction snapshot '[\w-]+'; )?(SET (SESSION|LOCAL) [^()]*\bsearch_path = pg_catalog, pg_temp;|SELECT pg_catalog\.set_config\('search_path')/

/** For each session of ours what it ran, in order, up to what fixes its path. */
async function listBeginnings(): Promise<{ sessions: number; unsafe: string[] }> {
  const entries = (await cluster.log()).split(/^@/m).slice(1)
  const statements = new Map<string, string[]>()
  for (const entry of entries) {
    const [, session, application, text] = /^(\S+) \d+ ([^@]*)@ LOG: {2}statement: ([^]*)/.exec(entry) ?? []
    if (session === undefined || text === undefined || application?.startsWith('postgres-backup') !== true)
      continue
    statements.set(session, [...(statements.get(session) ?? []), text.trim()])
  }
  const unsafe = [...statements.values()].flatMap((texts) => {
    const end = texts.findIndex((text) => fixesPath.test(text))
    return end < 0 ? texts.slice(0, 3) : texts.slice(0, end + 1).filter((text) => !safe.test(text))
  })
  return { sessions: statements.size, unsafe }
}

async function run(bundle: 'backup' | 'restore', inputs: Record<string, string>): Promise<ActionRun> {
  const ended = await runAction({ bundle, inputs })
  expect(ended.annotations.filter(({ level }) => level === 'error')).toEqual([])
  return ended
}

async function backUp(inputs: Record<string, string>): Promise<string> {
  const output = join(await makeScratchDirectory('first'), 'files')
  await run('backup', { url: cluster.url('shop'), upload: 'false', 'output-dir': output, ...inputs })
  return output
}

it('is one that calls no function, in every session of a backup and a restore', async () => {
  const url = cluster.url('shop')
  const plain = await backUp({ databases: 'shop', globals: 'true', verify: 'none' })
  await run('restore', { url, path: plain, clean: 'true', globals: 'true' })
  // It is restored beside the source, so that this log has the sessions of the proof too.
  const proof = { verify: 'restore', 'verify-url': cluster.url() }
  const directory = await backUp({ format: 'directory', jobs: '2', ...proof })
  await run('restore', { url, path: directory, clean: 'true', jobs: '2' })
  await backUp({ all: 'true', verify: 'none' })
  const { sessions, unsafe } = await listBeginnings()
  expect(unsafe).toEqual([])
  expect(sessions).toBeGreaterThan(30)
})

describe('A role with limits and a syntax of its own', () => {
  // Far less than CREATE DATABASE takes, and far more than a SET.
  beforeAll(async () => {
    await cluster.psql('postgres', 'create database den owner keeper')
    await cluster.psql('den', 'set role keeper; create table public.wares as select 1 as id')
    await cluster.psql(
      'postgres',
      `alter role keeper set statement_timeout = '50ms'; alter role keeper set idle_in_transaction_session_timeout = '20ms';
       alter role keeper set lock_timeout = '20ms'; alter role keeper set search_path = nowhere;
       alter role keeper set quote_all_identifiers = on; alter role keeper set standard_conforming_strings = off;
       alter role keeper set client_min_messages = debug5;`,
    )
  })

  it('backs up and restores', async () => {
    const url = cluster.url('den', { user: 'keeper', password: 'k' })
    const path = await backUp({ url, verify: 'restore', 'verify-url': cluster.url() })
    await run('restore', { url, path, clean: 'true' })
    expect(await cluster.psql('den', 'select id from public.wares')).toBe('1')
  })
})
