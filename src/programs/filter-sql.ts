/** Program: passes a plain dump from stdin to stdout by rules; its one argument is the path of their JSON. */
import { readFileSync } from 'node:fs'
import { runFilter } from './run-filter.ts'
import { createSqlFilter, type SqlFilterRules } from '../postgres/sql/sql-filter.ts'

process.exitCode = await runFilter('filter-sql', (input) => {
  const filter = createSqlFilter(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as SqlFilterRules)
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
