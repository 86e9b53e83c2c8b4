import { X509Certificate } from 'node:crypto'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { BackupError } from '../../errors.ts'
import type { Environment } from '../../process/command.ts'
import { selectToolEnvironment } from './tool-environment.ts'
import { connectionKeywords, type ConnectionParameters } from './connection-keywords.ts'
import { formatPassfile } from './passfile.ts'
import { listParameterSecrets } from './secrets.ts'
import { fitsServiceFile, formatServiceFile } from './service-file.ts'
import { refuseUrl } from './url-error.ts'

export { type ConnectionInputs, resolveConnectionParameters } from './resolve-connection.ts'
export { listSecrets, listShownNames } from './secrets.ts'

/** A server that PostgreSQL's tools reach by their environment alone; the command line names only a database. */
export interface Connection {
  readonly parameters: ConnectionParameters
  /** The whole environment for a tool. It names the private files and holds no password. */
  readonly environment: Environment
  /** The database that libpq would open: the one named, else the user's name; undefined if there is neither. */
  readonly database: string | undefined
  /** Every form of every secret of this connection. */
  readonly secrets: readonly string[]
}

export interface ConnectionOptions {
  /** Private directory (mode 0700) that exists; the caller removes it with all that is in it. */
  readonly directory: string
  /** Environment of this process. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** PEM text of the CA certificate. */
  readonly sslRootCert?: string
  /** Major version of the oldest client that may be used; undefined for one that knows all parameters that we set. */
  readonly oldestClient?: number | undefined
}

const serviceName = 'postgres-backup'
/** Seconds for one attempt on one host; libpq's own default is to wait for ever. */
const connectTimeout = '15'

/**
 * A connection of which only our end is left is found within ten minutes, and firewalls see no idle one. Linux counts
 * it as lost, too, when the other end has taken no byte for that long, hence no shorter limit: a server may be that slow
 * in the middle of a restore.
 */
const tcpDefaults: ConnectionParameters = {
  keepalives_idle: '30',
  keepalives_interval: '15',
  keepalives_count: '38',
  tcp_user_timeout: '600000',
}
/** First major version whose libpq knows tcp_user_timeout (PostgreSQL 12 release notes); others refuse the file. */
const userTimeoutSince = 12

/**
 * Hands a connection over to PostgreSQL's tools by private files: a service file with everything but password
 * and database, a passfile scoped to this connection, and the CA.
 * @throws BackupError PGB_URL for a value that can be handed over in no safe way, PGB_INPUT for a bad certificate
 */
export async function openConnection(
  parameters: ConnectionParameters,
  options: ConnectionOptions,
): Promise<Connection> {
  const user = takeText(parameters['user']) ?? readSystemUser()
  const password = takeText(parameters['password'])
  const passfile = password === undefined ? undefined : formatPassfile(parameters, user ?? '', password)
  const directory = await mkdtemp(join(options.directory, 'connection-'))
  const write = async (name: string, text: string | undefined) => {
    if (text === undefined) return undefined
    await writeFile(join(directory, name), text, { mode: 0o600, flag: 'wx' })
    return join(directory, name)
  }
  const handedOver = splitByWay({
    ...withDefaults(parameters, options.oldestClient),
    ...asParameter('sslrootcert', await write('root.crt', checkCertificate(options.sslRootCert))),
    ...asParameter('passfile', await write('passfile', passfile)),
  })
  const service = (await write('pg_service.conf', formatServiceFile(serviceName, handedOver.inFile))) ?? ''
  return {
    parameters,
    environment: {
      ...selectToolEnvironment(options.environment),
      ...handedOver.inEnvironment,
      PGSERVICEFILE: service,
      PGSERVICE: serviceName,
    },
    database: takeText(parameters['dbname']) ?? user,
    secrets: listParameterSecrets(parameters),
  }
}

function withDefaults(parameters: ConnectionParameters, oldestClient = Infinity): ConnectionParameters {
  const { fallback_application_name: fallback, ...others } = parameters
  // pg_dump sets the fallback to its own name, so ours must be the name itself.
  const application_name = fallback ?? 'postgres-backup'
  const { tcp_user_timeout, ...keepalives } = tcpDefaults
  const userTimeout = oldestClient < userTimeoutSince ? {} : { tcp_user_timeout }
  return { connect_timeout: connectTimeout, ...keepalives, ...userTimeout, application_name, ...others }
}

/** Splits by the way to hand over: what a line of a service file would change goes into the environment. */
function splitByWay(parameters: ConnectionParameters) {
  const inFile: Record<string, string> = {}
  const inEnvironment: Record<string, string> = {}
  for (const [keyword, value] of Object.entries(parameters)) {
    if (value === undefined || ['password', 'dbname', 'service'].includes(keyword)) continue
    const { variable } = connectionKeywords.get(keyword) ?? {}
    // The name stands where a dump can have one of its own, see nameDump.
    if (keyword !== 'application_name' && fitsServiceFile(keyword, value)) inFile[keyword] = value
    else if (variable !== undefined && !value.includes('\0')) inEnvironment[variable] = value
    else
      throw refuseUrl(
        `the value of "${keyword}" is too long, ends in a blank or holds a line break`,
        'Shorten or correct it, because no service file of PostgreSQL can hold it',
      )
  }
  return { inFile, inEnvironment }
}

function checkCertificate(pem: string | undefined): string | undefined {
  if (pem === undefined) return undefined
  try {
    const { raw } = new X509Certificate(pem)
    return raw.length > 0 ? `${pem.trimEnd()}\n` : undefined
  } catch (cause) {
    const explanation = {
      what: 'The input "ssl-root-cert" cannot be used',
      why: 'it does not begin with a certificate in PEM form',
      whatToDo:
        'Give the whole text of the file, with its line breaks, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----',
    }
    throw new BackupError('PGB_INPUT', explanation, { cause })
  }
}

function asParameter(keyword: string, value: string | undefined): ConnectionParameters {
  return value === undefined ? {} : { [keyword]: value }
}

function takeText(value: string | undefined): string | undefined {
  return value === '' ? undefined : value
}

/** The user that libpq falls back to (libpq: pg_fe_getauthname); a container's user may have no name. */
function readSystemUser(): string | undefined {
  try {
    return userInfo().username
  } catch {
    return undefined
  }
}
