import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Manifest } from '../../src/archive/manifest.ts'
import type { Major } from '../support/server-binaries.ts'
import { runAction } from '../support/runner.ts'
import type { ActionRun } from '../support/runner.ts'
import { makeScratchDirectory } from '../support/scratch.ts'
import { readManifest, restore } from '../support/story.ts'
import { breakDatabase, readerName, startLookAlike } from './look-alike.ts'
import type { LookAlike } from './look-alike.ts'
import type { Service } from './services.ts'
import { services } from './services.ts'
import { compareSnapshots, takeSnapshot } from './snapshot.ts'
import type { Snapshot } from './snapshot.ts'

/** How a service is tried. */
export interface Trial {
  readonly major?: Major
  /** PATH by which the client of another version is found. */
  readonly environment?: Record<string, string>
  /** The directory of that client. */
  readonly client?: string
  /** Formats of the backups that are put back in place; `plain`, the default of the action, comes first. */
  readonly formats?: readonly string[]
}

/** Declares the tests of one service: every way of backup and restore, with default inputs, as its user. */
export function describeService(service: Service, trial: Trial = {}): void {
  const { major = 15, environment = {}, formats = ['plain'], client } = trial
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

    it('is backed up', async () => {
      expect(listDatabases(await readManifest(await backUpOnce()))).toEqual([service.database])
    })
    it("is backed up by `databases: '*'`, without what is the service's or closed", async () => {
      const run = await backUp({ databases: '*' })
      expectSuccess(run)
      expect(listDatabases(await readManifest(directoryOf(run))).sort()).toEqual(service.everything)
    })
    it('has its roles backed up, and put back in a fresh instance', async () => {
      const run = await backUp({ globals: 'true' })
      expectSuccess(run)
      if (!service.hasReader) return
      const fresh = await start(service, false)
      expectSuccess(
        await restore({ url: fresh.url(), path: directoryOf(run), globals: 'true' }, { environment }),
      )
      const lost = compareSnapshots(
        forFresh(service, before),
        forFresh(service, await snapshot(fresh, nameInFresh, ['--create'])),
      )
      expect(lost).toEqual([])
    })
    it('is backed up whole by `all`, without what is closed', async () => {
      const run = await backUp({ all: 'true' })
      expectSuccess(run)
      const connected = [
        ...(await readFirstFile(directoryOf(run))).matchAll(
          /^\\connect (?:-reuse-previous=on "dbname='([^']*)'"|(.*))$/gm,
        ),
      ]
      const names = connected
        .map(([, quoted, plain]) => quoted ?? plain)
        .filter((name) => name !== 'template1')
      expect(names.sort()).toEqual(service.everything)
    })
    it('has its backup verified by a restore', async () => {
      expectSuccess(await backUp({ verify: 'restore' }))
    })
    it('is restored into a fresh instance', async () => {
      const fresh = await start(service, false)
      const run = await restore({ url: fresh.url(), path: await backUpOnce() }, { environment })
      expectSuccess(run)
      expect(
        compareSnapshots(
          forFresh(service, withoutReader(before)),
          forFresh(service, await snapshot(fresh, nameInFresh, ['--create'])),
        ),
      ).toEqual([])
    })
    it('is left for plain PostgreSQL', async () => {
      const plain = await start(services.plain, false)
      const target = service.database === 'postgres' ? { 'target-database': 'app', database: 'postgres' } : {}
      const run = await restore(
        { url: plain.url('postgres'), path: await backUpOnce(), ...target },
        { environment },
      )
      expectSuccess(run)
      const args = ['--no-owner', ...['public', 'shop', 'Audit*'].flatMap((schema) => ['-n', schema])]
      const after = await snapshot(plain, target['target-database'] ?? service.database, args)
      expect(
        compareSnapshots(forAway(await snapshot(source, service.database, args)), forAway(after)),
      ).toEqual([])
    })
    it(`is left for ${next.name}`, async () => {
      const fresh = await start(next, false)
      const run = await restore(
        {
          url: fresh.url(),
          path: await backUpOnce(),
          ...(service.database === 'postgres' || next.fresh ? { 'target-database': fresh.database } : {}),
        },
        { environment },
      )
      expectSuccess(run)
    })
    it('is restored into a fresh instance from a backup of `all`', async () => {
      const run = await backUp({ all: 'true' })
      expectSuccess(run)
      const fresh = await start(service, false)
      expectSuccess(await restore({ url: fresh.url(), path: directoryOf(run) }, { environment }))
      const lost = compareSnapshots(
        forFresh(service, before),
        forFresh(service, await snapshot(fresh, nameInFresh, ['--create'])),
      )
      expect(lost).toEqual([])
    })
    it.each(formats)('is put back in place after a broken migration (%s)', async (format) => {
      const path = format === 'plain' ? await backUpOnce() : directoryOf(await backUp({ format }))
      await breakDatabase(source)
      await source.openSessions('user', 1)
      const run = await restore({ url: source.url(), path, clean: 'true' }, { environment })
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

async function readFirstFile(directory: string): Promise<string> {
  const [file] = (await readManifest(directory)).files
  return String(await promisify(gunzip)(await readFile(join(directory, file?.name ?? ''))))
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
