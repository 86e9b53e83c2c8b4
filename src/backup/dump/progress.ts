import { stat } from 'node:fs/promises'
import type { Log } from '../../github/log.ts'
import { formatBytes, formatRate, formatSeconds } from '../../units.ts'
import type { PlannedFile } from '../plan.ts'

const intervalMilliseconds = 10_000

/** Says every 10 seconds how far a dump is and how fast, beside the size of its database on the server. */
export function watchProgress(planned: PlannedFile, path: string, log: Log): { stop(): void } {
  const startedAt = performance.now()
  const subject = planned.database ?? planned.kind
  const yardstick =
    planned.sizeOnServer === null ? '' : `; on the server it takes ${formatBytes(planned.sizeOnServer)}`
  const report = async (): Promise<void> => {
    const seconds = (performance.now() - startedAt) / 1000
    const written = await stat(path).catch(() => undefined)
    if (written === undefined)
      log.info(`${subject}: reading tables after ${formatSeconds(seconds)}${yardstick}`)
    else {
      const rate = formatRate(written.size, seconds)
      const speed = rate === undefined ? '' : `, ${rate}`
      const amount = formatBytes(written.size)
      log.info(`${subject}: ${amount} written after ${formatSeconds(seconds)}${speed}${yardstick}`)
    }
  }
  const timer = setInterval(() => void report(), intervalMilliseconds)
  return {
    stop: () => {
      clearInterval(timer)
    },
  }
}
