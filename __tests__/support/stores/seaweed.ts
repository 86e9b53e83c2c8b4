import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { findFreePort } from '../postgres/cluster.ts'
import { execute } from '../machine/execute.ts'
import { describeServer, testCredentials, type S3Server } from './s3-server.ts'
import { makeScratchDirectory } from '../machine/scratch.ts'
import { repository } from '../repository.ts'

const module = 'github.com/seaweedfs/seaweedfs'
const version = 'v0.0.0-20261109003541-7506e5f91cd6'

/**
 * The program of SeaweedFS, built once by Go (PATH or /usr/local/go) below `node_modules/.cache`, in some minutes.
 * @throws Error that says why it cannot be built
 */
export async function provideSeaweed(): Promise<string> {
  const folder = join(repository, 'node_modules', '.cache', `seaweedfs-${version}`)
  const program = join(folder, 'weed')
  if (existsSync(program)) return program
  await mkdir(dirname(folder), { recursive: true })
  const draft = await mkdtemp(`${folder}-`)
  const go = existsSync('/usr/local/go/bin/go') ? '/usr/local/go/bin/go' : 'go'
  try {
    await writeFile(join(draft, 'go.mod'), 'module seaweed\n')
    await execute(go, ['get', `${module}/weed@${version}`], { directory: draft })
    await execute(go, ['build', '-o', join(draft, 'weed'), `${module}/weed`], { directory: draft })
    await rename(draft, folder).catch((error: unknown) => {
      if (!existsSync(program)) throw error
    })
    return program
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Error(`SeaweedFS, the real S3 server of the tests, cannot be built by Go: ${why}`, {
      cause: error,
    })
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

/** Starts a SeaweedFS of this machine alone, with all that it keeps in a directory of the test's. */
export async function startSeaweed(): Promise<S3Server> {
  const program = await provideSeaweed()
  const directory = await makeScratchDirectory('seaweed')
  const { accessKeyId: accessKey, secretAccessKey: secretKey } = testCredentials
  const identity = { name: 'test', credentials: [{ accessKey, secretKey }], actions: ['Admin'] }
  await writeFile(join(directory, 's3.json'), JSON.stringify({ identities: [identity] }))
  const port = await findFreePort()
  const parts = ['master', 'volume', 'filer']
  const ports: string[] = []
  for (const part of parts) {
    const own = await findFreePort()
    ports.push(`-${part}.port=${own}`, `-${part}.port.grpc=${await findFreePort()}`)
  }
  const child = spawn(
    program,
    [
      'server',
      ...[`-dir=${directory}`, '-ip=127.0.0.1', '-ip.bind=127.0.0.1', ...ports],
      ...['-filer', '-s3', `-s3.port=${port}`, `-s3.port.grpc=${await findFreePort()}`],
      ...[`-s3.config=${join(directory, 's3.json')}`, '-master.volumeSizeLimitMB=1024', '-volume.max=20'],
    ],
    { stdio: 'ignore', cwd: directory },
  )
  const kill = (): void => {
    child.kill('SIGKILL')
  }
  process.once('exit', kill)
  return describeServer(port, async () => {
    process.off('exit', kill)
    kill()
    if (child.exitCode === null && child.signalCode === null) {
      await new Promise((resolve) => child.once('exit', resolve))
    }
  })
}
