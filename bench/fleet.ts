/**
 * Measures fleets: `npm run bench:fleet -- [--databases=10000] [--real=400] [--parts=16] [--output=bench/results]`.
 *
 * First the planner, on databases that never were: nothing is dumped, sizes are log-normal, as they are found in the world,
 * with a few giants, and what it says of the time of a part is the planner's own estimate. Then, unless `--real=0`, as many
 * small databases on a real server, planned, backed up in parts by `dist/`, gathered and restored.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { measurePlanner } from './fleet-planner.ts'
import { measureFleet } from './fleet-run.ts'
import { describeMachine } from './report.ts'

const { values } = parseArgs({
  options: {
    databases: { type: 'string', default: '10000' },
    real: { type: 'string', default: '400' },
    parts: { type: 'string', default: '16' },
    output: { type: 'string', default: 'bench/results' },
  },
})
const sections = [`${describeMachine()}.`, measurePlanner(Number(values.databases))]
if (Number(values.real) > 0) sections.push(await measureFleet(Number(values.real), Number(values.parts)))
const text = sections.join('\n\n')
console.log(text)
await mkdir(values.output, { recursive: true })
await writeFile(join(values.output, 'fleet.md'), `${text}\n`)
