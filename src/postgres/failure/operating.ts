import { adviseRole, describeFailure, type FailureKind, quoteRole } from './failure-kind.ts'
import { quoteIdentifier } from '../sql/quote.ts'

/** The table, sequence or other object of the failed statement, with its schema, as pg_dump writes it. */
const failedStatement =
  '(?:[^]*?Query was: (?:LOCK TABLE|COPY|SELECT last_value, is_called FROM) (?:ONLY )?((?:"(?:[^"]|"")+"|[^\\s,(";])+))?'

/**
 * What tools report once they are connected. They come before the failures to connect, because a lost
 * connection follows many of them.
 *
 * failure.test.ts provokes with PostgreSQL 15 the privileges that a dump lacks on tables, sequences and schemas,
 * row-level security, and the full disk of a client. Only sources, documentation or memory vouch for the others: the
 * full disk of a server, the size limit, the version mismatch, the service file, locks, and the privileges on
 * functions, large objects and databases.
 */
export const operationFailures: readonly FailureKind[] = [
  describeFailure(
    /ERROR: {2}(?:could not (?:extend|write)[^\n]*: No space left on device|disk full)/,
    'PGB_DISK',
    "the server's disk is full",
    'Free space on the server, or restore to a larger one',
  ),
  describeFailure(
    /No space left on device|disk quota exceeded/i,
    'PGB_DISK',
    'the disk is full',
    'Free space on the runner, stream with a stronger "compression", or set "output-dir" to a larger disk',
  ),
  describeFailure(
    /: File too large/,
    'PGB_DISK',
    'the file system or a limit (ulimit -f) allows no file of this size',
    'Use a stronger "compression", or set "output-dir" to another file system',
  ),
  {
    pattern:
      /server version: ([^\s;]+)[^\n]*; \w+ version: (\S+)[^]*aborting because of server version mismatch/,
    code: 'PGB_CLIENT',
    explain: ([server, client]) => ({
      why: `the server has version ${server ?? ''}, and the client version ${client ?? ''} is too old for it`,
      whatToDo: 'Set the input "postgres-version" to "auto" or to the major version of the server',
    }),
  },
  describeFailure(
    /aborting because of server version mismatch/,
    'PGB_CLIENT',
    'the client is older than the server',
    'Set the input "postgres-version" to "auto" or to the major version of the server',
  ),
  describeFailure(
    /syntax error in service file|invalid (?:connection option|URI query parameter)/,
    'PGB_CLIENT',
    'the client does not know a parameter of the connection, which a newer PostgreSQL introduced',
    'Remove that parameter from the url, or set "postgres-version" to a newer major version',
  ),
  {
    pattern:
      /(permission denied for [^\n]+|query would be affected by row-level security [^\n]+)(?:[^]*pg_dump failed on database "([^\n]+)", exiting)?/,
    code: 'PGB_PERMISSION',
    applies: ({ isSuperuser = false }) => isSuperuser,
    explain: ([words, failed], context) => {
      const name = failed === undefined || failed === '' ? context.database : failed
      const database = name === undefined ? '…' : quoteIdentifier(name)
      return {
        why: `the connecting role is a superuser, to whom nothing is refused, and yet the server says "${words ?? ''}": it acts as another role there, by a setting such as ALTER DATABASE ${database} SET role`,
        whatToDo: `Run: ALTER DATABASE ${database} RESET role, or set \`options: --role=\` to the connecting role, or back up the others with \`*\` and \`!\` before this name in "databases"`,
      }
    },
  },
  describeFailure(
    /permission denied for (?:table|relation|view) pg_authid/,
    'PGB_PERMISSION',
    'the server refused the passwords of roles, though it had said that they may be read',
    'Run the job again; if it stays, connect as a superuser',
  ),
  {
    pattern: /query would be affected by row-level security policy for table "((?:[^"\n]|"")+)"/,
    code: 'PGB_PERMISSION',
    explain: ([table], context) => ({
      why: `row-level security hides rows of the table "${table ?? ''}" from the connecting role`,
      whatToDo: `Connect as the owner of the table or run: ALTER ROLE ${quoteRole(context)} BYPASSRLS; do not use --enable-row-security, which leaves these rows out silently`,
    }),
  },
  {
    pattern: new RegExp(
      `permission denied for (table|view|materialized view|sequence) ([^\\n]+)${failedStatement}`,
    ),
    code: 'PGB_PERMISSION',
    explain: ([kind, name, full], context) => {
      const object = full === undefined || full === '' ? quoteIdentifier(name ?? '') : full
      return {
        why: `the connecting role may not read the ${kind ?? ''} ${object}`,
        whatToDo: `Run: GRANT SELECT ON ${kind === 'sequence' ? 'SEQUENCE ' : ''}${object} TO ${quoteRole(context)}, or for everything: GRANT pg_read_all_data TO ${quoteRole(context)} (PostgreSQL 14 and later)`,
      }
    },
  },
  {
    pattern: new RegExp(`permission denied for schema ([^\\n]+)${failedStatement}`),
    code: 'PGB_PERMISSION',
    explain: ([schema, table], context) => ({
      why: `the connecting role may not use the schema ${quoteIdentifier(schema ?? '')}${table === undefined || table === '' ? '' : `, needed for ${table}`}`,
      whatToDo: `Run: GRANT USAGE ON SCHEMA ${quoteIdentifier(schema ?? '')} TO ${quoteRole(context)}, or GRANT pg_read_all_data TO ${quoteRole(context)} (PostgreSQL 14 and later) for a backup, or GRANT CREATE ON SCHEMA for a restore`,
    }),
  },
  {
    pattern: /permission denied for database ([^\n]+)\nDETAIL: {2}User does not have CONNECT privilege/,
    code: 'PGB_PERMISSION',
    explain: ([database], context) => ({
      why: `the connecting role may not connect to the database ${database ?? ''}`,
      whatToDo: `Run: GRANT CONNECT ON DATABASE ${database ?? ''} TO ${quoteRole(context)}`,
    }),
  },
  {
    pattern: /permission denied for database ([^\n]+)/,
    code: 'PGB_PERMISSION',
    explain: ([database], context) => ({
      why: `the connecting role may not create schemas in the database ${database ?? ''}`,
      whatToDo: `Run: GRANT CREATE ON DATABASE ${quoteIdentifier((database ?? '').replaceAll('"', ''))} TO ${quoteRole(context)}`,
    }),
  },
  {
    pattern: /permission denied for (function|procedure|routine) ([^\n]+)/,
    code: 'PGB_PERMISSION',
    explain: ([kind, name], context) => ({
      why: `the connecting role may not execute the ${kind ?? ''} ${name ?? ''}`,
      whatToDo: `Run: GRANT EXECUTE ON ${(kind ?? '').toUpperCase()} ${name ?? ''} TO ${quoteRole(context)}`,
    }),
  },
  {
    pattern: /permission denied for large object (\d+)/,
    code: 'PGB_PERMISSION',
    explain: ([number], context) => ({
      why: `the connecting role may not read the large object ${number ?? ''}`,
      whatToDo: `Run: GRANT SELECT ON LARGE OBJECT ${number ?? ''} TO ${quoteRole(context)}, or add --no-blobs to the input "options"`,
    }),
  },
  {
    pattern: /permission denied to create database/,
    code: 'PGB_PERMISSION',
    explain: (_, context) => ({
      why: 'the connecting role may not create databases',
      whatToDo: `Run: ALTER ROLE ${quoteRole(context)} CREATEDB, or create the target yourself and set "create" to false`,
    }),
  },
  {
    pattern: /(must be (?:owner of|a superuser|superuser|member of role|able to SET ROLE)[^\n]*)/,
    code: 'PGB_PERMISSION',
    explain: ([words], context) => ({
      why: `the statement needs the owner of the object or a superuser (${words ?? ''})`,
      whatToDo: adviseRole(
        context,
        `Connect as one, or GRANT the owning role TO ${quoteRole(context)}; for a restore keep "no-owner" at true`,
      ),
    }),
  },
  {
    pattern: /(permission denied[^\n]*)/,
    code: 'PGB_PERMISSION',
    explain: ([words], context) => ({
      why: `the connecting role lacks a privilege (${words ?? ''})`,
      whatToDo: adviseRole(
        context,
        `Grant it TO ${quoteRole(context)}, or connect as the owner or a superuser`,
      ),
    }),
  },
  describeFailure(
    /canceling statement due to (?:statement timeout[^]*LOCK TABLE|lock timeout)/,
    'PGB_LOCK',
    'another session held a lock on a table for longer than "lock-wait-timeout"',
    'Run the backup when no migration or long ALTER TABLE is running, or raise "lock-wait-timeout"',
  ),
  describeFailure(
    /max_locks_per_transaction/,
    'PGB_LOCK',
    'the server has no room for the locks of so many objects',
    'Raise max_locks_per_transaction on the server, and restart it',
  ),
]
