import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { readManifest, restoreByHand, runBackup } from '../support/backup-run.ts'
import { quoteIdentifier, startCluster } from '../support/postgres/cluster.ts'
import type { Cluster } from '../support/postgres/cluster.ts'
import { runAction } from '../support/runner.ts'
import type { ActionRun, Annotation } from '../support/runner.ts'
import { makeScratchDirectory } from '../support/machine/scratch.ts'

/** Names that an enemy may give: the runner trims U+0085, which is no blank to JavaScript. */
const names = [
  '\u0085::stop-commands::x',
  '\u0085::add-mask::server',
  '\r\u2028\u3000::error title=forged::y',
  '#\u00ad#[add-mask]z',
  'a`b|<b>c</b>@octocat\u202e[d](https://e.f)',
  "it's\n\u0085::notice::w",
]
const unseen = /(?! )[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/u

let source: Cluster
let target: Cluster
beforeAll(async () => {
  ;[source, target] = await Promise.all([startCluster(), startCluster()])
  for (const name of names) await source.psql('postgres', `CREATE DATABASE ${quoteIdentifier(name)}`)
})
afterAll(async () => {
  await Promise.all([source.stop('immediate'), target.stop('immediate')])
})

/** Every character of the texts for people can be seen, apart from their line breaks. */
function expectVisible(text: string): void {
  expect(text.split('\n').filter((line) => unseen.test(line))).toEqual([])
}

/** All commands that the runner would obey are the action's own. */
function expectNoOrders({ obeyed, annotations, masks }: ActionRun): void {
  const own = ['debug', 'group', 'endgroup', 'add-mask', 'error', 'warning']
  expect(obeyed.filter((name) => !own.includes(name))).toEqual([])
  expect(annotations.map(({ title }) => title)).not.toContain('forged')
  expect(masks.filter((mask) => /^(server|z|missing)$/.test(mask))).toEqual([])
}

function readErrors({ annotations }: ActionRun): Annotation[] {
  return annotations.filter(({ level }) => level === 'error')
}

it('no name of a database rules the runner, hides itself, or is read as Markdown', async () => {
  const output = await makeScratchDirectory('names')
  const missing = '\u0085::add-mask::missing'
  for (const dryRun of ['true', 'false']) {
    const run = await runBackup({
      url: source.url(),
      databases: JSON.stringify([...names, missing]),
      'dry-run': dryRun,
      'output-dir': `${output}/${dryRun}`,
    })
    expect(run.outputs['status']).toBe(dryRun === 'true' ? 'planned' : 'partial')
    expectNoOrders(run)
    expect(readErrors(run).map(({ title }) => title)).toEqual(['PGB_NO_DATABASE'])
    expect(readErrors(run)[0]?.message).toContain('"\\u0085::add-mask::missing"')
    expect(run.shown).toContain('\\u0085')
    expectVisible(run.log)
    expectVisible(run.summary)
    expectVisible(Object.values(run.outputs).join('\n'))
    expect(run.summary).toContain('| ``a`b\\|<b>c</b>@octocat\\u202e[d](https://e.f)`` |')
    expect((JSON.parse(run.outputs['databases'] ?? '') as string[]).sort()).toEqual([...names].sort())
    if (dryRun === 'true') continue
    await restoreByHand(run, target)
    const listing = await target.psql(
      'postgres',
      "SELECT json_agg(datname) FROM pg_database WHERE datname !~ '^(postgres|template.)$'",
    )
    expect((JSON.parse(listing) as string[]).sort()).toEqual([...names].sort())
    expect((await readManifest(run)).plan.databases).toHaveLength(names.length)
  }
  const restored = await runAction({
    bundle: 'restore',
    inputs: { url: target.url(), path: `${output}/false`, clean: 'true' },
  })
  expect(readErrors(restored)).toEqual([])
  expect(JSON.parse(restored.outputs['databases'] ?? '')).toHaveLength(names.length)
  expectNoOrders(restored)
  expectVisible(restored.log)
  expectVisible(restored.summary)
})
