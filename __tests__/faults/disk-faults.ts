import { join } from 'node:path'
import { execute, tryExecute } from '../support/machine/execute.ts'
import { makeScratchDirectory } from '../support/machine/scratch.ts'
import { runCase, type Fault } from './fault.ts'
import type { Outcome } from './judge.ts'
import { begin, type World } from './world.ts'

/** With both figures. */
const figures =
  /\d (k|M|G)?B left of [\d.]+ (k|M|G)?B that were free, and about [\d.]+ (k|M|G)?B were expected/

const full = { codes: ['PGB_DISK'], status: 'failed', says: figures } as const

/** A file system of 2 MB; where mounting is not allowed, a limit on the size of files. */
async function fillDisk(world: World, inputs: Record<string, string>): Promise<Outcome> {
  const folder = await makeScratchDirectory('small-disk')
  const mount = await tryExecute('mount', ['-t', 'tmpfs', '-o', 'size=2m,mode=700', 'tmpfs', folder])
  if (mount.exitCode !== 0) {
    console.warn(`No tmpfs (${mount.stderr.trim()}): RLIMIT_FSIZE instead`)
    return limitFiles(world, inputs)
  }
  try {
    const given = {
      inputs: { url: world.cluster.url('big'), ...inputs },
      outputDirectory: join(folder, 'output'),
    }
    const outcome = await runCase(world, given, full)
    const isWarned = outcome.run.annotations.some(({ message }) => message.includes('may not fit'))
    return { ...outcome, complaints: isWarned ? [] : ['there is no warning beforehand'] }
  } finally {
    await execute('umount', [folder])
  }
}

/** The limit is laid on Node, and its children inherit it. */
async function limitFiles(world: World, inputs: Record<string, string>): Promise<Outcome> {
  const { action, ...begun } = await begin(world, { inputs: { url: world.cluster.url('big'), ...inputs } })
  await execute('prlimit', ['--pid', String(action.child.pid), '--fsize=1000000'])
  return { run: await action.done, ...begun, expected: full }
}

/** All that write the file. */
const writers: readonly Record<string, string>[] = [
  { compression: 'none' },
  { compression: 'gzip' },
  { compression: 'bzip2:1' },
  { compression: 'zstd' },
  { compression: 'lz4' },
  { compression: 'xz:0' },
  { format: 'custom' },
  { format: 'tar', compression: 'none' },
  // With several workers pg_dump says of one that met the limit only that it died.
  { format: 'directory', compression: 'none', jobs: '1' },
]

/** Each writer meets one of the two ways in which a disk is full in `npm test`, and both in the long loop. */
const isDealtToFiles = (index: number): boolean => index % 2 === 1

const describe = (inputs: Record<string, string>): string => Object.values(inputs).join(', ')

export const diskFaults: readonly Fault[] = [
  ...writers.map((inputs, index) => ({
    kind: 'full disk',
    name: `tmpfs of 2 MB, ${describe(inputs)}`,
    rounds: 2,
    isVariant: isDealtToFiles(index),
    inflict: (world: World) => fillDisk(world, inputs),
  })),
  {
    kind: 'full disk',
    name: 'tmpfs of 2 MB, encrypted',
    rounds: 2,
    isVariant: true,
    inflict: (world) => fillDisk(world, { compression: 'none', 'age-recipients': world.recipient }),
  },
  ...writers.map((inputs, index) => ({
    kind: 'RLIMIT_FSIZE',
    name: `RLIMIT_FSIZE, ${describe(inputs)}`,
    rounds: 1,
    isVariant: !isDealtToFiles(index),
    inflict: (world: World) => limitFiles(world, inputs),
  })),
  {
    kind: 'RLIMIT_FSIZE',
    name: 'RLIMIT_FSIZE, encrypted',
    rounds: 2,
    inflict: (world) => limitFiles(world, { compression: 'none', 'age-recipients': world.recipient }),
  },
]
