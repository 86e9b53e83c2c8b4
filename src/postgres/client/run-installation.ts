import { setTimeout as sleep } from 'node:timers/promises'
import { runPipeline } from '../../process/pipeline.ts'
import type { PipelineResult } from '../../process/pipeline.ts'
import type { Command } from '../../process/command.ts'
import { isLocked, lockTimeoutSeconds } from './apt-plan.ts'
import type { ClientContext } from './client-context.ts'
import type { InstallPlan, InstallStep } from './install-plan.ts'

/** Runs a plan's steps, and once more those for the second try; says why that failed too. */
export async function runPlan(plan: InstallPlan, context: ClientContext): Promise<string | undefined> {
  const firstFailure = await runSteps(plan.steps, context)
  if (firstFailure === undefined) return undefined
  context.log.info(`This failed, and is tried once more: ${firstFailure}`)
  const failure = await runSteps(plan.retrySteps, context)
  return failure === undefined ? undefined : `${failure} (tried twice)`
}

/** Runs the steps up to the first required one that fails, and says why it failed. */
export async function runSteps(
  steps: readonly InstallStep[],
  context: ClientContext,
): Promise<string | undefined> {
  let earlier: string | undefined
  for (const step of steps) {
    const { why, unfetched } = await runStep(step, context)
    if (why !== undefined && step.required) {
      return earlier === undefined ? why : `${why}; before that: ${earlier}`
    }
    earlier ??= unfetched
  }
  return undefined
}

/** What is known after a step; both are undefined when all is well. */
interface StepEnd {
  readonly why: string | undefined
  /** What apt could not fetch, and why: it goes on without, and then calls the package unknown. */
  readonly unfetched: string | undefined
}

async function runStep({ command }: InstallStep, context: ClientContext): Promise<StepEnd> {
  const words = [command.path, ...command.args]
  context.log.info(`$ ${words.join(' ')}`)
  const { failure, stdout, stderr } = await runUnlocked(command, context)
  const output = [stdout.trim(), stderr.trim()].filter((text) => text !== '').join('\n')
  for (const text of output === '' ? [] : output.split(/\r\n|[\r\n]/)) context.log.info(text)
  const unfetched = /^[WE]: (Failed to fetch .*)$/m.exec(output)?.[1]?.replace(/\s+/g, ' ')
  if (failure === undefined) return { why: undefined, unfetched }
  // Settings and variables stand in the log.
  const short = words.filter((word) => !/^(?:-o|env|\S+=\S*)$/.test(word)).join(' ')
  const why = `\`${short}\` ended with exit code ${failure.exitCode ?? 'none'}: ${findReason(output)}`
  return { why, unfetched }
}

/** Waits for another apt to let go of the package lists; apt itself waits only where packages are unpacked. */
async function runUnlocked(
  command: Command,
  { environment, signal, log }: ClientContext,
): Promise<PipelineResult> {
  const deadline = Date.now() + lockTimeoutSeconds * 1000
  for (let told = false; ; told = true) {
    const result = await runPipeline([command], { environment, signal })
    if (result.failure === undefined || !isLocked(result.stderr) || Date.now() > deadline) return result
    if (!told) log.info('Another package manager is at work, which is waited for.')
    await sleep(1000)
  }
}

/** The lines in which package managers name what is wrong; else the last line. */
function findReason(output: string): string {
  const lines = output.split('\n').map((line) => line.trim())
  const errors = lines.filter((line) => /^(E|ERROR|Error)\b:?|^sudo: /.test(line))
  const reason = errors.length > 0 ? errors.slice(0, 3).join('; ') : (lines.at(-1) ?? '')
  return reason === '' ? 'it printed nothing' : reason.replace(/[.\s]+$/, '')
}
