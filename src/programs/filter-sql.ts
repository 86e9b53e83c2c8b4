/** Program: passes a plain dump from stdin to stdout by rules; its one argument is the path of their JSON. */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { runFilter } from './run-filter.ts'
import { parseFilterRules } from '../postgres/sql/filter-program.ts'
import { createSqlFilter } from '../postgres/sql/sql-filter.ts'

process.exitCode = await runFilter('filter-sql', (input) => {
  const rules = parseFilterRules(readFileSync(process.argv[2] ?? '', 'utf8'))
  const filter = createSqlFilter(rules, () => randomBytes(24).toString('hex'))
  const transform = new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, controller) => {
      enqueue(controller, filter.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)))
    },
    flush: (controller) => {
      enqueue(controller, filter.end())
    },
  })
  return Promise.resolve(input.pipeThrough(transform))
})

function enqueue(controller: TransformStreamDefaultController<Uint8Array>, bytes: Buffer): void {
  if (bytes.length > 0) controller.enqueue(bytes)
}
