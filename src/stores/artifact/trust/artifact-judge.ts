import { askDefaultBranch, askRun, type ApiArtifact, type ApiRun } from '../artifact-api.ts'
import { distrustCommit, judgeRecord, judgeRun, type Distrust } from './artifact-trust.ts'
import type { RepositoryAccess } from '../ask-api.ts'
import { findTrustedRefs, matchOneBranch, type BranchPattern } from './branch-patterns.ts'
import { createCommitCheck } from './commit-check.ts'

/** What was found out about an artifact of another run. */
export interface Verdict {
  /** Undefined when it may be taken. */
  readonly distrust: Distrust | undefined
  /** Undefined where the artifact's record was enough for a refusal. */
  readonly run: ApiRun | undefined
  /** False where the token may not read the repository, so that the commit was not looked for on the branch. */
  readonly isCommitKnown: boolean
}

/** Decides whether an artifact of another run is taken. */
export interface Judge {
  /** Asks as little as will do, since there may be thousands. */
  judge(artifact: ApiArtifact): Promise<Verdict>
  /** Asks for the run in any case, so that the reason is the weightiest one, and the advice is true. */
  explain(artifact: ApiArtifact): Promise<Verdict>
}

/** GitHub lets a job ask a thousand times an hour. */
const mostRuns = 100

/**
 * @param branches undefined for the default branch
 * @throws what {@link askDefaultBranch} throws
 */
export async function createJudge(
  access: RepositoryAccess,
  branches: readonly BranchPattern[] | undefined,
): Promise<Judge> {
  const defaultBranch = await askDefaultBranch(access)
  const patterns = branches ?? [matchOneBranch(defaultBranch)]
  const checkCommit = createCommitCheck(access, defaultBranch)
  const runs = new Map<number, ApiRun | undefined>()

  async function findRun(id: number): Promise<ApiRun | undefined> {
    if (!runs.has(id)) runs.set(id, await askRun(access, id))
    return runs.get(id)
  }

  async function judgeWhole(artifact: ApiArtifact): Promise<Verdict> {
    const id = artifact.workflow_run?.id
    const run = id === undefined ? undefined : await findRun(id)
    const distrust = judgeRun(artifact, run, patterns)
    if (distrust !== undefined || run === undefined) return { distrust, run, isCommitKnown: true }
    const refs = findTrustedRefs(run.head_branch ?? '', patterns)
    const place = await checkCommit(run.head_sha, refs)
    const verdict = place === 'elsewhere' ? distrustCommit(run) : undefined
    return { distrust: verdict, run, isCommitKnown: place !== 'unknown' }
  }

  async function judge(artifact: ApiArtifact): Promise<Verdict> {
    const known = judgeRecord(artifact, patterns)
    if (known !== undefined) return { distrust: known, run: undefined, isCommitKnown: true }
    const isNew = !runs.has(artifact.workflow_run?.id ?? 0)
    if (isNew && runs.size >= mostRuns) {
      const why = `${mostRuns} runs before it were asked about already`
      return { distrust: { why, branch: undefined }, run: undefined, isCommitKnown: true }
    }
    return judgeWhole(artifact)
  }

  /** A branch is advised only where it would help: GitHub tells a run's branch and tag alike, and branches go. */
  async function explain(artifact: ApiArtifact): Promise<Verdict> {
    const verdict = await judgeWhole(artifact)
    const { distrust, run } = verdict
    if (distrust?.branch === undefined || run === undefined) return verdict
    const { branch } = distrust
    if ((await checkCommit(run.head_sha, [`heads/${branch}`])) !== 'elsewhere') return verdict
    const isTag = (await checkCommit(run.head_sha, [`tags/${branch}`])) === 'there'
    return { ...verdict, distrust: { ...distrust, branch: isTag ? `refs/tags/${branch}` : undefined } }
  }

  return { judge, explain }
}
