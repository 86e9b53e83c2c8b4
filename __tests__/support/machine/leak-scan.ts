import { existsSync } from 'node:fs'
import { readFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ActionRun } from '../runner.ts'

/** Secrets by name, as in `{ password: 's3cret' }`. */
export type Secrets = Readonly<Record<string, string>>

/** Every form in which a secret could show, by name: as it is, and escaped for URLs, passfiles, conninfo, JSON, shells. */
export function listForms(secrets: Secrets): Map<string, string> {
  const forms = new Map<string, string>()
  for (const [name, secret] of Object.entries(secrets)) {
    const decode = (): string => {
      try {
        return decodeURIComponent(secret)
      } catch {
        return secret
      }
    }
    const all = {
      plain: secret,
      'percent-encoded': encodeURIComponent(secret),
      'percent-encoded in lower case': encodeURIComponent(secret).replace(/%../g, (code) =>
        code.toLowerCase(),
      ),
      'percent-encoded as a form': encodeURIComponent(secret).replaceAll('%20', '+'),
      decoded: decode(),
      'in a passfile': secret.replace(/[\\:]/g, '\\$&'),
      'in a conninfo': secret.replace(/[\\']/g, '\\$&'),
      'in JSON': JSON.stringify(secret).slice(1, -1),
      'in a shell': secret.replaceAll("'", "'\\''"),
      'in a workflow command': secret.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A'),
      'in base64': Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    }
    for (const [form, text] of Object.entries(all)) {
      if (![...forms.values()].includes(text)) forms.set(`${name}, ${form}`, text)
    }
  }
  return forms
}

/** The secrets that the text holds, each with its surroundings, so that a failure says where it leaked. */
export function findLeaks(where: string, text: string, forms: ReadonlyMap<string, string>): string[] {
  const leaks = [...forms]
    .filter(([, form]) => text.includes(form))
    .map(([name, form]) => {
      const at = text.indexOf(form)
      return `${where}: ${name}: ${JSON.stringify(text.slice(Math.max(0, at - 60), at + form.length + 20))}`
    })
  // The key of a run is not known beforehand, but all secret keys of age begin like this.
  return /AGE-SECRET-KEY-/i.test(text) ? [...leaks, `${where}: a secret key of age`] : leaks
}

/** The log as everybody could read it if the runner's masker failed: without the commands that tell it the secrets. */
export function withoutMasks(log: string): string {
  return log
    .split('\n')
    .filter((line) => !line.startsWith('::add-mask::'))
    .join('\n')
}

/** Scans all that a run said, set and left behind. */
export async function scanRun(
  run: ActionRun,
  directories: readonly string[],
  forms: ReadonlyMap<string, string>,
): Promise<string[]> {
  const said: Record<string, string> = {
    'the log': withoutMasks(run.log),
    'the log as it is shown': run.shown,
    'the debug log': run.debug.join('\n'),
    'the annotations': run.annotations.map(({ title, message }) => `${title ?? ''}: ${message}`).join('\n'),
    'the groups': run.groups.join('\n'),
    'the summary': run.summary,
    'the outputs': JSON.stringify(run.outputs),
    'the state': JSON.stringify(run.state),
    GITHUB_ENV: JSON.stringify(run.exported),
    'the names of the files left over': run.leftOver.join('\n'),
  }
  const files = (await Promise.all([run.temp, ...directories].map(listFiles))).flat()
  for (const file of new Set(files)) said[file] = `${file}\n${await readFile(file, 'latin1')}`
  // Forms with characters beyond ASCII look otherwise in files that are read byte by byte.
  const both = new Map(
    [...forms].flatMap(([name, form]) => [
      [name, form] as const,
      [`${name} (bytes)`, toBytes(form)] as const,
    ]),
  )
  return Object.entries(said).flatMap(([where, text]) => findLeaks(where, text, both))
}

function toBytes(text: string): string {
  return Buffer.from(text).toString('latin1')
}

/** All files below a directory; none when it is not there. */
export async function listFiles(directory: string): Promise<string[]> {
  if (!existsSync(directory)) return []
  const names = await readdir(directory, { recursive: true }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  })
  // A folder below it went away meanwhile, so the whole list is taken again.
  if (names === undefined) return listFiles(directory)
  const paths = names.map((name) => join(directory, name))
  const areFiles = await Promise.all(
    paths.map(async (path) => (await stat(path).catch(() => undefined))?.isFile()),
  )
  return paths.filter((_, index) => areFiles[index] === true)
}
