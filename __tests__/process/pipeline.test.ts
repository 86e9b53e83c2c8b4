import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { EOL } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { findFailure, runPipeline } from '../../src/process/pipeline.ts'
import { emptyBehind } from '../../src/process/pipeline-output.ts'
import type { PipelineOptions, PipelineResult } from '../../src/process/pipeline.ts'
import type { Command } from '../../src/process/command.ts'
import { makeScratchDirectory } from '../support/machine/scratch.ts'
import { findNode } from '../support/runner.ts'

const environment = { PATH: process.env['PATH'] ?? '/usr/bin:/bin' }
let scratch: string
let files = 0

beforeAll(async () => {
  scratch = await makeScratchDirectory('pipeline')
})

/** A path of its own for each call; nothing is there yet. */
function newPath(): string {
  files += 1
  return join(scratch, `file ${files}`)
}

function command(path: string, ...args: string[]): Command {
  return { path, args }
}

const sh = (script: string, ...args: string[]): Command => command('sh', '-c', script, 'sh', ...args)

function run(
  stages: readonly [Command, ...Command[]],
  options: Partial<PipelineOptions> = {},
): Promise<PipelineResult> {
  return runPipeline(stages, { environment, signal: new AbortController().signal, ...options })
}

async function waitFor(isTrue: () => boolean, milliseconds = 10_000): Promise<void> {
  const deadline = Date.now() + milliseconds
  while (!isTrue()) {
    if (Date.now() > deadline) throw new Error('It did not happen in time')
    await sleep(20)
  }
}

/** Processes, zombies aside, that have this word in their command lines. */
function findProcesses(word: string): string[] {
  const read = (pid: string): string => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    } catch {
      return ''
    }
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(read)
    .filter((line) => line.includes(word))
}

describe('exit codes', () => {
  it.each<[string, string[], [number, number] | undefined]>([
    ['none when every stage ends with 0', ['echo x', 'cat', 'cat >/dev/null'], undefined],
    ['the first', ['exit 3', 'cat'], [0, 3]],
    ['the last', ['echo x', 'cat >/dev/null; exit 4'], [1, 4]],
    ['one in the middle', ['echo x', 'cat; exit 5', 'cat'], [1, 5]],
    ['the first of two', ['exit 6', 'cat; exit 7'], [0, 6]],
    ['a producer that fails after a lot of output', ['head -c 1000000 /dev/zero; exit 8', 'cat'], [0, 8]],
    ['one that is not there', ['exec no-such-program-here'], [0, 127]],
    ['one that was killed', ['kill -KILL $$', 'cat'], [0, 137]],
    // The producer's SIGPIPE is the consequence, whatever its place.
    ['the reader that left its writer behind', ['exec cat /dev/zero', 'exit 9'], [1, 9]],
    ['the reader at the end of three', ['exec cat /dev/zero', 'exec cat', 'exit 10'], [2, 10]],
    ['the writer, when its reader left with 0', ['exec cat /dev/zero', 'head -c 1 >/dev/null'], [0, 141]],
  ])('blame %s', async (_, scripts, expected) => {
    const stages = scripts.map((script) => sh(script)) as [Command, ...Command[]]
    const { failure } = await run(stages, { outputFile: newPath() })
    const [index, exitCode] = expected ?? []
    expect(failure).toEqual(index === undefined ? undefined : { command: stages[index], exitCode })
  })

  it('count for the last stage alone where it may stop reading early', async () => {
    const stages = [command('cat', '/dev/zero'), command('head', '-c', '3')] as const
    expect((await run(stages)).failure?.exitCode).toBe(141)
    expect((await run(stages, { onlyLastStageCounts: true })).failure).toBeUndefined()
    const failing = [command('cat', '/dev/zero'), sh('exit 2')] as const
    expect((await run(failing, { onlyLastStageCounts: true })).failure?.exitCode).toBe(2)
  })

  it('are unknown, and so no success, when the shell itself was killed', async () => {
    const onStart = (group: number): void => void process.kill(-group, 'SIGKILL')
    const stage = command('sleep', '60.125')
    const { failure } = await run([stage], { onStart })
    expect(failure).toEqual({ command: stage, exitCode: undefined })
    await waitFor(() => findProcesses('sleep 60.125').length === 0)
  })

  it('are judged by a rule of its own', () => {
    const [a, b, c] = [command('a'), command('b'), command('c')]
    expect(findFailure([a, b, c], [0, 0, 0])).toBeUndefined()
    expect(findFailure([a, b, c], [141, 141, 1])).toEqual({ command: c, exitCode: 1 })
    expect(findFailure([a, b, c], [2, 141, 1])).toEqual({ command: a, exitCode: 2 })
    expect(findFailure([a, b, c], [0, 141, 0])).toEqual({ command: b, exitCode: 141 })
    expect(findFailure([a, b, c], undefined)).toEqual({ command: a, exitCode: undefined })
  })
})

describe('arguments', () => {
  const odd = [
    '',
    ' ',
    '*',
    '~',
    '$HOME',
    '$(exit 1)',
    '`exit 1`',
    '"',
    "'",
    '\\',
    '\\\\"',
    'a\nb',
    '\n',
    '\t',
    ';exit 1',
    '&',
    '|',
    '>x',
    '<x',
    '!!',
    '{a,b}',
    '-n',
    '--',
    '%s',
    'ü€😀',
    '\u0001\u001b[31m\u007f',
    '${@:1:2}',
    'a'.repeat(100_000),
  ]

  it('arrive as they are, in every stage', async () => {
    const print = sh('for a in "$@"; do printf "[%s]" "$a"; done', ...odd)
    const after = sh('cat; for a in "$@"; do printf "(%s)" "$a"; done', ...odd)
    const { stdout, failure } = await run([print, after])
    expect(failure).toBeUndefined()
    expect(stdout).toBe(odd.map((text) => `[${text}]`).join('') + odd.map((text) => `(${text})`).join(''))
  })

  it('and names of files are never expanded', async () => {
    const inputFile = join(scratch, '$(exit 1) "in" *\n;')
    const outputFile = join(scratch, "`out` 'x' ?\n&")
    writeFileSync(inputFile, 'content')
    const { failure } = await run([command('cat')], { inputFile, outputFile })
    expect(failure).toBeUndefined()
    expect(readFileSync(outputFile, 'utf8')).toBe('content')
  })
})

describe('bytes', () => {
  it('pass from file to file unchanged, through every stage', async () => {
    const bytes = Buffer.from([...Array(256).keys()])
    const content = Buffer.concat(Array<Buffer>(5000).fill(bytes))
    const [inputFile, outputFile] = [newPath(), newPath()]
    writeFileSync(inputFile, content)
    const { stdout } = await run([command('gzip', '-1'), command('gzip', '-d'), command('cat')], {
      inputFile,
      outputFile,
    })
    expect(readFileSync(outputFile).equals(content)).toBe(true)
    expect(stdout).toBe('')
  })

  it.each(['', 'x', 'a\n', '\n', '1 2\n3', 'no end\n0 0 0', 'ü€😀'])(
    'of the last stage are captured: %j',
    async (text) => {
      const { stdout, failure } = await run([sh('printf %s "$1"', text)])
      expect(failure).toBeUndefined()
      expect(stdout).toBe(text)
    },
  )

  it('come from nowhere unless a file is given', async () => {
    expect((await run([command('cat')])).stdout).toBe('')
  })
})

describe('the output file', () => {
  it('is readable by its owner alone, whatever the umask', async () => {
    const outputFile = newPath()
    const before = process.umask(0)
    try {
      await run([command('echo', 'x')], { outputFile })
    } finally {
      process.umask(before)
    }
    expect((statSync(outputFile).mode & 0o777).toString(8)).toBe('600')
  })

  it('is never overwritten', async () => {
    const outputFile = newPath()
    writeFileSync(outputFile, 'precious')
    const { failure, stderr } = await run([command('echo', 'x')], { outputFile })
    expect(failure).toBeDefined()
    expect(stderr).toMatch(/cannot overwrite existing file/)
    expect(readFileSync(outputFile, 'utf8')).toBe('precious')
  })

  it('fails the pipeline where it cannot be made', async () => {
    const { failure, stderr } = await run([command('echo', 'x')], { outputFile: join(scratch, 'no', 'way') })
    expect(failure).toBeDefined()
    expect(stderr).toMatch(/No such file or directory/)
  })

  it('is not there when the input file is missing', async () => {
    const outputFile = newPath()
    const { failure } = await run([command('cat')], { inputFile: newPath(), outputFile })
    expect(failure).toBeDefined()
    expect(existsSync(outputFile)).toBe(false)
  })
})

describe('standard error', () => {
  it('of all stages is kept', async () => {
    const { stderr } = await run([sh('echo one >&2'), sh('cat; echo two >&2')])
    expect(stderr.split('\n').sort()).toEqual(['', 'one', 'two'])
  })

  it('is kept to its last 64 KiB', async () => {
    const { stderr, failure } = await run([sh('head -c 3000000 /dev/zero | tr "\\0" x >&2; echo end >&2')])
    expect(failure).toBeUndefined()
    expect(stderr).toHaveLength(64 * 1024)
    expect(stderr).toMatch(/^x+end\n$/)
  })

  it('holds nothing of our own', async () => {
    expect((await run([command('true'), command('true')], { outputFile: newPath() })).stderr).toBe('')
  })
})

describe('the environment', () => {
  it('is what is given, and nothing beside', async () => {
    process.env['INPUT_PASSWORD'] = 'secret'
    try {
      const { stdout } = await run([command('env')], { environment: { ...environment, GIVEN: 'a b' } })
      const names = stdout.split('\n').map((line) => line.split('=')[0] ?? '')
      // Bash adds all of these but GIVEN by itself.
      const known = ['_', 'OLDPWD', 'PATH', 'PWD', 'SHLVL', 'GIVEN', '']
      expect(names).toContain('GIVEN')
      expect(names.filter((name) => !known.includes(name))).toEqual([])
    } finally {
      Reflect.deleteProperty(process.env, 'INPUT_PASSWORD')
    }
  })
})

describe('an abort', () => {
  const reason = new Error('stopped')

  it('before the start starts nothing', async () => {
    const outputFile = newPath()
    const promise = run([command('echo')], { signal: AbortSignal.abort(reason), outputFile })
    await expect(promise).rejects.toBe(reason)
    expect(existsSync(outputFile)).toBe(false)
  })

  it('ends every stage, and the promise rejects with its reason', async () => {
    const controller = new AbortController()
    const stages = [command('sleep', '60.25'), command('sleep', '60.25')] as const
    const promise = run(stages, {
      signal: controller.signal,
      onStart: () => {
        controller.abort(reason)
      },
    })
    await expect(promise).rejects.toBe(reason)
    await waitFor(() => findProcesses('sleep 60.25').length === 0)
  })

  it('ends what is deaf to SIGTERM, two seconds later', async () => {
    const controller = new AbortController()
    const ready = newPath()
    const stage = sh('trap "" TERM; : >"$1"; while :; do sleep 0.0625; done', ready)
    const promise = run([stage], { signal: controller.signal })
    const rejection = expect(promise).rejects.toBe(reason)
    await waitFor(() => existsSync(ready))
    const startedAt = performance.now()
    controller.abort(reason)
    await rejection
    expect(performance.now() - startedAt).toBeGreaterThan(1900)
    await waitFor(() => findProcesses(ready).length === 0)
  })

  it('behind the end changes nothing', async () => {
    const controller = new AbortController()
    const { stdout } = await run([command('echo', 'x')], { signal: controller.signal })
    controller.abort(reason)
    expect(stdout).toBe('x\n')
  })
})

describe('the lifeline', () => {
  it.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
    'ends all stages when Node dies of %s',
    async (signal) => {
      const marker = `61.${signal.length}${Date.now()}`
      const module = pathToFileURL(
        join(import.meta.dirname, '..', '..', 'src', 'process', 'pipeline.ts'),
      ).href
      const program = `
      import { runPipeline } from '${module}'
      const stage = { path: 'sleep', args: ['${marker}'] }
      await runPipeline([stage, stage], { environment: process.env, signal: new AbortController().signal })`
      const child = spawn(findNode(), ['--input-type=module', '--eval', program], { stdio: 'ignore' })
      const isSleeping = (line: string): boolean => line.startsWith('sleep ')
      await waitFor(() => findProcesses(marker).filter(isSleeping).length === 2)
      child.kill(signal)
      await waitFor(() => findProcesses(marker).length === 0)
    },
  )
})

describe('output that is handed on', () => {
  const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7) % 256))
  it.each([0, 1, 2, 255, 256, 257, 70_000, 300_000])('comes whole and alone, of %s bytes', async (length) => {
    const path = newPath()
    writeFileSync(path, bytes.subarray(0, length))
    const pieces: Buffer[] = []
    const consume = (piece: Buffer): void => {
      pieces.push(piece)
    }
    const result = await run([command('cat'), command('cat')], { inputFile: path, consume })
    expect(result).toEqual({ failure: undefined, stdout: '', stderr: '' })
    expect(Buffer.concat(pieces).equals(bytes.subarray(0, length))).toBe(true)
  })

  it('is cut at the limit, and says so', async () => {
    let size = 0
    const consume = (piece: Buffer): void => {
      size += piece.length
    }
    const result = await run([command('cat', '/dev/zero')], { consume, outputLimit: 1_000_000 })
    expect([result.isCut, size <= 1_000_000, result.failure === undefined]).toEqual([true, true, false])
  })

  it('of a stage that fails is still told', async () => {
    const pieces: Buffer[] = []
    const result = await run([sh('echo x; exit 3')], { consume: (piece) => pieces.push(piece) })
    expect([result.failure?.exitCode, Buffer.concat(pieces).toString()]).toEqual([3, 'x\n'])
  })
})

describe('output without line ends', () => {
  // @actions/exec looks at all that has no line end again with each piece.
  it.each(['x'.repeat(100), 'a\nb', 'x'])('leaves @actions/exec an empty line of each piece: %j', (text) => {
    const taken: string[] = []
    const chunk = Buffer.from(text)
    emptyBehind((bytes) => taken.push(String(bytes)))(chunk)
    expect(taken).toEqual([text])
    expect(String(chunk)).toBe(EOL.padStart(text.length, '\0').slice(-text.length))
  })
  it('is not kept beyond the limit', async () => {
    const { isCut, stdout } = await run([command('cat', '/dev/zero')], { outputLimit: 1_000_000 })
    expect([isCut, stdout]).toEqual([true, ''])
  })
})
