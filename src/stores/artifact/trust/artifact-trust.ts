import type { ApiArtifact, ApiRun } from '../artifact-api.ts'
import { findTrustedRefs, type BranchPattern } from './branch-patterns.ts'

/** Why an artifact of another run is not taken. */
export interface Distrust {
  /** As in `it is from a fork`. */
  readonly why: string
  /** What the input `branch` would have to name; undefined where that would not help. */
  readonly branch: string | undefined
}

/**
 * Events that only those cause who may write to the repository, and whose runs do not work on what others wrote.
 * Not among them: `pull_request`, `pull_request_target` and `merge_group`, which run code that is not on the branch
 * yet; `workflow_run`, `issue_comment` and the like, which run on the default branch for strangers, and by custom
 * fetch what a pull request made; `dynamic`, which is GitHub's own (Dependabot).
 */
const trustedEvents = [
  'push',
  'schedule',
  'workflow_dispatch',
  'repository_dispatch',
  'release',
  'deployment',
] as const

/** PURE. What the list of artifacts tells already; undefined when the run must be asked for. */
export function judgeRecord(artifact: ApiArtifact, patterns: readonly BranchPattern[]): Distrust | undefined {
  const origin = judgeIds(artifact)
  if (origin !== undefined) return origin
  const branch = artifact.workflow_run?.head_branch
  // The run itself may still be asked for a branch that the list does not name.
  return branch === undefined ? undefined : judgeBranch(branch, patterns)
}

/** PURE. Whether a run's artifacts may be taken as far as event and branch tell. */
export function judgeRun(
  artifact: ApiArtifact,
  run: ApiRun | undefined,
  patterns: readonly BranchPattern[],
): Distrust | undefined {
  const origin = judgeIds(artifact)
  if (origin !== undefined) return origin
  if (run === undefined) return distrust('its run is gone, or GitHub does not tell what it was')
  const [home, head] = [run.repository?.id, run.head_repository?.id]
  if (home === undefined || head === undefined) return distrust(unknownRepository)
  if (home !== head) return distrust(fromFork)
  if (!trustedEvents.some((event) => event === run.event)) {
    return distrust(`its run was started by the event "${run.event}", which brings in the work of others`)
  }
  if (run.head_branch === undefined) return distrust('GitHub does not tell which branch its run is of')
  return judgeBranch(run.head_branch, patterns)
}

/** PURE. A commit that is not, or not any more, on the branch of its run. */
export function distrustCommit(run: ApiRun): Distrust {
  return distrust(`its commit ${run.head_sha} does not lie on the branch or tag "${run.head_branch ?? ''}"`)
}

const unknownRepository = 'GitHub does not tell which repository its run is from'
const fromFork = 'its run is from a fork'

/** Both ids must be there: of a fork that was deleted, GitHub tells none. */
function judgeIds({ workflow_run: origin }: ApiArtifact): Distrust | undefined {
  if (origin?.id === undefined) return distrust('GitHub does not tell which run it is from')
  const { repository_id: home, head_repository_id: head } = origin
  if (home === undefined || head === undefined) return distrust(unknownRepository)
  return home === head ? undefined : distrust(fromFork)
}

function judgeBranch(branch: string, patterns: readonly BranchPattern[]): Distrust | undefined {
  if (findTrustedRefs(branch, patterns).length > 0) return undefined
  return { why: `its run is of the branch or tag "${branch}"`, branch }
}

function distrust(why: string): Distrust {
  return { why, branch: undefined }
}
