import { explainExpired } from './expired-login.ts'
import { describeFailure, describePassing, type FailureKind } from './failure-kind.ts'
import { isTransactionPooler } from '../connection/pooler.ts'

/**
 * What libpq says when it cannot connect or loses the server. Of several hosts or attempts the first pattern of
 * this table counts, so the more telling ones come first.
 *
 * Most texts are provoked with PostgreSQL 15 by failure.test.ts and e2e/network/tls.test.ts. No test provokes, so that only
 * sources, documentation or memory vouch for: reserved slots, a server that starts or stops, IPv6 without a route,
 * timeouts, an answer that is no TLS negotiation, a connection that is lost in mid-dump, and the texts of poolers
 * and hosted services (Supabase, Neon, pgbouncer, Azure).
 */
export const connectionFailures: readonly FailureKind[] = [
  {
    pattern:
      /password authentication failed|Wrong password|SASL authentication failed|authentication failed for user/,
    code: 'PGB_AUTH',
    explain: (_, { accepted }) => (accepted === undefined ? wrongLogin : explainExpired(accepted)),
  },
  describeFailure(
    /no password supplied/,
    'PGB_AUTH',
    'the server asks for a password and none was given for this host, port and user',
    'Give the input "password" and see whether its secret is empty; a passfile must name the host as the url does',
  ),
  describeFailure(
    /role "[^\n]*" (?:does not exist|is not permitted to log in)|Tenant or user not found/,
    'PGB_AUTH',
    'the server does not let this user log in',
    'Check the user name; a role needs the attribute LOGIN, and on a pooler of Supabase the user is postgres.<project>',
  ),
  {
    pattern: /database "([^\n]*)" does not exist/,
    code: 'PGB_NO_DATABASE',
    explain: ([database]) => ({
      why: `the server has no database "${database ?? ''}"`,
      whatToDo:
        'Check the name, which minds upper and lower case; without one in the url it is the name of the user',
    }),
  },
  describeFailure(
    /is not currently accepting connections/,
    'PGB_NO_DATABASE',
    'the database does not accept connections',
    'Exclude it with "!" in the input "databases", or run: ALTER DATABASE … ALLOW_CONNECTIONS true',
  ),
  describePassing(
    /too many clients already|remaining connection slots are reserved|too many connections for|max client connections|MaxClientsInSessionMode/i,
    'PGB_CONNECT',
    'the server is out of connections',
    'Lower the input "jobs", run the backup at a quieter time, or raise the limit of the server, role, database or pooler',
  ),
  describeFailure(
    /certificate verify failed|self-signed certificate|unable to get local issuer/,
    'PGB_CONNECT',
    "the server's certificate is not signed by a CA that is trusted here",
    'Give the CA of the server as PEM text in the input "ssl-root-cert", or write sslrootcert=system for a public CA (PostgreSQL 16 and later)',
  ),
  describeFailure(
    /server certificate for "[^\n]*" (?:\(and \d+ other names?\) )?does not match host name/,
    'PGB_CONNECT',
    "the server's certificate is for another host name",
    'Connect by a name that the certificate holds (hostaddr may still give the address), or accept sslmode=verify-ca',
  ),
  describeFailure(
    /root certificate file [^\n]* does not exist|could not read root certificate file/,
    'PGB_CONNECT',
    'there is no CA certificate to check the server with',
    'Give the CA of the server as PEM text in the input "ssl-root-cert"',
  ),
  describeFailure(
    /certificate file [^\n]*|private key file [^\n]*/,
    'PGB_CONNECT',
    'the client certificate or its private key cannot be used',
    'Check sslcert and sslkey; the key must have mode 0600',
  ),
  describeFailure(
    /server does not support SSL/,
    'PGB_CONNECT',
    'the url demands TLS and the server does not offer it',
    'Turn TLS on in the server, or write sslmode=prefer where the network can be trusted',
  ),
  describeFailure(
    /^(?![^]*SSL encryption)[^]*(?:no pg_hba\.conf entry|pg_hba\.conf rejects connection)[^\n]*(?:no encryption|SSL off)|(?:SSL|TLS) (?:connection )?is required|connection is insecure/i,
    'PGB_CONNECT',
    'the server demands TLS',
    'Write sslmode=require in the url, or better give its CA in the input "ssl-root-cert"',
  ),
  describeFailure(
    /no pg_hba\.conf entry|pg_hba\.conf rejects connection/,
    'PGB_CONNECT',
    "the server's pg_hba.conf admits no such combination of host, user and database",
    "Add an entry for it, or the runner's addresses to the allow-list of the service",
  ),
  {
    pattern: /could not translate host name "([^"\n]*)"/,
    code: 'PGB_CONNECT',
    explain: ([host]) => explainUnknownHost(host ?? ''),
  },
  {
    pattern:
      /connection to server at "([0-9a-f:]+:[0-9a-f:%.]*|[^"\n]*" \([0-9a-f]*:[0-9a-f:.]*\))[^\n]*(?:Network is unreachable|No route to host|Cannot assign requested address)/i,
    code: 'PGB_CONNECT',
    explain: (_, { parameters }) => explainIpv6(parameters['host'] ?? ''),
  },
  describePassing(
    /timeout expired|timed out/,
    'PGB_CONNECT',
    'the server did not answer in time',
    "Check host, port and firewall: the runner's addresses must be admitted, and a private network needs a self-hosted runner",
  ),
  describePassing(
    /Connection refused|No such file or directory\s+Is the server running locally/,
    'PGB_CONNECT',
    'nobody listens at that host and port or socket',
    'Check both and that the server has started; a service container is reached at localhost and its mapped port, or by its name when the job itself runs in a container',
  ),
  describePassing(
    /the database system is (?:starting up|shutting down|in recovery mode|not yet accepting)/,
    'PGB_CONNECT',
    'the server is starting or stopping',
    'Wait for it, for example by a health check of the service container (pg_isready)',
  ),
  describeFailure(
    /No route to host|Network is unreachable|could not connect to server|invalid response to SSL negotiation/,
    'PGB_CONNECT',
    'the host cannot be reached, or no PostgreSQL server answers there',
    'Check host, port, firewall and proxy',
  ),
  {
    pattern:
      /server closed the connection unexpectedly|connection (?:to server was|has been) (?:lost|closed)|terminating connection|(?:SSL|GSS)[^\n]* closed unexpectedly|SSL SYSCALL error|could not receive data from server|connection to server [^\n]*: (?:Connection reset by peer|Broken pipe)|no connection to the server|lost synchronization/,
    code: 'PGB_CONNECT',
    mayPass: true,
    explain: (_, { parameters }) => ({
      why: 'the server or something on the way closed the connection',
      whatToDo: isTransactionPooler(parameters)
        ? 'Connect to the database itself or to the session pooler on port 5432, not through a transaction pooler'
        : "Run it again, and look into the server's log; against a proxy or firewall that closes idle connections a keepalives_idle below 30 in the url may help",
    }),
  },
]

const wrongLogin = {
  why: 'the server refused the user name or password',
  whatToDo:
    'Check both; a password with special characters is safest in the input "password", which needs no encoding; on a pooler of Supabase the user is postgres.<project>',
}

function explainUnknownHost(host: string) {
  if (/^db\.[a-z0-9]+\.supabase\.co$/.test(host)) return explainIpv6(host)
  return {
    why: `no address is known for the host "${host}"`,
    whatToDo:
      'Check its spelling; a private name needs a self-hosted runner, and the name of a service container works only when the job itself runs in a container, otherwise it is localhost',
  }
}

function explainIpv6(host: string) {
  return {
    why: 'the host has an IPv6 address only, and GitHub-hosted runners have IPv4 only',
    whatToDo: /supabase\.(?:co|com)$/.test(host)
      ? "Use Supabase's session pooler: the host that ends in .pooler.supabase.com with port 5432 and user postgres.<project>"
      : 'Use a host name with an IPv4 address, a proxy or pooler that has one, or a self-hosted runner with IPv6',
  }
}
