import { expect, it } from '@jest/globals'
import { markFinished, type FinishedFile } from '../../src/archive/finished-file.ts'

it('what nobody has finished is no finished file, as the compiler says, and what is marked is', () => {
  const partial = { name: 'shop.sql', path: '/backup/shop.sql.partial', size: 1, sha256: 'ab' }
  // @ts-expect-error It is not marked.
  const unfinished: FinishedFile = partial
  const finished: FinishedFile = markFinished(partial)
  expect([unfinished, finished]).toEqual([partial, partial])
})
