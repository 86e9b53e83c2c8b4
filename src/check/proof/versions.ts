import { majorOf } from '../../postgres/client/version.ts'

/** PURE. The one of the greatest major version. */
export function findNewest(versions: readonly string[]): string | undefined {
  return versions.toSorted((a, b) => majorOf(b) - majorOf(a))[0]
}

/** PURE. The number of a version as servers tell it, without the minor one: 150000, and 90600 for 9.6. */
export function toVersionNumber(version: string): number {
  const major = majorOf(version)
  return major >= 10 ? major * 10_000 : Math.floor(major) * 10_000 + Math.round((major % 1) * 10) * 100
}
