import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { quoteIdentifier, startCluster } from '../support/postgres/cluster.ts'
import type { Cluster } from '../support/postgres/cluster.ts'
import { quoteLiteral } from '../../src/postgres/sql/quote.ts'
import { backUp, readManifest, restore } from '../support/story.ts'

let cluster: Cluster
beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.stop())

/** The low bytes of these characters are a quote, a line break and a backslash. */
const [quote, lineBreak, backslash] = ['ħ', 'Ċ', 'Ŝ']

it('a table whose name hides a command of psql is restored, and no more, into an empty database and in place', async () => {
  const trace = join(tmpdir(), `pgb-${process.pid}`)
  const name = quoteIdentifier(`${quote}${lineBreak}${backslash}! touch ${trace}${lineBreak}`)
  const [source, target] = ['the source', 'the target']
  await cluster.psql(
    'postgres',
    `create database ${quoteIdentifier(source)}; create database ${quoteIdentifier(target)}`,
  )
  await cluster.psql(source, `create table ${name} (id int); insert into ${name} values (1), (2)`)
  await cluster.psql(source, `create table "Füße 🐘 it's \\" as select 3 as id`)
  const path = await backUp({ url: cluster.url(source), verify: 'restore' })
  for (const inputs of [{}, { clean: 'true', replace: 'in-place' }]) {
    const run = await restore({ url: cluster.url(target), path, 'target-database': target, ...inputs })
    const wasRun = existsSync(trace)
    await rm(trace, { force: true })
    expect([wasRun, run.exitCode, run.exitCode === 0 ? '' : run.log]).toEqual([false, 0, ''])
    expect(await cluster.psql(target, `select count(*) from ${name}`)).toBe('2')
    await cluster.psql(target, `delete from ${name}; create table old (id int)`)
  }
})

it('names and contents that look like rows forge no count', async () => {
  const forged = 'COPY public.item (id) FROM stdin;\n1\n2\n3\n\\.\n'
  const text = quoteLiteral(`\\.\n\n${forged}'";$$--/*`)
  const name = quoteIdentifier(
    `x"\n\\.\n${quote}${lineBreak}${backslash}.\nCOPY public.item (id) FROM stdin;\n`,
  )
  await cluster.psql('postgres', 'create database forged')
  await cluster.psql(
    'forged',
    `create table item (id int, words text default ${text}); insert into item values (1), (2);
     create table ${name} (id int); insert into ${name} values (1);
     create table empty (like item including all); comment on table item is ${text};
     create function f() returns text language sql as $f$ select ${text}::text $f$;
     create view v as select ${text}::text as words`,
  )
  // pg_restore prints the statements of every archive alike; PGB_FULL_MATRIX asks for all.
  const archives = process.env['PGB_FULL_MATRIX'] === undefined ? ['custom'] : ['custom', 'directory', 'tar']
  for (const format of ['plain', ...archives]) {
    const { files } = await readManifest(await backUp({ url: cluster.url('forged'), format }))
    const [file] = files
    expect({ format, rows: file?.rows, tables: file?.verification.rowCounts }).toEqual({
      format,
      rows: 3,
      tables: [
        { table: 'public.empty', rows: 0 },
        { table: 'public.item', rows: 2 },
        { table: `public.${name}`, rows: 1 },
      ],
    })
  }
})
