import type { Log } from '../github/log.ts'
import { formatBytes, formatRate } from '../units.ts'

/** Counts what passes, and says every ten seconds how far it is. */
export interface Progress {
  /** Bytes that have passed; negative for those that must pass once more. */
  add(bytes: number): void
  stop(): void
}

const intervalMilliseconds = 10_000

/** @param verb as in `Copied` */
export function showProgress(verb: string, total: number, log: Log): Progress {
  const startedAt = performance.now()
  let done = 0
  const timer = setInterval(() => {
    const rate = formatRate(done, (performance.now() - startedAt) / 1000)
    const percentage = total === 0 ? 100 : Math.floor((done / total) * 100)
    const speed = rate === undefined ? '' : `, ${rate}`
    log.info(`${verb} ${formatBytes(done)} of ${formatBytes(total)} (${percentage}%${speed})`)
  }, intervalMilliseconds)
  return {
    add: (bytes) => {
      done += bytes
    },
    stop: () => {
      clearInterval(timer)
    },
  }
}
