import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { execute } from './execute.ts'
import { cache } from '../repository.ts'

/** What is to be installed from PyPI. */
export interface PythonPackages {
  /** Of the directory below `node_modules/.cache`; holds the version. */
  name: string
  /** For what, as in `nektos/act, which runs the workflows,`. */
  purpose: string
  /** Lines of a requirements file, each with its hashes. */
  requirements: string
  /** A file that is there when all is installed. */
  provides: string
}

/**
 * Installs packages into a directory of their own below `node_modules`, once, and returns it.
 * @throws Error that says why they cannot be installed
 */
export async function providePythonPackages(packages: PythonPackages): Promise<string> {
  const folder = join(cache, packages.name)
  const marker = join(folder, packages.provides)
  if (existsSync(marker)) return folder
  await mkdir(dirname(folder), { recursive: true })
  const draft = await mkdtemp(`${folder}-`)
  try {
    const requirements = join(draft, 'requirements.txt')
    await writeFile(requirements, packages.requirements)
    const options = ['--quiet', '--disable-pip-version-check', '--no-deps', '--require-hashes']
    await execute('pip3', ['install', ...options, '--target', draft, '--requirement', requirements])
    // A second worker that was faster made the same.
    await rename(draft, folder).catch((error: unknown) => {
      if (!existsSync(marker)) throw error
    })
    return folder
  } catch (error) {
    const why = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ')
    throw new Error(`${packages.purpose} cannot be installed from PyPI: ${why}`, { cause: error })
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}
