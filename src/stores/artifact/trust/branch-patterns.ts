/** Which branches or tags are trusted; made from one line of the input `branch`. */
export interface BranchPattern {
  /** The part of git's names that it is about, as in `refs/heads/main`. */
  readonly kind: 'heads' | 'tags'
  readonly pattern: RegExp
}

/** What git lets a branch or tag be called (git-check-ref-format), as far as it matters for an address. */
export const refName = /^(?!\.|\/|.*(?:\.\.|\/\.|\/\/))[^\u0000-\u0020\u007f-\u009f~^:?*[\\]{1,255}$/

const patternLine = /^[^\u0000-\u0020\u007f-\u009f~^:[\]\\]{1,255}$/

/**
 * PURE. One line of the input `branch`: a name, or a pattern in which `*` stands for anything but `/`, `**` for
 * anything, and `?` for one character but `/`. Tags begin with `refs/tags/`.
 * @returns undefined for what cannot be a branch or tag
 */
export function parseBranchPattern(line: string): BranchPattern | undefined {
  const [, kind = 'heads', name = ''] = /^(?:refs\/(heads|tags)\/)?(.*)$/.exec(line) ?? []
  if (!patternLine.test(line) || name === '' || name.startsWith('refs/')) return undefined
  return { kind: kind === 'tags' ? 'tags' : 'heads', pattern: toRegExp(name) }
}

/** PURE. The pattern that fits one branch alone. */
export function matchOneBranch(name: string): BranchPattern {
  return { kind: 'heads', pattern: new RegExp(`^${escapePattern(name)}$`) }
}

/**
 * PURE. The names in git, as in `heads/main`, by which a run of this branch or tag is trusted; none when it is not.
 * GitHub tells a run's branch and tag alike, so one name may have to be looked up as both.
 */
export function findTrustedRefs(name: string, patterns: readonly BranchPattern[]): string[] {
  const kinds = patterns.filter(({ pattern }) => pattern.test(name)).map(({ kind }) => kind)
  return [...new Set(kinds)].map((kind) => `${kind}/${name}`)
}

function toRegExp(pattern: string): RegExp {
  const parts = pattern.split(/(\*\*|\*|\?)/).map((part) => {
    if (part === '**') return '.*'
    if (part === '*') return '[^/]*'
    return part === '?' ? '[^/]' : escapePattern(part)
  })
  return new RegExp(`^${parts.join('')}$`, 's')
}

function escapePattern(text: string): string {
  return text.replace(/[$()*+.?[\\\]^{|}-]/g, '\\$&')
}
