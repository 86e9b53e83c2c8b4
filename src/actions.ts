import { runStory } from './step/run.ts'

/** The actions, and the post step that all of them have. */
export type ActionName = 'backup' | 'restore' | 'check' | 'cleanup'

/**
 * Runs an action to the end of this process. All of them are in one bundle, so that what they share lies there once; each
 * loads only what it needs.
 */
export async function runAction(name: ActionName): Promise<void> {
  await actions[name]()
  // A transfer that was given up leaves sockets and timers behind, which must not hold up the job.
  process.stdout.write('', () => process.exit())
}

const actions: Readonly<Record<ActionName, () => Promise<void>>> = {
  backup: async () => runStory((await import('./backup/main.ts')).backUp),
  restore: async () => runStory((await import('./restore/main.ts')).restore),
  check: async () => runStory((await import('./check/main.ts')).check),
  cleanup: async () => (await import('./step/cleanup.ts')).cleanUp(),
}
