import { BackupError } from '../../errors.ts'
import { connectionKeywords, type ConnectionParameters } from './connection-keywords.ts'
import { looksLikeAddress, parseConnectionString } from './connection-string.ts'
import { listHosts } from './hosts.ts'
import { readService } from './service-file.ts'

/** What the user typed; undefined stands for an empty input. */
export interface ConnectionInputs {
  readonly url: string | undefined
  readonly user: string | undefined
  readonly password: string | undefined
  /** PEM text of the CA certificate. */
  readonly sslRootCert: string | undefined
}

type Variables = Readonly<Record<string, string | undefined>>

const placeVariables = ['PGHOST', 'PGHOSTADDR', 'PGPORT', 'PGSERVICE', 'PGDATABASE']
const placeKeywords = ['host', 'hostaddr', 'port']

/**
 * Joins the inputs with libpq's service files and PG* variables, in libpq's precedence (libpq:
 * conninfo_add_defaults): url, `user` and `password`, service, environment. Two things differ from libpq: an
 * empty variable counts as unset, since that is how an absent secret arrives; and where the url names a host,
 * neither PGHOSTADDR, PGPORT nor a service from PGSERVICE can lead to another server.
 * @throws BackupError PGB_EMPTY_SECRET when nothing says where to connect, PGB_INPUT for a user that is none, PGB_URL
 */
export function resolveConnectionParameters(
  inputs: ConnectionInputs,
  environment: Variables,
): ConnectionParameters {
  if (!saysWhere(inputs, environment)) throw refuseEmptySecret()
  refuseAddressAsUser(inputs.user, 'The input "user"')
  refuseAddressAsUser(environment['PGUSER'], 'The variable PGUSER')
  const typed = readInputs(inputs)
  const explicit =
    typed['service'] === undefined ? typed : addMissing(typed, readService(typed['service'], environment))
  const variables = readVariables(environment)
  const ambient =
    explicit['service'] === undefined && variables['service'] !== undefined
      ? addMissing(readService(variables['service'], environment), variables)
      : variables
  const namesHost = explicit['host'] !== undefined || explicit['hostaddr'] !== undefined
  const merged = addMissing(explicit, namesHost ? omit(ambient, placeKeywords) : ambient)
  const parameters = omit(inputs.sslRootCert === undefined ? merged : requireVerification(merged, explicit), [
    'service',
  ])
  listHosts(parameters)
  return parameters
}

/** It would be shown, since names of users are no secrets, and may hold a password. */
function refuseAddressAsUser(user: string | undefined, subject: string): void {
  if (!looksLikeAddress(user)) return
  throw new BackupError('PGB_INPUT', {
    what: `${subject} cannot be used`,
    why: 'it holds a whole connection string, and takes the name of a user alone',
    whatToDo: 'Give the connection string in the input "url"',
  })
}

function saysWhere(inputs: ConnectionInputs, environment: Variables): boolean {
  const url = inputs.url?.trim() ?? ''
  // What "postgres://${{ secrets.USER }}:${{ secrets.PASSWORD }}@${{ secrets.HOST }}/" is without its secrets.
  const isHollow = url === '' || /^postgres(?:ql)?:\/\/:?@(?::\d*)?(?:[/?]|$)/.test(url)
  const place = [inputs.user, ...placeVariables.map((name) => environment[name])]
  return !isHollow || place.some((value) => value !== undefined && value !== '')
}

function refuseEmptySecret(): BackupError {
  return new BackupError('PGB_EMPTY_SECRET', {
    what: 'Nothing says where to connect',
    why: 'the input "url" is empty or holds only empty secrets, and no PG* variable names a server',
    whatToDo:
      "Check the secret's name and where it is stored (repository, organization, environment); in a pull request " +
      'from a fork, and for Dependabot, secrets are always empty, so skip the step there',
  })
}

function readInputs(inputs: ConnectionInputs): ConnectionParameters {
  return {
    ...(inputs.url === undefined ? {} : parseConnectionString(inputs.url)),
    ...(inputs.user === undefined ? {} : { user: inputs.user }),
    ...(inputs.password === undefined ? {} : { password: inputs.password }),
  }
}

/** Variables that older clients ignore stay in the environment, where libpq finds them itself. */
function readVariables(environment: Variables): ConnectionParameters {
  const found = new Map<string, string>()
  for (const [keyword, { variable, since }] of connectionKeywords) {
    const value = variable === undefined || since !== undefined ? undefined : environment[variable]
    if (value !== undefined && value !== '') found.set(keyword, value)
  }
  if (!found.has('sslmode') && environment['PGREQUIRESSL']?.startsWith('1') === true)
    found.set('sslmode', 'require')
  return Object.fromEntries(found)
}

/** A CA is worth nothing without verification, so only the url itself, or the service it names, may weaken it. */
function requireVerification(
  merged: ConnectionParameters,
  explicit: ConnectionParameters,
): ConnectionParameters {
  return { ...omit(merged, ['sslrootcert']), sslmode: explicit['sslmode'] ?? 'verify-full' }
}

function addMissing(first: ConnectionParameters, second: ConnectionParameters): ConnectionParameters {
  return { ...second, ...first }
}

function omit(parameters: ConnectionParameters, keywords: readonly string[]): ConnectionParameters {
  return Object.fromEntries(Object.entries(parameters).filter(([keyword]) => !keywords.includes(keyword)))
}
