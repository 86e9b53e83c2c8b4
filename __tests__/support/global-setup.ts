import { makeScratchRoot } from './machine/scratch.ts'
import { ensureSystemPackages } from './machine/system-packages.ts'

/** Runs once before all tests. */
export default async function setUp(): Promise<void> {
  ensureSystemPackages()
  await makeScratchRoot()
}
