import { mkdtemp, readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { ArtifactQuery } from '../../../src/stores/artifact/download-artifact.ts'
import type { AttemptSettings } from '../../../src/stores/artifact/attempt.ts'
import { openArtifact } from '../../../src/stores/artifact/open-artifact.ts'
import { downloadAll, type Download } from './download-all.ts'
import { createRecordingLog } from '../../support/recording-log.ts'
import type { FaultRule } from '../../support/github/results-service-faults.ts'
import type { Seed } from '../../support/github/results-service-store.ts'
import { makeZip } from './make-zip.ts'
import { openSurroundings, withoutPauses } from './surroundings.ts'
import type { Surroundings } from './surroundings.ts'

const otherRun = 4000
let around: Surroundings
let directory: string

beforeAll(async () => {
  around = await openSurroundings()
  around.service.setRepository('octo/other', { visibility: 'private' })
  around.service.setRepository('octo/closed', { status: 403 })
})
beforeEach(async () => {
  directory = await mkdtemp(path.join(around.directory, 'download-'))
})
afterEach(() => {
  around.service.reset()
})
afterAll(async () => {
  await around.close()
})

async function seed(name: string, text: string, changes: Partial<Seed> = {}): Promise<number> {
  const bytes = makeZip([{ name: 'data.sql', text }])
  return (await around.service.seed({ name, bytes, ...changes })).id
}

async function download(
  query: Partial<ArtifactQuery>,
  settings: Partial<AttemptSettings> = {},
): Promise<Download> {
  const log = createRecordingLog()
  const { signal } = new AbortController()
  return downloadAll({ directory, log, signal, ...query }, { ...withoutPauses, ...settings })
}

async function expectText(query: Partial<ArtifactQuery>, text: string): Promise<void> {
  await download(query)
  expect(await readFile(path.join(directory, 'data.sql'), 'utf8')).toBe(text)
  expect(await readdir(directory)).toEqual(['data.sql'])
}

async function expectError(
  query: Partial<ArtifactQuery>,
  code: string,
  words: RegExp,
  settings: Partial<AttemptSettings> = {},
): Promise<void> {
  await expect(download(query, settings)).rejects.toMatchObject({
    code,
    message: expect.stringMatching(words),
  })
  expect(await readdir(directory)).toEqual([])
}

/** It comes, and nothing is unpacked of it. */
async function expectUnreadable(words: RegExp): Promise<void> {
  const { signal } = new AbortController()
  const opened = openArtifact({ name: 'backup', directory, log: createRecordingLog(), signal }, withoutPauses)
  await expect(opened).rejects.toMatchObject({ code: 'PGB_RESTORE', message: expect.stringMatching(words) })
}

describe('an artifact is found', () => {
  it('in this run by its name, without a token', async () => {
    await seed('backup-2', 'wrong')
    await seed('backup', 'right')
    await expectText({ name: 'backup' }, 'right')
  })
  it('in this run by its id', async () => {
    const id = await seed('backup', 'right')
    await seed('backup', 'wrong', { runId: otherRun })
    await expectText({ id, token: around.service.token }, 'right')
    expect(around.service.calls()).not.toContain('api')
  })
  it('in this run as the newest match', async () => {
    await seed('backup-1', 'older')
    await seed('backup-2', 'newest')
    await seed('other', 'wrong')
    await expectText({ name: 'backup*' }, 'newest')
  })
  it('in the named run', async () => {
    await seed('backup', 'this run')
    await seed('backup', 'that run', { runId: otherRun })
    await expectText({ name: 'backup', runId: otherRun, token: around.service.token }, 'that run')
  })
  it('in the named run as the newest match', async () => {
    await seed('backup-b', 'older', { runId: otherRun, createdAt: new Date(1e12) })
    await seed('backup-a', 'newer', { runId: otherRun, createdAt: new Date(2e11 + 1e12) })
    await expectText({ name: 'backup-*', runId: otherRun, token: around.service.token }, 'newer')
  })
  it('in any run, newest first, past 100 that do not match', async () => {
    await seed('backup-1', 'older', { runId: 1, createdAt: new Date(1e12) })
    await seed('backup-2', 'newer', { runId: 2, createdAt: new Date(1e12 + 1000) })
    for (let count = 0; count < 120; count += 1) await seed('noise', '', { runId: otherRun })
    await expectText({ name: 'backup-*', token: around.service.token }, 'newer')
  })
  it('in any run by its whole name, an expired one skipped', async () => {
    await seed('backup', 'right', { runId: 1, createdAt: new Date(1e12) })
    await seed('backup', 'expired', { runId: 2, expired: true })
    await expectText({ name: 'backup', token: around.service.token }, 'right')
  })
  it('in any run, one of a fork skipped', async () => {
    await seed('backup', 'right', { runId: 1, createdAt: new Date(1e12) })
    await seed('backup', 'poison', { runId: 2 })
    around.service.setRun(2, { headRepositoryId: 2 })
    await expectText({ name: 'back*', token: around.service.token }, 'right')
  })
  it('in another repository by its id', async () => {
    const id = await seed('backup', 'theirs', { repository: 'octo/other', runId: 1 })
    const repository = { owner: 'octo', name: 'other' }
    await expectText({ id, repository, token: around.service.token }, 'theirs')
  })
  it('in another repository by its name', async () => {
    await seed('backup', 'ours')
    await seed('backup', 'theirs', { repository: 'octo/other', runId: 1 })
    const repository = { owner: 'octo', name: 'other' }
    await expectText({ name: 'backup', repository, token: around.service.token }, 'theirs')
  })
})

describe('an artifact is not found', () => {
  it.each([
    ['without a name and an id', {}, /neither its name nor its id/],
    ['with both', { name: 'a', id: 1 }, /both a name and an id/],
  ])('%s', (_how, query, words) => expectError(query, 'PGB_INPUT', words))

  it('in this run, and there is no token', () =>
    expectError({ name: 'none' }, 'PGB_RESTORE', /"none" was not found.*`github-token`.*actions: read/))
  it('in another run without a token', () =>
    expectError({ name: 'none', runId: 1 }, 'PGB_RESTORE', /needs a token/))
  it('anywhere', () =>
    expectError({ name: 'none*', token: around.service.token }, 'PGB_RESTORE', /octo\/shop has none/))
  it('by its id', () =>
    expectError({ id: 5, token: around.service.token }, 'PGB_RESTORE', /with id 5 was not found/))
  it('with a wrong token', () =>
    expectError({ name: 'none', token: 'wrong' }, 'PGB_RESTORE', /status 401.*actions: read/))
  it('where the token may not look', () => {
    const repository = { owner: 'octo', name: 'closed' }
    return expectError({ name: 'x', repository, token: around.service.token }, 'PGB_RESTORE', /status 403/)
  })
  it('because it expired', async () => {
    const id = await seed('backup', 'x', { runId: 1, expired: true })
    await expectError({ id, token: around.service.token }, 'PGB_RESTORE', /none that is not expired/)
  })
})

describe('damage', () => {
  it('is found by the digest, before anything is extracted', async () => {
    await seed('backup', 'x', { digest: '0'.repeat(64) })
    await expectError({ name: 'backup' }, 'PGB_RESTORE', /SHA-256/)
  })
  it.each(['../escaped', '/escaped', 'a/../../escaped', '..\\escaped'])('is a member %s', async (name) => {
    const bytes = makeZip([
      { name: 'good', text: 'x' },
      { name, text: 'x' },
    ])
    await around.service.seed({ name: 'backup', bytes })
    await expectUnreadable(/could leave its directory/)
    expect(await readdir(around.directory)).not.toContain('escaped')
    expect(await readdir(directory)).not.toContain('good')
  })
  it('is an artifact that is no zip', async () => {
    const bytes = Buffer.from('plain text')
    await around.service.seed({ name: 'backup', bytes, contentType: 'text/plain' })
    await expectUnreadable(/not a zip/)
  })
})

describe('a fault that passes', () => {
  const cases: FaultRule[] = [
    { step: 'list', kind: 500, times: 1 },
    { step: 'list', kind: 'reset', times: 2 },
    { step: 'signed-url', kind: 'reset', times: 1 },
    { step: 'download', kind: 500, times: 1 },
    { step: 'download', kind: 'cut', times: 1 },
    { step: 'download', kind: 'reset', times: 5 },
  ]
  it.each(cases)('%j is got over', async (rule) => {
    await seed('backup', 'right')
    around.service.fail(rule)
    await expectText({ name: 'backup' }, 'right')
  })
})

describe('a fault that stays', () => {
  const cases: [FaultRule, RegExp, Partial<AttemptSettings>][] = [
    [{ step: 'list', kind: 403 }, /\(403\)/, {}],
    [{ step: 'list', kind: 'reset' }, /ECONNRESET/, {}],
    [{ step: 'signed-url', kind: 404 }, /\(404\)/, {}],
    [{ step: 'download', kind: 404 }, /after 5 retries/, {}],
    // The client itself waits long after each cut.
    [{ step: 'download', kind: 'cut' }, /after 5 retries/, { attempts: 1 }],
  ]
  it.each(cases)('%j fails', async (rule, words, settings) => {
    await seed('backup', 'right')
    around.service.fail(rule)
    await expectError({ name: 'backup' }, 'PGB_RESTORE', words, settings)
  })
  it.each(['list', 'signed-url', 'download'] as const)('by hanging at %s ends in time', async (step) => {
    await seed('backup', 'right')
    around.service.fail({ step, kind: 'hang' })
    await expect(download({ name: 'backup' }, { timeoutFor: () => 150 })).rejects.toMatchObject({
      code: 'PGB_RESTORE',
    })
  })
})
