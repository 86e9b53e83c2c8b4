import { readdir } from 'node:fs/promises'
import { expect, it } from '@jest/globals'
import { describeManifest } from '../../src/backup/report/manifest.ts'
import { reportBackup } from '../../src/backup/report/report.ts'
import { makeScratchDirectory } from '../support/machine/scratch.ts'

type Result = Parameters<typeof reportBackup>[0]
type Run = Parameters<typeof describeManifest>[2]

const emptyPlan = {
  startedAt: new Date(),
  ...{ files: [], databases: [], clusterDatabases: [], missing: [] },
  concurrency: 1,
}

it('writes no manifest that a restore would not take', async () => {
  const outputDirectory = await makeScratchDirectory('report')
  const result = {
    plan: emptyPlan,
    inputs: { all: false, globals: false, format: 'plain', compression: { method: 'none' }, options: [] },
    // Taken for a version by no reader.
    server: { facts: { version: '15\n18' }, client: { version: '15.18' } },
    files: [],
    warnings: [],
    failures: [],
    output: { outputDirectory },
  } as unknown as Result
  const run = { redact: (text: string) => text, environment: {} } as unknown as Run
  const shrinkage = { alarm: [], failure: undefined, past: { backups: [], unseen: [] } }
  const manifest = describeManifest(result, 'failed', run)
  await expect(reportBackup(result, manifest, shrinkage)).rejects.toThrow(
    /no restore would take its manifest.*server\.version.*PGB_VERIFY/,
  )
  expect(await readdir(outputDirectory)).toEqual([])
})

it('lists the rows of ten thousand tables at most, and always their sum', () => {
  const describeTables = (count: number): unknown => {
    const rowCounts = Array.from({ length: count }, (_, index) => ({ table: `public.t${index}`, rows: 2 }))
    const planned = { name: 'shop.sql', kind: 'database', database: 'shop', format: 'plain' }
    const file = {
      planned: {
        ...planned,
        compression: { method: 'none', level: null, inside: false },
        encryption: 'none',
      },
      durationSeconds: 1,
      rows: 2 * count,
      verification: { method: 'decode', rowCounts },
    }
    const result = {
      plan: { ...emptyPlan, encryption: 'none' },
      inputs: { all: false, globals: false, format: 'plain', compression: { method: 'none' }, options: [] },
      server: { facts: { version: '15.18', versionNumber: 150018 }, client: { version: '15.18', major: 15 } },
      files: [file],
      warnings: [],
      failures: [],
    } as unknown as Result
    const run = { redact: (text: string) => text, environment: {} } as unknown as Run
    const [described] = describeManifest(result, 'complete', run).files
    return [described?.rows, described?.verification.rowCounts?.length]
  }
  expect(describeTables(10_000)).toEqual([20_000, 10_000])
  expect(describeTables(10_001)).toEqual([20_002, undefined])
})
