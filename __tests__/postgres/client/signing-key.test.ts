import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { describe, expect, it } from '@jest/globals'
import { postgresqlAptRepository } from '../../../src/postgres/client/client-context.ts'
import { readKeyFingerprints } from '../../../src/postgres/client/signing-key.ts'
import { execute } from '../../support/execute.ts'
import { makeScratchDirectory } from '../../support/scratch.ts'

/** Debian's postgresql-common brings the real key along; it comes with the tests' postgresql-15. */
const realKey = '/usr/share/postgresql-common/pgdg/apt.postgresql.org.asc'

/** Makes keys with gpg, and returns them armoured in one block, with the fingerprints that gpg tells. */
async function makeKeys(...kinds: string[]): Promise<{ armoured: string; fingerprints: string[] }> {
  const home = await makeScratchDirectory('gnupg')
  const gpg = (...args: string[]): Promise<string> =>
    execute('gpg', ['--homedir', home, '--batch', '--quiet', '--no-tty', '--passphrase', '', ...args])
  try {
    for (const [index, kind] of kinds.entries()) {
      await gpg('--quick-generate-key', `Key ${index}`, kind, 'default', 'never')
    }
    const listing = await gpg('--list-keys', '--with-colons')
    const primary = [...listing.matchAll(/^pub:.*\nfpr:+([0-9A-F]{40}):/gm)].map((match) => match[1] ?? '')
    return { armoured: await gpg('--armor', '--export'), fingerprints: primary }
  } finally {
    await execute('gpgconf', ['--homedir', home, '--kill', 'all'])
  }
}

describe('readKeyFingerprints', () => {
  const itWithRealKey = existsSync(realKey) ? it : it.skip
  if (!existsSync(realKey))
    console.warn(`The PostgreSQL project's own key is not tested: there is no ${realKey}`)

  itWithRealKey('reads that of the PostgreSQL project’s real key', async () => {
    const fingerprints = readKeyFingerprints(await readFile(realKey, 'utf8'))
    expect(fingerprints).toEqual([postgresqlAptRepository.keyFingerprint])
  })

  it.each([['rsa2048'], ['ed25519'], ['rsa2048', 'ed25519']])(
    'agrees with gpg on %s %s',
    async (...kinds) => {
      const { armoured, fingerprints } = await makeKeys(...kinds.filter((kind) => typeof kind === 'string'))
      expect(fingerprints).toHaveLength(kinds.length)
      expect(readKeyFingerprints(armoured).sort()).toEqual(fingerprints.sort())
    },
  )

  it('reads armour with headers and with Windows’ line ends', async () => {
    const { armoured, fingerprints } = await makeKeys('ed25519')
    const headers = armoured.replace('\n\n', '\nVersion: x\nComment: y\n\n')
    expect(readKeyFingerprints(headers)).toEqual(fingerprints)
    expect(readKeyFingerprints(armoured.replaceAll('\n', '\r\n'))).toEqual(fingerprints)
  })

  it('refuses what is not one key: two blocks, a web page, a cut', async () => {
    const { armoured } = await makeKeys('ed25519')
    expect(() => readKeyFingerprints(armoured + armoured)).toThrow('not one armoured')
    expect(() => readKeyFingerprints('<html>Not found</html>')).toThrow('not one armoured')
    const lines = armoured.split('\n')
    const cut = [...lines.slice(0, 3), ...lines.slice(-2)].join('\n')
    expect(() => readKeyFingerprints(cut)).toThrow(/cut short|damaged/)
  })

  it('reads every form of a packet’s length', () => {
    const armour = (data: Buffer): string =>
      `-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n${data.toString('base64')}\n-----END PGP PUBLIC KEY BLOCK-----\n`
    const body = Buffer.alloc(300, 4)
    const old2 = Buffer.concat([Buffer.from([0x99, 0x01, 0x2c]), body])
    const old4 = Buffer.concat([Buffer.from([0x9a, 0, 0, 0x01, 0x2c]), body])
    const new2 = Buffer.concat([Buffer.from([0xc6, 192, 108]), body])
    const new5 = Buffer.concat([Buffer.from([0xc6, 255, 0, 0, 0x01, 0x2c]), body])
    const [expected] = readKeyFingerprints(armour(old2))
    expect(expected).toMatch(/^[0-9A-F]{40}$/)
    for (const form of [old4, new2, new5]) expect(readKeyFingerprints(armour(form))).toEqual([expected])
    expect(() => readKeyFingerprints(armour(Buffer.from([0xc6, 0xe0, 4])))).toThrow('in parts')
    expect(() => readKeyFingerprints(armour(Buffer.from([0x9b, 4])))).toThrow('without length')
    expect(() => readKeyFingerprints(armour(Buffer.from([0xc6, 1, 3])))).toThrow('not of version 4')
  })
})
