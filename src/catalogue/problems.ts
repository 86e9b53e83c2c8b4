import type { ManifestFile } from '../archive/manifest.ts'
import type { ErrorCode, Explanation } from '../errors.ts'
import type { Duration } from '../inputs/duration.ts'
import type { ExaminedBackup, UnreadBackup } from '../stores/store.ts'
import { formatAge } from '../units.ts'

/** One reason why a check is red. */
export interface Problem extends Explanation {
  readonly code: ErrorCode
}

/** A file that brings back one database, in a backup that is there. */
export interface Copy {
  readonly backup: ExaminedBackup
  readonly file: ManifestFile
}

/** What is known of one database of one server; it is good when there is no problem. */
export interface Verdict {
  /** As in `"shop"`. */
  readonly subject: string
  /** Databases that it must bring back; of a whole cluster those that somebody expects, by name or by the server. */
  readonly wanted: readonly string[]
  /** The newest copies of servers that are taken for replaced by the one of this copy. */
  readonly replaced: readonly Copy[]
  /** The newest whole copy; undefined where there is none. */
  readonly copy: Copy | undefined
  /** Since the copy's backup began. */
  readonly ageSeconds: number | undefined
  readonly problems: readonly Problem[]
}

const lookForRun =
  'See whether the workflow of the backup ran and was green: GitHub delays and drops scheduled runs, and disables schedules after 60 days without activity'

/** The newest copy is older than it may be. */
export function refuseStale(subject: string, { backup }: Copy, age: number, maxAge: Duration): Problem {
  return {
    code: 'PGB_STALE',
    what: `The newest backup of ${subject} is too old`,
    why: `${backup.address} was made ${formatAge(age)} ago, and "max-age" is ${maxAge.text}`,
    whatToDo: lookForRun,
  }
}

/** There is no whole copy at all. */
export function refuseMissing(subject: string, found: number, future: number): Verdict {
  const why = `none of the backups that were read (${describeFound(found, future)}) holds it whole`
  const problem: Problem = {
    code: 'PGB_STALE',
    what: `There is no backup of ${subject}`,
    why,
    whatToDo: `Back it up, or correct "databases", which takes names alone and minds upper and lower case. ${lookForRun}`,
  }
  return { subject, wanted: [], replaced: [], copy: undefined, ageSeconds: undefined, problems: [problem] }
}

/** Nothing was found to judge. */
export function refuseNothing(found: number, future: number): Problem {
  return {
    code: 'PGB_STALE',
    what: 'There is no backup',
    why: `nothing was backed up within the last 14 days, as far as was read: ${describeFound(found, future)}`,
    whatToDo: `Correct where the check looks. ${lookForRun}`,
  }
}

function describeFound(found: number, future: number): string {
  return `${found} in all${future === 0 ? '' : `, of which ${future} are dated later than they can have been made`}`
}

/** The newest copy holds too little. */
export function refuseShrunk(subject: string, why: string): Problem {
  return {
    code: 'PGB_SHRUNK',
    what: `The newest backup of ${subject} holds far less than the one before`,
    why,
    whatToDo:
      'See whether the data was meant to go. If so, the next backup is measured against this one; if not, keep and restore the earlier backup',
  }
}

/** The newest copy lies there in the clear. */
export function refusePlaintext(subject: string, { backup }: Copy, plain: readonly ManifestFile[]): Problem {
  return {
    code: 'PGB_ENCRYPT',
    what: `The newest backup of ${subject} is not encrypted`,
    why: `${plain.map(({ name }) => name).join(', ')} in ${backup.address} can be read by whoever has it`,
    whatToDo: 'Set "age-recipients" for the backup, or "require-encryption: false" for the check',
  }
}

/** A backup that may be the newest of something was not seen. */
export function refuseUnknown({ backup, why }: UnreadBackup): Problem {
  return {
    code: 'PGB_UNKNOWN',
    what: `The backup ${backup.address} could not be examined`,
    why,
    whatToDo:
      'Read the reason: what cannot be examined does not count as a backup. If it is none, leave it out by a narrower pattern in "path" or "artifact-name"',
  }
}

/** A store did not say what it holds. */
export function refuseUnlisted(address: string, { what, why, whatToDo }: Explanation): Problem {
  return { code: 'PGB_UNKNOWN', what: `What ${address} holds is not known`, why: `${what}: ${why}`, whatToDo }
}

/**
 * So much lies in a place that not all of it is read.
 * @param age of the newest that is not read, in milliseconds
 */
export function refuseCut(address: string, why: string, age: number): Problem {
  return {
    code: 'PGB_UNKNOWN',
    what: `What ${address} holds was not read far enough back`,
    why: `${why}; what is left out begins ${formatAge(age)} ago, and all of the last 14 days must be seen`,
    whatToDo:
      'Check it in parts, by a narrower pattern in "path" or "artifact-name" or by "run-id", or let `keep` remove old backups',
  }
}
