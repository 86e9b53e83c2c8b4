import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { runStory } from '../../src/step/run.ts'

/** Program: a story that waits for ever beside an error that nobody awaits. */
await runStory(async ({ privateDirectory }) => {
  await writeFile(join(privateDirectory, 'secret'), 's3cret')
  void Promise.reject(new Error('spawn E2BIG'))
  await sleep(600_000)
})
process.exit()
