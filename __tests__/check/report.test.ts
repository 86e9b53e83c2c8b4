import { expect, it } from '@jest/globals'
import type { Problem } from '../../src/catalogue/problems.ts'
import type { ProvenVerdict } from '../../src/check/proof/proven.ts'
import { formatCheck } from '../../src/check/report.ts'
import type { WorkflowRemarks } from '../../src/check/workflows.ts'
import type { ExaminedBackup } from '../../src/stores/store.ts'
import { makeBackup, type Told } from '../catalogue/samples.ts'

const quiet: WorkflowRemarks = { warnings: [], remarks: [] }

function makeNight(day: number, told: Partial<Told> = {}): ExaminedBackup {
  return makeBackup({ at: `11-0${day}`, ...told })
}

/** A good verdict about each file of a backup. */
function judgeAll(backup: ExaminedBackup, change: Partial<ProvenVerdict> = {}): ProvenVerdict[] {
  return backup.manifest.files.map((file) => ({
    subject: `"${file.database ?? ''}"`,
    wanted: [],
    replaced: [],
    copy: { backup, file },
    ageSeconds: 3600,
    problems: [],
    verified: 'manifest',
    ...change,
  }))
}

function format(verdicts: ProvenVerdict[], backups: readonly ExaminedBackup[], workflows = quiet): string {
  return formatCheck(
    { verdicts, problems: [], restoreSeconds: undefined },
    { workflows, backups, passedOver: [] },
  )
}

it('shows the change against the last backup of the series, and a chart of all', () => {
  const past = [makeNight(1, { file: { size: 1000 } }), makeNight(2, { file: { size: 2000 } })]
  const now = makeNight(3, { file: { size: 1500 } })
  const other = makeNight(2, { from: { job: 'another' }, file: { size: 9999 } })
  const summary = format(judgeAll(now), [
    now,
    other,
    ...past,
    makeNight(4, { databases: [], failed: ['shop'] }),
  ])
  expect(summary).toContain('| 1.5 kB | 25.0 % less | manifest | rows unknown | good |')
  expect(summary).toContain('title "Size of the last 3 backups, in ')
  expect(summary).toContain('bar [1, 2, 1.5]')
  expect(summary).not.toContain('in all')
})

it('says of a fleet what it weighs, and which part was slowest, and draws few charts', () => {
  const parts = ['shop', 'blog', 'news', 'wiki'].map((database, index) => ({
    before: makeNight(1, { databases: [database], name: `before-${index}` }),
    now: makeNight(2, { databases: [database], file: { size: 1_000_000, durationSeconds: index * 30 } }),
  }))
  const backups = parts.flatMap(({ before, now }) => [before, now])
  const summary = format(
    parts.flatMap(({ now }) => judgeAll(now)),
    backups,
  )
  expect(summary).toContain('4.0 MB in all; the slowest was "wiki", in 1 min 30 s.')
  expect(summary.match(/```mermaid/g)).toHaveLength(3)
})

it('says once what was not looked at in several databases', () => {
  const now = makeNight(1, { databases: ['a', 'b', 'c', 'd', 'e', 'f'] })
  const summary = format(judgeAll(now, { verified: 'restore', unseen: ['Rows: nobody counted'] }), [now])
  expect(summary).toContain('\n- "a", "b", "c", "d", "e" and 1 more: Rows: nobody counted.\n')
})

it('tells of workflows', () => {
  const now = makeNight(1)
  const workflows = { warnings: ['The workflow is disabled.'], remarks: ['A run is queued.'] }
  expect(format(judgeAll(now), [now], workflows)).toContain(
    '\n\nThe workflow is disabled.\n\nA run is queued.\n',
  )
})

it('stays under 1 MiB with 2,000 databases that are bad in every way', () => {
  const names = Array.from({ length: 2000 }, (_, index) => `${'ü|`'.repeat(20)}${index}`)
  const problem: Problem = { code: 'PGB_VERIFY', what: 'x'.repeat(300), why: '|'.repeat(600), whatToDo: 'y' }
  const now = makeNight(2, { databases: names })
  const change = { verified: 'restore', unseen: ['z'.repeat(300)], problems: [problem, problem] } as const
  const verdicts = judgeAll(now, change).map((verdict, index) => ({
    ...verdict,
    unseen: [`${'z'.repeat(300)}${index}`],
  }))
  const summary = format(verdicts, [now, makeNight(1, { databases: names })])
  expect(Buffer.byteLength(summary)).toBeLessThan(1024 * 1024)
})
