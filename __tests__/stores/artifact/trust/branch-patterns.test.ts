import { describe, expect, it } from '@jest/globals'
import {
  findTrustedRefs,
  matchOneBranch,
  parseBranchPattern,
} from '../../../../src/stores/artifact/trust/branch-patterns.ts'

function find(branch: string, lines: readonly string[]): string[] {
  const patterns = lines.map(parseBranchPattern).filter((pattern) => pattern !== undefined)
  expect(patterns).toHaveLength(lines.length)
  return findTrustedRefs(branch, patterns)
}

describe('a branch is trusted', () => {
  it.each<[string, string[], string[]]>([
    ['main', ['main'], ['heads/main']],
    ['main', ['refs/heads/main'], ['heads/main']],
    ['main', ['develop', 'ma?n'], ['heads/main']],
    ['release/1.0', ['release/*'], ['heads/release/1.0']],
    ['a/b/c', ['**'], ['heads/a/b/c']],
    ['v1.2', ['refs/tags/v*'], ['tags/v1.2']],
    ['v1', ['v*', 'refs/tags/v*'], ['heads/v1', 'tags/v1']],
    ['wip+1', ['wip+1'], ['heads/wip+1']],
  ])('%s by %j, looked up as %j', (branch, lines, refs) => {
    expect(find(branch, lines)).toEqual(refs)
  })

  it.each<[string, string[]]>([
    ['main-2', ['main']],
    ['my-main', ['main']],
    ['Main', ['main']],
    ['release/1/x', ['release/*']],
    ['release/1', ['*']],
    ['mn', ['m?n']],
    ['a/c', ['a?c']],
    ['wiiip', ['wi+p']],
    ['mainx', ['main.']],
  ])('%s not by %j', (branch, lines) => {
    expect(find(branch, lines)).toEqual([])
  })

  it('by the default branch as it is written', () => {
    expect(findTrustedRefs('a.b', [matchOneBranch('a.b')])).toEqual(['heads/a.b'])
    expect(findTrustedRefs('axb', [matchOneBranch('a.b')])).toEqual([])
  })
})

it.each(['a b', 'a\tb', 'a~1', 'a^', 'a:b', 'a\\b', '[ab]', 'refs/pull/1/merge', 'refs/heads/', '\u0085'])(
  'the line %j is refused',
  (line) => {
    expect(parseBranchPattern(line)).toBeUndefined()
  },
)
