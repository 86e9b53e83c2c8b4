import { accessSync, constants, statSync } from 'node:fs'
import { posix, win32 } from 'node:path'

/** What is searched beside the search path itself; the defaults are those of the running system. */
export interface SearchRules {
  readonly platform?: NodeJS.Platform
  /** Value of Windows' PATHEXT. */
  readonly pathExtensions?: string
  readonly isExecutable?: (file: string) => boolean
}

/**
 * Finds an executable as a shell would, reading nothing but the file system.
 *
 * Entries that are not absolute are passed over, so that a program lying in the workspace never runs.
 * On Windows only `.exe` and `.com` count, since the others cannot start without a shell.
 * @param name bare name, as in `pigz`; a name with a path separator finds nothing
 * @param path value of the PATH variable
 * @returns the absolute path, or undefined
 */
export function findExecutable(name: string, path: string, rules: SearchRules = {}): string | undefined {
  const { platform = process.platform, pathExtensions = '.COM;.EXE', isExecutable = isExecutableFile } = rules
  const paths = platform === 'win32' ? win32 : posix
  if (name === '' || name === '.' || name === '..' || /[/\\]/.test(name)) return undefined
  const fileNames = platform === 'win32' ? listWindowsNames(name, pathExtensions) : [name]
  return path
    .split(paths.delimiter)
    .map((entry) => (platform === 'win32' ? entry.replace(/^"(.*)"$/, '$1') : entry))
    .filter((folder) => paths.isAbsolute(folder))
    .flatMap((folder) => fileNames.map((fileName) => paths.join(folder, fileName)))
    .find((file) => isExecutable(file))
}

function listWindowsNames(name: string, pathExtensions: string): string[] {
  if (/\.(com|exe)$/i.test(name)) return [name]
  return pathExtensions
    .split(';')
    .filter((extension) => /^\.(com|exe)$/i.test(extension))
    .map((extension) => name + extension.toLowerCase())
}

function isExecutableFile(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
