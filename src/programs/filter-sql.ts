/** Program: passes a plain dump from stdin to stdout. Its arguments are the paths of its order and of its report. */
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { runFilter } from './run-filter.ts'
import type { ClusterDatabase, EntryJudge } from '../postgres/sql/filter/filter-rules.ts'
import { createSqlFilter } from '../postgres/sql/filter/sql-filter.ts'
import { parseFilterOrder, type FilterOrder } from '../restoring/filter-program.ts'
import { isWhole, listOccupied } from '../restoring/left-out/describe-left-out.ts'
import { createEntryJudge, createRoleJudge } from '../restoring/left-out/entry-judge.ts'
import { createLackingJudge } from '../restoring/left-out/lacking-judge.ts'
import { Judge } from '../restoring/left-out/judge.ts'
import { toTargetFacts } from '../restoring/left-out/read-target-facts.ts'

process.exitCode = await runFilter('filter-sql', (input) => {
  const [orderPath = '', reportPath = ''] = process.argv.slice(2)
  const order = parseFilterOrder(readFileSync(orderPath, 'utf8'))
  const { rules, target, onlyLooks = false, isStrict = false } = order
  const judge = new Judge(target && toTargetFacts(target), isStrict)
  const entryJudge = chooseJudge(order, judge)
  const filter = createSqlFilter(rules, () => randomBytes(24).toString('hex'), entryJudge)
  const transform = new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, controller) => {
      const bytes = filter.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))
      if (!onlyLooks && bytes.length > 0) controller.enqueue(bytes)
    },
    flush: (controller) => {
      const bytes = filter.end()
      const report = { ...judge.report(), databases: filter.listDatabases().map(decodeName) }
      writeFileSync(reportPath, JSON.stringify(report), { mode: 0o600, flag: 'wx' })
      if (!onlyLooks && (listOccupied(report).length > 0 || (isStrict && !isWhole(report))))
        throw new Error('not all of the dump is for the target')
      if (!onlyLooks) controller.enqueue(bytes)
    },
  })
  return Promise.resolve(input.pipeThrough(transform))
})

function decodeName({ name, isEmpty }: ClusterDatabase): ClusterDatabase {
  return { name: Buffer.from(name, 'latin1').toString('utf8'), isEmpty }
}

function chooseJudge({ rules, rolesAsUser, lacking }: FilterOrder, judge: Judge): EntryJudge {
  if (lacking !== undefined) return createLackingJudge(lacking)
  if (rolesAsUser !== undefined) return createRoleJudge(rules.omit.existingRoles, rolesAsUser.service)
  return createEntryJudge(judge, rules.part !== undefined)
}
