import type { EntryJudge } from '../../postgres/sql/filter/filter-rules.ts'
import { parseHeading } from './dump-entry.ts'
import { listSubjects } from './rules.ts'
import { qualify } from './target-facts.ts'

/** What a dump's headings name, of which nothing is restored, nor what is about it. */
export type LackingEntries = readonly { readonly schema: string; readonly name: string }[]

/** PURE. A judge that leaves out what is lacking, and nothing else. */
export function createLackingJudge(lacking: LackingEntries): EntryJudge {
  const names = new Set(lacking.map(({ schema, name }) => qualify(schema, name)))
  return {
    judgeComment: (line) => {
      const entry = parseHeading(Buffer.from(line, 'latin1').toString('utf8'))
      if (entry === undefined) return undefined
      const { type = '', name, schema = '' } = entry
      return !listSubjects(type, name).some((subject) => names.has(qualify(schema, subject)))
    },
    mayChange: () => false,
    judgeStatement: (statement) => statement,
  }
}
