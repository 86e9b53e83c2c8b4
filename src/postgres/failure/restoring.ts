import { adviseRole, describeFailure, type FailureKind } from './failure-kind.ts'

const deadlock = /ERROR: {2}deadlock detected/

/**
 * PURE. Whether workers of pg_restore stood in each other's way: two waited for each other, or a CHECK looked for rows in a
 * table that another worker still fills. One worker goes by the order of the dump.
 */
export function isOfSeveralWorkers(stderr: string): boolean {
  return deadlock.test(stderr) || /ERROR: {2}new row for relation .* violates check constraint/.test(stderr)
}

/**
 * What psql and pg_restore say when they restore. These come before the failures of any connection, since the same
 * words mean something else there. Provoked with PostgreSQL 15 unless noted.
 */
export const restoreFailures: readonly FailureKind[] = [
  describeFailure(
    /filter-sql: error: the dump needs timescaledb_pre_restore/,
    'PGB_RESTORE',
    'it needs what TimescaleDB has to be told before and after a restore, which this action does not do',
    'Restore it by hand as docs.timescale.com says: create the extension, run timescaledb_pre_restore(), restore, run timescaledb_post_restore()',
  ),
  describeFailure(
    /the dump is not complete/,
    'PGB_RESTORE',
    'the dump ends before its last line',
    'Take another backup; one with `verify: decode` is read to its end before it is kept',
  ),
  {
    pattern: /filter-sql: error: (the dump holds [^\n]*), which (pg_dump never writes|would end [^\n]*)/,
    code: 'PGB_RESTORE',
    explain: ([found, reason]) => ({
      why: `${found ?? ''}, which ${reason ?? ''}`,
      whatToDo: 'Take another backup: this one was written by another program, or forged',
    }),
  },
  {
    pattern: /filter-sql: error: (the dump holds [^\n]*), which this old psql could take for something else/,
    code: 'PGB_CLIENT',
    explain: ([found]) => ({
      why: `${found ?? ''}, which psql could take for one of its commands, and this psql is too old to be told not to`,
      whatToDo:
        'Update the PostgreSQL client on this machine to the newest minor release of its major version; where that is 13 or older, set "postgres-version" to 14 or later',
    }),
  },
  {
    pattern: /postgres-backup: lost: ([^\n]*)/,
    code: 'PGB_RESTORE',
    explain: ([names]) => ({
      why: `replacing its contents would lose or change what is not the connecting role's (${names ?? ''}), so all was left as it was`,
      whatToDo:
        'Move these things out of the way, or connect as the role that owns them, and run the job again',
    }),
  },
  {
    pattern: /postgres-backup: rows: ([^\n]*)/,
    code: 'PGB_RESTORE',
    explain: ([differences]) => ({
      why: `what was restored is not what was backed up (${differences ?? ''}), so all was left as it was`,
      whatToDo: 'Look for event triggers on the server and for damage of the backup, and run the job again',
    }),
  },
  {
    pattern: /postgres-backup: not handled: ([^\n]*)/,
    code: 'PGB_PERMISSION',
    explain: ([kinds]) => ({
      why: `it holds things that cannot be replaced in place (${kinds ?? ''}), and was left as it is`,
      whatToDo: 'Drop them by hand, or restore under another name with "target-database"',
    }),
  },
  {
    pattern: /postgres-backup: owner refused: ([^\n]*)/,
    code: 'PGB_PERMISSION',
    explain: ([owner]) => ({
      why: `"${owner ?? ''}" cannot be given what belonged to it, as it may not make such things there, and \`strict: true\` wants all or nothing`,
      whatToDo: `GRANT CREATE on the schema TO "${owner ?? ''}" before, or remove "strict"`,
    }),
  },
  describeFailure(
    /canceling statement due to lock timeout/,
    'PGB_LOCK',
    'another session held a lock on something that was to be replaced for longer than a minute, and all was left as it was',
    'Stop the programs that use the database, and run the job again',
  ),
  describeFailure(
    deadlock,
    'PGB_LOCK',
    "another session and the restore waited for each other's locks, and all was left as it was",
    'Stop the programs that use the database, and run the job again; with `jobs: 1` no two workers of the restore can be these sessions',
  ),
  describeFailure(
    /violates unique constraint "postgres_backup_|relation "pg_temp\.postgres_backup_\w+" does not exist/,
    'PGB_RESTORE',
    'the dump ends the transaction in which it is restored',
    'Take another backup: this one was written by another program, or forged',
  ),
  {
    pattern: /ERROR: {2}must be owner of extension ("?[\w-]+"?)/,
    code: 'PGB_RESTORE',
    explain: ([extension]) => ({
      why: `the dump sets a comment on the extension ${extension ?? ''}, which belongs to another role here`,
      whatToDo:
        'Set `options: --no-comments`; for a plain dump that belongs to the backup, or connect as the owner of the extension',
    }),
  },
  {
    pattern: /ERROR: {2}role ("(?:[^"\n]|"")+") does not exist/,
    code: 'PGB_RESTORE',
    explain: ([role]) => ({
      why: `the dump names the role ${role ?? ''}, which the server does not have`,
      whatToDo:
        'Create it, or restore the roles with `globals: true`; or leave privileges out with `options: --no-acl` (for a plain dump that belongs to the backup), and owners with `no-owner: true`',
    }),
  },
  {
    pattern:
      /extension "([^"\n]+)" is not available|could not open extension control file "[^"\n]*\/([^"\n/]+)\.control"/,
    code: 'PGB_RESTORE',
    explain: ([first, second]) => ({
      why: `the server does not have the extension "${first === '' ? (second ?? '') : (first ?? '')}"`,
      whatToDo: 'Install its package on the server, or allow it in the settings of the hosting service',
    }),
  },
  {
    pattern: /permission denied to create extension "([^"\n]+)"/,
    code: 'PGB_PERMISSION',
    explain: ([extension]) => ({
      why: `the connecting role may not create the extension "${extension ?? ''}"`,
      whatToDo: 'Connect as a superuser, or as the role that the hosting service names for it',
    }),
  },
  {
    pattern: /only superuser can define a (leakproof) function|permission denied for language (c|internal)$/m,
    code: 'PGB_PERMISSION',
    explain: ([leakproof], context) => ({
      why:
        leakproof === ''
          ? 'it holds a function in C, which only a superuser may make'
          : 'it holds a function that is LEAKPROOF, which only a superuser may say',
      whatToDo: `${adviseRole(context, 'Connect as a superuser')}; or take another backup when the function is ${leakproof === '' ? 'gone' : 'NOT LEAKPROOF'}`,
    }),
  },
  describeFailure(
    /non-standard string literals are not supported/,
    'PGB_RESTORE',
    'it was dumped with standard_conforming_strings = off, which PostgreSQL 19 and later do not know',
    'Take another backup with this action, which dumps with the setting on; an old one loads into PostgreSQL 18, from which it can be dumped anew',
  ),
  describeFailure(
    /unrecognized configuration parameter "([^"\n]+)"/,
    'PGB_RESTORE',
    'the dump or the client sets a parameter that the server does not know, because it is older',
    'Restore into a server of the version of the pg_dump that the manifest names, with "postgres-version" at "auto"',
  ),
  describeFailure(
    /unsupported version \([\d.]+\) in file header/,
    'PGB_CLIENT',
    'the archive was written by a newer pg_dump than this pg_restore can read',
    'Set "postgres-version" to the major version of the client in the manifest',
  ),
  describeFailure(
    /invalid command \\(?:un)?restrict/,
    'PGB_CLIENT',
    'the dump begins with \\restrict, which this psql is too old for',
    'Update the PostgreSQL client on this machine to its newest minor release',
  ),
  describeFailure(
    /(?:CREATE|DROP) DATABASE cannot run inside a transaction block/,
    'PGB_RESTORE',
    'the dump creates its database itself, as with --create',
    'Restore it by hand with psql, and back up without --create',
  ),
  describeFailure(
    /max_(?:locks|pred_locks)_per_transaction/,
    'PGB_LOCK',
    'the server has no room for the locks of so many objects in one transaction',
    'Raise max_locks_per_transaction on the server and restart it, or restore under another name with "target-database": a new database takes no single transaction',
  ),
  describeFailure(
    /collation "[^"\n]+" for encoding "[^"\n]+" does not exist|could not create locale|invalid locale name/,
    'PGB_RESTORE',
    'the server does not have a locale that the dump uses',
    'Install the locale on the server',
  ),
  describeFailure(
    /invalid byte sequence for encoding|has no equivalent in encoding/,
    'PGB_RESTORE',
    'the text in the dump does not fit the encoding of the new database, which is that of the server',
    'Create an empty target database with the encoding of the source, as in: createdb --template=template0 --encoding=UTF8 NAME',
  ),
  {
    pattern: /ERROR: {2}((?:relation|schema|type|function) [^\n]* does not exist)/,
    code: 'PGB_RESTORE',
    explain: ([words]) => ({
      why: `the dump needs something that it does not hold (${words ?? ''})`,
      whatToDo: 'Restore a dump that is whole, made without --data-only, --table or --schema',
    }),
  },
  {
    pattern: /ERROR: {2}([^\n]* already exists)/,
    code: 'PGB_RESTORE',
    explain: ([words]) => ({
      why: `the dump creates something that is there already (${words ?? ''})`,
      whatToDo:
        'Connect as the role that owns it, or look for an event trigger or another session that makes it in the target',
    }),
  },
]
