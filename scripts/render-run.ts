/** What a run looks like on GitHub, as plain text. */

const marks: Readonly<Record<string, string>> = { error: '✗', warning: '!', notice: 'i' }

/** PURE. A line of the log; undefined for a command that GitHub does not show. */
export function renderLogLine(line: string): string | undefined {
  const [, command = '', properties = '', data = ''] =
    /^::([\w-]+)(?: ([^:]*(?::(?!:)[^:]*)*))?::(.*)$/.exec(line) ?? []
  if (command === '') return `  ${line}`
  if (command === 'group') return `▾ ${unescape(data)}`
  const mark = marks[command]
  if (mark === undefined) return undefined
  const title = /(?:^|,)title=([^,]*)/.exec(properties)?.[1]
  return `  ${mark} ${title === undefined ? '' : `${unescape(title)}: `}${unescape(data)}`
}

/** How the runner's commands write what would end them (actions/toolkit: command.ts, escapeProperty). */
function unescape(text: string): string {
  const replacements: Readonly<Record<string, string>> = {
    '%0D': '\r',
    '%0A': '\n',
    '%3A': ':',
    '%2C': ',',
    '%25': '%',
  }
  return text.replace(/%(?:0D|0A|3A|2C|25)/g, (code) => replacements[code] ?? code)
}

/** PURE. A step summary: headings, tables and code without their Markdown, what is folded left out. */
export function renderSummary(markdown: string): string {
  const shown = markdown.replace(/<details>[^]*?<\/details>\n?/g, '').split('\n')
  const lines: string[] = []
  let table: string[][] = []
  const endTable = (): void => {
    lines.push(...formatTable(table))
    table = []
  }
  for (const line of shown) {
    if (line.startsWith('|')) table.push(splitRow(line))
    else {
      if (table.length > 0) endTable()
      lines.push(plain(line))
    }
  }
  endTable()
  return lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
    .replace(/^/gm, '  ')
}

function splitRow(line: string): string[] {
  return line
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => plain(cell.trim()))
}

function formatTable(rows: readonly string[][]): string[] {
  const body = rows.filter((row) => !row.every((cell) => /^:?-+:?$/.test(cell)))
  const width = (column: number): number => Math.max(...body.map((row) => (row[column] ?? '').length))
  return body.map((row) =>
    row
      .map((cell, column) => cell.padEnd(width(column)))
      .join('  ')
      .trimEnd(),
  )
}

function plain(text: string): string {
  return text
    .replace(/^#+ /, '')
    .replace(/`+ ?([^`]*?) ?`+/g, '$1')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\\([^\w\s])/g, '$1')
    .replace(/<[^>]+>/g, '')
}
