import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { quoteIdentifier, startCluster } from '../support/cluster.ts'
import type { Cluster } from '../support/cluster.ts'
import { backUp, restore } from '../support/story.ts'

let cluster: Cluster
beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.stop())

/** The low bytes of these characters are a quote, a line break and a backslash. */
const [quote, lineBreak, backslash] = ['ħ', 'Ċ', 'Ŝ']

it.each(['fill', 'in-place'])(
  'a table whose name hides a command of psql is restored, and no more (%s)',
  async (way) => {
    const trace = join(tmpdir(), `pgb-${process.pid}-${way}`)
    const name = quoteIdentifier(`${quote}${lineBreak}${backslash}! touch ${trace}${lineBreak}`)
    const [source, target] = [`source ${way}`, `target ${way}`]
    await cluster.psql('postgres', `create database ${quoteIdentifier(source)}`)
    await cluster.psql('postgres', `create database ${quoteIdentifier(target)}`)
    await cluster.psql(source, `create table ${name} (id int); insert into ${name} values (1), (2)`)
    await cluster.psql(source, `create table "Füße 🐘 it's \\" as select 3 as id`)
    const path = await backUp({ url: cluster.url(source), verify: 'restore' })
    if (way === 'in-place') await cluster.psql(target, 'create table old (id int)')
    const run = await restore({
      url: cluster.url(target),
      path,
      'target-database': target,
      ...(way === 'in-place' ? { clean: 'true', replace: 'in-place' } : {}),
    })
    const wasRun = existsSync(trace)
    await rm(trace, { force: true })
    expect([wasRun, run.exitCode, run.exitCode === 0 ? '' : run.log]).toEqual([false, 0, ''])
    expect(await cluster.psql(target, `select count(*) from ${name}`)).toBe('2')
  },
)
