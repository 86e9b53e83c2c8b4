import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Manifest } from '../../src/archive/manifest.ts'
import type { Major } from '../support/postgres/server-binaries.ts'
import { runAction } from '../support/runner.ts'
import type { ActionRun } from '../support/runner.ts'
import { makeScratchDirectory } from '../support/machine/scratch.ts'
import { readManifest, restore } from '../support/story.ts'
import { breakDatabase, readerName, startLookAlike } from './look-alike.ts'
import type { LookAlike } from './look-alike.ts'
import type { Service } from './services.ts'
import { services } from './services.ts'
import { compareSnapshots, takeSnapshot } from './snapshot.ts'
import type { Snapshot } from './snapshot.ts'

/** Ways to put a backup back, beside that in place of a broken database. */
const allWays = ['roles', 'verification', 'fresh', 'plain', 'other', 'all'] as const
export type Way = (typeof allWays)[number]

/** How a service is tried. */
export interface Trial {
  readonly major?: Major
  /** PATH by which the client of another version is found. */
  readonly environment?: Record<string, string>
  /** The directory of that client. */
  readonly client?: string
  /** Formats of the backups that are put back in place; default: that of the action. */
  readonly formats?: readonly string[]
  /** Default: every way. */
  readonly ways?: readonly Way[]
}

/**
 * Declares the tests of one service, with default inputs, as its user. Each is backed up and put back in place; every
 * other way is told by `trial`, and PGB_FULL_MATRIX asks for all of them.
 */
export function describeService(service: Service, trial: Trial = {}): void {
  const { major = 15, environment = {}, formats = ['plain'], client, ways = allWays } = trial
  describe(`${service.name}, PostgreSQL ${major}`, () => {
    let source: LookAlike
    let before: Snapshot
    let directory: Promise<string> | undefined
    const next = findNext(service)
    const nameInFresh = service.fresh?.database ?? service.database
    const others: LookAlike[] = []
    const start = async (which: Service, hasApplication: boolean): Promise<LookAlike> => {
      const lookAlike = await startLookAlike(which, { major, hasApplication })
      others.push(lookAlike)
      return lookAlike
    }
    const snapshot = (of: LookAlike, database: string, args: readonly string[] = []): Promise<Snapshot> =>
      takeSnapshot(of, database, { args, ...(client === undefined ? {} : { client }) })
    const backUp = (inputs: Record<string, string>): Promise<ActionRun> =>
      backUpTo(source, inputs, environment)

    beforeAll(async () => {
      source = await start(service, true)
      before = await snapshot(source, service.database, ['--create'])
    })
    afterAll(async () => {
      await Promise.all(others.map((lookAlike) => lookAlike.stop()))
    })

    /** One backup with the defaults of the action serves several tests. */
    const backUpOnce = (): Promise<string> => (directory ??= backUp({}).then(directoryOf))
    const restoreTo = (url: string, path: string, inputs: Record<string, string> = {}): Promise<ActionRun> =>
      restore({ url, path, ...inputs }, { environment })
    const expectAsBefore = async (fresh: LookAlike, expected: Snapshot): Promise<void> => {
      const after = await snapshot(fresh, nameInFresh, ['--create'])
      expect(compareSnapshots(forFresh(service, expected), forFresh(service, after))).toEqual([])
    }

    it('is backed up', async () => {
      expect(listDatabases(await readManifest(await backUpOnce()))).toEqual([service.database])
    })
    it("is backed up by `databases: '*'`, without what is the service's or closed", async () => {
      const run = await backUp({ databases: '*' })
      expectSuccess(run)
      expect(listDatabases(await readManifest(directoryOf(run))).sort()).toEqual(service.everything)
    })
    const tests: Record<Way, { name: string; run: () => Promise<void> }> = {
      roles: {
        name: 'has its roles backed up, and put back in a fresh instance',
        run: async () => {
          const run = await backUp({ globals: 'true' })
          expectSuccess(run)
          if (!service.hasReader) return
          const fresh = await start(service, false)
          expectSuccess(await restoreTo(fresh.url(), directoryOf(run), { globals: 'true' }))
          await expectAsBefore(fresh, before)
        },
      },
      verification: {
        name: 'has its backup verified by a restore',
        run: async () => {
          expectSuccess(await backUp({ verify: 'restore' }))
        },
      },
      fresh: {
        name: 'is restored into a fresh instance',
        run: async () => {
          const fresh = await start(service, false)
          expectSuccess(await restoreTo(fresh.url(), await backUpOnce()))
          await expectAsBefore(fresh, withoutReader(before))
        },
      },
      plain: {
        name: 'is left for plain PostgreSQL',
        run: async () => {
          const plain = await start(services.plain, false)
          const target =
            service.database === 'postgres' ? { 'target-database': 'app', database: 'postgres' } : {}
          expectSuccess(await restoreTo(plain.url('postgres'), await backUpOnce(), target))
          const args = ['--no-owner', ...['public', 'shop', 'Audit*'].flatMap((schema) => ['-n', schema])]
          const after = await snapshot(plain, target['target-database'] ?? service.database, args)
          const expected = await snapshot(source, service.database, args)
          expect(compareSnapshots(forAway(expected), forAway(after))).toEqual([])
        },
      },
      other: {
        name: `is left for ${next.name}`,
        run: async () => {
          const fresh = await start(next, false)
          const hasOtherName = service.database === 'postgres' || next.fresh !== undefined
          const target = hasOtherName ? { 'target-database': fresh.database } : undefined
          expectSuccess(await restoreTo(fresh.url(), await backUpOnce(), target))
        },
      },
      all: {
        name: 'is backed up whole by `all`, without what is closed, and restored into a fresh instance',
        run: async () => {
          const run = await backUp({ all: 'true' })
          expectSuccess(run)
          expect(await listConnected(directoryOf(run))).toEqual(service.everything)
          const fresh = await start(service, false)
          expectSuccess(await restoreTo(fresh.url(), directoryOf(run)))
          await expectAsBefore(fresh, before)
        },
      },
    }
    it.each(ways.map((way) => tests[way]))('$name', ({ run }) => run())
    it.each(formats)('is put back in place after a broken migration (%s)', async (format) => {
      const path = format === 'plain' ? await backUpOnce() : directoryOf(await backUp({ format }))
      await breakDatabase(source)
      await source.openSessions('user', 1)
      const run = await restoreTo(source.url(), path, { clean: 'true' })
      expectSuccess(run)
      expect(run.summary.includes('replaced in place')).toBe(service.replacedBy === 'in place')
      expect(compareSnapshots(before, await snapshot(source, service.database, ['--create']))).toEqual([])
    })
  })
}

/** The service to which the tests of this one move: each moves to another. */
function findNext(service: Service): Service {
  const all: Service[] = Object.values(services).filter(({ name }) => name !== services.plain.name)
  return all[(all.indexOf(service) + 1) % all.length] ?? service
}

function listDatabases({ files }: Manifest): string[] {
  return files.flatMap(({ database }) => database ?? [])
}

async function backUpTo(
  source: LookAlike,
  inputs: Record<string, string>,
  environment: Record<string, string>,
): Promise<ActionRun> {
  const directory = join(await makeScratchDirectory('backup'), 'files')
  const given = { url: source.url(), 'output-dir': directory, upload: 'false', ...inputs }
  return runAction({ bundle: 'backup', inputs: given, environment })
}

/** The directory of a backup that succeeded. */
function directoryOf(run: ActionRun): string {
  expectSuccess(run)
  return join(run.outputs['manifest'] ?? '', '..')
}

/** The databases in the file of a whole server. */
async function listConnected(directory: string): Promise<string[]> {
  const [file] = (await readManifest(directory)).files
  const sql = String(await promisify(gunzip)(await readFile(join(directory, file?.name ?? ''))))
  const connected = sql.matchAll(/^\\connect (?:-reuse-previous=on "dbname='([^']*)'"|(.*))$/gm)
  const names = [...connected].map(([, quoted, plain]) => quoted ?? plain ?? '')
  return names.filter((name) => name !== 'template1').sort()
}

function expectSuccess(run: ActionRun): void {
  const errors = run.annotations.filter(({ level }) => level === 'error').map(({ message }) => message)
  expect([errors, run.exitCode, run.orphans]).toEqual([[], 0, []])
}

/** The application's second role is not there, and so neither is what names it. */
function withoutReader(lines: Snapshot): Snapshot {
  return lines.filter((line) => !line.includes(readerName.replaceAll('"', '""')))
}

/** A fresh instance has its own names where the user cannot choose them; a restore does not say whose a database is. */
function forFresh({ user, database, fresh }: Service, lines: Snapshot): Snapshot {
  return lines
    .filter((line) => !/^(--|ALTER DATABASE \S+ OWNER|CREATE DATABASE)/.test(line))
    .map((line) =>
      fresh === undefined ? line : line.replaceAll(fresh.user, user).replaceAll(fresh.database, database),
    )
}

/** Elsewhere neither the service's roles are there nor its extensions. */
function forAway(lines: Snapshot): Snapshot {
  const names =
    /\b(anon|authenticated|service_role|postgres|supabase_\w+|cloudsqlsuperuser|neon_superuser|pg_stat_statements\w*|pg_graphql|supabase_vault)\b/
  const lost = withoutReader(lines).filter((line) => !/^(--|extension )/.test(line))
  // Default privileges become those of the role that restores.
  const own = lost.map((line) => line.replace(/^(ALTER DEFAULT PRIVILEGES FOR ROLE) \S+/, '$1 owner'))
  return own.filter((line) => !names.test(line))
}
