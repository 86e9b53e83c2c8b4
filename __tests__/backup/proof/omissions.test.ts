import { expect, it } from '@jest/globals'
import { readOmissions } from '../../../src/archive/omissions.ts'
import { refuseUnrestorable } from '../../../src/backup/proof/omissions.ts'
import type { PlannedFile } from '../../../src/backup/plan.ts'

it.each([
  [[], false, false],
  [['--no-owner', '-x', '--no-comments', '--encoding=UTF8', '-E', 'UTF8', '--role', 'reader'], false, false],
  [['--schema-only'], false, true],
  [['-s'], false, true],
  [['--exclude-table-data=log*'], true, true],
  [['--exclude-table=log'], true, false],
  [['-tlog'], true, false],
  [['-n', 'public'], true, false],
  [['--something-new'], true, false],
])('%j may leave out objects: %s, data: %s', (options, objects, data) => {
  expect(readOmissions(options)).toEqual({ objects, data })
})

const plain: PlannedFile = {
  kind: 'database',
  database: 'shop',
  name: 'shop.sql',
  format: 'plain',
  compression: { method: 'none', level: null, inside: false },
  encryption: 'none',
  sizeOnServer: null,
}

it.each([
  [['--data-only'], 'plain', 'verify'],
  [['-a'], 'custom', 'verify'],
  [['--section=data'], 'custom', 'verify'],
  [['--clean'], 'plain', 'options'],
] as const)('refuses %j with the format %s, naming the input %s', (options, format, input) => {
  expect(() => {
    refuseUnrestorable(options, [{ ...plain, format }])
  }).toThrow(new RegExp(`^The input "${input}" cannot be used.*\\[PGB_INPUT\\]$`))
})

it.each([[['--clean', '--if-exists'], 'plain'] as const, [['--clean'], 'custom'] as const])(
  'takes %j with the format %s',
  (options, format) => {
    expect(() => {
      refuseUnrestorable(options, [{ ...plain, format }])
    }).not.toThrow()
  },
)
