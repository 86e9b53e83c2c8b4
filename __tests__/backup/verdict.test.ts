import { expect, it } from '@jest/globals'
import { formatVerdict } from '../../src/backup/report/verdict.ts'
import type { Manifest, ManifestFile } from '../../src/archive/manifest.ts'
import { makeFile, makeManifest } from '../support/manifests.ts'

type Method = ManifestFile['verification']['method']

function make(kind: ManifestFile['kind'], database: string | null, method: Method = 'decode'): ManifestFile {
  const verification = { method, compared: [], notCompared: [], rowCounts: null }
  return makeFile({ kind, database, size: 128_500, verification })
}

const shop = make('database', 'shop')
const properties = make('properties', null)
const lost: Manifest['failures'] = [{ database: 'blog', code: 'PGB_LOCK', reason: 'x' }]
const withoutGlobals: Manifest['failures'] = [{ database: null, code: 'PGB_PERMISSION', reason: 'x' }]

it.each<[string, ManifestFile[], Manifest['failures'], string]>([
  ['one database', [shop], [], '"shop": 128.5 kB, read back to its end'],
  [
    'several, by their number and the size of all',
    [shop, make('database', 'blog'), properties],
    [],
    '2 databases: 385.5 kB in all, each read back to its end',
  ],
  ['the cluster', [make('cluster', null, 'restore')], [], 'the cluster: 128.5 kB, restored and compared'],
  [
    'the globals too',
    [make('globals', null), make('database', 'shop', 'restore'), properties],
    [],
    '"shop" and the globals: 385.5 kB, restored and compared',
  ],
  ['the globals alone', [make('globals', null)], lost, 'the globals: 128.5 kB, read back to its end'],
  ['what is missing', [shop], lost, '1 of 2 databases: 128.5 kB, read back to its end'],
  ['no database as missing', [shop], withoutGlobals, '"shop": 128.5 kB, read back to its end'],
  ['what nobody read', [make('database', 'shop', 'none')], [], '"shop": 128.5 kB, not read back'],
  [
    'the least that all have',
    [make('database', 'blog', 'restore'), shop],
    [],
    '2 databases: 257.0 kB in all, each read back to its end',
  ],
])('formatVerdict tells of %s', (_, files, failures, expected) => {
  expect(formatVerdict(makeManifest({ files, failures }))).toBe(`Backed up ${expected}`)
})
