/** The version that a PostgreSQL program reports of itself. */
export interface ClientVersion {
  /** Major version: 15, 18; for releases before 10 the first two numbers, as in 9.6. */
  readonly major: number
  /** As printed, without the packager's remarks: `15.18`, `9.6.24`, `19devel`. */
  readonly version: string
}

/** Numbers of what comes before the first release, as if they were minor ones: development and betas, candidates. */
const early = { beta: -2, candidate: -1 } as const

/**
 * The first releases without known security holes that matter to a dump.
 * Source: PostgreSQL's release notes; for 19 its candidate 1, tried. Majors below the oldest one listed no longer get
 * fixes; in those above the newest none is known.
 */
const safeMinors = new Map([
  [14, { restrictBypass: 24, stackOverwrite: 23 }],
  [15, { restrictBypass: 19, stackOverwrite: 18 }],
  [16, { restrictBypass: 15, stackOverwrite: 14 }],
  [17, { restrictBypass: 11, stackOverwrite: 10 }],
  [18, { restrictBypass: 6, stackOverwrite: 4 }],
  [19, { restrictBypass: early.candidate, stackOverwrite: early.beta }],
])

const oldestMaintainedMajor = Math.min(...safeMinors.keys())

/** Reads what `pg_dump --version` prints; undefined when it is not what a pg_dump prints. */
export function parseClientVersion(output: string): ClientVersion | undefined {
  const version = /^pg_dump \([^)]+\) (\d+(?:\.\d+)*(?:devel|alpha\d*|beta\d*|rc\d*)?)\b/m.exec(output)?.[1]
  return version === undefined ? undefined : { major: majorOf(version), version }
}

/** PURE. Major version of what `server_version` or `pg_dump --version` say: 15, 18; before 10 as in 9.6. */
export function majorOf(version: string): number {
  const [first = 0, second = 0] = splitVersion(version)
  return first >= 10 ? first : Number(`${first}.${second}`)
}

/** Major version of a server from its `server_version_num`: 150018 is 15, and 90624 is 9.6. */
export function majorOfVersionNumber(versionNumber: number): number {
  const first = Math.floor(versionNumber / 10_000)
  return first >= 10 ? first : majorOf(`${first}.${Math.floor(versionNumber / 100) % 100}`)
}

/** Orders versions from old to new; a beta comes before its release. */
export function compareVersions(left: string, right: string): number {
  const [ours, theirs] = [splitVersion(left), splitVersion(right)]
  const differences = Array.from({ length: Math.max(ours.length, theirs.length) }, (_, index) => {
    return (ours[index] ?? 0) - (theirs[index] ?? 0)
  })
  return differences.find((difference) => difference !== 0) ?? 0
}

/**
 * The security holes of a release that concern dumping and restoring, and the release that fixes them.
 * @returns a sentence without final stop, or undefined when none is known
 */
export function describeKnownHoles({ major, version }: ClientVersion): string | undefined {
  if (major < oldestMaintainedMajor) {
    return `PostgreSQL client ${version} belongs to a major version that no longer gets security fixes`
  }
  const safe = safeMinors.get(major)
  const minor = splitVersion(version)[1] ?? 0
  if (safe === undefined || minor >= safe.restrictBypass) return undefined
  const holes = [
    'a dump from a hostile server can break out of \\restrict and run commands where psql restores it',
  ]
  if (minor < safe.stackOverwrite) holes.unshift("a hostile server can overwrite pg_dump's stack")
  return `PostgreSQL client ${version} has known security holes, fixed in ${major}.${Math.max(safe.restrictBypass, 0)}: ${holes.join('; ')}`
}

/** Whether psql, under `\restrict`, runs nothing of what stands behind `\unrestrict`, as it did in backquotes. */
export function keepsRestriction({ major, version }: ClientVersion): boolean {
  const safe = safeMinors.get(major)
  if (safe === undefined) return major > oldestMaintainedMajor
  return (splitVersion(version)[1] ?? 0) >= safe.restrictBypass
}

/** `18beta1` becomes 18, -2, and `18rc1` 18, -1: below 18.0 and above 17.99. */
function splitVersion(version: string): number[] {
  const numbers = (/^[\d.]+/.exec(version)?.[0] ?? '').split('.').map(Number)
  const letters = /[a-z]+/.exec(version)?.[0]
  if (letters === undefined) return numbers
  return [...numbers, letters === 'rc' ? early.candidate : early.beta]
}
