import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { deleteArtifact, findExpiry, uploadArtifact } from '../../../src/stores/artifact/upload-artifact.ts'
import type { UploadedArtifact, UploadRequest } from '../../../src/stores/artifact/upload-artifact.ts'
import type { AttemptSettings } from '../../../src/stores/artifact/attempt.ts'
import { downloadAll } from './download-all.ts'
import { makeFinished } from '../../support/finished.ts'
import { createRecordingLog } from '../../support/recording-log.ts'
import type { FaultRule } from '../../support/github/results-service-faults.ts'
import { hashFile, openSurroundings, withoutPauses } from './surroundings.ts'
import type { Surroundings } from './surroundings.ts'

let around: Surroundings
let small: string

beforeAll(async () => {
  around = await openSurroundings()
  small = await around.write('small.sql.gz', 1000)
})
afterEach(() => {
  around.service.reset()
})
afterAll(async () => {
  await around.close()
})

function requestOf(changes: Partial<UploadRequest> = {}): UploadRequest {
  return {
    name: 'backup',
    files: [makeFinished(small)],
    rootDirectory: around.directory,
    retentionDays: undefined,
    log: createRecordingLog(),
    signal: new AbortController().signal,
    ...changes,
  }
}

async function upload(
  changes: Partial<UploadRequest> = {},
  settings: Partial<AttemptSettings> = {},
): Promise<UploadedArtifact> {
  return uploadArtifact(requestOf(changes), { ...withoutPauses, ...settings })
}

describe('an upload', () => {
  it('comes back byte for byte, stored and not compressed', async () => {
    const files = [
      small,
      await around.write('large.dump', 20_000_000),
      await around.write('SHA256SUMS', 64),
      await around.write('empty', 0),
    ]
    const log = createRecordingLog()
    const uploaded = await upload({ files: files.map((file) => makeFinished(file)) })
    const directory = path.join(around.directory, 'back')
    const { signal } = new AbortController()
    await downloadAll({ id: uploaded.id, directory, log, signal }, withoutPauses)
    for (const file of files) {
      expect(await hashFile(path.join(directory, path.basename(file)))).toBe(await hashFile(file))
    }
    expect(uploaded.size).toBeGreaterThan(20_001_064)
    expect(uploaded.size).toBeLessThan(20_003_000)
  })

  it('answers what the service holds', async () => {
    const uploaded = await upload()
    const [held] = around.service.artifacts()
    expect(uploaded).toEqual({
      name: 'backup',
      id: held?.id,
      size: held?.size,
      digest: held?.digest,
      url: `https://github.com/octo/shop/actions/runs/4711/artifacts/${held?.id ?? 0}`,
      expiresAt: expect.any(Date),
    })
  })

  it.each([
    [undefined, undefined],
    [3, 3],
  ])('with retentionDays %p expires after %p days', async (retentionDays, expected) => {
    await upload({ retentionDays })
    const expiresAt = around.service.artifacts()[0]?.expiresAt
    const days = expiresAt && Math.round((expiresAt.getTime() - Date.now()) / 86_400_000)
    expect(days).toBe(expected)
  })

  it.each([
    [undefined, '90', 90],
    [3, '90', 3],
    [400, '90', 90],
    [3, undefined, 3],
    [undefined, undefined, undefined],
  ])('expires as asked by %p days where the repository has %p', (asked, most, expected) => {
    const madeAt = new Date('2026-11-04T02:00:00Z')
    const expiresAt = findExpiry(asked, madeAt, most === undefined ? {} : { GITHUB_RETENTION_DAYS: most })
    expect(expiresAt && (expiresAt.getTime() - madeAt.getTime()) / 86_400_000).toBe(expected)
  })

  it('is deleted by its name', async () => {
    await upload()
    await deleteArtifact('backup')
    expect(around.service.artifacts()).toEqual([])
  })

  it('that is not there cannot be deleted', async () => {
    await expect(deleteArtifact('missing', withoutPauses)).rejects.toThrow(
      /"missing" was not deleted.*PGB_UPLOAD/,
    )
  })
})

describe('a fault that passes', () => {
  const cases: [FaultRule, string][] = [
    [{ step: 'create', kind: 500, times: 2 }, 'backup'],
    [{ step: 'create', kind: 429, times: 1 }, 'backup'],
    [{ step: 'create', kind: 500, times: 5 }, 'backup-2'],
    [{ step: 'create', kind: 'reset', times: 1 }, 'backup-2'],
    [{ step: 'create', kind: 'lost', times: 1 }, 'backup-2'],
    [{ step: 'block', kind: 503, times: 1 }, 'backup'],
    [{ step: 'block', kind: 502, times: 1 }, 'backup-2'],
    [{ step: 'block', kind: 429, times: 1 }, 'backup-2'],
    [{ step: 'block', kind: 'reset', times: 1 }, 'backup'],
    [{ step: 'block', kind: 'reset', times: 4 }, 'backup-2'],
    [{ step: 'blocklist', kind: 500, times: 1 }, 'backup'],
    [{ step: 'blocklist', kind: 502, times: 2 }, 'backup-3'],
    [{ step: 'blocklist', kind: 'lost', times: 1 }, 'backup'],
    [{ step: 'finalize', kind: 503, times: 1 }, 'backup'],
    [{ step: 'finalize', kind: 'reset', times: 1 }, 'backup-2'],
    [{ step: 'finalize', kind: 'lost', times: 1 }, 'backup-2'],
  ]
  it.each(cases)('%j ends in the artifact %s', async (rule, name) => {
    around.service.fail(rule)
    const uploaded = await upload()
    expect(uploaded.name).toBe(name)
    const held = around.service.artifacts().find((artifact) => artifact.name === name)
    expect(held?.digest).toBe(uploaded.digest)
  })

  it('that hangs is left after its time', async () => {
    around.service.fail({ step: 'finalize', kind: 'hang', times: 1 })
    const log = createRecordingLog()
    const uploaded = await upload({ log }, { timeoutFor: () => 900 })
    expect(uploaded.name).toBe('backup-2')
    expect(log.lines.join('\n')).toMatch(
      /"backup" failed: no end after 1 seconds. Trying again as "backup-2"/,
    )
  })

  it('is followed by growing pauses', async () => {
    around.service.fail({ step: 'create', kind: 'reset', times: 2 })
    const pauses: number[] = []
    await upload({}, { pause: (milliseconds) => Promise.resolve(void pauses.push(milliseconds)) })
    expect(pauses).toEqual([5000, 20_000])
  })

  it('is a name that somebody else took', async () => {
    await upload()
    expect((await upload()).name).toBe('backup-2')
  })

  it('leaves the name where nothing was reached', async () => {
    process.env['ACTIONS_RESULTS_URL'] = 'http://127.0.0.1:9/'
    const pause = (): Promise<void> => {
      Object.assign(process.env, around.service.environment)
      return Promise.resolve()
    }
    expect((await upload({}, { pause })).name).toBe('backup')
  })
})

describe('a fault that stays', () => {
  const cases: [FaultRule, number, RegExp][] = [
    [{ step: 'create', kind: 401 }, 1, /\(401\).*new token/],
    [{ step: 'create', kind: 403 }, 1, /\(403\)/],
    [
      { step: 'create', kind: 403, message: 'insufficient usage to create' },
      1,
      /storage quota.*Lower `retention-days`/,
    ],
    [{ step: 'create', kind: 400 }, 1, /\(400\)/],
    [{ step: 'create', kind: 'reset' }, 3, /ECONNRESET.*Re-run/],
    [{ step: 'block', kind: 403 }, 1, /HTTP status 403|MadeToFail/],
    [{ step: 'block', kind: 502 }, 3, /502/],
    [{ step: 'block', kind: 503 }, 3, /503/],
    [{ step: 'block', kind: 'reset' }, 3, /reset|ECONNRESET|hang up/i],
    [{ step: 'blocklist', kind: 404 }, 1, /404/],
    [{ step: 'blocklist', kind: 'reset' }, 3, /reset|ECONNRESET|hang up/i],
    [{ step: 'finalize', kind: 400 }, 1, /\(400\)/],
    [{ step: 'finalize', kind: 500 }, 3, /after 5 attempts.*\(500\)/],
  ]
  it.each(cases)('%j fails after %d attempts', async (rule, attempts, words) => {
    around.service.fail(rule)
    await expect(upload()).rejects.toMatchObject({
      code: 'PGB_UPLOAD',
      message: expect.stringMatching(words),
    })
    expect(around.service.calls().filter((call) => call.startsWith('create'))).toHaveLength(attempts)
    expect(around.service.artifacts()).toEqual([])
  })

  it.each(['create', 'block', 'blocklist', 'finalize'] as const)(
    'by hanging at %s ends in time',
    async (step) => {
      around.service.fail({ step, kind: 'hang' })
      await expect(upload({}, { timeoutFor: () => 200 })).rejects.toMatchObject({ code: 'PGB_UPLOAD' })
    },
  )

  it('ends at once when the job is cancelled', async () => {
    around.service.fail({ step: 'block', kind: 'hang' })
    const { signal, abort } = createAbort()
    const outcome = upload({ signal })
    setTimeout(abort, 300)
    await expect(outcome).rejects.toMatchObject({ code: 'PGB_CANCELLED' })
  })

  it('is told without the signature of a URL', async () => {
    around.service.fail({ step: 'block', kind: 403 })
    const message = await upload().then(String, String)
    expect(message).not.toMatch(/sig=|\n/)
  })
})

describe('an upload is refused', () => {
  const check = async (changes: Partial<UploadRequest>, words: RegExp): Promise<void> => {
    await expect(upload(changes)).rejects.toMatchObject({
      code: 'PGB_UPLOAD',
      message: expect.stringMatching(words),
    })
    expect(around.service.artifacts()).toEqual([])
  }
  afterEach(() => {
    Object.assign(process.env, around.service.environment)
  })

  it('for a name that GitHub refuses', () => check({ name: 'a:b' }, /not valid.*`artifact-name`/))
  it('for a file that is not there', () =>
    check({ files: [makeFinished(path.join(around.directory, 'none'))] }, /none cannot be read/))
  it('on GitHub Enterprise Server', async () => {
    process.env['GITHUB_SERVER_URL'] = 'https://github.example.com'
    await check({}, /GHES.*does not take these artifacts.*`upload: false`/)
  })
  it('outside of a job', async () => {
    process.env['ACTIONS_RUNTIME_TOKEN'] = ''
    await check({}, /ACTIONS_RUNTIME_TOKEN.*inside a job/)
  })
})

describe('a file that does not stay', () => {
  it.each([
    ['changes', async (file: string): Promise<void> => writeFile(file, 'other'), /changed meanwhile/],
    [
      'grows',
      async (file: string): Promise<void> => writeFile(file, 'longer than before'),
      /changed meanwhile/,
    ],
    ['shrinks', async (file: string): Promise<void> => writeFile(file, ''), /lacks a part of the files/],
    ['vanishes', async (file: string): Promise<void> => rm(file), /lacks a part of the files/],
  ])('and %s fails the upload and deletes the artifact', async (_how, harm, words) => {
    const directory = path.join(around.directory, 'moving')
    await mkdir(directory, { recursive: true })
    const file = path.join(directory, 'file')
    await writeFile(file, 'first')
    // The client has looked at the files when it asks for the artifact, and reads them when it has it.
    around.service.fail({ step: 'create', kind: 500, times: 2 })
    const outcome = upload({ files: [makeFinished(file)], rootDirectory: directory })
    const harmed = waitFor('create 500').then(() => harm(file))
    await expect(outcome).rejects.toMatchObject({ code: 'PGB_UPLOAD', message: expect.stringMatching(words) })
    await harmed
    expect(around.service.calls()).toContain('delete')
    expect(around.service.artifacts()).toEqual([])
  })

  it('and cannot be read fails the upload, and does not crash the process', async () => {
    const child = spawn(process.execPath, [path.join(import.meta.dirname, 'upload-unreadable.ts')], {
      env: { ...process.env, ...around.service.environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [output] = await Promise.all([text(child.stdout), once(child, 'close')])
    expect(output).toMatch(/OUTCOME PGB_UPLOAD .*a file could not be read/)
    expect(child.exitCode).toBe(0)
    expect(around.service.artifacts()).toEqual([])
  })
})

async function waitFor(call: string): Promise<void> {
  while (!around.service.calls().includes(call)) await new Promise((resolve) => setTimeout(resolve, 2))
}

function createAbort(): { signal: AbortSignal; abort: () => void } {
  const controller = new AbortController()
  return {
    signal: controller.signal,
    abort: () => {
      controller.abort()
    },
  }
}

describe('the stand-in', () => {
  it('keeps the zip on disk', async () => {
    await upload()
    const [held] = around.service.artifacts()
    expect((await readFile(held?.path ?? '')).subarray(0, 2).toString()).toBe('PK')
  })
})
