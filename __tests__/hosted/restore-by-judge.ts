import type { RowCount } from '../../src/archive/manifest.ts'
import { readServerMarks, serverMarksQuery } from '../../src/postgres/hosting/server-marks.ts'
import { recogniseService } from '../../src/postgres/hosting/services.ts'
import { endsStatement, startReading } from '../../src/postgres/sql/filter/sql-reader.ts'
import { makeBeginScript } from '../../src/restoring/in-place/begin-script.ts'
import { makeEndScript } from '../../src/restoring/in-place/end-script.ts'
import { parseHeading } from '../../src/restoring/left-out/dump-entry.ts'
import { Judge } from '../../src/restoring/left-out/judge.ts'
import {
  makeTargetFactsQuery,
  readTargetAnswer,
  toTargetFacts,
} from '../../src/restoring/left-out/read-target-facts.ts'
import type { LookAlike } from './look-alike.ts'

/** What {@link replaceInPlace} is to do otherwise. */
export interface Changes {
  readonly rowCounts?: readonly RowCount[]
  readonly lockTimeout?: string
}

/** Replaces the database's contents by a plain dump, as its user, by the modules that do it; throws psql's words. */
export async function replaceInPlace(target: LookAlike, dump: string, changes: Changes = {}): Promise<Judge> {
  const marks = readServerMarks(JSON.parse(await target.run(serverMarksQuery)), 'marks')
  const service = recogniseService(marks)
  const query = `set search_path = ''; ${makeTargetFactsQuery(service, true)}`
  const answer = readTargetAnswer(JSON.parse(await target.run(query)), 'facts')
  const judge = new Judge(toTargetFacts({ answer, service }))
  const { rowCounts = [], lockTimeout = '10s' } = changes
  const serviceSchemas = service?.schemas ?? []
  await target.run(
    [
      makeBeginScript({ serviceSchemas, lockTimeout }),
      filterDump(dump, judge),
      makeEndScript(serviceSchemas, rowCounts),
    ].join('\n'),
  )
  return judge
}

/** The statements that the judge lets pass; in the action a filter does it on the way to psql. */
function filterDump(dump: string, judge: Judge): string {
  const state = startReading()
  const output: string[] = []
  let [statement, isRestored, copies] = ['', true, 'no' as 'no' | 'kept' | 'dropped']
  for (const line of dump.split('\n').map((text) => `${text}\n`)) {
    if (copies !== 'no') {
      if (copies === 'kept') output.push(line)
      if (line === '\\.\n') copies = 'no'
      continue
    }
    if (statement === '' && /^(?:--|\\|\s*$)/.test(line)) {
      const entry = parseHeading(line.trimEnd())
      if (entry !== undefined) isRestored = judge.judgeEntry(entry)
      continue
    }
    statement += line
    if (!endsStatement(state, line, { oneTransaction: false, isStrict: false })) continue
    const isSetting = /^(?:SET |SELECT pg_catalog\.set_config)/.test(statement)
    const isOmitted = /^(?:BEGIN|COMMIT);|^ALTER [^]* OWNER TO /.test(statement)
    const kept = isSetting || (isRestored && !isOmitted) ? judge.judgeStatement(statement) : undefined
    if (/^COPY [^]*FROM stdin;\s*$/.test(statement)) copies = kept === undefined ? 'dropped' : 'kept'
    output.push(kept ?? '')
    statement = ''
  }
  return output.join('')
}
