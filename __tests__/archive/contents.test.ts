import { describe, expect, it } from '@jest/globals'
import { parseContents, serializeContents, type Contents } from '../../src/archive/contents.ts'
import { JsonError } from '../../src/archive/json-reader.ts'

const rowCounts = [{ table: 'public."a\nb ü"', rows: 3 }]
const file = { name: 'shop_20261104T020000Z.sql.gz.age', database: 'shop', rowCounts }

describe('the contents of a backup', () => {
  it.each<[string, Contents]>([
    ['of no file', { schema: 1, files: [] }],
    ['of files', { schema: 1, files: [file, { ...file, database: null }, { ...file, rowCounts: null }] }],
  ])('%s survive writing and reading', (_, contents) => {
    expect(parseContents(serializeContents(contents))).toEqual(contents)
  })

  it.each<[string, string, string]>([
    ['no JSON', 'x', 'answer is not JSON'],
    ['another schema', '{"schema":2,"files":[]}', 'answer.schema is not 1'],
    ['an unknown field', '{"schema":1,"files":[],"x":1}', 'answer has the unknown field "x"'],
    [
      'rows that are no number',
      JSON.stringify({ schema: 1, files: [{ ...file, rowCounts: [{ table: 'a', rows: -1 }] }] }),
      'answer.files[0].rowCounts[0].rows is not a whole number',
    ],
  ])('are refused for %s', (_, text, words) => {
    expect(() => parseContents(text)).toThrow(new JsonError(words))
  })
})
