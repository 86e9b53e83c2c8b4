import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ResultsService } from '../support/github/results-service.ts'
import type { ActionRun } from '../support/runner.ts'

/** What must hold after a fault. */
export interface Expectation {
  /** Codes of which the one annotation must bear one. */
  readonly codes: readonly string[]
  /** What the annotation must say. */
  readonly says?: RegExp
  readonly status: 'failed' | 'partial' | 'complete'
  /** The fault was a signal to Node itself, which then says nothing more. */
  readonly silent?: boolean
  /** Annotations of errors; default: 1. */
  readonly errors?: number
}

/** How a fault ended. */
export interface Outcome {
  readonly run: ActionRun
  readonly service: ResultsService
  readonly outputDirectory: string
  readonly expected: Expectation
  /** What the fault itself found to be wrong. */
  readonly complaints?: readonly string[]
}

const readers: Readonly<Record<string, string[]>> = {
  gz: ['pigz', '-dc'],
  bz2: ['bzip2', '-dc'],
  zst: ['zstd', '-dcq'],
  lz4: ['lz4', '-dcq'],
  xz: ['xz', '-dc'],
  sql: ['cat'],
}

/** Lists what does not hold; nothing when all is as it should be. */
export function judge({ run, service, outputDirectory, expected, complaints = [] }: Outcome): string[] {
  const found = [...complaints, ...judgeEnd(run, expected), ...judgeFiles(outputDirectory)]
  const artifacts = service.artifacts().length
  if (artifacts !== (expected.status === 'failed' ? 0 : 1)) found.push(`${artifacts} artifacts`)
  const status = run.outputs['status'] ?? 'none'
  if (!expected.silent && status !== expected.status) found.push(`the status is ${status}`)
  if (run.orphans.length > 0 && !expected.silent) found.push(`processes left: ${JSON.stringify(run.orphans)}`)
  const secret = run.leftOver.find((path) => /postgres-backup-(private|directory)/.test(path))
  if (secret !== undefined) found.push(`left behind: ${secret}`)
  return found.length === 0 ? [] : [...found, `the log:\n${run.shown.slice(-1500)}`]
}

function judgeEnd(run: ActionRun, { codes, says, status, silent, errors }: Expectation): string[] {
  const annotations = run.annotations.filter(({ level }) => level === 'error')
  if (silent) return run.exitCode === 0 ? ['the exit code is 0'] : []
  const found: string[] = []
  const exitCode = status === 'complete' ? 0 : 1
  if (run.exitCode !== exitCode) found.push(`the exit code is ${run.exitCode ?? run.signal ?? 'none'}`)
  const expectedErrors = errors ?? (status === 'complete' ? 0 : 1)
  if (annotations.length !== expectedErrors) found.push(`${annotations.length} errors are shown`)
  for (const { title = '', message } of annotations) {
    if (!codes.includes(title)) found.push(`the code is ${title}, not ${codes.join(' or ')}`)
    if (says?.test(message) === false) found.push(`it does not say ${String(says)}`)
    if (/\n\s+at |secret-word|w0rd/.test(message)) found.push('a stack trace or a secret is shown')
  }
  return found
}

/** Whatever bears a finished file's name must be whole. */
function judgeFiles(directory: string): string[] {
  if (!existsSync(directory)) return []
  const names = readdirSync(directory)
  const found = names.filter((name) => name.endsWith('.partial')).map((name) => `left behind: ${name}`)
  const dumps = names.filter((name) => /\.sql(\.\w+)?$/.test(name))
  for (const name of dumps) if (!isWhole(join(directory, name))) found.push(`${name} looks finished`)
  const manifest = join(directory, 'manifest.json')
  const listed = existsSync(manifest)
    ? (JSON.parse(readFileSync(manifest, 'utf8')) as { files: { name: string }[] }).files
    : []
  for (const { name } of listed)
    if (!names.includes(name) && !names.includes(`${name}.changed`))
      found.push(`${name} is listed and missing`)
  return found
}

function isWhole(path: string): boolean {
  const [program = '', ...args] = readers[path.split('.').at(-1) ?? ''] ?? []
  if (program === '') return true
  try {
    const bytes = execFileSync(program, [...args, path], {
      maxBuffer: 1e9,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return bytes.subarray(-500).includes('-- PostgreSQL database dump complete')
  } catch {
    return false
  }
}
