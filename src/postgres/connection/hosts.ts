import type { ConnectionParameters } from './connection-keywords.ts'
import { refuseUrl } from './url-error.ts'

/** One server that libpq tries: a name, address or socket directory, or none for the default socket. */
export interface Host {
  readonly host?: string
  readonly hostaddr?: string
  /** Port as text, `5432` where none is given. */
  readonly port: string
}

const defaultPort = '5432'

/**
 * PURE. The servers in the order in which libpq tries them (libpq: pqConnectOptions2).
 * @throws BackupError PGB_URL when the numbers of hosts, addresses and ports do not fit, or a port is no port
 */
export function listHosts(parameters: ConnectionParameters): readonly Host[] {
  checkPorts(parameters)
  const names = splitList(parameters['host'])
  const addresses = splitList(parameters['hostaddr'])
  const ports = splitList(parameters['port'])
  const count = Math.max(1, addresses.length > 0 ? addresses.length : names.length)
  if (names.length > 0 && names.length !== count)
    throw refuseUrl(
      `${names.length} hosts cannot be matched to ${count} values of hostaddr`,
      'Give one of each',
    )
  if (ports.length > 1 && ports.length !== count)
    throw refuseUrl(
      `${ports.length} ports cannot be matched to ${count} hosts`,
      'Give one port for all hosts, or one for each',
    )
  return Array.from({ length: count }, (_, index) => {
    const host = names[index] ?? ''
    const hostaddr = addresses[index] ?? ''
    const port = (ports.length === 1 ? ports[0] : ports[index]) ?? ''
    return {
      ...(host === '' ? {} : { host }),
      ...(hostaddr === '' ? {} : { hostaddr }),
      port: port === '' ? defaultPort : port,
    }
  })
}

/**
 * PURE. Refuses what is no port before any tool sees it: libpq would repeat it, and in a URL with an unencoded
 * password it is a piece of that password.
 * @throws BackupError PGB_URL
 */
export function checkPorts(parameters: ConnectionParameters): void {
  for (const port of splitList(parameters['port']))
    if (port !== '' && !(/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65535))
      throw refuseUrl(
        'a port is not a number from 1 to 65535',
        'Correct it; if the password holds "/", ":" or "@", percent-encode these as %2F, %3A and %40, or use the ' +
          'password input; an IPv6 address stands between "[" and "]"',
      )
}

function splitList(value: string | undefined): readonly string[] {
  return value === undefined || value === '' ? [] : value.split(',')
}
