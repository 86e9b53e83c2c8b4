/** Bundles each entry point into dist/; `--check` instead compares a fresh build with what is there. */
import { execFile } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { formatLicenses } from './licenses.ts'

const entryPoints = {
  actions: 'src/actions.ts',
  'filter-sql': 'src/programs/filter-sql.ts',
  'unpack-directory': 'src/programs/unpack-directory.ts',
  'count-bytes': 'src/programs/count-bytes.ts',
  'read-content': 'src/programs/read-content.ts',
  'read-gzip': 'src/programs/read-gzip.ts',
  'age-encrypt': 'src/programs/age-encrypt.ts',
  'age-decrypt': 'src/programs/age-decrypt.ts',
}

/** What the action.yml files name: each runs its part of the bundle of all actions. */
const actionNames = ['backup', 'restore', 'check', 'cleanup']

const repository = dirname(dirname(fileURLToPath(import.meta.url)))

async function build(target: string): Promise<void> {
  const ncc = join(repository, 'node_modules', '@vercel', 'ncc', 'dist', 'ncc', 'cli.js')
  const statistics = mkdtempSync(join(tmpdir(), 'postgres-backup-stats-'))
  const bundle = async ([name, entry]: [string, string]): Promise<void> => {
    const listing = join(statistics, `${name}.json`)
    const options = ['build', entry, '--out', join(target, name), '--stats-out', listing, '--no-cache']
    await promisify(execFile)(process.execPath, [ncc, ...options], { cwd: repository })
    // The bundler's own list of licences lacks all ES modules.
    const { modules } = JSON.parse(readFileSync(listing, 'utf8')) as {
      modules: Parameters<typeof formatLicenses>[0]
    }
    const licenses = formatLicenses(modules)
    if (licenses !== undefined) writeFileSync(join(target, name, 'licenses.txt'), licenses)
  }
  try {
    await Promise.all(Object.entries(entryPoints).map(bundle))
    for (const name of actionNames) writeAction(join(target, name), name)
  } finally {
    rmSync(statistics, { recursive: true, force: true })
  }
}

function writeAction(folder: string, name: string): void {
  mkdirSync(folder)
  const script = `import { runAction } from '../actions/index.js'\n\nawait runAction('${name}')\n`
  writeFileSync(join(folder, 'index.js'), script)
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n')
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => relative(folder, path))
    .sort()
}

function findDifferences(left: string, right: string): string[] {
  const names = [...new Set([...listFiles(left), ...listFiles(right)])]
  const read = (folder: string, name: string): Buffer | undefined =>
    listFiles(folder).includes(name) ? readFileSync(join(folder, name)) : undefined
  return names.filter((name) => {
    const [before, after] = [read(left, name), read(right, name)]
    return before === undefined || after === undefined || !before.equals(after)
  })
}

const dist = join(repository, 'dist')
const fresh = mkdtempSync(join(tmpdir(), 'postgres-backup-dist-'))
await build(fresh)
if (process.argv.includes('--check')) {
  const differences = findDifferences(dist, fresh)
  if (differences.length > 0)
    console.error(`dist/ is not what the sources give; run npm run build: ${differences.join(', ')}`)
  process.exitCode = differences.length > 0 ? 1 : 0
} else {
  rmSync(dist, { recursive: true, force: true })
  cpSync(fresh, dist, { recursive: true })
}
rmSync(fresh, { recursive: true, force: true })
