import type { BackupError } from '../../../errors.ts'
import type { Log } from '../../../github/log.ts'
import type { ApiArtifact } from '../artifact-api.ts'
import { refuseArtifact } from '../artifact-failure.ts'
import type { Distrust } from './artifact-trust.ts'

/** An artifact that fits and is not taken. */
export interface Distrusted {
  readonly artifact: ApiArtifact
  readonly distrust: Distrust
}

/** What a search leaves aside, of which there may be thousands. */
export interface PassedOver {
  add(artifact: ApiArtifact, distrust: Distrust): void
  /** Says it in a few lines. */
  tell(log: Log): void
  newest(): Distrusted | undefined
  count(): number
}

const mostTold = 5

/** Keeps the newest ones, and counts the others. */
export function createPassedOver(): PassedOver {
  const newest: Distrusted[] = []
  let count = 0
  return {
    add(artifact, distrust) {
      count += 1
      if (newest.length < mostTold) newest.push({ artifact, distrust })
    },
    tell(log) {
      for (const { artifact, distrust } of newest) {
        log.info(`Passed over the artifact "${artifact.name}" (id ${artifact.id}): ${distrust.why}.`)
      }
      if (count > newest.length) log.info(`Passed over ${count - newest.length} more.`)
    },
    newest: () => newest[0],
    count: () => count,
  }
}

/** The refusal of all that fits; it prints the input that would allow the newest of them. */
export function refuseDistrusted(
  wanted: string,
  { artifact, distrust }: Distrusted,
  count: number,
): BackupError {
  const why =
    count === 1 ? distrust.why : `${count} would fit, and of the newest (id ${artifact.id}), ${distrust.why}`
  return refuseArtifact(`The artifact ${wanted} was not taken`, why, adviseTrust(artifact, distrust))
}

function adviseTrust({ digest }: ApiArtifact, { branch }: Distrust): string {
  const pin = digest === undefined ? undefined : `\`artifact-digest: ${digest}\``
  if (branch !== undefined) {
    const others = pin === undefined ? '' : `, or ${pin} to take just this artifact`
    return `If you trust what runs there, set \`branch: ${branch}\`${others}`
  }
  if (pin !== undefined) return `If you know who made it and trust that, set ${pin}`
  return 'If you know who made it and trust that, download it yourself, and give its directory as `path`'
}
