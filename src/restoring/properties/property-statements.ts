import type { DatabaseProperties, DatabaseSetting } from '../../archive/properties.ts'
import { quoteIdentifier, quoteLiteral } from '../../postgres/sql/quote.ts'

/** One statement, and what it restores, as in `the setting "work_mem"`. */
export interface PropertyStatement {
  readonly label: string
  /** Undefined for what is never restored. */
  readonly sql: string | undefined
}

/** What the user wants of it. */
export interface PropertyWishes {
  /** Leave owners to the connecting role. */
  readonly noOwner: boolean
  /** Further arguments of pg_restore: `--no-acl` and `--no-comments` hold for the database too. */
  readonly options: readonly string[]
}

/**
 * PURE. Statements that give a database what belonged to it, all of it from a backup that may be forged: names and
 * values are quoted, and settings by which a session loads or runs code are left out. Whether it was a template or
 * closed to connections is not restored, since the one could not be dropped and the other not be looked at.
 * @param name of the new database
 */
export function listPropertyStatements(
  name: string,
  like: DatabaseProperties,
  { noOwner, options }: PropertyWishes,
): PropertyStatement[] {
  const database = quoteIdentifier(name)
  const has = (...names: string[]): boolean => options.some((option) => names.includes(option))
  const limit = like.connectionLimit
  const hasLimit = limit >= 0 && limit < 2 ** 31
  return [
    ...like.settings.map((setting) => formatSetting(database, setting)),
    ...(hasLimit
      ? [{ label: 'the connection limit', sql: `ALTER DATABASE ${database} CONNECTION LIMIT ${limit}` }]
      : []),
    ...(like.comment === null || has('--no-comments')
      ? []
      : [{ label: 'the comment', sql: `COMMENT ON DATABASE ${database} IS ${quoteLiteral(like.comment)}` }]),
    ...(has('-x', '--no-acl', '--no-privileges') ? [] : formatPrivileges(database, like)),
    ...(noOwner
      ? []
      : [
          {
            label: `the owner "${like.owner}"`,
            sql: `ALTER DATABASE ${database} OWNER TO ${quoteIdentifier(like.owner)}`,
          },
        ]),
  ]
}

const privileges = new Set(['CREATE', 'CONNECT', 'TEMPORARY'])

function formatPrivileges(database: string, like: DatabaseProperties): PropertyStatement[] {
  if (like.privileges === null) return []
  const grants = like.privileges.map(({ grantee, privilege, grantable }) => {
    const to = grantee === null ? 'PUBLIC' : quoteIdentifier(grantee)
    const grant = `GRANT ${privilege} ON DATABASE ${database} TO ${to}${grantable ? ' WITH GRANT OPTION' : ''}`
    const label = grantee === null ? 'a privilege of all' : `a privilege of "${grantee}"`
    return { label, sql: privileges.has(privilege) ? grant : undefined }
  })
  const revoke = { label: 'the privileges', sql: `REVOKE ALL ON DATABASE ${database} FROM PUBLIC` }
  return [revoke, ...grants]
}

const settingName = /^[A-Za-z_][A-Za-z0-9_$]*(?:\.[A-Za-z_][A-Za-z0-9_$]*)*$/

/** By these a session loads a library or runs code as it begins, or where it first uses a language. */
const loadsCode =
  /_preload_libraries$|^(?:dynamic_library_path|extension_control_path|jit_provider)$|\.(?:on_\w*init|\w*start_proc|\w*boot_proc|libjvm_location|vmoptions|classpath)$/i

/** Settings that hold a list of names, which stand there as SQL quotes them (guc.h: GUC_LIST_QUOTE). */
const holdsNames = /^(?:search_path|temp_tablespaces|unix_socket_directories)$/i

function formatSetting(database: string, { role, name, value }: DatabaseSetting): PropertyStatement {
  const label = `the setting "${name}"${role === null ? '' : ` of "${role}"`}`
  const subject =
    role === null
      ? `ALTER DATABASE ${database}`
      : `ALTER ROLE ${quoteIdentifier(role)} IN DATABASE ${database}`
  const text = holdsNames.test(name) ? formatNames(value) : quoteLiteral(value)
  const isRefused = !settingName.test(name) || loadsCode.test(name) || text === undefined
  return { label, sql: isRefused ? undefined : `${subject} SET ${quoteIdentifier(name)} TO ${text}` }
}

/** A list as `"$user", public`; undefined where it is none. */
function formatNames(value: string): string | undefined {
  const names: string[] = []
  const item = /\s*(?:"((?:[^"]|"")*)"|([^",\s]+))\s*(,|$)/y
  for (;;) {
    const [, quoted, plain, separator] = item.exec(value) ?? []
    const name = quoted?.replaceAll('""', '"') ?? plain
    if (name === undefined) return undefined
    names.push(quoteLiteral(name))
    if (separator === '') return names.join(', ')
  }
}
