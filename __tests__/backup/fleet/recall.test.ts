import { expect, it } from '@jest/globals'
import { describeGround } from '../../../src/backup/fleet/recall.ts'

it.each([
  [3, 3, [], 'as in the last backups of 3 databases'],
  [3, 5, [], 'as in the last backups of 3 databases, and by the size on the server for 2 others'],
  [0, 5, [], 'by the size on the server'],
  [0, 5, ['why', 'more'], 'by the size on the server; not all backups were seen: why'],
])('says what is expected by where %d of %d are known', (known, count, unseen, text) => {
  expect(describeGround(known, count, unseen)).toBe(`Expected times and files: ${text}`)
})
