import { expect, it } from '@jest/globals'
import type { Manifest } from '../../../src/archive/manifest.ts'
import { isAbout } from '../../../src/restore/locating/locate-part.ts'
import { makeFile, makeManifest } from '../../support/manifests.ts'

const shop = makeFile({ database: 'shop' })
const plan = { ...makeManifest().plan, databases: ['shop'], all: false }

it.each<[string, boolean, Partial<Manifest>]>([
  ['holds it', true, { files: [shop], plan }],
  ['was to hold it, so that its failure is told and no older backup taken for it', true, { files: [], plan }],
  [
    'holds a whole cluster, of which only its file tells',
    true,
    { files: [makeFile({ kind: 'cluster', database: null })] },
  ],
  [
    'holds another one',
    false,
    { files: [makeFile({ database: 'Shop' })], plan: { ...plan, databases: ['Shop'] } },
  ],
  [
    'holds roles alone',
    false,
    { files: [makeFile({ kind: 'globals', database: null })], plan: { ...plan, databases: [] } },
  ],
])('a part that %s is about the database: %s', (_, expected, change) => {
  expect(isAbout(makeManifest(change), 'shop')).toBe(expected)
})
