import { readFileSync, statSync } from 'node:fs'
import type { Decryption, Encryption } from './encryption.ts'
import { readArray, readObject, readOneOf, readString } from '../json-reader.ts'

/*
 * The age programs get their keys in a file that only its owner can read, since every user of the
 * machine can see a command line, and every child inherits the environment.
 */

const key = readString(/^[^\0]+$/, 'a key')
const readPassphrase = readObject({ kind: readOneOf('passphrase'), passphrase: key })
const readRecipients = readObject({ kind: readOneOf('recipients'), recipients: readArray(key) })
const readIdentities = readObject({ kind: readOneOf('identities'), identities: readArray(key) })

/** The text of a key file; to be written with mode 0600 in a folder of mode 0700. */
export function formatKeyFile(keys: Encryption | Decryption): string {
  return JSON.stringify(keys)
}

/**
 * Reads the key file of age-encrypt.
 * @throws Error, without any key, when the file is unfit or others can read it
 */
export function readEncryptionKeys(path: string): Encryption {
  const keys = readKeyFile(path)
  if (isPassphrase(keys)) return readPassphrase(keys, 'key file')
  const encryption = readRecipients(keys, 'key file')
  // The library would encrypt to nobody without an error.
  if (encryption.recipients.length === 0) throw new Error('the key file holds no recipient')
  return encryption
}

/**
 * Reads the key file of age-decrypt.
 * @throws Error, without any key, when the file is unfit or others can read it
 */
export function readDecryptionKeys(path: string): Decryption {
  const keys = readKeyFile(path)
  return isPassphrase(keys) ? readPassphrase(keys, 'key file') : readIdentities(keys, 'key file')
}

function isPassphrase(keys: unknown): boolean {
  return typeof keys === 'object' && keys !== null && 'kind' in keys && keys.kind === 'passphrase'
}

function readKeyFile(path: string): unknown {
  // Windows has no such bits; there the folder's access list protects the file.
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
    throw new Error('others can read the key file; its mode must be 0600')
  }
  const text = readFileSync(path, 'utf8')
  try {
    return JSON.parse(text)
  } catch {
    throw new Error('the key file is not JSON')
  }
}
