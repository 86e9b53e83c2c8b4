import { mkdtemp, readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { parseBranchPattern } from '../../../src/stores/artifact/trust/branch-patterns.ts'
import { openArtifactStore } from '../../../src/stores/artifact/artifact-store.ts'
import type { ArtifactQuery } from '../../../src/stores/artifact/download-artifact.ts'
import { createRecordingLog, type RecordingLog } from '../../support/recording-log.ts'
import { commit, type StoredRun } from '../../support/github/results-service-api.ts'
import { downloadAll } from './download-all.ts'
import { makeZip } from './make-zip.ts'
import { openSurroundings, withoutPauses, type Surroundings } from './surroundings.ts'

let around: Surroundings
let directory: string
let log: RecordingLog

beforeAll(async () => {
  around = await openSurroundings()
})
beforeEach(async () => {
  directory = await mkdtemp(join(around.directory, 'download-'))
  log = createRecordingLog()
})
afterEach(() => {
  around.service.reset()
  around.service.setRepository('octo/shop', {})
})
afterAll(async () => {
  await around.close()
})

/** An artifact of a run of this kind; later ones are newer. */
let clock = 1e12
async function seed(runId: number, run: Partial<StoredRun>, text = 'x', digest?: string): Promise<number> {
  clock += 1000
  around.service.setRun(runId, run)
  const bytes = makeZip([{ name: 'data.sql', text }])
  const createdAt = new Date(clock)
  const changes = digest === undefined ? {} : { digest }
  return (await around.service.seed({ name: `backup-${runId}`, bytes, runId, createdAt, ...changes })).id
}

async function download(query: Partial<ArtifactQuery> = {}): Promise<string> {
  const { signal } = new AbortController()
  const { token } = around.service
  const named = query.id === undefined ? { name: 'backup-*' } : {}
  await downloadAll({ directory, log, signal, token, ...named, ...query }, withoutPauses)
  return readFile(join(directory, 'data.sql'), 'utf8')
}

async function expectRefused(words: RegExp, query: Partial<ArtifactQuery> = {}): Promise<void> {
  const error = { code: 'PGB_RESTORE', message: expect.stringMatching(words) }
  await expect(download(query)).rejects.toMatchObject(error)
  expect(await readdir(directory)).toEqual([])
}

function branches(...lines: string[]): Pick<ArtifactQuery, 'branches'> {
  return { branches: lines.map(parseBranchPattern).filter((pattern) => pattern !== undefined) }
}

describe('the newest artifact is passed over for an older one', () => {
  it.each<[string, Partial<StoredRun>, RegExp]>([
    ['of another branch', { branch: 'feature-x', event: 'push' }, /branch or tag "feature-x"/],
    ["of Dependabot's branch", { branch: 'dependabot/npm/left-pad-9', event: 'push' }, /"dependabot\/npm/],
    ['of a fork', { headRepositoryId: 2, event: 'push' }, /from a fork/],
    ['of a fork that is gone', { headRepositoryId: null }, /which repository/],
    ['of no known repository', { repositoryId: null, headRepositoryId: null }, /which repository/],
    ['of no known run', { isHidden: true }, /which run/],
    ['of no known branch', { branch: null }, /which branch/],
    ['of a pull request from main', { event: 'pull_request' }, /event "pull_request"/],
    ['of what a stranger starts', { event: 'pull_request_target' }, /event "pull_request_target"/],
    ['of what follows on a stranger', { event: 'workflow_run' }, /event "workflow_run"/],
    ['of a comment', { event: 'issue_comment' }, /event "issue_comment"/],
    ['of a merge queue', { event: 'merge_group' }, /event "merge_group"/],
    ['of a tag called main', { event: 'push', commit: commit(7) }, /does not lie on the branch/],
    ['of a commit that main has lost', { event: 'push', commit: commit(8) }, /does not lie on the branch/],
  ])('%s', async (_, run, why) => {
    around.service.setRepository('octo/shop', { tags: { main: commit(7) } })
    await seed(1, {}, 'good')
    await seed(2, run, 'evil')
    expect(await download()).toBe('good')
    const [told, ...others] = log.lines.filter((line) => line.includes('Passed over'))
    expect(told).toMatch(why)
    expect(others).toEqual([])
    expect(log.lines.at(-1)).toMatch(
      /of run 1: workflow "Nightly", branch "main", event schedule, commit 1{40}$/,
    )
  })

  it('whose record cannot be read', async () => {
    await seed(1, {}, 'good')
    await seed(2, { branch: 'x/../../../../evil' }, 'evil')
    expect(await download()).toBe('good')
  })
})

describe('a trusted artifact', () => {
  it.each<[string, Partial<StoredRun>, string[]]>([
    ['of the head of the branch', { commit: commit(2), event: 'push' }, []],
    ['of a pattern', { branch: 'wip/x', commit: commit(5) }, ['main', 'wip/*']],
    ['of a tag', { branch: 'v1', commit: commit(6), event: 'release' }, ['refs/tags/v*']],
  ])('%s is taken', async (_, run, lines) => {
    const known = { main: [commit(1), commit(2)], 'wip/x': [commit(1), commit(5)] }
    around.service.setRepository('octo/shop', { branches: known, tags: { v1: commit(6) } })
    await seed(2, run, 'good')
    expect(await download(lines.length === 0 ? {} : branches(...lines))).toBe('good')
    expect(log.lines.join()).not.toMatch(/warning/)
  })

  it.each([403, 404])('is taken with a warning where the commit cannot be asked for (%d)', async (status) => {
    around.service.setRepository('octo/shop', { contentsStatus: status })
    await seed(2, {}, 'good')
    expect(await download()).toBe('good')
    expect(log.lines.join()).toMatch(/could not be asked, and a tag .* `permissions: contents: read`/)
  })

  it('of another default branch is taken', async () => {
    around.service.setRepository('octo/shop', { defaultBranch: 'trunk', branches: { trunk: [commit(1)] } })
    await seed(1, { branch: 'trunk' }, 'good')
    await seed(2, {}, 'evil')
    expect(await download()).toBe('good')
  })
})

describe('a refusal prints the input that would allow it', () => {
  it.each<[string, Partial<StoredRun>, RegExp]>([
    [
      'a branch',
      { branch: 'wip/x', commit: commit(5) },
      /set `branch: wip\/x`, or `artifact-digest: sha256:\w{64}`/,
    ],
    ['a tag', { branch: 'v1', commit: commit(6) }, /set `branch: refs\/tags\/v1`, or `artifact-digest/],
    [
      'a branch that is gone',
      { branch: 'gone', commit: commit(5) },
      /made it and trust that, set `artifact-digest/,
    ],
    [
      'a pull request',
      { branch: 'wip/x', event: 'pull_request' },
      /"pull_request".*trust that, set `artifact-/,
    ],
  ])('for %s', async (_, run, advice) => {
    const known = { main: [commit(1)], 'wip/x': [commit(1), commit(5)] }
    around.service.setRepository('octo/shop', { branches: known, tags: { v1: commit(6) } })
    const id = await seed(2, run)
    await expectRefused(advice, { id })
    await expectRefused(advice, { runId: 2 })
    await expectRefused(advice)
  })
})

describe('a digest', () => {
  const digestOf = (text: string): Promise<string> => {
    const bytes = makeZip([{ name: 'data.sql', text }])
    return crypto.subtle
      .digest('SHA-256', new Uint8Array(bytes))
      .then((hash) => Buffer.from(hash).toString('hex'))
  }

  it('finds its artifact among newer ones, and asks for no run', async () => {
    await seed(2, { headRepositoryId: 2 }, 'mine')
    await seed(3, {}, 'other')
    expect(await download({ digest: `sha256:${await digestOf('mine')}` })).toBe('mine')
    expect(log.lines.join()).not.toMatch(/Passed over/)
  })

  it('is compared with what came, where GitHub has none on record', async () => {
    const id = await seed(2, {}, 'other', '')
    const digest = `sha256:${await digestOf('mine')}`
    await expectRefused(/what came has the digest sha256:\w{64}, and `artifact-digest` asks for another/, {
      id,
      digest,
    })
  })

  it('that no artifact has is named', () =>
    expectRefused(/has none with the digest sha256:0{64}/, { digest: `sha256:${'0'.repeat(64)}` }))
})

describe('a search', () => {
  it('in this run takes the newest by time, not by id', async () => {
    const bytes = (text: string): Buffer => makeZip([{ name: 'data.sql', text }])
    await around.service.seed({ name: 'backup-1', bytes: bytes('newest'), createdAt: new Date(2e12) })
    await around.service.seed({ name: 'backup-2', bytes: bytes('older'), createdAt: new Date(1e12) })
    expect(await download()).toBe('newest')
  })

  it.each(['reset', 500] as const)('survives a fault of the API that passes (%s)', async (kind) => {
    await seed(2, {}, 'good')
    around.service.fail({ step: 'api', kind, times: 2 })
    expect(await download()).toBe('good')
  })

  it('asks once for each run and its commit, however many artifacts of a fleet it has', async () => {
    const countCalls = async (artifacts: number): Promise<number> => {
      around.service.reset()
      await seed(1, {}, 'good')
      for (let index = 0; index < artifacts; index += 1) {
        await seed(2, { event: 'push', commit: commit(8) }, 'evil')
      }
      directory = await mkdtemp(join(around.directory, 'download-'))
      expect(await download()).toBe('good')
      return around.service.calls().length
    }
    expect(await countCalls(5)).toBe(await countCalls(1))
  })

  it('goes past 5,000 artifacts, and says where it ends', async () => {
    await seed(2, {}, 'good')
    around.service.setRepository('octo/shop', { pagesOfNoise: 60 })
    expect(await download()).toBe('good')
    around.service.setRepository('octo/shop', { pagesOfNoise: 200 })
    directory = await mkdtemp(join(around.directory, 'download-'))
    await expectRefused(
      /more than 20000 artifacts, and among the newest of them none can be taken\. .*`run-id`/,
    )
    const store = openArtifactStore({ token: around.service.token, log }, withoutPauses)
    const cuts: Date[] = []
    const onCut = (time: Date): void => {
      cuts.push(time)
    }
    expect(await store.list({ name: '*', onCut }, new AbortController().signal)).toEqual([])
    expect(cuts).toEqual([new Date('2020-01-02T03:04:05Z')])
  })
})
