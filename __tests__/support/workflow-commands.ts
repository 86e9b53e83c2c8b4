/** An annotation of a run, as a person sees it above the log. */
export interface Annotation {
  level: 'error' | 'warning' | 'notice'
  title?: string
  message: string
  /** The other properties: file, line, … */
  properties: Record<string, string>
}

/** What a log says to the runner. */
export interface LogCommands {
  annotations: Annotation[]
  masks: string[]
  /** Titles of the log groups, in order. */
  groups: string[]
  /** Messages that show only in debug logging. */
  debug: string[]
  /** What a person would read, before masking: a secret in here is only saved by the masker. */
  shown: string
}

const command = /^::([a-z-]+)(?: ([^:]*(?::[^:]+)*?))?::(.*)$/

function decodeData(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%')
}

function decodeProperty(text: string): string {
  return decodeData(text.replaceAll('%3A', ':').replaceAll('%2C', ','))
}

function parseProperties(text: string): Record<string, string> {
  const pairs = text.split(',').filter((pair) => pair.includes('='))
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=')
      return [pair.slice(0, at).trim(), decodeProperty(pair.slice(at + 1))]
    }),
  )
}

/** Reads workflow commands (`::error title=…::…`) out of a log, by the rules of the runner. */
export function parseLog(log: string): LogCommands {
  const found: LogCommands = { annotations: [], masks: [], groups: [], debug: [], shown: '' }
  const shown: string[] = []
  for (const line of log.split(/\r?\n/)) {
    const [, name, properties = '', data = ''] = command.exec(line.trimStart()) ?? []
    if (name === undefined) shown.push(line)
    else interpret(name, parseProperties(properties), decodeData(data), found, shown)
  }
  found.shown = shown.join('\n')
  return found
}

function interpret(
  name: string,
  properties: Record<string, string>,
  data: string,
  found: LogCommands,
  shown: string[],
): void {
  if (name === 'add-mask') found.masks.push(data)
  else if (name === 'debug') found.debug.push(data)
  else if (name === 'error' || name === 'warning' || name === 'notice') {
    const { title, ...others } = properties
    found.annotations.push({
      level: name,
      ...(title !== undefined && { title }),
      message: data,
      properties: others,
    })
    shown.push(data)
  } else if (name === 'group') {
    found.groups.push(data)
    shown.push(data)
  }
}

/** Reads a file command's file (`GITHUB_OUTPUT`, `GITHUB_STATE`): `name=value`, or a heredoc. */
export function parseFileCommands(text: string): Record<string, string> {
  const values: Record<string, string> = {}
  const lines = text.split('\n')
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? ''
    const [, name, delimiter] = /^([^=]*?)<<(.+)$/.exec(line) ?? []
    if (name !== undefined && delimiter !== undefined) {
      const end = lines.indexOf(delimiter, index + 1)
      if (end === -1) throw new Error(`No end of ${name} in a file command`)
      values[name] = lines.slice(index + 1, end).join('\n')
      index = end
    } else if (line.includes('=')) {
      values[line.slice(0, line.indexOf('='))] = line.slice(line.indexOf('=') + 1)
    } else if (line !== '') throw new Error(`Not a file command: ${line}`)
  }
  return values
}
