import { readFileSync } from 'node:fs'
import { appendFile, open, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startResultsService } from '../support/github/results-service.ts'
import { makeScratchDirectory } from '../support/machine/scratch.ts'
import { runCase, type Fault } from './fault.ts'
import type { Outcome } from './judge.ts'
import { compressors, spoilCompressor, writeDump } from './stand-ins.ts'
import { begin, type World } from './world.ts'

const bad = { codes: ['PGB_VERIFY'], status: 'failed' } as const
const methods = Object.keys(compressors) as (keyof typeof compressors)[]

type Damage = 'tail' | 'flip' | 'nothing' | 'fails'

/** Besides a changed bit, which each format must notice by a sum of its own, `npm test` has each damage once. */
const dealt: Readonly<Record<(typeof methods)[number], readonly Damage[]>> = {
  gzip: ['flip', 'tail'],
  bzip2: ['flip'],
  zstd: ['flip', 'nothing'],
  lz4: ['flip', 'tail'],
  xz: ['flip', 'fails'],
}

function spoil(method: (typeof methods)[number], damage: Damage, rounds: number): Fault {
  return {
    kind: 'spoiled stream',
    name: `${method}, ${damage}`,
    rounds,
    isVariant: !dealt[method].includes(damage),
    inflict: async (world) => {
      const standIns = await spoilCompressor(method, damage)
      const expected = damage === 'fails' ? ({ codes: ['PGB_DUMP'], status: 'failed' } as const) : bad
      return runCase(world, { standIns, inputs: { compression: method } }, expected)
    },
  }
}

/** The same lies without a compressor, and an end by a signal as well as by a code. */
const variants = ['the same, uncompressed', 'prints nothing at all into a file', 'kills itself at the end']

/** A pg_dump that behaves as none should. */
function pretend(name: string, body: string, codes: string[], inputs: Record<string, string> = {}): Fault {
  return {
    kind: 'lying pg_dump',
    name,
    rounds: 2,
    isVariant: variants.includes(name),
    inflict: async (world) =>
      runCase(world, { standIns: await writeDump(body), inputs }, { codes, status: 'failed' }),
  }
}

const lies: readonly Fault[] = [
  pretend(
    'prints an error and ends with 0',
    '"$real" "$@"; echo "pg_dump: error: query failed: ERROR:  strange" >&2; exit 0',
    ['PGB_DUMP'],
  ),
  pretend('prints half of it and ends with 0', '"$real" "$@" | head -c 30000; exit 0', ['PGB_VERIFY']),
  pretend('the same, uncompressed', '"$real" "$@" | head -c -30; exit 0', ['PGB_VERIFY'], {
    compression: 'none',
  }),
  pretend('the same, as an archive', '"$real" "$@" | head -c 20000; exit 0', ['PGB_VERIFY'], {
    format: 'custom',
  }),
  pretend('prints nothing and ends with 0', 'exit 0', ['PGB_VERIFY']),
  pretend('prints nothing at all into a file', 'exit 0', ['PGB_VERIFY'], { compression: 'none' }),
  pretend('prints all and ends with 1', '"$real" "$@"; exit 1', ['PGB_DUMP']),
  pretend('kills itself at the end', '"$real" "$@"; kill -SEGV $$', ['PGB_DUMP']),
  pretend(
    'dumps another database',
    'for word; do shift; case "$word" in --dbname=*) word="--dbname=dbname=other";; esac; set -- "$@" "$word"; done; exec "$real" "$@"',
    ['PGB_VERIFY'],
    { format: 'custom' },
  ),
]

async function findFinished(directory: string, start: string): Promise<string> {
  const names = await readdir(directory)
  return join(directory, names.find((name) => name.startsWith(start) && name.endsWith('.gz')) ?? '')
}

/** Changes one byte, and sets back the time. */
async function flipByte(path: string): Promise<void> {
  const { atime, mtime, size } = await stat(path)
  const file = await open(path, 'r+')
  const byte = Buffer.alloc(1)
  await file.read(byte, 0, 1, Math.floor(size / 2))
  await file.write(Buffer.from([(byte[0] ?? 0) ^ 1]), 0, 1, Math.floor(size / 2))
  await file.close()
  await utimes(path, atime, mtime)
}

const changes: Readonly<Record<string, (path: string) => Promise<void>>> = {
  'a byte is appended': (path) => appendFile(path, 'x'),
  'a byte is changed, size and time are kept': flipByte,
  'the file is removed': (path) => rm(path),
  'the file is replaced': async (path) => {
    await writeFile(`${path}.new`, readFileSync(path))
    await rename(`${path}.new`, path)
  },
}

/** The first file is changed while the second is still dumped. */
function change(name: string, work: (path: string) => Promise<void>): Fault {
  return {
    kind: 'changed after verification',
    name,
    rounds: 2,
    isVariant: work !== flipByte,
    inflict: async (world) => {
      const inputs = { databases: 'small, big', jobs: '2', compression: 'gzip:9' }
      const { action, ...begun } = await begin(world, { inputs })
      // It has its name before it is verified, and this line after it.
      await action.waitForLog(/The database "small": small_/)
      await work(await findFinished(begun.outputDirectory, 'small_'))
      return { run: await action.done, ...begun, expected: bad }
    },
  }
}

const steps = ['create', 'block', 'blocklist', 'finalize'] as const
const notUploaded = { codes: ['PGB_UPLOAD'], status: 'failed' } as const

function failUpload(
  step: (typeof steps)[number],
  kind: 403 | 500 | 'reset',
  times: number,
  isSlow: boolean,
): Fault {
  const lasts = times === Infinity
  return {
    kind: lasts ? 'results service fails' : 'results service fails and recovers',
    name: `${step}, ${kind}`,
    rounds: isSlow ? 1 : 2,
    isSlow,
    // All are made on the upload itself, in the tests of its store.
    isVariant: step !== (lasts ? 'finalize' : 'block') || kind === 500,
    inflict: async (world) => {
      const service = await startResultsService()
      service.fail({ step, kind, times })
      return runCase(world, { service }, lasts ? notUploaded : { codes: [], status: 'complete' })
    },
  }
}

/** Of two runs in one directory one wins, and the other touches nothing. */
async function shareDirectory(world: World): Promise<Outcome> {
  const inputs = { url: world.cluster.url('big') }
  const first = await begin(world, { inputs })
  const second = await begin(world, { inputs, outputDirectory: first.outputDirectory })
  const runs = await Promise.all(
    [first, second].map(async (begun) => ({ ...begun, run: await begun.action.done })),
  )
  const [loser, winner] = runs.sort((a, b) => (b.run.exitCode ?? 0) - (a.run.exitCode ?? 0))
  if (loser === undefined || winner === undefined) throw new Error('unreachable')
  const complaints =
    winner.run.exitCode === 0 && winner.service.artifacts().length === 1 ? [] : ['none has won']
  await winner.service.close()
  return { ...loser, expected: { codes: ['PGB_INPUT'], status: 'failed' }, complaints }
}

/** Every look at the clock finds it an hour earlier. */
async function setClockBack(world: World): Promise<Outcome> {
  const script = join(await makeScratchDirectory('clock'), 'clock.mjs')
  await writeFile(
    script,
    `const Real = Date; let jumps = 0; const now = () => Real.now.call(Real) - 36e5 * (jumps++ % 40);
    globalThis.Date = class extends Real { constructor(...given) { super(...(given.length ? given : [now()])) } static now() { return now() } }`,
  )
  const inputs = { databases: 'small, other' }
  const environment = { NODE_OPTIONS: `--import=${script}` }
  const outcome = await runCase(world, { inputs, environment }, { codes: [], status: 'complete' })
  const manifest = JSON.parse(readFileSync(join(outcome.outputDirectory, 'manifest.json'), 'utf8')) as {
    startedAt: string
    finishedAt: string
    files: { durationSeconds: number }[]
  }
  const complaints = manifest.files.every(({ durationSeconds }) => durationSeconds >= 0)
    ? []
    : ['negative time']
  if (manifest.finishedAt < manifest.startedAt) complaints.push('it ends before it begins')
  return { ...outcome, complaints }
}

export const strangeFaults: readonly Fault[] = [
  ...methods.flatMap((method) => [
    spoil(method, 'tail', 2),
    spoil(method, 'flip', 2),
    spoil(method, 'nothing', 1),
    spoil(method, 'fails', 1),
  ]),
  ...lies,
  ...Object.entries(changes).map(([name, work]) => change(name, work)),
  ...steps.map((step) => failUpload(step, 403, Infinity, false)),
  ...steps.map((step) => failUpload(step, 'reset', 1, step === 'create' || step === 'finalize')),
  ...steps.map((step) => failUpload(step, 500, 1, false)),
  ...steps.flatMap((step) => [
    failUpload(step, 500, Infinity, true),
    failUpload(step, 'reset', Infinity, true),
  ]),
  { kind: 'two runs', name: 'two runs in one directory', rounds: 3, inflict: shareDirectory },
  { kind: 'clock', name: 'the clock jumps back', rounds: 3, inflict: setClockBack },
]
