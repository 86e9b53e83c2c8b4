import { describe, expect, it } from '@jest/globals'
import type { ManifestFile } from '../../src/archive/manifest.ts'
import { hostingServices } from '../../src/postgres/hosting/services.ts'
import { makePlan, mayRestoreWhole } from '../../src/restore/plan.ts'
import type { PlanSetting, RestoreWay } from '../../src/restore/plan.ts'
import { expectRefusal, makeChecked, makeExisting, makeTarget } from './samples.ts'
import { makeFile } from '../support/manifests.ts'

const setting: PlanSetting = { create: true, clean: false, replace: 'auto', jobs: 4, digits: '0badcafe' }
const supabase = hostingServices.find(({ id }) => id === 'supabase')
const inside = { method: 'gzip', level: 1, inside: true } as const
const custom = makeFile({ format: 'custom', compression: inside })

function plan(
  file: ManifestFile | ManifestFile[] = makeFile(),
  target: Parameters<typeof makeTarget>[0] = {},
  change: Partial<PlanSetting> = {},
): ReturnType<typeof makePlan> {
  return makePlan(makeChecked([file].flat()), makeTarget(target), { ...setting, ...change })
}

describe('the way', () => {
  type Case = [string, RestoreWay, Parameters<typeof plan>]
  const full = makeExisting({ objects: 3, examples: ['a', 'b', 'c'] })
  const empty = makeExisting()
  it.each<Case>([
    ['a missing target is created', 'create', []],
    [
      'a full one is replaced with clean',
      'replace',
      [makeFile(), { existing: { shop: full } }, { clean: true }],
    ],
    [
      'it is replaced in place where that is wished',
      'in-place',
      [makeFile(), { existing: { shop: full } }, { clean: true, replace: 'in-place' }],
    ],
    ...[
      { existing: { shop: full }, mayCreateDatabases: false },
      { existing: { shop: { ...full, isOwner: false } } },
      { existing: { shop: { ...full, others: 1, otherExamples: ['x'] } } },
      { existing: { shop: { ...full, lastingSessions: 1 } } },
      { existing: { shop: { ...full, keeps: 'permission denied' } } },
      { existing: { shop: full }, service: supabase },
    ].map((target): Case => {
      const name = `in place where a new one cannot take its name: ${JSON.stringify(target).slice(0, 60)}`
      return [name, 'in-place', [makeFile(), target, { clean: true }]]
    }),
    ['an empty one is filled', 'fill', [makeFile(), { existing: { shop: empty } }]],
    ['an empty one is filled by one worker', 'fill', [custom, { existing: { shop: empty } }, { jobs: 1 }]],
    ['an empty one gives way to several workers', 'replace', [custom, { existing: { shop: empty } }]],
    [
      'an empty one is filled where none can be created',
      'fill',
      [custom, { existing: { shop: empty }, mayCreateDatabases: false }],
    ],
    [
      'an empty one is filled in which the role has prepared something',
      'fill',
      [custom, { existing: { shop: makeExisting({ isPrepared: true }) } }],
    ],
    [
      'an empty one in use is filled',
      'fill',
      [custom, { existing: { shop: makeExisting({ sessions: 1 }) } }],
    ],
    [
      'so it does for an encrypted archive, which may be unpacked',
      'replace',
      [makeFile({ ...custom, encryption: 'age-recipients' }), { existing: { shop: empty } }],
    ],
    [
      'and for one that is compressed from outside',
      'replace',
      [makeFile({ format: 'custom' }), { existing: { shop: empty } }],
    ],
    ['but not for one of tar', 'fill', [makeFile({ format: 'tar' }), { existing: { shop: empty } }]],
    [
      'a directory is work for several, also when it is encrypted',
      'replace',
      [makeFile({ format: 'directory', encryption: 'age-recipients' }), { existing: { shop: empty } }],
    ],
  ])('%s', (_, way, args) => {
    expect(plan(...args).databases.map((database) => database.way)).toEqual([way])
  })
  it('names what stands beside the target', () => {
    const { databases } = plan(makeFile(), { existing: { shop: full } }, { clean: true })
    expect(databases[0]).toMatchObject({
      workName: 'shop_restoring_0badcafe',
      retiredName: 'shop_replaced_0badcafe',
      endsSessions: true,
    })
  })
  it('never ends sessions without clean', () => {
    expect(plan(custom, { existing: { shop: empty } }).databases[0]).toMatchObject({ endsSessions: false })
  })
})

describe('refused is', () => {
  const full = makeExisting({ objects: 3, examples: ['a', 'b', 'c'] })
  it.each<[string, string, RegExp, Parameters<typeof plan>]>([
    [
      'a full target',
      'PGB_TARGET_NOT_EMPTY',
      /3 objects, such as a, b, c/,
      [makeFile(), { existing: { shop: full } }],
    ],
    ['a missing target without create', 'PGB_NO_DATABASE', /create/, [makeFile(), {}, { create: false }]],
    [
      'a role without CREATEDB',
      'PGB_PERMISSION',
      /ALTER ROLE "app" CREATEDB/,
      [makeFile(), { mayCreateDatabases: false }],
    ],
    [
      'a target of somebody else, which a new one is to replace',
      'PGB_PERMISSION',
      /does not own it/,
      [makeFile(), { existing: { shop: { ...full, isOwner: false } } }, { clean: true, replace: 'database' }],
    ],
    [
      'settings that cannot be handed over, where a new one is wished',
      'PGB_PERMISSION',
      /settings and privileges of the old one \(permission denied\).*"replace" to auto/,
      [
        makeFile(),
        { existing: { shop: { ...full, keeps: 'permission denied' } } },
        { clean: true, replace: 'database' },
      ],
    ],
    [
      'a template',
      'PGB_PERMISSION',
      /template/,
      [makeFile(), { existing: { shop: { ...full, isTemplate: true } } }, { clean: true }],
    ],
    ['an older server', 'PGB_RESTORE', /older than the backup/, [makeFile(), { version: 14 }]],
    [
      'a psql that does not know \\restrict',
      'PGB_CLIENT',
      /15\.14 or newer/,
      [makeFile(), { client: '15.13' }],
    ],
  ])('%s', (_, code, words, args) => {
    expectRefusal(() => plan(...args), code, words)
  })
})

describe('a file of the whole cluster', () => {
  const full = makeExisting({ objects: 3, examples: ['a', 'b', 'c'] })
  const choice = { database: undefined, targetDatabase: undefined, globals: false }
  const cluster = makeFile({ kind: 'cluster', database: null })
  it.each<[string, boolean, Parameters<typeof makeTarget>[0], string?]>([
    ['as it stands into an empty server', true, { isSuperuser: true }],
    ['by its parts by one who is no superuser', false, { isSuperuser: false }],
    ['by its parts beside another database', false, { isSuperuser: true, existing: { blog: full } }],
    ['by its parts where postgres is in use', false, { isSuperuser: true, existing: { postgres: full } }],
    [
      'by its parts where something stands prepared in postgres',
      false,
      { isSuperuser: true, existing: { postgres: makeExisting({ isPrepared: true }) } },
    ],
    ['by its parts where one of them is wanted', false, { isSuperuser: true }, 'shop'],
  ])('is restored %s', (_, expected, target, ...[database]) => {
    const backup = makeChecked([cluster])
    expect(mayRestoreWhole(backup, { ...choice, database }, makeTarget(target))).toBe(expected)
  })
  it('is none where there is no such file', () => {
    expect(mayRestoreWhole(makeChecked([makeFile()]), choice, makeTarget({ isSuperuser: true }))).toBe(false)
  })
})

describe('the rest', () => {
  it('lets an archive pass an old psql', () => {
    expect(plan(custom, { client: '15.13' }).databases).toHaveLength(1)
  })
  it('takes a database other than the target to create it from', () => {
    expect(
      plan(makeFile({ database: 'postgres' }), { existing: { postgres: makeExisting() } }).maintenance,
    ).toBe('template1')
    expect(plan(makeFile(), { existing: { shop: makeExisting() }, connected: 'shop' }).maintenance).toBe(
      'postgres',
    )
    expect(plan(makeFile(), { existing: { own: makeExisting() }, connected: 'own' }).maintenance).toBe('own')
  })
  it('shares the jobs between databases and tables', () => {
    const two = [makeFile(), makeFile({ database: 'blog' })]
    expect(plan(two, {}, { jobs: 5 })).toMatchObject({ concurrency: 2, tableJobs: 2 })
    expect(plan(two, {}, { jobs: 1 })).toMatchObject({ concurrency: 1, tableJobs: 1 })
  })
})
