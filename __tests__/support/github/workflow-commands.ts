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
  /** Names of all commands that the runner would obey, in order. */
  obeyed: string[]
  /** What a person would read, before masking: a secret in here is only saved by the masker. */
  shown: string
}

const command = /^::([a-z-]+)(?: ([^:]*(?::[^:]+)*?))?::(.*)$/
/** The runner's older form, which it finds anywhere in a line. */
const oldCommand = /##\[([a-z-]+)(?: ([^\]]*))?\](.*)$/

/** What `char.IsWhiteSpace` of .NET knows, and so `TrimStart` removes. */
const dotNetBlanks = /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/
/** What comparisons of .NET may pass over, since they follow the rules of a language where nothing else is said. */
const passedOver = /[\p{Default_Ignorable_Code_Point}\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]/gu

/**
 * How the runner reads a line: ActionCommand.TryParseV2 and TryParse in actions/runner. Stricter than the runner in one
 * way: what a comparison may pass over is taken away everywhere.
 */
function readCommand(line: string): RegExpExecArray | null {
  const read = line.replace(passedOver, '').replace(dotNetBlanks, '')
  return command.exec(read) ?? oldCommand.exec(read)
}

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
  const found: LogCommands = { annotations: [], masks: [], groups: [], debug: [], obeyed: [], shown: '' }
  const shown: string[] = []
  // The runner's own reader of lines takes a lone carriage return for an end of line as well.
  for (const line of log.split(/\r\n|[\r\n]/)) {
    const [, name, properties = '', data = ''] = readCommand(line) ?? []
    if (name === undefined) shown.push(line)
    else {
      found.obeyed.push(name)
      interpret(name, parseProperties(properties), decodeData(data), found, shown)
    }
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
