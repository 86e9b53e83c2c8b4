import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import {
  Decrypter,
  Encrypter,
  generateHybridIdentity,
  generateX25519Identity,
  identityToRecipient,
} from 'age-encryption'
import { formatKeyFile, readDecryptionKeys, readEncryptionKeys } from '../../src/archive/age/age-key-file.ts'
import type { Decryption, Encryption } from '../../src/archive/age/encryption.ts'
import { runPipeline } from '../../src/process/pipeline.ts'

const node = resolve('node_modules/.bin/node')
const programs = {
  encrypt: resolve('src/programs/age-encrypt.ts'),
  decrypt: resolve('src/programs/age-decrypt.ts'),
}
// A machine without the age command still tries the programs against each other.
const hasAge = spawnSync('age', ['--version']).status === 0

let folder: string
const identity = await generateX25519Identity()
const recipient = await identityToRecipient(identity)
const hybridIdentity = await generateHybridIdentity()
const hybrid = await identityToRecipient(hybridIdentity)
const passphrase = 'correct horse battery staple'

function writeKeys(keys: Encryption | Decryption, mode = 0o600): string {
  const path = join(folder, `${randomBytes(8).toString('hex')}.json`)
  writeFileSync(path, formatKeyFile(keys), { mode })
  return path
}

function run(program: keyof typeof programs, keyFile: string, input: Buffer) {
  const { status, stdout, stderr } = spawnSync(node, [programs[program], keyFile], {
    input,
    maxBuffer: 2 ** 28,
  })
  return { status, stdout, stderr: stderr.toString() }
}

function catchError(work: () => unknown): string {
  try {
    return `no error, but ${JSON.stringify(work())}`
  } catch (error) {
    return String(error)
  }
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'age-programs-'))
  writeFileSync(join(folder, 'key.txt'), `# a comment\n${identity}\n`, { mode: 0o600 })
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

describe('what age-encrypt writes', () => {
  // A last chunk of 64 KiB may be whole, or hold one byte.
  it.each([0, 65536, 65537, 1_000_003])('comes back from %d bytes', (size) => {
    const plain = randomBytes(size)
    const encrypted = run('encrypt', writeKeys({ kind: 'recipients', recipients: [recipient] }), plain)
    expect([encrypted.status, encrypted.stderr]).toEqual([0, ''])
    const decrypted = run(
      'decrypt',
      writeKeys({ kind: 'identities', identities: [identity] }),
      encrypted.stdout,
    )
    expect([decrypted.status, decrypted.stderr]).toEqual([0, ''])
    expect(decrypted.stdout.equals(plain)).toBe(true)
    if (hasAge) {
      const args = ['--decrypt', '--identity', join(folder, 'key.txt')]
      expect(execFileSync('age', args, { input: encrypted.stdout }).equals(plain)).toBe(true)
    }
  })

  it('opens to each of its recipients, also to post-quantum ones', async () => {
    const plain = Buffer.from('text')
    const { stdout } = run(
      'encrypt',
      writeKeys({ kind: 'recipients', recipients: [hybrid, recipient] }),
      plain,
    )
    for (const key of [identity, hybridIdentity]) {
      expect(run('decrypt', writeKeys({ kind: 'identities', identities: [key] }), stdout).stdout).toEqual(
        plain,
      )
    }
    const decrypter = new Decrypter()
    decrypter.addIdentity(identity)
    expect(await decrypter.decrypt(stdout, 'text')).toBe('text')
    if (hasAge) {
      expect(execFileSync('age', ['-d', '-i', join(folder, 'key.txt')], { input: stdout })).toEqual(plain)
    }
  })

  it('is read from the age command too', () => {
    if (!hasAge) return
    const encrypted = execFileSync('age', ['-r', recipient], { input: 'text' })
    const decrypted = run('decrypt', writeKeys({ kind: 'identities', identities: [identity] }), encrypted)
    expect(decrypted.stdout.toString()).toBe('text')
  })
})

describe('128 MB', () => {
  it('stream through both in constant memory', async () => {
    const encryptKeys = writeKeys({ kind: 'recipients', recipients: [recipient] })
    const decryptKeys = writeKeys({ kind: 'identities', identities: [identity] })
    const script = `${measure('encrypt', encryptKeys)} | ${measure('decrypt', decryptKeys)}`
    const shell = spawn('bash', ['-c', script], { stdio: ['pipe', 'pipe', 'pipe'] })
    const block = randomBytes(2 ** 20)
    const sent = createHash('sha256')
    const feed = (async () => {
      for (let count = 0; count < 128; count++) {
        sent.update(block)
        if (!shell.stdin.write(block)) await new Promise((done) => shell.stdin.once('drain', done))
      }
      shell.stdin.end()
    })()
    const received = createHash('sha256')
    for await (const chunk of shell.stdout as AsyncIterable<Buffer>) received.update(chunk)
    await feed
    expect(received.digest('hex')).toBe(sent.digest('hex'))
    const peaks = ['encrypt', 'decrypt'].map((name) => Number(readFileSync(join(folder, name), 'utf8')))
    for (const peak of peaks) {
      expect(peak).toBeGreaterThan(10)
      expect(peak).toBeLessThan(220)
    }
  })

  /** Lets the program leave its peak memory, in MB, in a file. */
  function measure(name: keyof typeof programs, keyFile: string): string {
    const preload = join(folder, `${name}.cjs`)
    const file = JSON.stringify(join(folder, name))
    writeFileSync(
      preload,
      `process.on('exit', () => require('node:fs').writeFileSync(${file}, String(process.resourceUsage().maxRSS / 1024)))`,
    )
    return `'${node}' --require '${preload}' '${programs[name]}' '${keyFile}'`
  }
})

// e2e/backup/encryption has a file made by age-encrypt from a passphrase, which age opens; it takes seconds by design.
it('age-decrypt opens to its passphrase, and to no other', async () => {
  const plain = randomBytes(100_000)
  const encrypter = new Encrypter()
  encrypter.setScryptWorkFactor(10)
  encrypter.setPassphrase(passphrase)
  const input = Buffer.from(await encrypter.encrypt(plain))
  const opened = run('decrypt', writeKeys({ kind: 'passphrase', passphrase }), input)
  expect(opened.stdout.equals(plain)).toBe(true)
  const wrong = run('decrypt', writeKeys({ kind: 'passphrase', passphrase: `${passphrase}r` }), input)
  expect(wrong).toMatchObject({ status: 1, stdout: Buffer.alloc(0) })
})

describe('age-decrypt fails', () => {
  const keys = () => writeKeys({ kind: 'identities', identities: [identity] })
  const encrypter = new Encrypter()
  encrypter.addRecipient(recipient)
  const intact = (async () => Buffer.from(await encrypter.encrypt(randomBytes(200_000))))()
  const flip = (data: Buffer, at: number) => {
    const copy = Buffer.from(data)
    copy[at] = (copy[at] ?? 0) ^ 1
    return copy
  }

  it.each<[string, (data: Buffer) => Buffer]>([
    ['nothing', () => Buffer.alloc(0)],
    ['a cut at the end of a chunk', (data) => data.subarray(0, payloadStart(data) + 2 * 65552)],
    ['a flipped bit', (data) => flip(data, data.length - 1000)],
    ['a file that is not encrypted', () => Buffer.from('-- PostgreSQL database dump\n')],
  ])('on %s', async (_, spoil) => {
    const failed = run('decrypt', keys(), spoil(await intact))
    expect(failed.status).toBe(1)
    expect(failed.stderr).toMatch(/^age-decrypt: error: [^\n]+\n$/)
  })

  it.each<[string, (data: Buffer) => Buffer]>([
    ['a cut header', (data) => data.subarray(0, 50)],
    ['the last byte missing', (data) => data.subarray(0, -1)],
    ['a flipped bit in the header', (data) => flip(data, 60)],
    ['a byte more', (data) => Buffer.concat([data, Buffer.from('x')])],
  ])('by its library on %s', async (_, spoil) => {
    const decrypter = new Decrypter()
    decrypter.addIdentity(identity)
    const data = await intact
    expect(await decrypter.decrypt(data)).toHaveLength(200_000)
    await expect(decrypter.decrypt(spoil(data))).rejects.toThrow()
  })

  it('with a stranger’s identity, which it does not tell', async () => {
    const stranger = await generateX25519Identity()
    const failed = run('decrypt', writeKeys({ kind: 'identities', identities: [stranger] }), await intact)
    expect(failed).toMatchObject({ status: 1, stdout: Buffer.alloc(0) })
    expect(failed.stderr).toMatch(/^age-decrypt: error: no identity matched/)
    expect(failed.stderr).not.toContain(stranger.slice(0, 30))
  })

  /** Behind the header's last line come the 16 bytes of the payload's nonce. */
  function payloadStart(data: Buffer): number {
    return data.indexOf('\n', data.indexOf('\n--- ') + 1) + 1 + 16
  }
})

describe('keys', () => {
  const input = Buffer.from('plaintext')
  const bad = identity.slice(0, -1) + (identity.endsWith('X') ? 'Y' : 'X')

  const missing = () => join(folder, 'missing.json')
  const raw = () => {
    const path = join(folder, 'raw.json')
    writeFileSync(path, identity, { mode: 0o600 })
    return path
  }

  it.each<['encrypt' | 'decrypt', string, () => string, RegExp]>([
    ['encrypt', 'what is not JSON', raw, /: the key file is not JSON$/m],
    [
      'encrypt',
      'a secret key',
      () => writeKeys({ kind: 'recipients', recipients: [identity] }),
      /not an age public/,
    ],
    [
      'decrypt',
      'a bad identity',
      () => writeKeys({ kind: 'identities', identities: [bad] }),
      /not an age secret key/,
    ],
  ])('age-%s refuses %s, and writes nothing', (program, _, keyFile, message) => {
    const failed = run(program, keyFile(), input)
    expect(failed).toMatchObject({ status: 1, stdout: Buffer.alloc(0) })
    expect(failed.stderr).toMatch(new RegExp(`^age-${program}: error: [^\\n]+\\n$`))
    expect(failed.stderr).toMatch(message)
    expect(failed.stderr).not.toContain(identity.slice(0, 30))
  })

  it.each<[string, (path: string) => unknown, () => string, RegExp]>([
    ['no key file', readEncryptionKeys, missing, /ENOENT/],
    ['no argument', readEncryptionKeys, () => '', /ENOENT/],
    [
      'a file that others can read, to encrypt',
      readEncryptionKeys,
      () => writeKeys({ kind: 'passphrase', passphrase }, 0o644),
      /0600/,
    ],
    [
      'a file that others can read, to decrypt',
      readDecryptionKeys,
      () => writeKeys({ kind: 'passphrase', passphrase }, 0o640),
      /0600/,
    ],
    [
      'no recipient',
      readEncryptionKeys,
      () => writeKeys({ kind: 'recipients', recipients: [] }),
      /no recipient/,
    ],
    [
      'an identity to encrypt to',
      readEncryptionKeys,
      () => writeKeys({ kind: 'identities', identities: [identity] }),
      /unknown|lacks/,
    ],
    [
      'an empty passphrase',
      readEncryptionKeys,
      () => writeKeys({ kind: 'passphrase', passphrase: '' }),
      /not a key/,
    ],
  ])('are refused where there is %s', (_, read, keyFile, message) => {
    const path = keyFile()
    const refused = catchError(() => read(path))
    expect(refused).toMatch(message)
    expect(refused).not.toContain(identity.slice(0, 30))
  })
})

describe('output that cannot be written', () => {
  const shell = (rest: string) => {
    const keyFile = writeKeys({ kind: 'recipients', recipients: [recipient] })
    const script = `head -c 3000000 /dev/zero | { '${node}' '${programs.encrypt}' '${keyFile}'; echo $? >&2; } ${rest}`
    return spawnSync('bash', ['-c', script]).stderr.toString()
  }

  it('because nobody reads it ends the program quietly, as SIGPIPE does', () => {
    expect(shell('| head -c 10 > /dev/null')).toBe('141\n')
  })

  it('because its reader failed leaves the blame to the reader', async () => {
    const keyFile = writeKeys({ kind: 'recipients', recipients: [recipient] })
    const reader = { path: 'sh', args: ['-c', 'head -c 10 >/dev/null; exit 9'] }
    const { failure } = await runPipeline(
      [
        { path: 'head', args: ['-c', '3000000', '/dev/zero'] },
        { path: node, args: [programs.encrypt, keyFile] },
        reader,
      ],
      { environment: { PATH: process.env['PATH'] ?? '' }, signal: new AbortController().signal },
    )
    expect(failure).toEqual({ command: reader, exitCode: 9 })
  })

  it('because the disk is full is an error', () => {
    expect(shell('> /dev/full')).toMatch(/^age-encrypt: error: ENOSPC[^\n]+\n1\n$/)
  })
})
