import type { Problem } from '../catalogue/problems.ts'
import { formatCount } from '../units.ts'
import type { ProvenJudgement } from './proof/proven.ts'

/**
 * PURE. All that is wrong. A wrong key is told once, though it opens none of many files; a file in the clear has a reason
 * of its own, which names it.
 */
export function listProblems({ problems, verdicts }: ProvenJudgement): Problem[] {
  const all = [...problems, ...verdicts.flatMap((verdict) => verdict.problems)]
  const groups = Map.groupBy(all, (problem) =>
    problem.code === 'PGB_ENCRYPT' ? `${problem.why}\n${problem.whatToDo}` : problem,
  )
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (first === undefined || others.length === 0) return first ?? []
    return { ...first, what: `${first.what} (${formatCount(others.length + 1, 'file')} in all)` }
  })
}
