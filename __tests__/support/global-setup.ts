import { makeScratchRoot } from './scratch.ts'
import { ensureSystemPackages } from './system-packages.ts'

/** Runs once before all tests. */
export default async function setUp(): Promise<void> {
  ensureSystemPackages()
  await makeScratchRoot()
}
