import { join } from 'node:path'
import { afterEach, describe, expect, it } from '@jest/globals'
import { readBackupInputs, type BackupInputs } from '../../src/backup/inputs.ts'
import { readInputDefaults } from '../support/github/action-file.ts'

const actionFile = join(import.meta.dirname, '..', '..', 'action.yml')
const before = { ...process.env }

afterEach(() => {
  for (const name of Object.keys(process.env))
    if (!(name in before)) Reflect.deleteProperty(process.env, name)
})

/** Reads inputs as the runner would hand them over: the given ones, and the defaults of action.yml. */
async function read(inputs: Record<string, string> = {}): Promise<BackupInputs> {
  const defaults = Object.fromEntries(readInputDefaults(actionFile)) as Record<string, string>
  for (const [name, value] of Object.entries({ ...defaults, ...inputs }))
    process.env[`INPUT_${name.toUpperCase()}`] = value
  return readBackupInputs()
}

async function refusal(inputs: Record<string, string>): Promise<string> {
  return read(inputs).then(
    () => 'accepted',
    (error: unknown) => (error as Error).message,
  )
}

describe('the defaults of action.yml', () => {
  it('are those of the contract', async () => {
    const { connection, token, ...others } = await read()
    expect(connection).toEqual({
      url: undefined,
      user: undefined,
      password: undefined,
      sslRootCert: undefined,
    })
    expect(token).toBe('${{ github.token }}')
    expect(others).toMatchObject({
      databases: undefined,
      all: false,
      globals: false,
      format: 'plain',
      compression: { method: 'gzip', level: undefined },
      options: [],
      jobs: undefined,
      postgresVersion: undefined,
      lockWaitTimeout: '60s',
      stallTimeout: { milliseconds: 900_000, text: '15min' },
      allowTransactionPooler: false,
      failFast: false,
      verify: 'decode',
      verifyUrl: undefined,
      allowUnsandboxed: false,
      encryption: undefined,
      allowPublicPlaintext: false,
      outputDirectory: undefined,
      upload: true,
      artifactName: undefined,
      copyTo: [],
      retentionDays: undefined,
      dryRun: false,
      shards: undefined,
    })
  })
})

describe('an input', () => {
  it.each<[string, string, keyof BackupInputs, unknown]>([
    ['databases', ' shop ,\n blog', 'databases', ['shop', 'blog']],
    ['databases', '\n', 'databases', undefined],
    ['all', 'True', 'all', true],
    ['globals', 'TRUE', 'globals', true],
    ['format', 'directory', 'format', 'directory'],
    ['compression', 'zstd:9', 'compression', { method: 'zstd', level: 9 }],
    ['compression', '', 'compression', { method: 'gzip', level: undefined }],
    ['options', '--no-owner\n\n --schema=a b ', 'options', ['--no-owner', '--schema=a b']],
    ['jobs', '0', 'jobs', undefined],
    ['jobs', '1000', 'jobs', 1000],
    ['postgres-version', '17', 'postgresVersion', 17],
    ['postgres-version', '', 'postgresVersion', undefined],
    ['lock-wait-timeout', '5min', 'lockWaitTimeout', '5min'],
    ['lock-wait-timeout', '0', 'lockWaitTimeout', '0'],
    ['stall-timeout', '90s', 'stallTimeout', { milliseconds: 90_000, text: '90s' }],
    ['stall-timeout', '26h', 'stallTimeout', { milliseconds: 93_600_000, text: '26h' }],
    ['stall-timeout', '30d', 'stallTimeout', { milliseconds: 2_592_000_000, text: '30d' }],
    ['output-dir', 'backup', 'outputDirectory', 'backup'],
    ['upload', 'false', 'upload', false],
    ['artifact-name', "Tuesday's (1)", 'artifactName', "Tuesday's (1)"],
    ['retention-days', '400', 'retentionDays', 400],
    ['dry-run', 'true', 'dryRun', true],
  ])('%s, given as %j, sets %s to %j', async (name, value, key, expected) => {
    expect((await read({ [name]: value }))[key]).toEqual(expected)
  })

  it('keeps the blanks of a password', async () => {
    const { connection } = await read({ url: ' postgres://h/d ', password: ' x ' })
    expect(connection).toMatchObject({ url: 'postgres://h/d', password: ' x ' })
  })

  // Trimmed, they would give another passphrase than the secret that someone types to decrypt by hand.
  it.each([
    [' correct horse battery', /"?age-passphrase"? cannot be used: it begins or ends with a blank/],
    ['correct horse battery ', /it begins or ends with a blank/],
    ['correct horse battery\n', /line break .* slips in/],
  ])('is refused: the passphrase %j, of which nothing is lost without a word', async (value, words) => {
    expect(await refusal({ 'age-passphrase': value })).toMatch(words)
  })

  it('takes a number of parts for a dry run', async () => {
    expect((await read({ shards: '256', 'dry-run': 'true' })).shards).toBe(256)
  })

  it.each<[string, Record<string, string>, RegExp]>([
    ['a number of parts without a dry run', { shards: '4' }, /"shards" .* "dry-run" is not true/],
    ['parts of a cluster', { shards: '4', 'dry-run': 'true', all: 'true' }, /"shards" .* one file .*'\*'/],
    ['more parts than GitHub starts', { shards: '257', 'dry-run': 'true' }, /"shards" .* from 0 to 256/],
    ['a compression that is not in the list', { compression: 'rar' }, /none, gzip, bzip2, zstd, lz4, xz/],
    ['two compressions', { compression: 'gzip,zstd' }, /compression/],
    ['a level out of range', { compression: 'gzip:10' }, /1 to 9/],
    ['a level for none', { compression: 'none:1' }, /none/],
    ['an unknown format', { format: 'sql' }, /"format".*plain, custom, directory, tar/],
    ['no format', { format: '' }, /"format"/],
    ['all together with databases', { all: 'true', databases: 'shop' }, /"all".*"databases"/],
    ['all together with a pattern', { all: 'true', databases: '*' }, /"all".*"databases"/],
    ['all in another format than plain', { all: 'true', format: 'custom' }, /"format".*plain/],
    ['databases that only exclude', { databases: '!shop' }, /"databases"/],
    ['databases that are half a JSON array', { databases: '["shop"' }, /"databases"/],
    ['a flag in other words', { globals: 'yes' }, /"globals".*true or false/],
    ['a flag that is empty', { upload: '' }, /"upload"/],
    ['jobs that are negative', { jobs: '-1' }, /"jobs".*0 to 1000/],
    ['jobs that are not whole', { jobs: '1.5' }, /"jobs"/],
    ['too many jobs', { jobs: '1001' }, /"jobs"/],
    ['a version with a minor number', { 'postgres-version': '15.18' }, /"postgres-version"/],
    ['a lock timeout in words', { 'lock-wait-timeout': 'one minute' }, /"lock-wait-timeout"/],
    ['a lock timeout with more behind it', { 'lock-wait-timeout': '60s --file=x' }, /"lock-wait-timeout"/],
    ['a stall timeout without a unit', { 'stall-timeout': '90' }, /"stall-timeout".*15min/],
    ['a stall timeout of nothing', { 'stall-timeout': '0s' }, /"stall-timeout"/],
    ['a stall timeout of a million years', { 'stall-timeout': '365000000d' }, /"stall-timeout"/],
    ['no lock timeout', { 'lock-wait-timeout': '' }, /"lock-wait-timeout"/],
    ['an unknown way to verify', { verify: 'maybe' }, /"verify".*none, decode, restore/],
    ['retention of more than 400 days', { 'retention-days': '401' }, /"retention-days".*0 to 400/],
    ['a slash in the name of the artifact', { 'artifact-name': 'a/b' }, /"artifact-name"/],
    ['a colon in the name of the artifact', { 'artifact-name': 'a:b' }, /"artifact-name"/],
    ['an option that the action owns', { options: '--no-owner\n--file=x' }, /--file belongs to the action/],
  ])('is refused: %s', async (_, inputs, words) => {
    const message = await refusal(inputs)
    expect(message).toMatch(words)
    expect(message).toMatch(/\[PGB_INPUT\]$/)
  })

  it('is refused without a word of its value, which may be a secret in the wrong place', async () => {
    const inputs = [
      'format',
      'all',
      'jobs',
      'postgres-version',
      'lock-wait-timeout',
      'verify',
      'retention-days',
    ]
    for (const name of inputs) expect(await refusal({ [name]: 'hunter2:/' })).not.toContain('hunter2')
  })
})
