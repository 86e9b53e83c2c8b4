import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { defaultAttempts } from '../../../src/stores/artifact/attempt.ts'
import type { AttemptSettings } from '../../../src/stores/artifact/attempt.ts'
import { startResultsService } from '../../support/github/results-service.ts'
import type { ResultsService } from '../../support/github/results-service.ts'

/** Attempts without pauses. */
export const withoutPauses: AttemptSettings = { ...defaultAttempts, pause: () => Promise.resolve() }

/** A service, the runner's environment in `process.env`, and a directory; undone by `close`. */
export interface Surroundings {
  readonly service: ResultsService
  readonly directory: string
  /** Writes a file of random bytes below `directory`. */
  write(name: string, size: number): Promise<string>
  close(): Promise<void>
}

/** Shortens the waits of 1 to 30 seconds that the artifact client has built in to a hundredth. */
function shortenWaits(): () => void {
  const original = globalThis.setTimeout
  const shorter = (handler: (...values: unknown[]) => void, delay = 0, ...values: unknown[]): unknown =>
    original(handler, delay >= 1000 && delay <= 30_000 ? delay / 100 : delay, ...values)
  Object.assign(globalThis, { setTimeout: shorter })
  return () => {
    globalThis.setTimeout = original
  }
}

function silence(): () => void {
  const write = process.stdout.write.bind(process.stdout)
  process.stdout.write = () => true
  return () => {
    process.stdout.write = write
  }
}

/** Sets all up. The client reads GITHUB_API_URL once, so one test file has one of these. */
export async function openSurroundings(): Promise<Surroundings> {
  const service = await startResultsService()
  const directory = await mkdtemp(path.join(tmpdir(), 'github-'))
  Object.assign(process.env, service.environment)
  const undo = [shortenWaits(), silence()]
  return {
    service,
    directory,
    async write(name, size) {
      const file = path.join(directory, name)
      await writeFile(file, randomBytes(size))
      return file
    },
    async close() {
      // Attempts that were given up end by themselves, which must not happen after the tests.
      service.reset()
      await wait(700)
      for (const action of undo) action()
      await service.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** Hex SHA-256 of a file. */
export async function hashFile(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex')
}
