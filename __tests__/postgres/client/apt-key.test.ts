import { describe, expect, it } from '@jest/globals'
import { postgresqlAptKey } from '../../../src/postgres/client/apt-key.ts'
import { execute } from '../../support/machine/execute.ts'
import { makeScratchDirectory } from '../../support/machine/scratch.ts'

describe('the key of apt.postgresql.org', () => {
  it('is one key that does not expire, and has the fingerprint that the project names', async () => {
    const home = await makeScratchDirectory('gnupg')
    const listing = await execute(
      'gpg',
      ['--homedir', home, '--batch', '--no-tty', '--with-colons', '--show-keys'],
      { input: postgresqlAptKey },
    )
    // Fields of doc/DETAILS in GnuPG: the seventh is the time of expiry.
    const rows = listing
      .trimEnd()
      .split('\n')
      .map((row) => row.split(':'))
    expect(rows.map(([type]) => type)).toEqual(['pub', 'fpr', 'uid'])
    expect(rows[0]?.[6]).toBe('')
    expect(rows[1]?.[9]).toBe('B97B0AFCAA1A47F044F244A07FCC7D46ACCC4CF8')
  })

  it('is one armoured block and nothing besides, since apt takes the first', () => {
    expect(postgresqlAptKey).toMatch(
      /^-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n[A-Za-z0-9+/=\n]+\n-----END PGP PUBLIC KEY BLOCK-----\n$/,
    )
    expect(Buffer.byteLength(postgresqlAptKey)).toBe(4812)
  })
})
