/** Program: decrypts stdin to stdout with age; its one argument is the path of a key file. */
import { Decrypter } from 'age-encryption'
import { readDecryptionKeys } from '../archive/age/age-key-file.ts'
import type { Decryption } from '../archive/age/encryption.ts'
import { runFilter } from './run-filter.ts'

function createDecrypter(keys: Decryption): Decrypter {
  const decrypter = new Decrypter()
  if (keys.kind === 'passphrase') {
    decrypter.addPassphrase(keys.passphrase)
    return decrypter
  }
  try {
    for (const identity of keys.identities) decrypter.addIdentity(identity)
  } catch {
    // The library's message may hold the key.
    throw new Error('the key file holds an identity that is not an age secret key')
  }
  return decrypter
}

process.exitCode = await runFilter('age-decrypt', async (input) =>
  createDecrypter(readDecryptionKeys(process.argv[2] ?? '')).decrypt(input),
)
