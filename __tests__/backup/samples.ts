import type { BackupInputs } from '../../src/backup/inputs.ts'
import type { DatabaseFacts, ServerFacts } from '../../src/postgres/server.ts'

/** A database as a server lists it. */
export function database(name: string, size: number | null = 1000): DatabaseFacts {
  return { name, isTemplate: false, allowsConnections: true, mayConnect: true, size }
}

/** A server with databases whose names are hard to tell apart. */
export const server: ServerFacts = {
  versionNumber: 150018,
  version: '15.18',
  isStandby: false,
  mayEscapeInStrings: false,
  systemIdentifier: undefined,
  freeConnections: 90,
  roundTrip: 0,
  database: 'shop',
  ...{ role: 'app', isSuperuser: false, mayReadPasswords: false, service: undefined },
  databases: [database('shop', 5000), database('Blog', 300), database('blog'), database('my db', null)],
}

/** The inputs where nobody gave any. */
export const defaults: BackupInputs = {
  connection: { url: undefined, user: undefined, password: undefined, sslRootCert: undefined },
  databases: undefined,
  all: false,
  globals: false,
  format: 'plain',
  compression: { method: 'gzip', level: undefined },
  options: [],
  jobs: undefined,
  postgresVersion: undefined,
  lockWaitTimeout: '60s',
  stallTimeout: { milliseconds: 900_000, text: '15min' },
  allowTransactionPooler: false,
  failFast: false,
  verify: 'decode',
  verifyUrl: undefined,
  allowUnsandboxed: false,
  encryption: undefined,
  allowPublicPlaintext: false,
  outputDirectory: undefined,
  upload: true,
  artifactName: undefined,
  copyTo: [],
  keep: undefined,
  retentionDays: undefined,
  dryRun: false,
  shards: undefined,
  maxShrink: undefined,
  token: undefined,
}
