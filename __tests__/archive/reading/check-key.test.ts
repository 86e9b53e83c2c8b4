import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption'
import { checkKey } from '../../../src/archive/reading/check-key.ts'
import { tryExecute } from '../../support/machine/execute.ts'
import { makeScratchDirectory } from '../../support/machine/scratch.ts'
import { repository } from '../../support/repository.ts'
import { findNode } from '../../support/runner.ts'

it('a key is tried again and again, and no stream that was cancelled ends the process', async () => {
  const path = join(await makeScratchDirectory('check-key'), 'large.age')
  const identity = await generateX25519Identity()
  const encrypter = new Encrypter()
  encrypter.addRecipient(await identityToRecipient(identity))
  // More than is read of it: what Node makes a web stream of broke in one case of forty.
  await writeFile(path, await encrypter.encrypt(new Uint8Array(200_000)))
  const program = `
    import { checkKey } from ${JSON.stringify(join(repository, 'src', 'archive', 'reading', 'check-key.ts'))}
    const file = { path: ${JSON.stringify(path)}, name: 'large', encryption: 'age-recipients' }
    const keys = { kind: 'identities', identities: ['${identity}'] }
    for (let count = 0; count < 400; count += 1) await checkKey(file, keys)
    console.log('opened')`
  const run = await tryExecute(findNode(), ['--input-type=module', '--eval', program])
  expect([run.stderr, run.stdout, run.exitCode]).toEqual(['', 'opened\n', 0])
})

it.each([
  [
    'age-recipients',
    { kind: 'passphrase', passphrase: 'a long passphrase' },
    /the input "age-identity" is empty: it was encrypted to keys, for which "age-passphrase" does not serve\. Give "age-identity" from a secret\./,
  ],
  [
    'age-passphrase',
    { kind: 'identities', identities: [] },
    /"age-passphrase" is empty: it was encrypted to a passphrase, for which "age-identity" does not serve/,
  ],
  ['age-recipients', undefined, /"age-identity" is empty\. Give it from a secret; in a fork/],
] as const)('a file of %s is not opened by a key of another kind', async (encryption, keys, words) => {
  const file = { path: '/nowhere', name: 'shop.sql.age', encryption }
  await expect(checkKey(file, keys)).rejects.toThrow(words)
})
