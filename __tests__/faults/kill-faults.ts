import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ActionRun } from '../support/runner.ts'
import { runAction } from '../support/runner.ts'
import { makeScratchDirectory } from '../support/machine/scratch.ts'
import { writeScript } from '../support/machine/stand-ins.ts'
import type { Fault, Random } from './fault.ts'
import type { Expectation, Outcome } from './judge.ts'
import { signalProcess, targets, waitForSilence, waitForTarget } from './processes.ts'
import type { Target } from './processes.ts'
import { begin, bundleOf } from './world.ts'
import type { Begun, Case, World } from './world.ts'

/** Tries until the target lived at the random moment. */
async function kill(world: World, target: Target, random: Random): Promise<Outcome> {
  for (let attempt = 1; ; attempt += 1) {
    const encrypted = target === 'age' || random() < 0.3
    const inputs = { url: world.cluster.url('big'), ...(encrypted && { 'age-recipients': world.recipient }) }
    const begun = await begin(world, { inputs })
    const node = begun.action.child.pid ?? 0
    const found = await waitForTarget(target, begun.trackingId, node)
    await sleep(random() * 700)
    const isHit = found !== undefined && signalProcess(found.pid, 'SIGKILL')
    const run = await begun.action.done
    const isOver = begun.service.artifacts().length > 0
    if (isHit && !isOver) return concludeKill(world, target, begun, run)
    await begun.service.close()
    if (attempt === 10) throw new Error(`No ${target} could be hit`)
  }
}

async function concludeKill(world: World, target: Target, begun: Begun, run: ActionRun): Promise<Outcome> {
  if (target !== 'node') {
    const expected = { codes: ['PGB_DUMP'], status: 'failed', says: /was not dumped/ } as const
    // The shell's own guard of its stages may outlive it by two seconds where nobody reaps zombies.
    const left = target === 'shell' ? await waitForSilence(begun.trackingId, 2_500) : run.orphans
    const complaints = left.map(({ command }) => `left: ${String(command)}`)
    return { ...begun, run: { ...run, orphans: [] }, expected, complaints }
  }
  const left = await waitForSilence(begun.trackingId, 3_000)
  const complaints = left.map(({ command }) => `left 3 s after the kill: ${command.join(' ')}`)
  const cleaned = await cleanUp(world, run)
  return { ...begun, run: { ...run, leftOver: cleaned.leftOver }, expected: silent, complaints }
}

const silent: Expectation = { codes: [], status: 'failed', silent: true }

/** The post step, with what the main run has saved. */
function cleanUp(world: World, { state, temp }: ActionRun): Promise<ActionRun> {
  return runAction({ bundle: 'cleanup', ...bundleOf(world, 'cleanup'), state, temp })
}

/** The post step comes at once, while the children still live. */
async function cleanAtOnce(world: World): Promise<Outcome> {
  const begun = await begin(world, { inputs: { url: world.cluster.url('big') } })
  await waitForTarget('pg_dump', begun.trackingId, begun.action.child.pid ?? 0)
  begun.action.child.kill('SIGKILL')
  const run = await begun.action.done
  const cleaned = await cleanUp(world, run)
  const left = await waitForSilence(begun.trackingId, 300)
  const complaints = left.map(({ command }) => `left after the post step: ${command.join(' ')}`)
  if (cleaned.exitCode !== 0) complaints.push(`the post step ended with ${cleaned.exitCode ?? 'a signal'}`)
  return { ...begun, run: { ...run, leftOver: cleaned.leftOver }, expected: silent, complaints }
}

const cancelled: Expectation = { codes: ['PGB_CANCELLED'], status: 'failed' }

/** Cancels, and looks how long it takes. */
async function cancel(begun: Begun, signals: readonly NodeJS.Signals[]): Promise<Outcome> {
  const { action } = begun
  const startedAt = performance.now()
  for (const signal of signals) {
    action.child.kill(signal)
    await sleep(100)
  }
  const run = await action.done
  const seconds = (performance.now() - startedAt) / 1000
  // The runner waits 2 s for those that hold the output open, so its own end may come later.
  const complaints = seconds > 5 ? [`it took ${seconds.toFixed(1)} s to end`] : []
  return { ...begun, run, expected: cancelled, complaints }
}

async function cancelAtRandom(
  world: World,
  signals: readonly NodeJS.Signals[],
  random: Random,
): Promise<Outcome> {
  for (;;) {
    const compression = ['none', 'gzip', 'zstd', 'xz'][Math.floor(random() * 4)] ?? 'gzip'
    const inputs = {
      url: world.cluster.url('big'),
      compression,
      format: random() < 0.2 ? 'directory' : 'plain',
    }
    const begun = await begin(world, { inputs })
    await sleep(100 + random() * 1500)
    const outcome = await cancel(begun, signals)
    const { run, service } = outcome
    if (run.exitCode !== 0) {
      // Node was not yet ready to hear the signal.
      const isEarly = run.signal !== null && run.leftOver.length === 0
      return isEarly ? { ...outcome, expected: silent } : outcome
    }
    // Everything was over before.
    await service.close()
  }
}

/** Cancels when the log says that a moment has come, and a little later. */
async function cancelAt(world: World, given: Case, moment: RegExp): Promise<Outcome> {
  const begun = await begin(world, given)
  await begun.action.waitForLog(moment)
  await sleep(400)
  return cancel(begun, ['SIGINT'])
}

async function cancelConnecting(world: World): Promise<Outcome> {
  const server = createServer(() => undefined).listen(0, '127.0.0.1')
  try {
    while (!server.listening) await sleep(5)
    const { port } = server.address() as AddressInfo
    const inputs = { url: `postgres://u:secret-word@127.0.0.1:${port}/x` }
    return await cancelAt(world, { inputs }, /Connecting/)
  } finally {
    server.close()
  }
}

/** The package manager never ends. */
async function cancelInstalling(world: World): Promise<Outcome> {
  const standIns = await makeScratchDirectory('installer')
  for (const name of ['apt-get', 'apt-cache', 'brew', 'dnf', 'apk', 'choco'])
    await writeScript(standIns, name, name === 'apt-cache' ? 'exit 0' : 'sleep 60')
  await writeScript(standIns, 'sudo', 'shift; exec "$@"')
  return cancelAt(world, { standIns, inputs: { 'postgres-version': '18' } }, /\$ .*apt-get/)
}

async function cancelUploading(
  world: World,
  step: 'create' | 'block' | 'blocklist' | 'finalize',
): Promise<Outcome> {
  const begun = await begin(world, {})
  begun.service.fail({ step, kind: 'hang' })
  await begun.action.waitForLog(/Uploading/)
  const deadline = performance.now() + 10_000
  while (!begun.service.calls().some((call) => call.startsWith(step)) && performance.now() < deadline)
    await sleep(20)
  return cancel(begun, ['SIGINT'])
}

/** GitHub's API, which is asked whether the repository is public, never answers. */
async function cancelAsking(world: World): Promise<Outcome> {
  const begun = await begin(world, { event: {} })
  begun.service.fail({ step: 'api', kind: 'hang' })
  while (!begun.service.calls().some((call) => call.startsWith('api'))) await sleep(20)
  return cancel(begun, ['SIGINT'])
}

/** Reading back never ends. */
async function cancelVerifying(world: World): Promise<Outcome> {
  const standIns = await makeScratchDirectory('slow')
  const mark = 'echo "reading back" >&2'
  await writeScript(
    standIns,
    'zstd',
    `case " $* " in *" -d "*) ${mark}; sleep 60;; esac; exec /usr/bin/zstd "$@"`,
  )
  const begun = await begin(world, { standIns, inputs: { compression: 'zstd' } })
  await begun.action.waitForLog(/Dumping/)
  await sleep(800)
  return cancel(begun, ['SIGTERM'])
}

const steps = ['create', 'block', 'blocklist', 'finalize'] as const

export const killFaults: readonly Fault[] = [
  ...targets.map((target) => ({
    kind: 'kill -9',
    name: `kill -9 of ${target} at a random time`,
    // Those that kill the outer shell take 10 s each, in which its output is waited for.
    rounds: { pg_dump: 11, compressor: 11, age: 7, shell: 4, leader: 7, node: 12 }[target],
    inflict: (world: World, random: Random) => kill(world, target, random),
  })),
  { kind: 'kill -9', name: 'the post step right after a kill -9', rounds: 3, inflict: cleanAtOnce },
  {
    kind: 'cancel',
    name: 'SIGINT at a random time',
    rounds: 15,
    isVariant: true,
    inflict: (world, random) => cancelAtRandom(world, ['SIGINT'], random),
  },
  {
    kind: 'cancel',
    name: 'SIGTERM at a random time',
    rounds: 10,
    inflict: (world, random) => cancelAtRandom(world, ['SIGTERM'], random),
  },
  {
    kind: 'cancel',
    name: 'SIGINT, SIGINT and SIGTERM',
    rounds: 6,
    inflict: (world, random) => cancelAtRandom(world, ['SIGINT', 'SIGINT', 'SIGTERM'], random),
  },
  { kind: 'cancel', name: 'cancelled while connecting', rounds: 3, inflict: cancelConnecting },
  { kind: 'cancel', name: 'cancelled while installing a client', rounds: 3, inflict: cancelInstalling },
  { kind: 'cancel', name: 'cancelled while asking GitHub', rounds: 2, inflict: cancelAsking },
  { kind: 'cancel', name: 'cancelled while verifying', rounds: 3, inflict: cancelVerifying },
  ...steps.map((step) => ({
    kind: 'cancel',
    name: `cancelled while the upload hangs at ${step}`,
    rounds: 2,
    // One of a request to GitHub and one of a request to the storage behind it.
    isVariant: step === 'blocklist' || step === 'finalize',
    inflict: (world: World) => cancelUploading(world, step),
  })),
]
