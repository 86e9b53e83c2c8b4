const name = `(?:"(?:[^"]|"")+"|[A-Za-z_\\x80-\\xff][A-Za-z0-9_$\\x80-\\xff]*)`
const columns = `\\(${name}(?:, ${name})*\\)`

/** As pg_dump writes it; up to version 11 it could take oids along. */
const copyFromStdin = new RegExp(
  `^COPY ${name}(?:\\.${name})?(?: ${columns})? +(?:WITH OIDS )?FROM stdin;[ \\t\\r]*\\n$`,
)

/** PURE. Whether it is the statement behind which pg_dump writes a table's rows; its bytes as characters. */
export function isCopyFromStdin(statement: string): boolean {
  return copyFromStdin.test(statement)
}
