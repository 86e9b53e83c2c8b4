import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { BackupError } from '../../src/errors.ts'
import { createActionsLog } from '../../src/github/log.ts'
import type { Log } from '../../src/github/log.ts'

let output: string
let restore: () => void
let log: Log

beforeEach(() => {
  output = ''
  const write = process.stdout.write.bind(process.stdout)
  process.stdout.write = (chunk: string | Uint8Array): boolean => {
    output += String(chunk)
    return true
  }
  restore = () => {
    process.stdout.write = write
    process.exitCode = undefined
  }
  log = createActionsLog((text) => text.replaceAll('s3cret', '***'))
})
afterEach(() => {
  restore()
})

const explanation = { what: 'It failed', why: 'of s3cret', whatToDo: 'Do this' }

describe('createActionsLog', () => {
  it.each<[string, (text: string) => void]>([
    [
      'debug',
      (text) => {
        log.debug(text)
      },
    ],
    [
      'info',
      (text) => {
        log.info(text)
      },
    ],
    [
      'warning',
      (text) => {
        log.warning(text, text)
      },
    ],
    [
      'startGroup',
      (text) => {
        log.startGroup(text)
      },
    ],
    [
      'error',
      (text) => {
        log.error(new Error(text))
      },
    ],
    [
      'error of ours',
      (text) => {
        log.error(new BackupError('PGB_DUMP', { ...explanation, what: text }))
      },
    ],
    [
      'error that is none',
      (text) => {
        log.error(text)
      },
    ],
  ])('redacts what %s is told', (_name, call) => {
    call('a s3cret b')
    expect(output).toContain('a *** b')
    expect(output).not.toContain('s3cret')
  })

  it('shows an error as one annotation with its code, and fails the step', () => {
    log.error(new BackupError('PGB_DUMP', explanation))
    const annotations = output.split('\n').filter((line) => line.startsWith('::error'))
    expect(annotations).toEqual(['::error title=PGB_DUMP::It failed: of ***. Do this. [PGB_DUMP]'])
    expect(process.exitCode).toBe(1)
  })

  it('asks to report an error that nobody foresaw', () => {
    log.error(new TypeError('x is not a function.'))
    expect(output).toMatch(
      /::error title=Unexpected error::.*x is not a function\. Run the job again.*report/,
    )
    expect(process.exitCode).toBe(1)
  })

  it('shows a stack to debug logging only', () => {
    log.error(new Error('x'))
    const shown = output.split('\n').filter((line) => !line.startsWith('::debug::'))
    expect(output).toMatch(/^::debug::Error: x.*at /m)
    expect(shown.join('\n')).not.toMatch(/ at .*:\d+:\d+/)
  })

  it('leaves the exit code alone for anything less than an error', () => {
    log.warning('w')
    expect(output).toBe('::warning::w\n')
    expect(process.exitCode).toBeUndefined()
  })

  it('interrupts a group for another one, since GitHub knows none inside another', () => {
    log.startGroup('outer')
    log.startGroup('inner')
    log.endGroup()
    log.info('between')
    log.endGroup()
    const lines = ['::group::outer', '::endgroup::', '::group::inner', '::endgroup::', '::group::outer']
    expect(output.trimEnd().split('\n')).toEqual([...lines, 'between', '::endgroup::'])
  })

  it('shows an error outside of every group', () => {
    log.startGroup('outer')
    log.startGroup('inner')
    log.error(new BackupError('PGB_DUMP', explanation))
    log.endGroup()
    const commands = output.split('\n').flatMap((line) => /^::(?!debug)(\w+)/.exec(line)?.[1] ?? [])
    expect(commands).toEqual(['group', 'endgroup', 'group', 'endgroup', 'error'])
  })

  it('masks a secret, but not an empty one', () => {
    log.mask('s3cret')
    log.mask('')
    expect(output).toBe('::add-mask::s3cret\n')
  })
})
