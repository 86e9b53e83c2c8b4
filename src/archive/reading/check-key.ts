import { open, type FileHandle } from 'node:fs/promises'
import { createDecrypter } from '../age/decrypter.ts'
import type { Decryption } from '../age/encryption.ts'
import type { EncryptionKind } from '../backup-file.ts'
import { BackupError } from '../../errors.ts'
import { readOnDemand } from '../../process/read-on-demand.ts'

/** Bytes that are read at once. */
const chunkSize = 64 * 1024

/**
 * Makes sure that the keys open the file, by reading no more than its beginning.
 * @throws BackupError PGB_ENCRYPT
 */
export async function checkKey(
  file: { readonly path: string; readonly name: string; readonly encryption: EncryptionKind },
  decryption: Decryption | undefined,
): Promise<void> {
  if (file.encryption === 'none') return
  const input = file.encryption === 'age-passphrase' ? 'age-passphrase' : 'age-identity'
  const kind = file.encryption === 'age-passphrase' ? 'passphrase' : 'identities'
  if (decryption?.kind !== kind) {
    throw refuseKind(file.name, input, decryption)
  }
  const source = await open(file.path)
  try {
    if (await opens(source, decryption)) return
  } finally {
    await source.close()
  }
  throw refuseKey(
    file.name,
    `the input "${input}" does not open it`,
    'Give the key that belongs to the backup',
  )
}

/** The library's message may hold a part of the key, so only its success counts. */
async function opens(source: FileHandle, keys: Decryption): Promise<boolean> {
  const decrypter = await createDecrypter(keys)
  const bytes = readOnDemand(async (buffer) => (await source.read(buffer)).bytesRead, chunkSize)
  return decrypter.decrypt(bytes).then(
    async (plain) => {
      const reader = plain.getReader()
      const isReadable = await reader.read().then(
        () => true,
        () => false,
      )
      // Nothing more is read, and what the cancelled stream says of it does not matter.
      await reader.cancel().catch(() => undefined)
      return isReadable
    },
    () => false,
  )
}

function refuseKind(name: string, input: string, given: Decryption | undefined): BackupError {
  const why = `it is encrypted, and the input "${input}" is empty`
  const whatToDo = `Give it from a secret; in a fork's pull request secrets are always empty`
  if (given === undefined) return refuseKey(name, why, whatToDo)
  const [other, kind] =
    given.kind === 'passphrase' ? ['age-passphrase', 'keys'] : ['age-identity', 'a passphrase']
  const instead = `: it was encrypted to ${kind}, for which "${other}" does not serve`
  return refuseKey(name, `${why}${instead}`, `Give "${input}" from a secret`)
}

function refuseKey(name: string, why: string, whatToDo: string): BackupError {
  return new BackupError('PGB_ENCRYPT', { what: `The file ${name} cannot be decrypted`, why, whatToDo })
}
