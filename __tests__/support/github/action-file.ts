import { readFileSync } from 'node:fs'

/**
 * The inputs of an action.yml with their defaults. Reads no more of YAML than our own files use:
 * names indented by two, `default:` by four, one line, plain or quoted.
 */
export function readInputDefaults(file: string): Map<string, string> {
  const defaults = new Map<string, string>()
  let section = ''
  let input = ''
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [, indent, name, value] = /^( *)([\w-]+):(?:\s+(.*?))?\s*$/.exec(line) ?? []
    if (indent === undefined || name === undefined) continue
    if (indent.length === 0) section = name
    if (section !== 'inputs') continue
    if (indent.length === 2) defaults.set((input = name), '')
    if (indent.length === 4 && name === 'default') defaults.set(input, unquote(value ?? ''))
  }
  return defaults
}

function unquote(value: string): string {
  if (value.startsWith("'") && value.endsWith("'")) return value.slice(1, -1).replaceAll("''", "'")
  if (value.startsWith('"') && value.endsWith('"')) return JSON.parse(value) as string
  return value.replace(/\s+#.*$/, '')
}
