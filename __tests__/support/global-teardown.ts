import { removeScratchRoot } from './machine/scratch.ts'

/** Runs once after all tests. */
export default function tearDown(): void {
  removeScratchRoot()
}
