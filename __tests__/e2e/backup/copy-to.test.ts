import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals'
import { startCluster, type Cluster } from '../../support/postgres/cluster.ts'
import { compareDatabases, createDatabase } from '../../support/postgres/fixture.ts'
import { startResultsService, type ResultsService } from '../../support/github/results-service.ts'
import { startAction, type ActionRun, type StartedAction } from '../../support/runner.ts'
import { startMoto, testCredentials, type S3Server } from '../../support/stores/s3-server.ts'
import { makeScratchDirectory } from '../../support/machine/scratch.ts'
import { restore } from '../../support/story.ts'
import { describeBackup, expectFailure, readError, runBackup } from '../../support/backup-run.ts'

let cluster: Cluster
let service: ResultsService
let moto: S3Server
/** Of another service, which only the profile `far` knows. */
let far: S3Server
let profiles: Record<string, string>
let directory: string
let tries = 0

beforeAll(async () => {
  ;[cluster, service, moto, far] = await Promise.all([
    startCluster(),
    startResultsService(),
    startMoto(),
    startMoto(),
  ])
  directory = await makeScratchDirectory('copies')
  profiles = await writeProfile(far)
  await createDatabase(cluster, 'shop')
  await cluster.psql('shop', 'create table item as select id from generate_series(1, 1000) id')
  await createDatabase(cluster, 'blog')
  await cluster.psql('blog', 'create table post as select 1 as id')
})
afterEach(() => {
  service.reset()
})
afterAll(async () => {
  await Promise.all([cluster.stop(), service.close(), moto.stop(), far.stop()])
})

/** Where nothing listens. */
const nobody = { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1', AWS_REGION: 'nowhere-1' }

/** A prefix and a directory of the test's own. */
async function makePlaces(): Promise<{ prefix: string; bucket: string; folder: string }> {
  tries += 1
  const prefix = `pg/test-${tries}`
  const folder = join(directory, String(tries))
  await mkdir(folder)
  return { prefix, bucket: `s3://${moto.bucket}/${prefix}`, folder }
}

/** The shared config file of AWS's tools, as a step before would write it, and the variable that names it. */
async function writeProfile(server: S3Server): Promise<Record<string, string>> {
  const file = join(directory, 'aws-config')
  const lines = [
    '[profile far]',
    `endpoint_url = ${server.environment['AWS_ENDPOINT_URL_S3'] ?? ''}`,
    'region = eu-central-003',
    `aws_access_key_id = ${testCredentials.accessKeyId}`,
    `aws_secret_access_key = ${testCredentials.secretAccessKey}`,
  ]
  await writeFile(file, lines.join('\n'))
  return { AWS_CONFIG_FILE: file }
}

function backUp(
  inputs: Record<string, string>,
  environment: Record<string, string> = {},
): Promise<ActionRun> {
  return runBackup(
    { url: cluster.url('shop'), upload: 'true', ...inputs },
    { environment: { ...service.environment, ...moto.environment, ...environment } },
  )
}

function restoreFrom(
  path: string,
  inputs: Record<string, string> = {},
  environment: Record<string, string> = moto.environment,
): Promise<ActionRun> {
  const given = { url: cluster.url('postgres'), path, 'target-database': 'copy', create: 'true', ...inputs }
  return restore(given, { environment })
}

function readPlaces(run: ActionRun): string[] {
  return JSON.parse(run.outputs['stored-at'] ?? 'null') as string[]
}

async function expectCopy(run: ActionRun): Promise<void> {
  expect(run.annotations.filter(({ level }) => level === 'error')).toEqual([])
  const [before, after] = [
    { cluster, database: 'shop' },
    { cluster, database: 'copy' },
  ]
  expect(await compareDatabases(before, after, { noOwner: true })).toEqual([])
  await cluster.psql('postgres', 'drop database copy')
}

it('a backup lies in an artifact, two services and a directory at once, and each alone brings it back', async () => {
  const { prefix, bucket, folder } = await makePlaces()
  const run = await backUp({ 'copy-to': `${bucket}\n${bucket}?profile=far\n${folder}` }, profiles)
  expect(run.annotations.filter(({ level }) => level === 'error')).toEqual([])
  const name = run.outputs['artifact-name'] ?? ''
  expect(name).toMatch(/^postgres-backup-shop-\d{8}T\d{6}Z$/)
  const [copy, elsewhere, local] = [`${bucket}/${name}`, `${bucket}/${name}?profile=far`, join(folder, name)]
  const artifact = run.outputs['artifact-url'] ?? ''
  expect(readPlaces(run)).toEqual([artifact, copy, elsewhere, local])
  expect(run.log).toContain(`as ${artifact} and at ${copy} and at ${elsewhere} and at ${local}`)
  expect(run.log).toContain('The backup goes to S3 without encryption of its own')
  expect(run.summary).toContain(`- Copy: \`${copy}\``)
  const sums = await readFile(run.outputs['checksums'] ?? '', 'utf8')
  expect(sums).toMatch(/^[0-9a-f]{64} {2}shop_\w+\.sql\.gz$/m)
  expect(run.outputs['checksums']).toMatch(/\/SHA256SUMS$/)
  const files = (await readdir(local)).sort()
  expect(files).toEqual(expect.arrayContaining(['SHA256SUMS', 'manifest.json']))
  for (const server of [moto, far]) {
    const keys = (await server.keys()).filter((key) => key.startsWith(`${prefix}/`))
    expect(keys).toEqual(files.map((file) => `${prefix}/${name}/${file}`))
  }

  // None of these restores can reach the other places.
  const listening = { 'github-token': service.token, 'artifact-name': name }
  const inputs = { url: cluster.url('postgres'), 'target-database': 'copy', create: 'true', ...listening }
  await expectCopy(await restore(inputs, { environment: service.environment }))
  await expectCopy(await restoreFrom(`${bucket}/postgres-backup-shop-*`))
  await expectCopy(await restoreFrom(`${folder}/postgres-backup-*`))
  await expectCopy(await restoreFrom(elsewhere, {}, { ...nobody, ...profiles }))
})

/** Starts a backup of two databases, and returns once the first lies in the bucket while the second cannot be read. */
async function startHeldBackup(places: { bucket: string; folder: string }): Promise<HeldBackup> {
  const release = await holdTable('blog', 'post')
  const started = await startAction(
    describeBackup(
      {
        url: cluster.url('shop'),
        databases: 'shop, blog',
        jobs: '2',
        'artifact-name': 'nightly',
        'copy-to': `${places.bucket}\n${places.folder}`,
      },
      { environment: moto.environment },
    ),
  )
  const key = places.bucket.slice(`s3://${moto.bucket}/`.length)
  const isCopied = async (): Promise<boolean> =>
    (await moto.keys()).some((found) => found.startsWith(key) && found.includes('/shop_'))
  while (!(await isCopied())) {
    if (started.child.exitCode !== null) throw new Error(started.log())
    await sleep(50)
  }
  return { started, release }
}

interface HeldBackup {
  started: StartedAction
  /** Lets the second database be dumped. */
  release: () => Promise<void>
}

/** Locks a table until the returned function is called. */
async function holdTable(database: string, table: string): Promise<() => Promise<void>> {
  const where = "from pg_stat_activity where wait_event = 'PgSleep'"
  const holder = cluster.psql(database, `begin; lock table ${table}; select pg_sleep(600)`).catch(() => '')
  while ((await cluster.psql('postgres', `select count(*) ${where}`)) === '0') await sleep(20)
  return async () => {
    await cluster.psql('postgres', `select pg_terminate_backend(pid) ${where}`)
    await holder
  }
}

it('copies what is finished while another database is still dumped, and fetches the files of one alone', async () => {
  const places = await makePlaces()
  const { started, release } = await startHeldBackup(places)
  expect(started.log()).not.toContain('Database "blog": blog_')
  await release()
  const run = await started.done
  expect(run.annotations.filter(({ level }) => level === 'error')).toEqual([])
  const names = (await moto.keys()).filter((key) => key.startsWith(`${places.prefix}/`))
  const [name = ''] = await readdir(places.folder)
  const files = (await readdir(join(places.folder, name))).sort()
  expect(files).toHaveLength(5)
  expect(names).toEqual(files.map((file) => `${places.prefix}/${name}/${file}`))
  // Fixed as it is, the name ends in the time.
  expect(name).toMatch(/^nightly-\d{8}T\d{6}Z$/)
  // A file that is missing, and not asked for, is no hindrance; one that is asked for is.
  await moto.remove(names.find((key) => key.includes('/blog_')) ?? '')
  await expectCopy(await restoreFrom(`${places.bucket}/nightly-*`, { database: 'shop' }))
  const lacking = await restoreFrom(`${places.bucket}/nightly-*`, { database: 'blog' })
  expectFailure(lacking, 'PGB_RESTORE')
  expect(readError(lacking)).toMatch(/it lacks the file blog_\w+\.sql\.gz at s3:/)
})

it('takes back what was copied of a backup that is cancelled', async () => {
  const places = await makePlaces()
  const { started, release } = await startHeldBackup(places)
  // An object that nobody has answered for yet could be another run's, and would be left.
  for (const place of [places.bucket, places.folder])
    await started.waitForLog(new RegExp(`Copied shop_\\S+ to ${place}\\s`))
  const run = await started.cancel()
  await release()
  expectFailure(run, 'PGB_CANCELLED')
  expect((await moto.keys()).filter((key) => key.startsWith(`${places.prefix}/`))).toEqual([])
  expect(await readdir(places.folder)).toEqual([])
})

it('one place that fails leaves the others alone, and the step fails', async () => {
  const { folder } = await makePlaces()
  const run = await backUp({ 'copy-to': `s3://no-such-bucket/x\n${folder}\n/no/such/directory` })
  expectFailure(run, 'PGB_STORE', 'PGB_STORE')
  expect(run.log).toContain('there is no bucket "no-such-bucket"')
  expect(run.log).toContain('there is no such directory or file (ENOENT)')
  expect(readPlaces(run)).toEqual([run.outputs['artifact-url'], expect.stringContaining(folder)])
  expect(run.outputs['status']).toBe('failed')
  expect(await readdir(folder)).toEqual([expect.stringMatching(/^postgres-backup-shop-/)])
  expect(run.summary).toContain(`- Copy: \`${folder}/`)
})

it('a failed upload leaves the copies alone', async () => {
  const { folder } = await makePlaces()
  service.fail({ step: 'create', kind: 403, times: 99 })
  const run = await backUp({ 'copy-to': folder })
  expectFailure(run, 'PGB_UPLOAD')
  expect(readPlaces(run)).toEqual([expect.stringContaining(folder)])
})

it('refuses a backup that would have no home before it dumps', async () => {
  const run = await backUp({ upload: 'false', 'copy-to': 's3://no-such-bucket/x' })
  expectFailure(run, 'PGB_STORE')
  expect(run.log).not.toContain('Dumping')
})

it('says what it would do', async () => {
  const { bucket, folder } = await makePlaces()
  const run = await backUp({ 'copy-to': `${bucket}\n${folder}`, 'dry-run': 'true' })
  expect(run.log).toMatch(new RegExp(`Copy: ${bucket}/postgres-backup-shop-\\d{8}T\\d{6}Z`))
  expect(await readdir(folder)).toEqual([])
})

it('refuses an address before anything is touched, and shows nothing of it', async () => {
  const run = await backUp({ 'copy-to': 's3://AKIA:s3cr3t@bucket/x' })
  expectFailure(run, 'PGB_INPUT')
  expect(run.log).not.toContain('s3cr3t')
})

it('names what is missing where there are no credentials, and leaks none where there are', async () => {
  const { bucket } = await makePlaces()
  const none = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' }
  const run = await backUp({ 'copy-to': bucket, upload: 'false' }, none)
  expectFailure(run, 'PGB_STORE')
  expect(readError(run)).toContain('there are no credentials')
  const wrong = await backUp({ 'copy-to': bucket, upload: 'false' }, { AWS_REGION: '' })
  expect(readError(wrong)).toContain('nothing says in which region the bucket is')
  const secret = moto.environment['AWS_SECRET_ACCESS_KEY'] ?? ''
  expect(wrong.log.replace(/^::add-mask::.*$/gm, '')).not.toContain(secret)
})

it('says that there is no such backup', async () => {
  const { bucket, folder } = await makePlaces()
  await rm(folder, { recursive: true })
  const run = await restoreFrom(`${bucket}/none-*`)
  expectFailure(run, 'PGB_RESTORE')
  expect(readError(run)).toContain(`there is no backup ${bucket}/none-*`)
})
