import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { load } from 'js-yaml'
import { readInputDefaults } from './support/github/action-file.ts'
import { tryExecute, type Execution } from './support/machine/execute.ts'
import { provideActionlint, provideZizmor } from './support/github/linters.ts'
import { makeScratchDirectory } from './support/machine/scratch.ts'

const repository = join(import.meta.dirname, '..')
const list = (...path: string[]): string[] =>
  readdirSync(join(repository, ...path)).map((name) => join(repository, ...path, name))

const workflows = [...list('.github', 'workflows'), ...list('examples')]
const actions = [repository, ...readdirSync(repository).map((name) => join(repository, name))]
  .concat(list('.github', 'actions'))
  .map((folder) => join(folder, 'action.yml'))
  .filter((file) => existsSync(file))

let zizmor: string
let actionlint: string

beforeAll(async () => {
  ;[zizmor, actionlint] = await Promise.all([provideZizmor(), provideActionlint()])
  // The first time it is fetched and compiled.
}, 900_000)

async function audit(files: string[]): Promise<Execution> {
  const config = join(repository, '.github', 'zizmor.yml')
  const options = [
    '--persona',
    'auditor',
    '--offline',
    '--no-progress',
    '--color',
    'never',
    '--config',
    config,
  ]
  return tryExecute(zizmor, [...options, ...files], { directory: repository })
}

async function lint(files: string[]): Promise<Execution> {
  // GitHub has it since May 2026, and this actionlint is older.
  const ignored = 'unexpected key "queue" for "concurrency" section'
  const config = join(repository, '.github', 'actionlint.yaml')
  const options = ['-no-color', '-shellcheck=', '-pyflakes=', '-config-file', config, '-ignore', ignored]
  return tryExecute(actionlint, [...options, ...files], { directory: repository })
}

/** A workflow that is in order but for one step. */
async function plant(step: string): Promise<string> {
  const file = join(await makeScratchDirectory('workflow'), '.github', 'workflows', 'planted.yml')
  await mkdir(join(file, '..'), { recursive: true })
  const head =
    'name: Planted\non: push\npermissions: {}\nconcurrency:\n  group: planted\n  cancel-in-progress: true\n'
  const job = 'jobs:\n  planted:\n    name: Planted\n    runs-on: ubuntu-24.04\n    steps:\n'
  await writeFile(file, `${head}${job}      - ${step}\n`)
  return file
}

it('the lists hold what they are about', () => {
  const names = [...workflows, ...actions].map((file) => relative(repository, file))
  for (const name of ['.github/workflows/ci.yml', '.github/workflows/release.yml', 'examples/nightly.yml'])
    expect(names).toContain(name)
  for (const name of [
    'action.yml',
    'restore/action.yml',
    'check/action.yml',
    '.github/actions/round-trip/action.yml',
  ])
    expect(names).toContain(name)
})

describe('zizmor', () => {
  it('finds nothing unsafe in workflows, examples, actions and the settings of Dependabot', async () => {
    const dependabot = join(repository, '.github', 'dependabot.yml')
    const { exitCode, stdout, stderr } = await audit([...workflows, ...actions, dependabot])
    expect(stdout + stderr).toContain('No findings to report')
    expect(exitCode).toBe(0)
  })

  it('would find text of strangers in a script', async () => {
    const { exitCode, stdout } = await audit([await plant('run: echo "${{ github.event.issue.title }}"')])
    expect(exitCode).not.toBe(0)
    expect(stdout).toContain('[template-injection]')
  })
})

describe('actionlint', () => {
  it('finds nothing wrong in workflows and examples', async () => {
    const { exitCode, stdout, stderr } = await lint(workflows)
    expect(stdout + stderr).toBe('')
    expect(exitCode).toBe(0)
  })

  it('would find an output that does not exist', async () => {
    const { exitCode, stdout } = await lint([await plant('run: echo "${{ steps.none.outputs.x }}"')])
    expect(exitCode).toBe(1)
    expect(stdout).toContain('"none"')
  })
})

it.each([...workflows, ...actions].map((file) => relative(repository, file)))(
  '%s names the version of each action that it pins',
  (file) => {
    const uses = [...readFileSync(join(repository, file), 'utf8').matchAll(/^\s*(?:- )?uses: (.*)$/gm)]
    for (const [, text = ''] of uses)
      expect(text).toMatch(/^(\.\/\S*|OWNER\/postgres-backup\S*@v1|[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/)
  },
)

/** Every step, wherever it stands, that uses an action of this repository. */
function* findOwnSteps(value: unknown): Generator<{ folder: string; given: string[] }> {
  if (typeof value !== 'object' || value === null) return
  if ('uses' in value && typeof value.uses === 'string') {
    const [isOwn, folder = ''] =
      /^(?:OWNER\/postgres-backup|\.(?=\/))(?:\/(?!\.github\/workflows\/)([^@]*))?(?:@v1)?$/.exec(
        value.uses,
      ) ?? []
    const given = 'with' in value ? Object.keys(value.with ?? {}) : []
    if (isOwn !== undefined) yield { folder, given }
  }
  for (const part of Object.values(value)) yield* findOwnSteps(part)
}

// Of an input that does not exist the runner only warns.
it('no workflow, action or page gives an input that an action does not have', () => {
  const docs = readdirSync(join(repository, 'docs')).filter((name) => name.endsWith('.md'))
  const pages = ['README.md', ...docs.map((name) => join('docs', name))]
  const blocks = pages.flatMap((page) =>
    [...readFileSync(join(repository, page), 'utf8').matchAll(/^```yaml\n([^]*?)^```$/gm)].map(
      ([, block = '']) => [page, block] as const,
    ),
  )
  const files = [...workflows, ...actions].map((file) => [file, readFileSync(file, 'utf8')] as const)
  const steps = [...files, ...blocks].flatMap(([where, text]) =>
    [...findOwnSteps(load(text))].map((step) => ({ where, ...step })),
  )
  expect(steps.length).toBeGreaterThan(20)
  const unknown = steps.flatMap(({ where, folder, given }) => {
    const inputs = readInputDefaults(join(repository, folder, 'action.yml'))
    return given.filter((name) => !inputs.has(name)).map((name) => `${where}: ${name} of ${folder || '.'}`)
  })
  expect(unknown).toEqual([])
})

describe('issue forms', () => {
  it.each(list('.github', 'ISSUE_TEMPLATE').filter((file) => !file.endsWith('config.yml')))(
    '%s asks what GitHub can ask, and says to show no secret',
    (file) => {
      const text = readFileSync(file, 'utf8')
      const form = load(text) as { name: string; description: string; body: { type: string; id?: string }[] }
      expect([form.name, form.description].every((value) => value.length > 0)).toBe(true)
      const kinds = form.body.map(({ type }) => type)
      expect(kinds.filter((kind) => !['markdown', 'input', 'textarea', 'checkboxes'].includes(kind))).toEqual(
        [],
      )
      const ids = form.body.filter(({ type }) => type !== 'markdown').map(({ id }) => id)
      expect(new Set(ids).size).toBe(ids.length)
      expect(text).toMatch(/show no secret/i)
    },
  )
})
