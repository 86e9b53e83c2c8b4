import { join } from 'node:path'
import { afterEach, describe, expect, it } from '@jest/globals'
import { listInputSecrets, readRestoreInputs, type RestoreInputs } from '../../src/restore/inputs.ts'
import { readBackupInputs } from '../../src/backup/inputs.ts'
import { readInputDefaults } from '../support/github/action-file.ts'

const root = join(import.meta.dirname, '..', '..')
const before = { ...process.env }

afterEach(() => {
  for (const name of Object.keys(process.env))
    if (!(name in before)) Reflect.deleteProperty(process.env, name)
})

/** Sets inputs as the runner would hand them over: the given ones, and the defaults of the action. */
function give(actionFile: string, inputs: Record<string, string>): void {
  const defaults = Object.fromEntries(readInputDefaults(join(root, actionFile))) as Record<string, string>
  for (const [name, value] of Object.entries({ ...defaults, ...inputs }))
    process.env[`INPUT_${name.toUpperCase()}`] = value
}

async function read(inputs: Record<string, string> = {}): Promise<RestoreInputs> {
  give('restore/action.yml', { path: '/backup', ...inputs })
  return readRestoreInputs()
}

describe('an input', () => {
  it.each<[string, string, keyof RestoreInputs, unknown]>([
    ['jobs', '0', 'jobs', undefined],
    ['jobs', '4', 'jobs', 4],
    ['postgres-version', 'auto', 'postgresVersion', undefined],
    ['postgres-version', '17', 'postgresVersion', 17],
    ['options', '--no-acl\n', 'options', ['--no-acl']],
  ])('%s, given as %j, sets %s to %j', async (name, value, key, expected) => {
    expect((await read({ [name]: value }))[key]).toEqual(expected)
  })

  it.each<[string, Record<string, string>, RegExp]>([
    ['jobs that are negative', { jobs: '-1' }, /"jobs".*0 to 1000/],
    ['a version with a minor number', { 'postgres-version': '15.18' }, /"postgres-version"/],
    ['two backups', { 'artifact-id': '1' }, /more than one backup is named/],
    ['a branch for a path', { branch: 'main' }, /"branch".*belongs to an artifact/],
    [
      'a branch that cannot be',
      { path: '', 'artifact-id': '1', branch: 'main\nno such' },
      /"branch".*refs\/tags\/v\*/,
    ],
    [
      'a digest that is none',
      { path: '', 'artifact-id': '1', 'artifact-digest': 'sha256:12' },
      /"artifact-digest".*64 hex digits/,
    ],
  ])('is refused: %s', async (_, inputs, message) => {
    await expect(read(inputs)).rejects.toMatchObject({
      code: 'PGB_INPUT',
      message: expect.stringMatching(message),
    })
  })
})

describe('the artifact', () => {
  const digits = 'a1'.repeat(32)

  it.each([digits, `sha256:${digits}`, ` SHA256:${digits.toUpperCase()}\n`])(
    'has a digest, as the backup put it out or GitHub shows it: %j',
    async (digest) => {
      const { source } = await read({ path: '', 'artifact-name': 'x', 'artifact-digest': digest })
      expect(source).toMatchObject({ digest: `sha256:${digits}`, branches: undefined })
    },
  )

  it('has branches, one on each line', async () => {
    const { source } = await read({ path: '', 'artifact-name': 'x', branch: ' main\n\n refs/tags/v* \n' })
    expect(source).toMatchObject({ branches: [{ kind: 'heads' }, { kind: 'tags' }] })
  })
})

describe('the passphrase', () => {
  it('keeps the blanks at its ends, and is hidden with them', async () => {
    const passphrase = ' correct horse battery '
    const { decryption } = await read({ 'age-passphrase': passphrase })
    expect(decryption).toEqual({ kind: 'passphrase', passphrase })
    expect(listInputSecrets()).toContain(passphrase)
  })

  it('is none when it is blank', async () => {
    expect((await read({ 'age-passphrase': ' \n' })).decryption).toBeUndefined()
  })

  it('is refused with a line break, which a backup refuses too', async () => {
    const inputs = { 'age-passphrase': 'correct horse battery\n' }
    const refusal = { code: 'PGB_ENCRYPT', message: expect.stringMatching(/line break .* slips in/) }
    await expect(read(inputs)).rejects.toMatchObject(refusal)
    give('action.yml', inputs)
    await expect(readBackupInputs()).rejects.toMatchObject(refusal)
  })

  it.each(['correct horse battery', 'blank  within', 'no ünicode is lost'])(
    '%j is the same in a backup and a restore',
    async (passphrase) => {
      const { decryption } = await read({ 'age-passphrase': passphrase })
      give('action.yml', { 'age-passphrase': passphrase })
      expect((await readBackupInputs()).encryption).toEqual({ kind: 'passphrase', passphrase })
      expect(decryption).toEqual({ kind: 'passphrase', passphrase })
    },
  )
})
