import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { hideRoles, serializeManifest } from '../../src/archive/manifest.ts'
import type { Manifest, ManifestFile } from '../../src/archive/manifest.ts'
import { parseManifest } from '../../src/archive/manifest-parser.ts'
import {
  makeFile as makeSampleFile,
  makeManifest as makeSampleManifest,
  type FileChange,
} from '../support/manifests.ts'

function compileSchema(name: string): (value: unknown) => boolean {
  const file = new URL(`../../schema/${name}`, import.meta.url)
  const ajv = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false })
  return ajv.compile(JSON.parse(readFileSync(file, 'utf8')) as object)
}

const accepts = compileSchema('manifest.schema.json')
const acceptsFirst = compileSchema('manifest.schema-1.json')
const acceptsSecond = compileSchema('manifest.schema-2.json')
const acceptsThird = compileSchema('manifest.schema-3.json')

const makeFile = (change: FileChange = {}): ManifestFile =>
  makeSampleFile({ restoreCommands: ['createdb shop'], rows: 678, ...change })

function makeManifest(change: Partial<Manifest> = {}): Manifest {
  const series = {
    ...{ repository: 'octo/shop', workflow: '.github/workflows/backup.yml', job: 'backup' },
    server: '0123456789abcdef'.repeat(2),
  }
  return makeSampleManifest({ files: [makeFile()], series, ...change })
}

const samples: [string, Manifest][] = [
  ['complete', makeManifest()],
  [
    'failed, with a warning',
    makeManifest({ status: 'failed', files: [], warnings: ['subscriptions not dumped'] }),
  ],
  ['that no workflow made, with an alarm', makeManifest({ series: null, alarm: ['shop', 'a\nb "c" ü'] })],
  [
    'partial',
    makeManifest({
      status: 'partial',
      failures: [
        { database: 'a\nb "c" ü', code: 'PGB_DUMP', reason: 'the connection was lost' },
        { database: null, code: 'PGB_PERMISSION', reason: '' },
      ],
    }),
  ],
  [
    'of a cluster and globals, encrypted',
    makeManifest({
      files: [
        makeFile({
          name: 'cluster_1.sql.age',
          database: null,
          kind: 'cluster',
          encryption: 'age-recipients',
        }),
        makeFile({
          name: 'properties_1.json.age',
          database: null,
          kind: 'properties',
          encryption: 'age-recipients',
        }),
        makeFile({
          name: 'globals_1.sql.age',
          database: null,
          kind: 'globals',
          encryption: 'age-passphrase',
        }),
      ],
    }),
  ],
  [
    'with row counts, partitions, and without sizes',
    makeManifest({
      files: [
        makeFile({
          uncompressedSize: null,
          rows: null,
          size: 0,
          durationSeconds: 0,
          compression: { method: 'none', level: null, inside: false },
          verification: {
            method: 'restore',
            compared: [],
            notCompared: [],
            rowCounts: [{ table: 'public."Order"', rows: Number.MAX_SAFE_INTEGER }],
          },
          partitions: [{ table: 'public."Order"', root: 'public.orders' }],
        }),
      ],
    }),
  ],
  [
    'with a field named __proto__ as database',
    makeManifest({ plan: { ...makeManifest().plan, databases: ['__proto__'] } }),
  ],
]

describe('a manifest', () => {
  it.each(samples)('%s survives writing and reading', (_, manifest) => {
    const text = serializeManifest(manifest)
    expect(parseManifest(text)).toEqual(manifest)
    expect(serializeManifest(parseManifest(text))).toBe(text)
    expect(accepts(JSON.parse(text))).toBe(true)
  })
})

type Json = Record<string, unknown>

/** A manifest as the first schemas had it, with the rows of tables. */
function makeEarly(): { early: object; today: Manifest } {
  const verification = { method: 'restore' as const, compared: [], notCompared: [] }
  const rowCounts = [1, 41].map((rows) => ({ table: `public.t${rows}`, rows }))
  const today = makeManifest({
    series: null,
    files: [
      makeFile({ rows: 42, verification: { ...verification, rowCounts } }),
      makeFile({ name: 'b.sql', rows: null }),
    ],
  })
  const { series, alarm, warnings, ...early } = today
  expect([series, alarm, warnings]).toEqual([null, [], []])
  const written = {
    ...early,
    files: early.files.map((file) => ({ ...file, rows: undefined, partitions: undefined })),
  }
  return { early: JSON.parse(JSON.stringify(written)) as object, today }
}

it('of the third schema is read as one of today', () => {
  const today = makeManifest({ files: [makeFile({ rows: 7 })], alarm: ['shop'] })
  const files = today.files.map((file) => ({ ...file, partitions: undefined }))
  const third = JSON.parse(JSON.stringify({ ...today, files, schema: 3 })) as Json
  expect(acceptsThird(third)).toBe(true)
  expect(parseManifest(JSON.stringify(third))).toEqual(today)
  expect(() => parseManifest(JSON.stringify({ ...today, schema: 3 }))).toThrow('unknown field "partitions"')
})

it('of the second schema is read as one of today', () => {
  const { early, today } = makeEarly()
  const second = { ...early, schema: 2, warnings: ['x'] }
  expect(acceptsSecond(second)).toBe(true)
  expect(parseManifest(JSON.stringify(second))).toEqual({ ...today, warnings: ['x'] })
  expect(() => parseManifest(JSON.stringify({ ...second, alarm: [] }))).toThrow('unknown field "alarm"')
})

it('of the first schema is read as one of today', () => {
  const { early, today } = makeEarly()
  const first = { ...early, schema: 1 }
  const { warnings } = today
  expect(acceptsFirst(first)).toBe(true)
  expect(parseManifest(JSON.stringify(first))).toEqual(today)
  const planned = { ...first, status: 'planned' }
  expect(parseManifest(JSON.stringify(planned)).status).toBe('failed')
  expect(() => parseManifest(JSON.stringify({ ...first, warnings }))).toThrow('unknown field "warnings"')
})

/** Sets or, with undefined, deletes one field of the first sample, named by a path as in `files.0.size`. */
function spoil(path: string, value: unknown): string {
  const manifest = JSON.parse(serializeManifest(makeManifest())) as Json
  const keys = path.split('.')
  const last = keys.pop() ?? ''
  const parent = keys.reduce<Json>((node, key) => node[key] as Json, manifest)
  if (value === undefined) Reflect.deleteProperty(parent, last)
  else Object.defineProperty(parent, last, { value, enumerable: true, configurable: true })
  return JSON.stringify(manifest)
}

describe('a manifest that is wrong', () => {
  it.each<[string, unknown, string]>([
    ['schema', '1', 'not the manifest of a backup'],
    ['schema', undefined, 'not the manifest of a backup'],
    ['schema', 0, 'not the manifest of a backup'],
    ['schema', 1.5, 'not the manifest of a backup'],
    ['schema', 5, 'newer version'],
    ['host', 'db.example.com', 'unknown field "host"'],
    ['__proto__', {}, 'unknown field "__proto__"'],
    ['server.user', 'root', 'unknown field "user"'],
    ['action', undefined, 'lacks the field action'],
    ['action', [], 'manifest.action is not an object'],
    ['action', null, 'manifest.action is not an object'],
    ['action.version', '1\n2', 'manifest.action.version is not a version'],
    ['startedAt', '2026-11-04', 'manifest.startedAt is not a time in UTC'],
    ['startedAt', '2026-11-04T02:00:00+01:00', 'manifest.startedAt'],
    ['startedAt', '2026-13-01T02:00:00Z', 'manifest.startedAt is not a time in UTC'],
    ['finishedAt', '2026-11-04T24:61:00Z', 'manifest.finishedAt is not a time in UTC'],
    ['status', 'Complete', 'manifest.status is not one of complete, partial, failed'],
    ['status', 'toString', 'manifest.status'],
    ['plan.all', 'false', 'manifest.plan.all is not true or false'],
    ['plan.format', 'sql', 'manifest.plan.format'],
    ['plan.compression.method', 'rar', 'manifest.plan.compression.method'],
    ['plan.databases', 'shop', 'manifest.plan.databases is not a list'],
    ['plan.databases', [''], 'manifest.plan.databases[0]'],
    ['plan.databases', ['a\0b'], 'manifest.plan.databases[0]'],
    ['files', {}, 'manifest.files is not a list'],
    ['files.0.name', '../shop.sql', 'manifest.files[0].name is not a plain file name'],
    ['files.0.name', '..', 'manifest.files[0].name'],
    ['files.0.name', '.shop', 'manifest.files[0].name'],
    ['files.0.name', '/etc/passwd', 'manifest.files[0].name'],
    ['files.0.name', 'C:\\x', 'manifest.files[0].name'],
    ['files.0.name', 'a\\b', 'manifest.files[0].name'],
    ['files.0.name', '-rf', 'manifest.files[0].name'],
    ['files.0.name', 'a\n', 'manifest.files[0].name'],
    ['files.0.name', 'a b', 'manifest.files[0].name'],
    ['files.0.name', 'ä', 'manifest.files[0].name'],
    ['files.0.name', 'a'.repeat(201), 'manifest.files[0].name'],
    ['files.0.name', '', 'manifest.files[0].name'],
    ['files.0.database', null, 'manifest.files[0].database does not fit its kind'],
    ['files.0.kind', 'cluster', 'manifest.files[0].database does not fit its kind'],
    ['files.0.kind', 'table', 'manifest.files[0].kind'],
    ['files.0.size', '1', 'manifest.files[0].size is not a whole number'],
    ['files.0.size', -1, 'manifest.files[0].size'],
    ['files.0.size', 1.5, 'manifest.files[0].size'],
    ['files.0.size', 2 ** 53, 'manifest.files[0].size'],
    ['files.0.size', null, 'manifest.files[0].size'],
    ['files.0.sha256', 'A'.repeat(64), 'manifest.files[0].sha256 is not a SHA-256'],
    ['files.0.sha256', 'a'.repeat(63), 'manifest.files[0].sha256'],
    ['files.0.sha256', `${'a'.repeat(64)}\n`, 'manifest.files[0].sha256'],
    ['files.0.encryption', 'age', 'manifest.files[0].encryption'],
    ['files.0.durationSeconds', -1, 'manifest.files[0].durationSeconds is not a number'],
    ['files.0.verification.rowCounts', [{ table: 'a', rows: -1 }], 'rowCounts[0].rows'],
    ['files.0.verification.method', 'hope', 'manifest.files[0].verification.method'],
    ['files.0.restoreCommands', [1], 'manifest.files[0].restoreCommands[0]'],
    ['files.0.rows', -1, 'manifest.files[0].rows'],
    ['files.0.rows', undefined, 'manifest.files[0] lacks the field rows'],
    ['series', 'octo/shop', 'manifest.series is not an object'],
    ['series.host', 'db.example.com', 'unknown field "host"'],
    ['series.server', 'db.example.com', 'manifest.series.server is not the id of a server'],
    ['series.repository', 'shop', 'manifest.series.repository is not owner/name'],
    ['series.job', '', 'manifest.series.job'],
    ['alarm', ['a\0b'], 'manifest.alarm[0]'],
    ['warnings', [1], 'manifest.warnings[0]'],
    ['failures', [{ database: null, code: 'oops', reason: '' }], 'manifest.failures[0].code'],
  ])('%s: %j is refused by parser and schema', (path, value, message) => {
    const text = spoil(path, value)
    expect(() => parseManifest(text)).toThrow(expect.objectContaining({ code: 'PGB_RESTORE' }))
    expect(() => parseManifest(text)).toThrow(message)
    expect(accepts(JSON.parse(text))).toBe(false)
  })

  it.each(['', '{', 'null', '[]', '1', '"x"', '{}'])('%j is refused', (text) => {
    expect(() => parseManifest(text)).toThrow(expect.objectContaining({ code: 'PGB_RESTORE' }))
  })

  it.each(['shop_20261104T020000Z.sql.gz', 'SHOP_20261104T020000Z.SQL.GZ'])(
    'because %s is there twice',
    (name) => {
      const text = serializeManifest(makeManifest({ files: [makeFile(), makeFile({ name })] }))
      expect(() => parseManifest(text)).toThrow('names a file twice')
    },
  )
})

it('hides the roles among the options', () => {
  expect(hideRoles(['--role=boss', '--role', 'boss', '--no-owner', '--rolex'])).toEqual([
    '--role=…',
    '--role',
    '…',
    '--no-owner',
    '--rolex',
  ])
})
