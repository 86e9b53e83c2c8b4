import type { DatabaseProperties } from '../../archive/properties.ts'
import { quoteIdentifier, quoteLiteral } from '../../postgres/sql/quote.ts'

/**
 * PURE. Statements that create a database as it was, the most faithful one first: the server may lack the tablespace,
 * or the locale. Always from template0, so that nothing collides with the dump.
 * @param serverMajor 15 and later know providers of locales
 */
export function listCreateStatements(
  name: string,
  like: DatabaseProperties | undefined,
  serverMajor: number,
): string[] {
  const plain = `CREATE DATABASE ${quoteIdentifier(name)} TEMPLATE template0`
  if (like === undefined) return [plain]
  const located = `${plain} ENCODING ${quoteLiteral(like.encoding)}${formatLocale(like, serverMajor)}`
  const isElsewhere = like.tablespace !== 'pg_default'
  return [
    ...(isElsewhere ? [`${located} TABLESPACE ${quoteIdentifier(like.tablespace)}`] : []),
    located,
    plain,
  ]
}

function formatLocale({ locale }: DatabaseProperties, serverMajor: number): string {
  const option = (name: string, value: string | null): string =>
    value === null ? '' : ` ${name} ${quoteLiteral(value)}`
  const names = { libc: undefined, icu: 'ICU_LOCALE', builtin: 'BUILTIN_LOCALE' }
  const name = names[locale.provider]
  return [
    serverMajor >= 15 ? ` LOCALE_PROVIDER ${locale.provider}` : '',
    option('LC_COLLATE', locale.collate),
    option('LC_CTYPE', locale.ctype),
    name === undefined ? '' : option(name, locale.locale),
    option('ICU_RULES', locale.icuRules),
  ].join('')
}
