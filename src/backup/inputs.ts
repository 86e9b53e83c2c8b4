import { parseCompression, type Compression } from '../archive/compression/compression.ts'
import { validateEncryption, type Encryption } from '../archive/age/encryption.ts'
import type { ArchiveFormat } from '../archive/backup-file.ts'
import { readDuration, type Duration } from '../inputs/duration.ts'
import { parseKeep } from '../inputs/keep.ts'
import { readPercentage } from '../inputs/percentage.ts'
import type { KeepPolicy } from '../catalogue/keep-rules.ts'
import { readChoice, readCount, readFlag, readText, refuseInput } from '../inputs/read-inputs.ts'
import { listSecrets, type ConnectionInputs } from '../postgres/connection/open-connection.ts'
import { readConnectionInputs, readPassphrase, readPostgresVersion } from '../inputs/shared-inputs.ts'
import { parseStoreAddresses, type StoreAddress } from '../stores/store-address.ts'
import { parseDatabases } from '../postgres/select-databases.ts'
import { mostShards } from '../catalogue/shards.ts'
import { parseOptions } from './options.ts'

export type VerifyMethod = 'none' | 'decode' | 'restore'

/** What the user asked for; an empty input is undefined, or the default of action.yml. */
export interface BackupInputs {
  readonly connection: ConnectionInputs
  /** Entries of `databases`; undefined for the database of the url. */
  readonly databases: readonly string[] | undefined
  readonly all: boolean
  readonly globals: boolean
  readonly format: ArchiveFormat
  readonly compression: Compression
  readonly options: readonly string[]
  /** Undefined for the number of cores. */
  readonly jobs: number | undefined
  readonly postgresVersion: number | undefined
  readonly lockWaitTimeout: string
  readonly stallTimeout: Duration
  readonly allowTransactionPooler: boolean
  readonly failFast: boolean
  readonly verify: VerifyMethod
  readonly verifyUrl: string | undefined
  readonly allowUnsandboxed: boolean
  readonly encryption: Encryption | undefined
  readonly allowPublicPlaintext: boolean
  readonly outputDirectory: string | undefined
  readonly upload: boolean
  readonly artifactName: string | undefined
  /** Further places of the backup. */
  readonly copyTo: readonly StoreAddress[]
  readonly retentionDays: number | undefined
  /** What of the earlier backups is kept; undefined for all. */
  readonly keep: KeepPolicy | undefined
  /** The share that may be lost against an earlier backup, from 0 to 1; undefined for a warning at more than half. */
  readonly maxShrink: number | undefined
  readonly dryRun: boolean
  /** Parts into which a dry run divides the databases; undefined for no division. */
  readonly shards: number | undefined
  readonly token: string | undefined
}

/** Secrets among the inputs that are not part of the connection, such as a secret key in the wrong place. */
export function listInputSecrets(): string[] {
  const scratch = {
    url: readText('verify-url'),
    user: undefined,
    password: undefined,
    sslRootCert: undefined,
  }
  const misplaced = (readText('age-recipients') ?? '').match(/AGE-SECRET-KEY-\S+/gi) ?? []
  const plain = [readPassphrase(), readText('github-token')].filter((secret) => secret !== undefined)
  return [...plain, ...listSecrets(scratch, {}), ...misplaced]
}

/**
 * Reads the inputs and refuses what does not fit, before anything is touched.
 * @throws BackupError PGB_INPUT, PGB_ENCRYPT
 */
export async function readBackupInputs(): Promise<BackupInputs> {
  const all = readFlag('all')
  const format = readChoice('format', ['plain', 'custom', 'directory', 'tar'])
  const databases = parseDatabases(readText('databases'))
  if (all && databases !== undefined) {
    throw refuseInput('all', 'the input "databases" is given too', 'Give one of the two')
  }
  if (all && format !== 'plain') {
    throw refuseInput(
      'format',
      'pg_dumpall, which "all" runs, writes plain only',
      'Use plain, or name "databases"',
    )
  }
  return {
    connection: readConnectionInputs(),
    databases,
    all,
    globals: readFlag('globals'),
    format,
    compression: parseCompression(readText('compression') ?? 'gzip'),
    options: parseOptions(readText('options'), all),
    jobs: readCount('jobs', 1000),
    postgresVersion: readPostgresVersion(),
    lockWaitTimeout: readLockWaitTimeout(),
    stallTimeout: readDuration('stall-timeout'),
    allowTransactionPooler: readFlag('allow-transaction-pooler'),
    failFast: readFlag('fail-fast'),
    verify: readChoice('verify', ['none', 'decode', 'restore']),
    verifyUrl: readText('verify-url'),
    allowUnsandboxed: readFlag('allow-unsandboxed'),
    encryption: await validateEncryption({
      recipients: readText('age-recipients'),
      passphrase: readPassphrase(),
    }),
    allowPublicPlaintext: readFlag('allow-public-plaintext'),
    ...readPlaces(),
    ...readDryRun(all),
    token: readText('github-token'),
  }
}

type Places = Pick<
  BackupInputs,
  'outputDirectory' | 'upload' | 'artifactName' | 'copyTo' | 'retentionDays' | 'keep' | 'maxShrink'
>

function readPlaces(): Places {
  const places = {
    outputDirectory: readText('output-dir'),
    upload: readFlag('upload'),
    artifactName: readArtifactName(),
    copyTo: parseStoreAddresses(readText('copy-to'), 'copy-to'),
    retentionDays: readCount('retention-days', 400),
    keep: parseKeep(readText('keep')),
    maxShrink: readPercentage('max-shrink'),
  }
  requireKnownStore('max-shrink', places, places.maxShrink !== undefined && places.copyTo.length === 0)
  requireKnownStore('keep', places, places.keep !== undefined)
  return places
}

/** What looks at earlier backups needs a store, and for artifacts a token. */
function requireKnownStore(input: string, { upload, copyTo }: Places, isNeeded: boolean): void {
  if (!isNeeded) return
  if (!upload && copyTo.length === 0) {
    throw refuseInput(
      input,
      'the backup goes to no store, and "output-dir" is none',
      'Set "copy-to" or "upload: true", or leave it out',
    )
  }
  if (!upload || readText('github-token') !== undefined) return
  throw refuseInput(
    input,
    'artifacts are looked at for it, and "github-token" is empty',
    'Leave "github-token" at its default, or set "upload: false"',
  )
}

function readLockWaitTimeout(): string {
  const text = readText('lock-wait-timeout') ?? ''
  if (/^\d{1,9}(us|ms|s|min|h|d)?$/.test(text)) return text
  throw refuseInput('lock-wait-timeout', 'it is not a duration as PostgreSQL writes it', 'Write 60s or 5min')
}

function readDryRun(all: boolean): Pick<BackupInputs, 'dryRun' | 'shards'> {
  const dryRun = readFlag('dry-run')
  const shards = readCount('shards', mostShards)
  if (shards !== undefined && !dryRun) {
    throw refuseInput(
      'shards',
      'it divides what a dry run plans, and "dry-run" is not true',
      'Set "dry-run: true" in the job that plans, and leave "shards" out of the jobs of the matrix',
    )
  }
  if (shards === undefined || !all) return { dryRun, shards }
  throw refuseInput(
    'shards',
    '"all" makes one file of the whole cluster',
    'Set "databases: \'*\'" instead of it',
  )
}

function readArtifactName(): string | undefined {
  const name = readText('artifact-name')
  // The list of @actions/artifact: upload/path-and-artifact-name-validation.
  if (name === undefined || !/[":<>|*?\r\n\\/]/.test(name)) return name
  throw refuseInput(
    'artifact-name',
    'GitHub takes none of the characters " : < > | * ? \\ / in it',
    'Remove them',
  )
}
