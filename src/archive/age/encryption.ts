import type { BackupError } from '../../errors.ts'
import { parseIdentities, parseRecipients, refuseEncryption } from './age-keys.ts'

/** To whom the files are encrypted. */
export type Encryption =
  | { readonly kind: 'recipients'; readonly recipients: readonly string[] }
  | { readonly kind: 'passphrase'; readonly passphrase: string }

/** What undoes an {@link Encryption}. */
export type Decryption =
  | { readonly kind: 'identities'; readonly identities: readonly string[] }
  | { readonly kind: 'passphrase'; readonly passphrase: string }

/** Ten random characters withstand a search of age's scrypt; the library's own advice is 8 to 10. */
const shortestPassphrase = 10

/**
 * Checks the inputs `age-recipients` and `age-passphrase`, before anything is connected to.
 * @returns undefined when neither is given
 * @throws BackupError PGB_ENCRYPT; no key and no passphrase is ever part of the message
 */
export async function validateEncryption(inputs: {
  readonly recipients: string | undefined
  readonly passphrase: string | undefined
}): Promise<Encryption | undefined> {
  const { recipients, passphrase } = inputs
  if (recipients !== undefined && passphrase !== undefined) {
    const why = 'age-recipients and age-passphrase are both given, and a file can have only one of them'
    throw refuseEncryption('The backup cannot be encrypted', why, 'Remove one of the two inputs')
  }
  if (recipients !== undefined) return { kind: 'recipients', recipients: await parseRecipients(recipients) }
  if (passphrase !== undefined) return { kind: 'passphrase', passphrase: checkPassphrase(passphrase) }
  return undefined
}

/**
 * Checks the inputs `age-identity` and `age-passphrase` of a restore.
 * @returns undefined when neither is given
 * @throws BackupError PGB_ENCRYPT; no key and no passphrase is ever part of the message
 */
export async function validateDecryption(inputs: {
  readonly identity: string | undefined
  readonly passphrase: string | undefined
}): Promise<Decryption | undefined> {
  const { identity, passphrase } = inputs
  if (identity !== undefined && passphrase !== undefined) {
    const why = 'age-identity and age-passphrase are both given, and a file needs only one of them'
    throw refuseEncryption('The backup cannot be decrypted', why, 'Remove one of the two inputs')
  }
  if (identity !== undefined) return { kind: 'identities', identities: await parseIdentities(identity) }
  if (passphrase !== undefined) return { kind: 'passphrase', passphrase: requireOneLine(passphrase) }
  return undefined
}

function checkPassphrase(passphrase: string): string {
  const whatToDo = `Take ${shortestPassphrase} random characters or more, or five random words, on one line`
  if (passphrase.trim().length < shortestPassphrase) {
    throw refusePassphrase(`it has fewer than ${shortestPassphrase} characters`, whatToDo)
  }
  requireOneLine(passphrase)
  if (passphrase.trim() !== passphrase)
    throw refusePassphrase('it begins or ends with a blank', 'Store the secret again without it')
  return passphrase
}

/** Whoever decrypts by hand types it at a prompt, which takes one line. */
function requireOneLine(passphrase: string): string {
  if (!/\p{Cc}/u.test(passphrase)) return passphrase
  throw refusePassphrase(
    'it holds a line break or control character',
    'Remove it; a line break often slips in at the end when a secret is pasted',
  )
}

function refusePassphrase(why: string, whatToDo: string): BackupError {
  return refuseEncryption('The input age-passphrase cannot be used', why, whatToDo)
}
