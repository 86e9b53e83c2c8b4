import { expect, it } from '@jest/globals'
import { refuseCopy } from '../../../src/backup/proof/restore-copy.ts'
import { BackupError, type ErrorCode } from '../../../src/errors.ts'

const planned = {
  kind: 'database' as const,
  database: 'shop',
  name: 'shop.sql',
  format: 'plain' as const,
  compression: { method: 'none' as const, level: null, inside: false },
  encryption: 'none' as const,
  sizeOnServer: null,
}

it.each<[ErrorCode, string, RegExp]>([
  ['PGB_CLIENT', 'this psql is too old', /: this psql is too old\. Update the client\. /],
  ['PGB_RESTORE', 'it is broken', /takes a server like it in "verify-url"/],
])('a copy that could not be restored (%s) says what helps', (code, why, words) => {
  const error = new BackupError(code, { what: 'x', why, whatToDo: 'Update the client' })
  const refused = refuseCopy(error, planned, { isThrowAway: true, isContained: true })
  expect([refused.code, refused.message]).toEqual(['PGB_VERIFY', expect.stringMatching(words)])
})
