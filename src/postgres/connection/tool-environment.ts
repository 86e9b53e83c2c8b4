import type { Environment } from '../../process/command.ts'

/** What a tool needs of the outside. Nothing of INPUT_*, ACTIONS_* or GITHUB_* may stand here. */
const allowed = new Set([
  ...['PATH', 'HOME', 'LANG', 'LC_CTYPE', 'TZ', 'TMPDIR', 'TMP', 'TEMP', 'LD_LIBRARY_PATH'],
  ...['SYSTEMROOT', 'SYSTEMDRIVE', 'WINDIR', 'COMSPEC', 'PATHEXT', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA'],
  ...['PROGRAMDATA', 'USERNAME', 'MSYSTEM'],
  // The runner sweeps orphans by this one.
  'RUNNER_TRACKING_ID',
  ...[
    'KRB5_CONFIG',
    'KRB5CCNAME',
    'KRB5_KTNAME',
    'KRB5_CLIENT_KTNAME',
    'SSL_CERT_FILE',
    'SSL_CERT_DIR',
    'OPENSSL_CONF',
  ],
  // libpq reads these itself: session settings, and parameters that older clients do not know.
  ...['PGTZ', 'PGDATESTYLE', 'PGGEQO', 'PGSSLNEGOTIATION', 'PGSSLCERTMODE', 'PGSSLCRLDIR', 'PGSSLSNI'],
  ...[
    'PGREQUIREAUTH',
    'PGMINPROTOCOLVERSION',
    'PGMAXPROTOCOLVERSION',
    'PGGSSDELEGATION',
    'PGLOADBALANCEHOSTS',
  ],
])

/**
 * PURE. The part of this process's environment that PostgreSQL's tools get, with messages in English, because
 * failures are recognised by their text; the character set stays the user's.
 */
export function selectToolEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Environment {
  const selected: Record<string, string> = {}
  for (const [name, value] of Object.entries(environment))
    if (value !== undefined && value !== '' && allowed.has(name.toUpperCase())) selected[name] = value
  const everyLocale = environment['LC_ALL']
  if (everyLocale !== undefined && everyLocale !== '') selected['LC_CTYPE'] = everyLocale
  return { ...selected, LC_MESSAGES: 'C' }
}
