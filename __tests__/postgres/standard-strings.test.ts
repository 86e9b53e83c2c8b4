import { expect, it } from '@jest/globals'
import { withStandardStrings } from '../../src/postgres/standard-strings.ts'

it.each([
  [undefined, '-c standard_conforming_strings=on'],
  ['', '-c standard_conforming_strings=on'],
  // The last one counts, and Neon finds its server by the first.
  ['endpoint=ep-1', 'endpoint=ep-1 -c standard_conforming_strings=on'],
  [
    '-c standard_conforming_strings=off',
    '-c standard_conforming_strings=off -c standard_conforming_strings=on',
  ],
])('standard strings are asked for behind the options %p', (options, expected) => {
  const parameters = { host: 'db', ...(options === undefined ? {} : { options }) }
  expect(withStandardStrings(parameters)).toEqual({ host: 'db', options: expected })
})
