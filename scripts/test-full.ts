/**
 * Runs the tests that PGB_FULL_MATRIX makes larger, in their large form: every combination, very many tables. Arguments
 * are parts of the names of test files, as in `npm run test:full -- wide`.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const setting = 'PGB_FULL_MATRIX'
const root = join(import.meta.dirname, '..')
const patterns = process.argv.slice(2)

function listTests(): string[] {
  const names = readdirSync(join(root, '__tests__'), { recursive: true, encoding: 'utf8' })
  return names
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join(root, '__tests__', name))
    .filter((path) => readFileSync(path, 'utf8').includes(setting))
    .filter((path) => patterns.length === 0 || patterns.some((pattern) => path.includes(pattern)))
}

const tests = listTests()
if (tests.length === 0) throw new Error(`No test has a large form and ${patterns.join(' or ')} in its name`)
const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js')
const node = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', jest]
// One file after the other: each keeps all cores of a small machine busy.
const { status } = spawnSync(process.execPath, [...node, '--runInBand', '--runTestsByPath', ...tests], {
  cwd: root,
  env: { ...process.env, [setting]: '1' },
  stdio: 'inherit',
})
process.exitCode = status ?? 1
