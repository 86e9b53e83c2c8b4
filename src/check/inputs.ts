import { resolve } from 'node:path'
import { validateDecryption, type Decryption } from '../archive/age/encryption.ts'
import type { Criteria } from '../catalogue/judge.ts'
import type { ScratchInputs } from '../drill/scratch/scratch-places.ts'
import { readArtifactSource, type ArtifactSource } from '../inputs/artifact-inputs.ts'
import { readDuration, type Duration } from '../inputs/duration.ts'
import { readPercentage } from '../inputs/percentage.ts'
import { readChoice, readCount, readFlag, readText, refuseInput } from '../inputs/read-inputs.ts'
import { readConnectionInputs, readPassphrase, readPostgresVersion } from '../inputs/shared-inputs.ts'
import { listSecrets, type ConnectionInputs } from '../postgres/connection/open-connection.ts'
import { parseDatabaseNames } from '../postgres/select-databases.ts'
import { isS3Address, parseS3Backup, type BackupAddress } from '../stores/store-address.ts'
import { parseChecks, type UserCheck } from './proof/user-checks.ts'

/** Where the check looks for backups. */
export type CheckPlace =
  | { readonly kind: 's3'; readonly address: BackupAddress }
  /** A directory of backups, of one backup, or with a pattern for names at its end. */
  | { readonly kind: 'directory'; readonly path: string }
  | ({ readonly kind: 'artifacts'; readonly token: string } & Omit<ArtifactSource, 'token'>)

/** What the user asked for; an empty input is undefined, or the default of action.yml. */
export interface CheckInputs {
  readonly places: readonly CheckPlace[]
  readonly criteria: Criteria
  /** The server whose databases must all have a backup. */
  readonly connection: ConnectionInputs | undefined
  readonly proof: ProofInputs
  /** For what GitHub tells of the workflows, wherever the backups lie. */
  readonly token: string | undefined
}

const methods = ['manifest', 'decode', 'restore'] as const

/** How far the check goes: what manifests say, the files read to their end, or restored. */
export type CheckMethod = (typeof methods)[number]

/** How the newest files are proved. */
export interface ProofInputs extends ScratchInputs {
  readonly method: CheckMethod
  readonly decryption: Decryption | undefined
  /** The user's own questions to the restored copies. */
  readonly checks: readonly UserCheck[]
  /** The most that fetch, decryption and restore of all databases may take together. */
  readonly maxDuration: Duration | undefined
  /** Undefined for the number of cores. */
  readonly jobs: number | undefined
  readonly postgresVersion: number | undefined
}

/** Secrets among the inputs; an identity may stand in a file with comments. */
export function listCheckSecrets(): string[] {
  const identity = readText('age-identity') ?? ''
  const keys = identity.split(/\r\n|\r|\n/).filter((line) => !line.trim().startsWith('#'))
  const scratch = {
    url: readText('verify-url'),
    user: undefined,
    password: undefined,
    sslRootCert: undefined,
  }
  const others = [readPassphrase(), readText('github-token')].filter((secret) => secret !== undefined)
  return [...keys.filter((key) => key.trim() !== ''), ...others, ...listSecrets(scratch, {})]
}

/**
 * Reads the inputs and refuses what does not fit, before anything is touched.
 * @param workspace where a path begins that is not absolute
 * @throws BackupError PGB_INPUT, PGB_ENCRYPT
 */
export async function readCheckInputs(workspace: string): Promise<CheckInputs> {
  return {
    places: readPlaces(workspace),
    criteria: {
      databases: parseDatabaseNames(readText('databases')),
      maxAge: readDuration('max-age'),
      maxShrink: readPercentage('max-shrink') ?? 1,
      requiresEncryption: readFlag('require-encryption'),
    },
    connection: readServer(),
    proof: await readProofInputs(),
    token: readText('github-token'),
  }
}

function readServer(): ConnectionInputs | undefined {
  const given = readConnectionInputs()
  return Object.values(given).every((value) => value === undefined) ? undefined : given
}

async function readProofInputs(): Promise<ProofInputs> {
  const method = readChoice('verify', methods)
  const idle = ['checks', 'max-duration'].find((input) => readText(input) !== undefined)
  if (idle !== undefined && method !== 'restore') {
    const why = `nothing is restored with \`verify: ${method}\``
    throw refuseInput(idle, why, 'Set `verify: restore`, or leave it out')
  }
  return {
    method,
    decryption: await validateDecryption({
      identity: readText('age-identity'),
      passphrase: readPassphrase(),
    }),
    checks: parseChecks(readText('checks') ?? ''),
    maxDuration: readText('max-duration') === undefined ? undefined : readDuration('max-duration'),
    verifyUrl: readText('verify-url'),
    allowUnsandboxed: readFlag('allow-unsandboxed'),
    jobs: readCount('jobs', 1000),
    postgresVersion: readPostgresVersion(),
  }
}

function readPlaces(workspace: string): CheckPlace[] {
  const lines = (readText('path') ?? '').split(/\r\n|\r|\n/).map((line) => line.trim())
  const places = lines
    .filter((line) => line !== '')
    .map((line): CheckPlace =>
      isS3Address(line)
        ? { kind: 's3', address: parseS3Backup(line, 'path') }
        : { kind: 'directory', path: resolve(workspace, line) },
    )
  return places.length > 0 ? places : [readArtifacts()]
}

function readArtifacts(): CheckPlace {
  const { token, ...source } = readArtifactSource()
  if (token !== undefined) return { kind: 'artifacts', ...source, token }
  throw refuseInput(
    'github-token',
    'it is empty, and without "path" the check looks at artifacts',
    'Leave it at its default, and give the job `permissions: actions: read`',
  )
}
