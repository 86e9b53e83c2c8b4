import type { ServerFacts } from '../../src/postgres/server.ts'
import { expect } from '@jest/globals'
import type { Manifest, ManifestFile } from '../../src/archive/manifest.ts'
import type { CheckedFile } from '../../src/restoring/checked-file.ts'
import type { CheckedBackup } from '../../src/restore/check.ts'
import type { ExistingDatabase, RestoreTarget } from '../../src/restore/target/target.ts'
import { makeManifest } from '../support/manifests.ts'

export function makeChecked(files: readonly ManifestFile[], change: Partial<Manifest> = {}): CheckedBackup {
  const add = (file: ManifestFile): CheckedFile => ({ ...file, path: `/backup/${file.name}` })
  const ofKind = (kind: ManifestFile['kind']): CheckedFile | undefined => {
    const found = files.find((file) => file.kind === kind)
    return found && add(found)
  }
  const databases = files.flatMap((file) =>
    file.database === null ? [] : [{ file: add(file), database: file.database, target: file.database }],
  )
  const manifest = makeManifest({ files: [...files], ...change })
  return {
    manifest,
    globals: ofKind('globals'),
    cluster: ofKind('cluster'),
    properties: undefined,
    databases,
  }
}

export function makeExisting(change: Partial<ExistingDatabase> = {}): ExistingDatabase {
  return {
    ...{ isOwner: true, isTemplate: false, sessions: 0, lastingSessions: 0 },
    ...{ objects: 0, examples: [], isPrepared: false, others: 0, otherExamples: [], keeps: undefined },
    ...change,
  }
}

export function makeTarget(
  change: Omit<Partial<RestoreTarget>, 'existing'> & {
    existing?: Record<string, ExistingDatabase>
    version?: number
    client?: string
    connected?: string
    service?: ServerFacts['service']
    isSuperuser?: boolean
  } = {},
): RestoreTarget {
  const {
    existing = {},
    version = 15,
    client = `${version}.30`,
    connected = 'postgres',
    service,
    isSuperuser = false,
    ...others
  } = change
  const names = [...new Set(['postgres', 'template1', ...Object.keys(existing)])]
  const databases = names.map((name) => {
    return { name, isTemplate: name === 'template1', allowsConnections: true, mayConnect: true, size: 1 }
  })
  const major = Number(client.split('.')[0])
  const programs = { pgDump: 'pg_dump', pgDumpAll: 'pg_dumpall', pgRestore: 'pg_restore', psql: 'psql' }
  return {
    server: {
      connection: { parameters: {}, environment: {}, database: connected, secrets: [] },
      client: { ...programs, major, version: client },
      facts: {
        ...{
          isStandby: false,
          mayEscapeInStrings: false,
          role: 'app',
          isSuperuser,
          mayReadPasswords: false,
          service,
        },
        systemIdentifier: undefined,
        freeConnections: 90,
        roundTrip: 0,
        versionNumber: version * 10_000,
        version: `${version}.1`,
        database: connected,
        databases,
      },
      signal: new AbortController().signal,
    },
    role: 'app',
    named: undefined,
    mayCreateDatabases: true,
    roles: [],
    tablespaces: [],
    ...others,
    listed: [],
    mayCreateRoles: true,
    existing: new Map(Object.entries(existing)),
  }
}

/** Expects the work to be refused with the code and with words that match. */
export function expectRefusal(work: () => unknown, code: string, words: RegExp): void {
  let thrown: unknown
  try {
    work()
  } catch (error) {
    thrown = error
  }
  expect(thrown).toMatchObject({ code, message: expect.stringMatching(words) })
}
