import { askComparison, askRef, askTag } from '../artifact-api.ts'
import type { RepositoryAccess } from '../ask-api.ts'

/** Whether a commit lies on a branch, or at a tag: `unknown` where the token may not read the repository. */
export type Whereabouts = 'there' | 'elsewhere' | 'unknown'

/** Tells whether a commit lies on one of these, named in full, as in `heads/main`. */
export type CommitCheck = (commit: string, refs: readonly string[]) => Promise<Whereabouts>

type Tip = { readonly commit: string } | 'missing' | 'refused'

const mostNestedTags = 3

/**
 * Makes a check that asks each question once. A branch is looked up by its full name first, as a tag of the same name
 * could stand for it otherwise.
 */
export function createCommitCheck(access: RepositoryAccess, defaultBranch: string): CommitCheck {
  const tips = new Map<string, Promise<Tip>>()
  const findTip = (ref: string): Promise<Tip> => {
    const tip = tips.get(ref) ?? askTip(access, ref)
    tips.set(ref, tip)
    return tip
  }
  const comparisons = new Map<string, Promise<Whereabouts>>()
  const compareOnce = (tip: string, commit: string): Promise<Whereabouts> => {
    const key = `${tip} ${commit}`
    const comparison = comparisons.get(key) ?? compare(access, tip, commit)
    comparisons.set(key, comparison)
    return comparison
  }
  const locate = async (commit: string, ref: string): Promise<Whereabouts> => {
    const tip = await findTip(ref)
    if (typeof tip === 'object') return compareOnce(tip.commit, commit)
    // GitHub may say "not found" for "not allowed", but the default branch is there for sure.
    const mayRead = tip === 'missing' && typeof (await findTip(`heads/${defaultBranch}`)) === 'object'
    return mayRead ? 'elsewhere' : 'unknown'
  }
  return async (commit, refs) => {
    const found: Whereabouts[] = []
    for (const ref of refs) found.push(await locate(commit, ref))
    if (found.includes('there')) return 'there'
    return found.includes('unknown') ? 'unknown' : 'elsewhere'
  }
}

async function askTip(access: RepositoryAccess, ref: string): Promise<Tip> {
  let answer = await askRef(access, ref)
  for (let depth = 0; 'value' in answer && answer.value.type === 'tag'; depth += 1) {
    if (depth === mostNestedTags) return 'missing'
    answer = await askTag(access, answer.value.sha)
  }
  if ('value' in answer) return answer.value.type === 'commit' ? { commit: answer.value.sha } : 'missing'
  return isForbidden(answer.refused) ? 'refused' : 'missing'
}

async function compare(access: RepositoryAccess, tip: string, commit: string): Promise<Whereabouts> {
  if (tip === commit) return 'there'
  const answer = await askComparison(access, tip, commit)
  if ('value' in answer) return ['behind', 'identical'].includes(answer.value) ? 'there' : 'elsewhere'
  // Whoever could read the branch may read commits too, so this one is gone or has no history in common.
  return isForbidden(answer.refused) ? 'unknown' : 'elsewhere'
}

function isForbidden(status: number): boolean {
  return status === 401 || status === 403
}
