import { BackupError } from '../../errors.ts'

/** A key pair of age, as text. */
export interface KeyPair {
  /** The secret half, `AGE-SECRET-KEY-…`. */
  readonly identity: string
  /** The public half, `age1…`. */
  readonly recipient: string
}

/**
 * Reads public keys, one per line; blank lines and lines that begin with `#` do not count.
 * @throws BackupError PGB_ENCRYPT naming the line, when it is no key that age encrypts to, or when none is left
 */
export async function parseRecipients(text: string): Promise<string[]> {
  const { Encrypter } = await import('age-encryption')
  const what = 'The input age-recipients cannot be used'
  const keys = listKeys(text)
  for (const { line, key } of keys) {
    const problem =
      findProblem(key) ??
      findError(() => {
        new Encrypter().addRecipient(key)
      })
    if (problem !== undefined) throw refuseEncryption(what, `line ${line} ${problem.why}`, problem.whatToDo)
  }
  if (keys.length === 0)
    throw refuseEncryption(what, 'no key is left after comments are removed', makeKeyPair)
  return [...new Set(keys.map(({ key }) => key))]
}

/**
 * Reads secret keys, as `age-keygen` writes them to a file with comments.
 * @throws BackupError PGB_ENCRYPT naming the line, never the key
 */
export async function parseIdentities(text: string): Promise<string[]> {
  const { Decrypter } = await import('age-encryption')
  const what = 'The input age-identity cannot be used'
  const whatToDo = 'Give the file that age-keygen wrote, from a secret'
  const keys = listKeys(text)
  for (const { line, key } of keys) {
    const problem = findError(() => {
      new Decrypter().addIdentity(key)
    })
    if (problem !== undefined) throw refuseEncryption(what, `line ${line} is not an age secret key`, whatToDo)
  }
  if (keys.length === 0) throw refuseEncryption(what, 'no key is left after comments are removed', whatToDo)
  return [...new Set(keys.map(({ key }) => key))]
}

/**
 * A key for this run alone: one more recipient, so that the run can read its own files back.
 *
 * It is post-quantum when all the others are, since a file is only as strong as its weakest recipient.
 */
export async function createRunKey(recipients: readonly string[]): Promise<KeyPair> {
  const age = await import('age-encryption')
  const isPostQuantum =
    recipients.length > 0 && recipients.every((recipient) => recipient.startsWith('age1pq1'))
  const identity = await (isPostQuantum ? age.generateHybridIdentity() : age.generateX25519Identity())
  return { identity, recipient: await age.identityToRecipient(identity) }
}

/** A recipient as logs show it: its beginning and end, which are enough to compare. */
export function fingerprintRecipient(recipient: string): string {
  return `${recipient.slice(0, 12)}…${recipient.slice(-6)}`
}

const makeKeyPair =
  'Make a key pair with "age-keygen -o key.txt", and give the public key, which begins with age1'

interface Problem {
  readonly why: string
  readonly whatToDo: string
}

function listKeys(text: string): { line: number; key: string }[] {
  return text
    .split(/\r\n|\r|\n/)
    .map((key, index) => ({ line: index + 1, key: key.trim() }))
    .filter(({ key }) => key !== '' && !key.startsWith('#'))
}

/** Kinds of key that can be told by their beginning; the library answers for the rest. */
function findProblem(key: string): Problem | undefined {
  if (/AGE-SECRET-KEY-/i.test(key)) {
    const whatToDo =
      'Give its public half, which "age-keygen -y key.txt" prints, and treat the secret key as leaked if it stood in a workflow file'
    return { why: 'is a secret key, where a public key belongs', whatToDo }
  }
  const ssh = /^(?:ssh-(?:ed25519|rsa|dss)|ecdsa-sha2-[a-z0-9]+|sk-(?:ssh|ecdsa)-[a-z0-9-]+)/.exec(key)?.[0]
  if (ssh !== undefined) {
    return { why: `is an SSH key (${ssh}), and SSH keys are not supported`, whatToDo: makeKeyPair }
  }
  if (/^age1(?!pq1)[a-z0-9]+1/.test(key)) {
    return { why: 'is the key of an age plugin, and plugins are not supported', whatToDo: makeKeyPair }
  }
  if (key.startsWith('age1')) return undefined
  return { why: 'is not an age public key', whatToDo: makeKeyPair }
}

/** The library's message may hold the key, so it is not passed on. */
function findError(check: () => void): Problem | undefined {
  try {
    check()
    return undefined
  } catch {
    const why = 'begins like an age public key, but is not one: it is mistyped or cut off'
    return { why, whatToDo: 'Copy the whole key again, as "age-keygen -y key.txt" prints it' }
  }
}

/** The error of an input that cannot be used for encryption. */
export function refuseEncryption(what: string, why: string, whatToDo: string): BackupError {
  return new BackupError('PGB_ENCRYPT', { what, why, whatToDo })
}
