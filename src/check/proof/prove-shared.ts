import type { ManifestFile, RowCount } from '../../archive/manifest.ts'
import type { Problem } from '../../catalogue/problems.ts'
import { readProperties, type PropertiesByName } from '../../restoring/properties/read-properties.ts'
import type { ExaminedBackup } from '../../stores/store.ts'
import { attempt } from './attempt.ts'
import { decodeCopy } from './decode-copy.ts'
import { withFetchedFile, type FetchedFile } from './fetch-file.ts'
import type { RolesState } from './judge-restored.ts'
import type { ProofSetting } from './proof-setting.ts'
import { restoreGlobals } from './restore-cluster.ts'
import type { StoredBackup } from './stored-files.ts'

/** What all databases of a backup share. */
export interface Shared {
  readonly problems: readonly Problem[]
  readonly properties: PropertiesByName
  readonly roles: RolesState
  /** Rows of the tables of files whose manifest does not tell them, by the files' names. */
  readonly rows: ReadonlyMap<string, readonly RowCount[]>
  readonly seconds: number
}

/** PURE. The files of a backup that a restore of each of its databases may need. */
export function listShared({ manifest }: ExaminedBackup): ManifestFile[] {
  return manifest.files.filter(({ kind }) => kind !== 'database' && kind !== 'cluster')
}

/** Proves what is no database: read to their end, and in a drill restored where they can be. */
export async function proveShared(stored: StoredBackup, setting: ProofSetting): Promise<Shared> {
  const { inputs, client, run } = setting
  const startedAt = performance.now()
  const problems: Problem[] = []
  let properties: PropertiesByName = new Map()
  let roles: RolesState = 'absent'
  const rows = new Map<string, readonly RowCount[]>()
  for (const file of listShared(stored.backup)) {
    if (file.kind === 'globals') roles = 'unrestored'
    const problem = await attempt(run, () =>
      withFetchedFile(file, stored, { ...inputs, run }, async (fetched) => {
        if (file.kind === 'globals') {
          roles = await proveGlobals(fetched, stored, setting)
          return
        }
        const { contents } = await decodeCopy(fetched, stored, { client, run })
        for (const { name, rowCounts } of contents?.files ?? [])
          if (rowCounts !== null) rows.set(name, rowCounts)
        if (file.kind === 'properties') properties = await readProperties(fetched.file, fetched.readers, run)
      }),
    )
    if (problem !== undefined) problems.push(problem)
  }
  return { problems, properties, roles, rows, seconds: (performance.now() - startedAt) / 1000 }
}

async function proveGlobals(
  fetched: FetchedFile,
  stored: StoredBackup,
  { client, drill, run }: ProofSetting,
): Promise<RolesState> {
  if (drill?.scratch.isContained === true) return restoreGlobals(fetched, drill)
  await decodeCopy(fetched, stored, { client, run })
  return 'unrestored'
}
