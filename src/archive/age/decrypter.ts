import type { Decrypter } from 'age-encryption'
import type { Decryption } from './encryption.ts'

/**
 * A decrypter with these keys. The library is loaded here, since a run without encryption needs none of it.
 * @throws Error, without any key, when an identity is not an age secret key
 */
export async function createDecrypter(keys: Decryption): Promise<Decrypter> {
  const age = await import('age-encryption')
  const decrypter = new age.Decrypter()
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
