import { mkdtemp, readFile, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { downloadAll } from '../../stores/artifact/download-all.ts'
import { formatBytes } from '../../../src/units.ts'
import { startCluster } from '../../support/postgres/cluster.ts'
import type { Cluster } from '../../support/postgres/cluster.ts'
import { execute } from '../../support/machine/execute.ts'
import { createDatabase } from '../../support/postgres/fixture.ts'
import { createRecordingLog } from '../../support/recording-log.ts'
import { startResultsService } from '../../support/github/results-service.ts'
import type { ResultsService } from '../../support/github/results-service.ts'
import type { ActionRun } from '../../support/runner.ts'
import { makeScratchDirectory } from '../../support/machine/scratch.ts'
import { expectFailure, readError, readManifest, runBackup } from '../../support/backup-run.ts'

let cluster: Cluster
let service: ResultsService
let unluckyService: ResultsService
/** Pauses for five seconds before it tries again, which the other tests fill. */
let unlucky: Promise<ActionRun>

beforeAll(async () => {
  ;[cluster, service, unluckyService] = await Promise.all([
    startCluster(),
    startResultsService(),
    startResultsService(),
  ])
  Object.assign(process.env, service.environment)
  for (const database of ['shop', 'blog']) {
    await createDatabase(cluster, database)
    await cluster.psql(database, 'CREATE TABLE t AS SELECT n, md5(n::text) FROM generate_series(1, 5000) n')
  }
  unluckyService.fail({ step: 'finalize', kind: 'lost', times: 1 })
  unlucky = upload({ 'artifact-name': "Tuesday's (nightly)" }, unluckyService.environment)
})
afterEach(() => {
  service.reset()
})
afterAll(async () => {
  await Promise.all([cluster.stop(), service.close(), unluckyService.close()])
})

function upload(
  inputs: Record<string, string> = {},
  environment: Record<string, string> = {},
): Promise<ActionRun> {
  return runBackup(
    { url: cluster.url('shop'), upload: 'true', ...inputs },
    { environment: { ...service.environment, ...environment } },
  )
}

/** Fetches an artifact by the real client, as `actions/download-artifact` does. */
async function download(run: ActionRun): Promise<string> {
  const directory = await mkdtemp(join(await makeScratchDirectory('download'), 'artifact-'))
  const { signal } = new AbortController()
  const write = process.stdout.write.bind(process.stdout)
  // The client tells all that it does.
  process.stdout.write = () => true
  try {
    const id = Number(run.outputs['artifact-id'])
    await downloadAll({ id, directory, log: createRecordingLog(), signal })
  } finally {
    process.stdout.write = write
  }
  return directory
}

function countDaysLeft(artifact: { expiresAt: Date | undefined } | undefined): number | undefined {
  const expiresAt = artifact?.expiresAt
  return expiresAt && Math.round((expiresAt.getTime() - Date.now()) / 86_400_000)
}

describe('an upload', () => {
  it('comes back by the client with every file, byte for byte', async () => {
    const run = await upload({ databases: 'shop, blog', globals: 'true', 'retention-days': '3' })
    expect(run.exitCode).toBe(0)
    const [artifact] = service.artifacts()
    expect(artifact?.name).toMatch(/^postgres-backup-2-databases-\d{8}T\d{6}Z$/)
    expect(countDaysLeft(artifact)).toBe(3)
    const directory = await download(run)
    const paths = [...(JSON.parse(run.outputs['files'] ?? '') as string[]), run.outputs['manifest'] ?? '']
    for (const path of paths) {
      const name = path.split('/').at(-1) ?? ''
      expect((await readFile(join(directory, name))).equals(await readFile(path))).toBe(true)
    }
    await execute('sha256sum', ['--strict', '-c', 'SHA256SUMS'], { directory })
    expect(await readdir(directory)).toHaveLength(6)
  }, 90_000)

  it('is one artifact, stored without a second compression, and the outputs tell of it', async () => {
    const run = await upload()
    const [artifact, ...others] = service.artifacts()
    expect(others).toEqual([])
    expect(artifact?.name).toMatch(/^postgres-backup-shop-\d{8}T\d{6}Z$/)
    expect(countDaysLeft(artifact)).toBeUndefined()
    expect(run.outputs).toMatchObject({
      status: 'complete',
      'artifact-name': artifact?.name,
      'artifact-id': String(artifact?.id),
      'artifact-digest': artifact?.digest,
      'artifact-url': `https://github.com/octo/shop/actions/runs/4711/artifacts/${artifact?.id ?? ''}`,
    })
    const lines = (await execute('unzip', ['-v', artifact?.path ?? ''])).split('\n')
    const methods = lines
      .filter((line) => / \d\d:\d\d /.test(line))
      .map((line) => line.trim().split(/\s+/)[1])
    expect(methods).toEqual(['Stored', 'Stored', 'Stored', 'Stored'])
    expect(run.groups).toEqual(['Connecting', 'Dumping 2 files', 'Uploading'])
    const size = formatBytes(Number(run.outputs['size']))
    const verdict = `Backed up "shop": ${size}, read back to its end`
    expect(run.log.trimEnd().split('\n').slice(-3)).toEqual([
      '::endgroup::',
      expect.stringMatching(/^Storage of one such artifact a day: 90 days × /),
      `${verdict}, as ${run.outputs['artifact-url'] ?? ''}`,
    ])
    expect(run.summary).toContain(`### PostgreSQL backup: complete\n\n${verdict}.\n`)
    const expiry = new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10)
    expect(run.summary).toContain(
      `- Artifact: [\`${artifact?.name ?? ''}\`](${run.outputs['artifact-url'] ?? ''}), ` +
        `${formatBytes(artifact?.size ?? 0)}, until ${expiry}, SHA-256 \`${artifact?.digest ?? ''}\``,
    )
  })

  // Which fault is survived, and by which name, stands in stores/artifact/upload-artifact.test.ts.
  it('survives an answer that is lost behind it, under a new name', async () => {
    const run = await unlucky
    expect(run.exitCode).toBe(0)
    const name = "Tuesday's (nightly)-2"
    expect(run.outputs).toMatchObject({ status: 'complete', 'artifact-name': name })
    const warnings = run.annotations.filter(({ level }) => level === 'warning').map(({ message }) => message)
    expect(warnings).toContainEqual(
      expect.stringMatching(/"Tuesday's \(nightly\)" failed: .*Trying again as "Tuesday's \(nightly\)-2"/),
    )
    expect(unluckyService.artifacts().at(-1)?.name).toBe(name)
  })

  it('that does not fit the quota is PGB_UPLOAD, with the files still there', async () => {
    service.fail({ step: 'create', kind: 403, message: 'insufficient usage to create artifact' })
    const run = await upload()
    expectFailure(run, 'PGB_UPLOAD')
    expect(readError(run)).toMatch(/quota|usage/i)
    expect(run.outputs['status']).toBe('failed')
    expect(run.outputs['databases']).toBe('["shop"]')
    expect(Object.keys(run.outputs)).not.toContain('artifact-id')
    expect((await readManifest(run)).files).toHaveLength(2)
    expect(service.artifacts()).toEqual([])
    const directory = dirname(run.outputs['manifest'] ?? '')
    expect(run.summary).toMatch(/^### PostgreSQL backup: failed\n\n.*was not uploaded.*PGB_UPLOAD/)
    expect(run.summary).toContain(`- Directory of the runner: \`${directory}\`\n`)
    expect(run.summary).not.toMatch(/complete|Backed up/)
  })

  it('that is not wanted makes no request', async () => {
    const run = await upload({ upload: 'false' })
    expect(run.outputs['status']).toBe('complete')
    expect(service.calls()).toEqual([])
    expect(run.groups).not.toContain('Uploading')
    expect(Object.keys(run.outputs).filter((name) => name.startsWith('artifact'))).toEqual([])
  })
})
