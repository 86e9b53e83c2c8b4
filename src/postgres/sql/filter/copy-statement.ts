const name = `(?:"(?:[^"]|"")+"|[A-Za-z_\\x80-\\xff][A-Za-z0-9_$\\x80-\\xff]*)`
const columns = `\\(${name}(?:, ${name})*\\)`

/** As pg_dump writes it; up to version 11 it could take oids along. */
const copyFromStdin = new RegExp(
  `^COPY (${name}(?:\\.${name})?)(?: ${columns})? +(?:WITH OIDS )?FROM stdin;[ \\t\\r]*\\n$`,
)

const createTable = new RegExp(`^CREATE (?:UNLOGGED )?TABLE (${name}\\.${name})[ \\n]`)

const attachPartition = new RegExp(
  `^ALTER TABLE ONLY (${name}\\.${name}) ATTACH PARTITION (${name}\\.${name}) (?:FOR VALUES|DEFAULT)`,
)

/** PURE. Whether it is the statement behind which pg_dump writes a table's rows; its bytes as characters. */
export function isCopyFromStdin(statement: string): boolean {
  return copyFromStdin.test(statement)
}

/** PURE. The table of such a statement, as it is written there; undefined where it is another one. */
export function readCopiedTable(statement: string): string | undefined {
  return copyFromStdin.exec(statement)?.[1]
}

/** PURE. The table that a statement of pg_dump makes, as it is written there with its schema; undefined where it makes none. */
export function readMadeTable(statement: string): string | undefined {
  return createTable.exec(statement)?.[1]
}

/** PURE. The tables of a statement that attaches a partition, as they are written there; undefined where it is another one. */
export function readAttachedPartition(statement: string): { parent: string; partition: string } | undefined {
  const [, parent, partition] = attachPartition.exec(statement) ?? []
  return parent === undefined || partition === undefined ? undefined : { parent, partition }
}
