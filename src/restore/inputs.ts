import { validateDecryption, type Decryption } from '../archive/age/encryption.ts'
import {
  readChoice as readWord,
  readCount,
  readFlag,
  readRawText,
  readText,
  refuseInput,
} from '../inputs/read-inputs.ts'
import type { ConnectionInputs } from '../postgres/connection/open-connection.ts'
import { readConnectionInputs, readPassphrase, readPostgresVersion } from '../inputs/shared-inputs.ts'
import { readArtifactSource, type ArtifactSource } from '../inputs/artifact-inputs.ts'
import { isS3Address, parseS3Backup, type BackupAddress } from '../stores/store-address.ts'
import { parseRestoreOptions } from './options.ts'

/** Where the backup is. */
export type BackupSource =
  | { readonly kind: 'path'; readonly path: string }
  | ({ readonly kind: 'store' } & BackupAddress)
  | ({ readonly kind: 'artifact' } & ArtifactSource)

/** Which part of the backup is restored, and under which name. */
export interface RestoreChoice {
  /** Undefined for all that the backup holds. */
  readonly database: string | undefined
  /** Undefined for the same name. */
  readonly targetDatabase: string | undefined
  readonly globals: boolean
}

const replaceModes = ['auto', 'database', 'in-place'] as const

/** How `clean` replaces: by a new database that takes the name, inside one transaction, or as it can be done. */
export type ReplaceMode = (typeof replaceModes)[number]

/** What the user asked for; an empty input is undefined, or the default of action.yml. */
export interface RestoreInputs {
  readonly connection: ConnectionInputs
  readonly source: BackupSource
  readonly choice: RestoreChoice
  readonly create: boolean
  readonly clean: boolean
  readonly replace: ReplaceMode
  /** Whether tables may go that the backup of a part of a database does not hold. */
  readonly allowLoss: boolean
  /** Whether a backup is refused of which something cannot be restored by this role. */
  readonly strict: boolean
  readonly noOwner: boolean
  /** Whether statistics are gathered at the end. */
  readonly analyze: boolean
  readonly options: readonly string[]
  /** Undefined for the number of cores. */
  readonly jobs: number | undefined
  readonly postgresVersion: number | undefined
  readonly allowTransactionPooler: boolean
  readonly decryption: Decryption | undefined
}

/** Secrets among the inputs that are not part of the connection; an identity may stand in a file with comments. */
export function listInputSecrets(): string[] {
  const identity = readText('age-identity') ?? ''
  const keys = identity.split(/\r\n|\r|\n/).filter((line) => !line.trim().startsWith('#'))
  const others = [readPassphrase(), readText('github-token')]
  return [...keys, ...others].filter((secret) => secret !== undefined && secret.trim() !== '') as string[]
}

/**
 * Reads the inputs and refuses what does not fit, before anything is touched.
 * @throws BackupError PGB_INPUT, PGB_ENCRYPT
 */
export async function readRestoreInputs(): Promise<RestoreInputs> {
  const jobs = readCount('jobs', 1000)
  return {
    connection: readConnectionInputs(),
    source: readSource(),
    choice: readChoice(),
    create: readFlag('create'),
    clean: readFlag('clean'),
    replace: readWord('replace', replaceModes),
    allowLoss: readFlag('allow-loss'),
    strict: readFlag('strict'),
    noOwner: readFlag('no-owner'),
    analyze: readFlag('analyze'),
    options: parseRestoreOptions(readText('options')),
    jobs,
    postgresVersion: readPostgresVersion(),
    allowTransactionPooler: readFlag('allow-transaction-pooler'),
    decryption: await validateDecryption({
      identity: readText('age-identity'),
      passphrase: readPassphrase(),
    }),
  }
}

function readSource(): BackupSource {
  const [path, name, id] = [readText('path'), readText('artifact-name'), readText('artifact-id')]
  const given = [path, name, id].filter((value) => value !== undefined)
  if (given.length !== 1) {
    const why = given.length === 0 ? 'no backup is named' : 'more than one backup is named'
    throw refuseInput('path', why, 'Give exactly one of "path", "artifact-name" and "artifact-id"')
  }
  const remote = ['run-id', 'repository', 'branch', 'artifact-digest'].find(
    (input) => readText(input) !== undefined,
  )
  if (path === undefined) return { kind: 'artifact', ...readArtifactSource() }
  if (remote === undefined) {
    return isS3Address(path) ? { kind: 'store', ...parseS3Backup(path, 'path') } : { kind: 'path', path }
  }
  throw refuseInput(remote, 'it belongs to an artifact, and "path" is given', 'Remove one of the two')
}

function readChoice(): RestoreChoice {
  const [database, targetDatabase] = [readRawText('database'), readRawText('target-database')]
  return { database, targetDatabase, globals: readFlag('globals') }
}
