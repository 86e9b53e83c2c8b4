/** Program: encrypts stdin to stdout with age; its one argument is the path of a key file. */
import { Encrypter } from 'age-encryption'
import { readEncryptionKeys } from '../archive/age/age-key-file.ts'
import type { Encryption } from '../archive/age/encryption.ts'
import { runFilter } from './run-filter.ts'

function createEncrypter(keys: Encryption): Encrypter {
  const encrypter = new Encrypter()
  if (keys.kind === 'passphrase') {
    encrypter.setPassphrase(keys.passphrase)
    return encrypter
  }
  try {
    for (const recipient of keys.recipients) encrypter.addRecipient(recipient)
  } catch {
    // The library's message may hold the key.
    throw new Error('the key file holds a recipient that is not an age public key')
  }
  return encrypter
}

process.exitCode = await runFilter('age-encrypt', async (input) =>
  createEncrypter(readEncryptionKeys(process.argv[2] ?? '')).encrypt(input),
)
