/** One thing of a dump, as its heading names it. */
export interface DumpEntry {
  /** In pg_dump's words: `TABLE`, `TABLE DATA`, `EVENT TRIGGER`; undefined where the heading can be read in two ways. */
  readonly type: string | undefined
  /** What it is called, with its signature or table where it has one: `note()`, `customers own_row`. */
  readonly name: string
  /** Undefined for what lies in no schema. */
  readonly schema: string | undefined
  /** Undefined where the dump does not say. */
  readonly owner: string | undefined
}

const heading =
  /^-- (?:Data for )?Name: (.*); Type: ([A-Z ]+); Schema: (.*?); Owner: ?(.*?)(?:; Tablespace: .*)?\s*$/

/**
 * PURE. Reads the comment line that pg_dump and pg_restore write before each thing (pg_backup_archiver.c:
 * _printTocEntry), for which line breaks in names have become blanks. A heading that a name has made ambiguous has no
 * type, so that no rule ever leaves out what it stands for.
 * @returns undefined for any other line
 */
export function parseHeading(line: string): DumpEntry | undefined {
  const [, name, type, schema, owner] = heading.exec(line) ?? []
  if (name === undefined || type === undefined) return undefined
  const isAmbiguous = ['; Type: ', '; Schema: ', '; Owner: '].some((mark) => line.split(mark).length > 2)
  return {
    type: isAmbiguous ? undefined : type,
    name,
    schema: schema === '-' || schema === '' ? undefined : schema,
    owner: owner === '-' || owner === '' ? undefined : owner,
  }
}

/** What a COMMENT, an ACL or a SECURITY LABEL is about: its entry is called `TABLE customers`. */
export const about = /^(?:COMMENT|ACL|SECURITY LABEL)$/

/** PURE. Whether an entry is of that kind, or about something of it. */
export function isOf({ type, name }: DumpEntry, kind: string): boolean {
  return type === kind || (about.test(type ?? '') && name.startsWith(`${kind} `))
}

/** PURE. Comments and privileges are called by kind and name, and the name is quoted as in SQL. */
export function readName(name: string, kind: string): string {
  return unquote(name.slice(kind.length + 1))
}

/** PURE. The name that an identifier stands for. */
export function unquote(name: string): string {
  return /^".*"$/.test(name) ? name.slice(1, -1).replaceAll('""', '"') : name
}

/** One line of an archive's table of contents, as far as it can be read without a doubt. */
export interface ListLine {
  readonly id: number
  /** Class and oid of the object in the source: the rows of a table have the oid of their table. */
  readonly oid: number
  readonly line: string
}

/**
 * PURE. Reads what `pg_restore --list` prints. Names stand there unquoted between blanks, so nothing but the numbers
 * is taken from it; what an entry is, {@link parseHeading} tells.
 */
export function parseList(text: string): ListLine[] {
  return text.split('\n').flatMap((line) => {
    const [, id, oid] = /^(\d+); \d+ (\d+) /.exec(line) ?? []
    return id === undefined || oid === undefined ? [] : [{ id: Number(id), oid: Number(oid), line }]
  })
}

/** PURE. The numbers of an entry, from the line that `pg_restore --verbose` writes above its heading. */
export function parseEntryNumbers(line: string): { number: number; oid: number } | undefined {
  const [, number, oid] = /^-- TOC entry (\d+) \(class \d+ OID (\d+)\)\s*$/.exec(line) ?? []
  return number === undefined ? undefined : { number: Number(number), oid: Number(oid) }
}
