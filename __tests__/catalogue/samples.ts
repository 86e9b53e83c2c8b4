import type { Manifest, ManifestSeries } from '../../src/archive/manifest.ts'
import type { Series } from '../../src/catalogue/copies.ts'
import type { ExaminedBackup } from '../../src/stores/store.ts'
import { makeFile, makeManifest, type FileChange } from '../support/manifests.ts'

export const production: ManifestSeries = {
  repository: 'octo/shop',
  workflow: '.github/workflows/nightly.yml',
  job: 'backup',
  server: 'a'.repeat(32),
}

export const series: Series = { ...production, options: [] }

/** A backup of a store, as a test tells of it. */
export interface Told {
  /** RFC 3339, or the day of 2026 that it was taken on, at three in the morning. */
  at: string
  databases?: readonly string[]
  /** Databases whose dump failed. */
  failed?: readonly string[]
  /** Databases whose file is cut short in the store. */
  short?: readonly string[]
  from?: Partial<ManifestSeries> | null
  options?: readonly string[]
  alarm?: readonly string[]
  /** When the store got it; by default a minute after it ended. */
  storedAt?: string
  /** What the manifest says of each file. */
  file?: FileChange
  change?: Partial<Manifest>
  name?: string
}

export function makeBackup(told: Told): ExaminedBackup {
  const { databases = ['shop'], failed = [], short = [], from = {}, options = [], alarm = [], change } = told
  const at = told.at.length === 5 ? `2026-${told.at}T03:00:00.000Z` : told.at
  const startedAt = new Date(at)
  const finishedAt = new Date(startedAt.getTime() + 60_000)
  const files = databases.map((database, index) =>
    makeFile({ database, name: `file${index}_${at.replace(/\W/g, '')}.sql.gz`, ...told.file }),
  )
  const manifest = makeManifest({
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt.toISOString(),
    status: failed.length === 0 ? 'complete' : databases.length === 0 ? 'failed' : 'partial',
    plan: { ...makeManifest().plan, databases: [...databases, ...failed], options },
    files,
    failures: failed.map((database) => ({ database, code: 'PGB_DUMP', reason: '' })),
    series: from === null ? null : { ...production, ...from },
    alarm,
    ...change,
  })
  const name = told.name ?? `backup-${at}`
  return {
    name,
    address: `s3://bucket/${name}`,
    storedAt: told.storedAt === undefined ? new Date(finishedAt.getTime() + 60_000) : new Date(told.storedAt),
    manifest,
    files: new Map([
      ...manifest.files.map(
        ({ name: file, size, database }) => [file, short.includes(database ?? '') ? size - 1 : size] as const,
      ),
      ['manifest.json', 1] as const,
    ]),
  }
}
