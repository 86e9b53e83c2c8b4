import { describe, expect, it } from '@jest/globals'
import { formatCode, formatCodeBlock, formatTable, formatWords } from '../../src/github/summary.ts'

describe('formatWords', () => {
  it.each([
    ['plain words', 'the server has no database "Zürich", 15.18 (100 %)', undefined],
    ['emphasis', '*a* _b_', '`*a* _b_`'],
    ['HTML', '<img src=x>', '`<img src=x>`'],
    ['an entity', '&lt;', '`&lt;`'],
    ['a link', '[15.18](https://evil.example)', '`[15.18](https://evil.example)`'],
    ['a bare address', 'https://evil.example', '`https://evil.example`'],
    ['an address without a scheme', 'WWW.evil.example', '`WWW.evil.example`'],
    ['a mention', '@octocat', '`@octocat`'],
    ['an issue', '#1', '`#1`'],
    ['an emoji', 'a:skull:', '`a:skull:`'],
    ['a formula', '$x$', '`$x$`'],
    ['struck words', '~~a~~', '`~~a~~`'],
    ['backticks', 'a`b``c', '```a`b``c```'],
    ['backticks at its ends', '`a`', '`` `a` ``'],
    ['blanks at its ends', ' a ', '`  a  `'],
    ['line breaks', 'a\n\n# b', '`a\\n\\n# b`'],
    ['what is not seen', 'a\u202eb', '`a\\u202eb`'],
    ['nothing', '', undefined],
  ])('shows %s', (_, text, shown) => {
    expect(formatWords(text)).toBe(shown ?? text)
  })
})

it('formatCode shows plain words as code as well', () => {
  expect(formatCode('shop')).toBe('`shop`')
})

it('formatTable takes any text into a cell', () => {
  expect(formatTable(['A', 'B'], [['x|y', 'a\\|`b']])).toBe(
    '| A | B |\n| --- | --- |\n| `x\\|y` | ``a\\\\|`b`` |',
  )
})

it('formatCodeBlock cannot be left by what stands in it', () => {
  expect(formatCodeBlock('sh', ['a', '````', 'b\n`````\u0085'])).toBe(
    '``````sh\na\n````\nb\\n`````\\u0085\n``````',
  )
})
