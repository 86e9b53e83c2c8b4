/** PURE. Whether a backup's name fits a pattern, in which `*` stands for any characters. */
export function matchesPattern(name: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.+?()[\]{}|]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 's').test(name)
}

/** PURE. What all names that fit begin with. */
export function findFixedBeginning(pattern: string): string {
  return pattern.split('*', 1)[0] ?? ''
}

/** PURE. The names under which a backup is stored, in the order in which they are tried. */
export function listNames(name: string): string[] {
  return [name, ...[2, 3, 4, 5, 6, 7, 8, 9].map((number) => `${name}-${number}`)]
}
