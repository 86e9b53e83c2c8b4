import { readArray, readObject, type ReadBy } from '../../archive/json-reader.ts'
import type { DatabaseProperties } from '../../archive/properties.ts'
import { askJson, readText } from '../../postgres/answer.ts'
import type { OpenServer } from '../../postgres/open-server.ts'
import { quoteLiteral } from '../../postgres/sql/quote.ts'
import type { Run } from '../../step/run.ts'
import { listPropertyStatements, type PropertyStatement, type PropertyWishes } from './property-statements.ts'

const readLeftOut = readArray(readObject({ label: readText, state: readText }))

type LeftOut = ReadBy<typeof readLeftOut>

/** Characters of SQL for one script: more than any setting or comment of use has. */
const scriptLimit = 1_000_000

/** The new database: what it is called now, and what it will be called. */
export interface NewDatabase {
  readonly name: string
  readonly target: string
}

/**
 * Gives a new database the properties of the old one, as far as the role may; what is left out is told in one warning,
 * by names alone, since values may be secrets.
 * @throws BackupError where the server cannot be asked
 */
export async function applyProperties(
  { name, target }: NewDatabase,
  like: DatabaseProperties,
  wishes: PropertyWishes,
  { server, maintenance, run }: { server: OpenServer; maintenance: string; run: Run },
): Promise<void> {
  const statements = listPropertyStatements(name, like, wishes)
  const failing = `The properties of the database "${target}" were not restored`
  const leftOut: { label: string; state: string }[] = []
  for (const part of divide(statements, leftOut)) {
    const query = { database: maintenance, sql: makeApplyQuery(part), failing, kind: 'work' } as const
    leftOut.push(...(await askJson(server, { ...query, hiddenIn: run.privateDirectory }, readLeftOut)))
  }
  if (leftOut.length > 0) run.log.warning(describeLeftOut(target, leftOut), 'Properties left out')
}

function describeLeftOut(target: string, leftOut: LeftOut): string {
  const reasons: Readonly<Record<string, string>> = {
    '': 'which is never restored',
    '0A000': 'which this version of PostgreSQL no longer has',
    '42501': 'which this role may not give',
    '42704': 'which names something that the server does not have',
  }
  const items = leftOut.map(({ label, state }) => `${label} (${reasons[state] ?? `SQLSTATE ${state}`})`)
  const count = leftOut.length === 1 ? 'One property' : `${leftOut.length} properties`
  const more = items.length > 10 ? `, and ${items.length - 10} more` : ''
  return `${count} of the database "${target}" could not be restored: ${items.slice(0, 10).join(', ')}${more}.`
}

/** Cuts the work into scripts; what is never restored, or too long for one, goes to those left out. */
function divide(
  statements: readonly PropertyStatement[],
  leftOut: { label: string; state: string }[],
): Required<PropertyStatement>[][] {
  const parts: Required<PropertyStatement>[][] = []
  let length = Infinity
  for (const statement of statements) {
    const size = statement.sql?.length ?? Infinity
    if (size > scriptLimit) {
      leftOut.push({ label: statement.label, state: '' })
      continue
    }
    if (length + size > scriptLimit) {
      parts.push([])
      length = 0
    }
    parts.at(-1)?.push(statement)
    length += size
  }
  return parts
}

/** PURE. Runs each statement by itself, and gives those that the server refused. */
function makeApplyQuery(statements: readonly PropertyStatement[]): string {
  const rows = statements.map(
    ({ label, sql }, index) => `(${index}, ${quoteLiteral(label)}, ${quoteLiteral(sql ?? '')})`,
  )
  // All of it is one quoted text, since in a dollar quote a name could hold the end of it.
  const body = `declare
  step record;
  left_out pg_catalog.jsonb := '[]';
begin
  for step in select * from (values ${rows.join(', ')}) v (place, label, command) order by place loop
    begin
      execute step.command;
    exception when others then
      left_out := left_out || pg_catalog.jsonb_build_object('label', step.label, 'state', sqlstate);
    end;
  end loop;
  perform pg_catalog.set_config('postgres_backup.left_out', left_out::text, true);
end`
  return `do ${quoteLiteral(body)}; select pg_catalog.current_setting('postgres_backup.left_out')`
}
