/**
 * Runs the work for each item, several at once. When one fails, the others are aborted and waited for.
 * @throws what failed first
 */
export async function runAtOnce<T>(
  items: readonly T[],
  limit: number,
  signal: AbortSignal,
  work: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failing = new AbortController()
  const both = AbortSignal.any([signal, failing.signal])
  const queue = items.values()
  const failures: unknown[] = []
  const runQueue = async (): Promise<void> => {
    for (const item of queue) {
      if (failures.length > 0) return
      await work(item, both).catch((error: unknown) => {
        failures.push(error)
        failing.abort(error)
      })
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, runQueue))
  if (failures.length > 0) throw failures[0]
}
