/**
 * A connection as libpq keeps it: keyword to value. Several hosts and ports stay lists with commas. An
 * empty string is a value, as in libpq: it asks for the default and hides the environment's value.
 */
export type ConnectionParameters = Readonly<Partial<Record<string, string>>>

/** One parameter of libpq. */
export interface ConnectionKeyword {
  /** The environment variable that libpq reads when neither string nor service sets the parameter. */
  readonly variable?: string
  /** First major version whose libpq knows the parameter; older ones (13 and before) have no number. */
  readonly since?: number
  /** Whether the value itself is a secret. */
  readonly secret?: boolean
}

/** Every parameter of libpq 15 to 18 and its variable. Source: `PQconndefaults` of both versions. */
export const connectionKeywords: ReadonlyMap<string, ConnectionKeyword> = new Map<string, ConnectionKeyword>([
  ['service', { variable: 'PGSERVICE' }],
  ['user', { variable: 'PGUSER' }],
  ['password', { variable: 'PGPASSWORD', secret: true }],
  ['passfile', { variable: 'PGPASSFILE' }],
  ['channel_binding', { variable: 'PGCHANNELBINDING' }],
  ['connect_timeout', { variable: 'PGCONNECT_TIMEOUT' }],
  ['dbname', { variable: 'PGDATABASE' }],
  ['host', { variable: 'PGHOST' }],
  ['hostaddr', { variable: 'PGHOSTADDR' }],
  ['port', { variable: 'PGPORT' }],
  ['client_encoding', { variable: 'PGCLIENTENCODING' }],
  ['options', { variable: 'PGOPTIONS' }],
  ['application_name', { variable: 'PGAPPNAME' }],
  ['fallback_application_name', {}],
  ['keepalives', {}],
  ['keepalives_idle', {}],
  ['keepalives_interval', {}],
  ['keepalives_count', {}],
  ['tcp_user_timeout', {}],
  ['sslmode', { variable: 'PGSSLMODE' }],
  ['sslnegotiation', { variable: 'PGSSLNEGOTIATION', since: 17 }],
  ['sslcompression', { variable: 'PGSSLCOMPRESSION' }],
  ['sslcert', { variable: 'PGSSLCERT' }],
  ['sslkey', { variable: 'PGSSLKEY' }],
  ['sslcertmode', { variable: 'PGSSLCERTMODE', since: 16 }],
  ['sslpassword', { secret: true }],
  ['sslrootcert', { variable: 'PGSSLROOTCERT' }],
  ['sslcrl', { variable: 'PGSSLCRL' }],
  ['sslcrldir', { variable: 'PGSSLCRLDIR', since: 14 }],
  ['sslsni', { variable: 'PGSSLSNI', since: 14 }],
  ['sslkeylogfile', { since: 18 }],
  ['requirepeer', { variable: 'PGREQUIREPEER' }],
  ['require_auth', { variable: 'PGREQUIREAUTH', since: 16 }],
  ['min_protocol_version', { variable: 'PGMINPROTOCOLVERSION', since: 18 }],
  ['max_protocol_version', { variable: 'PGMAXPROTOCOLVERSION', since: 18 }],
  ['ssl_min_protocol_version', { variable: 'PGSSLMINPROTOCOLVERSION' }],
  ['ssl_max_protocol_version', { variable: 'PGSSLMAXPROTOCOLVERSION' }],
  ['gssencmode', { variable: 'PGGSSENCMODE' }],
  ['krbsrvname', { variable: 'PGKRBSRVNAME' }],
  ['gsslib', { variable: 'PGGSSLIB' }],
  ['gssdelegation', { variable: 'PGGSSDELEGATION', since: 16 }],
  ['replication', {}],
  ['target_session_attrs', { variable: 'PGTARGETSESSIONATTRS' }],
  ['load_balance_hosts', { variable: 'PGLOADBALANCEHOSTS', since: 16 }],
  ['scram_client_key', { since: 18, secret: true }],
  ['scram_server_key', { since: 18, secret: true }],
  ['oauth_issuer', { since: 18 }],
  ['oauth_client_id', { since: 18 }],
  ['oauth_client_secret', { since: 18, secret: true }],
  ['oauth_scope', { since: 18 }],
])

/** Parameters that other tools add to a URL, and what to write for libpq instead. */
export const foreignParameters: ReadonlyMap<string, string> = new Map([
  ...[
    ...['connection_limit', 'pool_timeout', 'pool_size', 'pool', 'pool_mode', 'statement_cache_size'],
    ...[
      'prepared_statement_cache_size',
      'prepareThreshold',
      'prepare',
      'max',
      'idle_timeout',
      'supa',
      'workaround',
    ],
    ...['socket_timeout', 'single_use_connections', 'serverVersion', 'charset', 'useSSL', 'uselibpqcompat'],
    ...[
      'pool_max_conns',
      'pool_min_conns',
      'pool_max_conn_lifetime',
      'default_query_exec_mode',
      'binary_parameters',
    ],
    ...[
      'loggerLevel',
      'reWriteBatchedInserts',
      'ApplicationName',
      'sslidentity',
      'encoding',
      'reaping_frequency',
    ],
  ].map((name) => [name, `Remove "${name}" from the url`] as const),
  ['pgbouncer', 'Remove "pgbouncer" and connect to the database itself, not through its pooler'],
  ['schema', 'Remove "schema"; to dump a single schema, add --schema=NAME to the input "options"'],
  [
    'currentSchema',
    'Remove "currentSchema"; to dump a single schema, add --schema=NAME to the input "options"',
  ],
  ['search_path', 'Remove "search_path"; to dump a single schema, add --schema=NAME to the input "options"'],
  [
    'sslaccept',
    'Replace "sslaccept" by sslmode=require, or by sslmode=verify-full with the input "ssl-root-cert"',
  ],
  ['ssl', 'Replace "ssl" by sslmode=require, or by sslmode=disable'],
  [
    'sslfactory',
    'Replace "sslfactory" by sslmode=require, or by sslmode=verify-full with the input "ssl-root-cert"',
  ],
  ['ssl_mode', 'Replace "ssl_mode" by "sslmode"'],
  ['sslMode', 'Replace "sslMode" by "sslmode"'],
  ['sslca', 'Replace "sslca" by the input "ssl-root-cert"'],
  ['timezone', 'Replace "timezone" by the environment variable PGTZ'],
  ['database', 'Replace "database" by "dbname"'],
  ['username', 'Replace "username" by "user"'],
  ['hostname', 'Replace "hostname" by "host"'],
  ['endpoint', 'Replace "endpoint=…" by options=endpoint%3D…'],
])
