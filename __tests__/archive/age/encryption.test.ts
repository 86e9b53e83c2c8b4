import { describe, expect, it } from '@jest/globals'
import { generateHybridIdentity, generateX25519Identity, identityToRecipient } from 'age-encryption'
import {
  createRunKey,
  fingerprintRecipient,
  parseIdentities,
  parseRecipients,
} from '../../../src/archive/age/age-keys.ts'
import { validateDecryption, validateEncryption } from '../../../src/archive/age/encryption.ts'

const identity = await generateX25519Identity()
const recipient = await identityToRecipient(identity)
const other = await identityToRecipient(await generateX25519Identity())
const hybridIdentity = await generateHybridIdentity()
const hybrid = await identityToRecipient(hybridIdentity)

const refusal = (message: RegExp) => ({ code: 'PGB_ENCRYPT', message: expect.stringMatching(message) })

describe('recipients', () => {
  it.each([
    ['one', recipient, [recipient]],
    [
      'two, with comments and blank lines',
      `# team\n\n  ${recipient}  \r\n#x\n${other}\n`,
      [recipient, other],
    ],
    ['post-quantum', hybrid, [hybrid]],
    ['of both kinds', `${hybrid}\n${recipient}`, [hybrid, recipient]],
    ['given twice', `${recipient}\n${recipient}`, [recipient]],
  ])('%s are accepted', async (_, text, expected) => {
    expect(await parseRecipients(text)).toEqual(expected)
  })

  it.each<[string, string, RegExp]>([
    ['only comments', '# age1\n\n  # x', /no key is left after comments are removed/],
    ['only blanks', ' \n', /no key is left/],
    ['a secret key', identity, /line 1 is a secret key/],
    ['a secret key in lower case', identity.toLowerCase(), /line 1 is a secret key/],
    ['a post-quantum secret key', hybridIdentity, /line 1 is a secret key/],
    ['an ssh-ed25519 key', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 me@host', /SSH key \(ssh-ed25519\).*age-keygen/],
    ['an ssh-rsa key', 'ssh-rsa AAAAB3NzaC1yc2E me@host', /SSH key \(ssh-rsa\).*age-keygen/],
    ['an ecdsa key', 'ecdsa-sha2-nistp256 AAAA me@host', /SSH key \(ecdsa-sha2-nistp256\)/],
    ['a security key', 'sk-ssh-ed25519@openssh.com AAAA', /SSH key \(sk-ssh-ed25519\)/],
    [
      'a plugin’s key',
      'age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t',
      /age plugin/,
    ],
    ['an unknown kind', 'github:octocat', /line 1 is not an age public key/],
    ['upper case', recipient.toUpperCase(), /line 1 is not an age public key/],
    [
      'a bad line among good ones',
      `# a\n${recipient}\n\nnonsense\n${other}`,
      /line 4 is not an age public key/,
    ],
    [
      'a mistyped key',
      recipient.slice(0, -1) + (recipient.endsWith('q') ? 'p' : 'q'),
      /line 1 begins like an age/,
    ],
    ['a key cut off', `${recipient}\n${other.slice(0, 40)}`, /line 2 begins like an age/],
    ['a post-quantum key cut off', hybrid.slice(0, 400), /line 1 begins like an age/],
    ['two keys on a line', `${recipient} ${other}`, /line 1 begins like an age/],
    ['two keys with a comma', `${recipient},${other}`, /line 1/],
  ])('are refused with %s, which is not echoed', async (_, text, message) => {
    const refused = await parseRecipients(text).then(String, (error: unknown) => error)
    expect(refused).toMatchObject(refusal(message))
    for (const word of text.split(/\s+/).filter((part) => part.length > 20)) {
      expect(String((refused as Error).stack)).not.toContain(word.slice(0, 20))
      expect(String((refused as Error).cause)).not.toContain(word.slice(0, 20))
    }
  })
})

describe('validateEncryption', () => {
  const passphrase = 'correct horse battery staple'

  it.each([
    [{ recipients: undefined, passphrase: undefined }, undefined],
    [
      { recipients: recipient, passphrase: undefined },
      { kind: 'recipients', recipients: [recipient] },
    ],
    [
      { recipients: undefined, passphrase },
      { kind: 'passphrase', passphrase },
    ],
  ])('accepts %j', async (inputs, expected) => {
    expect(await validateEncryption(inputs)).toEqual(expected)
  })

  it.each([
    [{ recipients: recipient, passphrase }, /both given/],
    [{ recipients: '#', passphrase: undefined }, /no key is left/],
    [{ recipients: undefined, passphrase: '' }, /fewer than 10 characters/],
    [{ recipients: undefined, passphrase: '  hunter2     ' }, /fewer than 10 characters/],
    [{ recipients: undefined, passphrase: 'hunter2' }, /fewer than 10 characters/],
    [{ recipients: undefined, passphrase: 'hunter2 hunter3\n' }, /line break/],
    [{ recipients: undefined, passphrase: 'hunter2 hunter3 ' }, /blank/],
  ])('refuses %j', async (inputs, message) => {
    const refused = await validateEncryption(inputs).then(String, (error: unknown) => error)
    expect(refused).toMatchObject(refusal(message))
    expect(String(refused)).not.toContain('hunter2')
  })
})

describe('validateDecryption', () => {
  it('reads the file that age-keygen writes', async () => {
    const file = `# created: 2026-11-04T02:00:00Z\n# public key: ${recipient}\n${identity}\n`
    const expected = { kind: 'identities', identities: [identity] }
    expect(await validateDecryption({ identity: file, passphrase: undefined })).toEqual(expected)
    expect(await parseIdentities(hybridIdentity)).toEqual([hybridIdentity])
    expect(await validateDecryption({ identity: undefined, passphrase: 'x' })).toEqual({
      kind: 'passphrase',
      passphrase: 'x',
    })
    expect(await validateDecryption({ identity: undefined, passphrase: undefined })).toBeUndefined()
  })

  it.each<[string | undefined, string | undefined, RegExp]>([
    [identity, 'x', /both given/],
    ['# nothing', undefined, /no key is left/],
    [recipient, undefined, /line 1 is not an age secret key/],
    [`#\n${identity.slice(0, -1)}`, undefined, /line 2 is not an age secret key/],
    [undefined, 'hunter2 hunter3\n', /line break/],
  ])('refuses %j with passphrase %j', async (text, passphrase, message) => {
    const refused = await validateDecryption({ identity: text, passphrase }).then(
      String,
      (error: unknown) => error,
    )
    expect(refused).toMatchObject(refusal(message))
    expect(String(refused)).not.toContain(identity.slice(0, 30))
    expect(String(refused)).not.toContain('hunter2')
  })
})

describe('a run key', () => {
  it.each([
    ['X25519', [recipient], /^AGE-SECRET-KEY-1/, /^age1(?!pq1)/],
    ['X25519 among both kinds', [hybrid, recipient], /^AGE-SECRET-KEY-1/, /^age1(?!pq1)/],
    ['post-quantum', [hybrid], /^AGE-SECRET-KEY-PQ-1/, /^age1pq1/],
    ['X25519 without others', [], /^AGE-SECRET-KEY-1/, /^age1(?!pq1)/],
  ])('is %s as the recipients are, and new each time', async (_, recipients, secret, open) => {
    const key = await createRunKey(recipients)
    expect(key.identity).toMatch(secret)
    expect(key.recipient).toMatch(open)
    expect(await identityToRecipient(key.identity)).toBe(key.recipient)
    expect((await createRunKey(recipients)).identity).not.toBe(key.identity)
  })
})

it('shows a recipient by its ends', () => {
  expect(fingerprintRecipient('age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p')).toBe(
    'age1ql3z7hjy…mcac8p',
  )
})
