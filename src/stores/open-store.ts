import type { Log } from '../github/log.ts'
import { openDirectoryStore } from './directory/directory-store.ts'
import { openS3Store } from './s3/s3-store.ts'
import type { StoreAddress } from './store-address.ts'
import type { Store } from './store.ts'

/** The store at an address. Nothing is loaded or asked before it is used. */
export function openStore(address: StoreAddress, log: Log): Store {
  return address.kind === 's3' ? openS3Store(address, log) : openDirectoryStore(address.path, log)
}

/** What the environment holds for S3's client, and nobody may see. */
export function listStoreSecrets(environment: Readonly<Record<string, string | undefined>>): string[] {
  const secrets = ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'].map((name) => environment[name])
  return secrets.filter((secret) => secret !== undefined).filter((secret) => secret.trim() !== '')
}
