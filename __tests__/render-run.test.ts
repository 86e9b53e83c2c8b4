import { expect, it } from '@jest/globals'
import { renderLogLine, renderSummary } from '../scripts/render-run.ts'

it.each<[string, string | undefined]>([
  ['shop: restored', '  shop: restored'],
  ['::group::Dumping 2 files', '▾ Dumping 2 files'],
  ['::endgroup::', undefined],
  ['::debug::within', undefined],
  ['::add-mask::secret', undefined],
  ['::error title=PGB_INPUT::no%0Aplace', '  ✗ PGB_INPUT: no\nplace'],
  ['::warning title=A%3A b%2C c::it is 100%25', '  ! A: b, c: it is 100%'],
  ['::notice::so', '  i so'],
])('the line %j of a log is shown as %j', (line, expected) => {
  expect(renderLogLine(line)).toBe(expected)
})

it('a summary is shown without its Markdown', () => {
  const markdown =
    '### Backup: good\n\n- [Artifact](https://example.org): `a`\n\n| A | B |\n| --- | --- |\n| x\\|y | `long one` |\n| z | 1 |\n\n<details>\n<summary>By hand</summary>\nls\n</details>\n'
  expect(renderSummary(markdown)).toBe(
    ['Backup: good', '', '- Artifact: a', '', 'A    B', 'x|y  long one', 'z    1']
      .map((line) => `  ${line}`)
      .join('\n'),
  )
})
