import type { Partition } from './dump-rows.ts'

/** More levels than anybody has, and an end for tables that a forged dump attaches to each other in a circle. */
const mostLevels = 100

/**
 * PURE. Those of the tables that are partitions.
 * @param parents of each partition the table of which it is one, which may be a partition itself
 */
export function findPartitions(
  tables: Iterable<string>,
  parents: ReadonlyMap<string, string>,
): readonly Partition[] {
  return [...tables].flatMap((table) => {
    const root = findRoot(table, parents)
    return root === table ? [] : [{ table, root }]
  })
}

function findRoot(table: string, parents: ReadonlyMap<string, string>): string {
  let root = table
  for (let level = 0; level < mostLevels; level += 1) {
    const parent = parents.get(root)
    if (parent === undefined) break
    root = parent
  }
  return root
}
