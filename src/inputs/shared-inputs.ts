import { readRawText, readText, refuseInput } from './read-inputs.ts'
import type { ConnectionInputs } from '../postgres/connection/open-connection.ts'

/*
 * The inputs that both actions have, so that both read them alike.
 */

/** The inputs that say where to connect, which hold secrets and so are read before anything else. */
export function readConnectionInputs(): ConnectionInputs {
  return {
    url: readText('url'),
    user: readText('user'),
    password: readRawText('password'),
    sslRootCert: readText('ssl-root-cert'),
  }
}

/** What the inputs say of names and places that outputs hold. */
export function readShownTexts(): readonly string[] {
  const names = ['databases', 'database', 'target-database', 'artifact-name', 'output-dir', 'copy-to']
  return names.map(readText).filter((text) => text !== undefined)
}

/** As it was typed: what one action encrypted with, the other must decrypt with, and a person by hand too. */
export function readPassphrase(): string | undefined {
  return readRawText('age-passphrase')
}

/**
 * The major version of the client; undefined for the one that fits the server.
 * @throws BackupError PGB_INPUT
 */
export function readPostgresVersion(): number | undefined {
  const text = readText('postgres-version') ?? 'auto'
  if (text === 'auto') return undefined
  if (/^[1-9]\d$/.test(text)) return Number(text)
  throw refuseInput('postgres-version', 'it is not a major version', 'Write auto, or a number such as 17')
}
