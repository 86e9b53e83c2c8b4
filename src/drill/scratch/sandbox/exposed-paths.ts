import { existsSync, readdirSync, readlinkSync, realpathSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { runPipeline } from '../../../process/pipeline.ts'
import type { Run } from '../../../step/run.ts'
import type { ServerPrograms } from '../server-programs.ts'

/** What of the machine's files a sandboxed server sees, all of it read-only. */
export interface ExposedPaths {
  /** Absolute, without symbolic links in them, none of them below another. */
  readonly paths: readonly string[]
  /** Symbolic links that lead there, and their texts, as in `/lib` and `usr/lib`. */
  readonly links: readonly (readonly [path: string, target: string])[]
}

/** Where the server, its languages and its extensions have their libraries and data, beside what is found. */
const usualPaths = [
  ...[
    '/etc/ld.so.cache',
    '/usr/lib/locale',
    '/usr/share/zoneinfo',
    '/usr/share/postgresql',
    '/usr/share/pgsql',
  ],
  // Debian's dictionaries, and hunspell's, to which those of text search are links.
  ...['/var/cache/postgresql/dicts', '/usr/share/hunspell', '/usr/share/myspell'],
  ...[
    '/usr/share/perl',
    '/usr/share/perl5',
    '/usr/share/tcltk',
    '/usr/lib/tcltk',
    '/usr/lib/R',
    '/usr/share/R',
  ],
  // PostGIS.
  ...['/usr/share/proj', '/usr/share/gdal'],
]

/** Libraries where the loader does not tell, as musl's does not. */
const usualLibraries = ['/lib', '/lib64', '/usr/lib', '/usr/lib64', '/usr/local/lib']

/** Directories of which every file may be seen; of others a library alone is. */
const systemDirectory = /^\/(usr|lib\w*|opt|nix\/store)\//

/** Links that lead to links end somewhere (the kernel's own limit: path_resolution(7)). */
const mostLinks = 40

/** Finds what the programs of a server need. */
export async function findExposedPaths(programs: ServerPrograms, run: Run): Promise<ExposedPaths> {
  const traced = await Promise.all(
    [programs.postgres, programs.initdb].map((program) => traceLibraries(program, run)),
  )
  const libraries = traced.flat().map((file) => (systemDirectory.test(file) ? dirname(file) : file))
  const beside = dirname(dirname(programs.postgres))
  const wanted = [
    ...(libraries.length === 0 ? usualLibraries : libraries),
    ...['lib', 'lib64', 'share'].map((name) => join(beside, name)),
    ...usualPaths,
    ...listPython(),
    programs.postgres,
    programs.initdb,
  ]
  const followed = [...new Set(wanted)].filter((path) => existsSync(path)).map(followLinks)
  const paths = dropNested([...new Set(followed.map(({ path }) => path))])
  const links = new Map(followed.flatMap(({ links }) => links))
  const isHidden = (path: string): boolean => !paths.some((parent) => path.startsWith(`${parent}/`))
  return { paths, links: [...links].filter(([path]) => isHidden(path)) }
}

/** The libraries that the loader would load, by their absolute paths (ld.so(8)). */
async function traceLibraries(program: string, { signal, environment }: Run): Promise<string[]> {
  const { LD_LIBRARY_PATH: path } = environment
  const traced = await runPipeline([{ path: program, args: ['--version'] }], {
    environment: { LD_TRACE_LOADED_OBJECTS: '1', ...(path === undefined ? {} : { LD_LIBRARY_PATH: path }) },
    signal,
  })
  return [...traced.stdout.matchAll(/^\s(?:.* => )?(\/.*) \(0x[0-9a-f]+\)$/gm)].map(([, file]) => file ?? '')
}

function listPython(): string[] {
  const parents = ['/usr/lib', '/usr/local/lib'].filter((parent) => existsSync(parent))
  return parents.flatMap((parent) =>
    readdirSync(parent)
      .filter((name) => /^python\d/.test(name))
      .map((name) => join(parent, name)),
  )
}

/** PURE but for what it reads of the file system. A path without links, and the links on the way. */
export function followLinks(path: string): { path: string; links: (readonly [string, string])[] } {
  const links: (readonly [string, string])[] = []
  let [done, rest] = ['/', path.split('/').filter((name) => name !== '')]
  while (rest.length > 0 && links.length < mostLinks) {
    const next = join(done, rest[0] ?? '')
    const target = readLink(next)
    rest = rest.slice(1)
    if (target === undefined) {
      done = next
    } else {
      links.push([next, target])
      rest = [
        ...resolve(done, target)
          .split('/')
          .filter((name) => name !== ''),
        ...rest,
      ]
      done = '/'
    }
  }
  return { path: realpathSync(path), links }
}

function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    return undefined
  }
}

/** PURE. The paths that lie below none of the others. */
export function dropNested(paths: readonly string[]): string[] {
  return paths.filter((path) => !paths.some((other) => path.startsWith(`${other}/`)))
}
