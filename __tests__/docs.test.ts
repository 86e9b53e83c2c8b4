import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { version } from '../src/version.ts'
import { readInputDefaults } from './support/github/action-file.ts'

const repository = join(import.meta.dirname, '..')
const read = (...path: string[]): string => readFileSync(join(repository, ...path), 'utf8')

/** The text below a heading of the second level, up to the next one. */
function readSection(markdown: string, heading: string): string {
  const [, ...sections] = `\n${markdown}`.split(/\n## /)
  return sections.find((section) => section.startsWith(`${heading}\n`))?.slice(heading.length) ?? ''
}

/** The rows of the tables whose first cell holds nothing but names, one entry for each name. */
function readRows(markdown: string): Map<string, string[]> {
  const rows = markdown.split('\n').filter((line) => /^\| `[^|]*` *\|/.test(line))
  return new Map(
    rows.flatMap((row) => {
      const [first = '', ...cells] = row
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim())
      return [...first.matchAll(/`([^`]+)`/g)].map(([, name = '']) => [name, cells] as const)
    }),
  )
}

function readOutputs(actionFile: string): string[] {
  const [, section = ''] = /^outputs:\n((?: .*\n|\n)+)/m.exec(read(actionFile)) ?? []
  return [...section.matchAll(/^ {2}([\w-]+):$/gm)].map(([, name = '']) => name)
}

const readme = read('README.md')

describe('docs/errors.md', () => {
  const errors = read('docs', 'errors.md')
  const codes = [...read('src', 'errors.ts').matchAll(/^ {2}\| '(PGB_\w+)'$/gm)].map(([, code = '']) => code)

  it('is about every code of src/errors.ts, in its order, and no other', () => {
    expect(codes.length).toBeGreaterThan(15)
    expect([...errors.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)).toEqual(codes)
  })

  it.each(codes)('says more than a word about %s', (code) => {
    expect(readSection(errors, code).trim().length).toBeGreaterThan(150)
  })
})

describe.each([
  ['action.yml', 'Backup'],
  [join('restore', 'action.yml'), 'Restore'],
  [join('check', 'action.yml'), 'Check'],
])('the README', (actionFile, title) => {
  const section = readSection(readme, `${title}: inputs`)
  const rows = readRows(section)
  const defaults = readInputDefaults(join(repository, actionFile))

  it(`names every input of ${actionFile}, and no other`, () => {
    expect([...rows.keys()].sort()).toEqual([...defaults.keys()].sort())
  })

  it.each([...defaults].filter(([name]) => rows.has(name)))(
    `gives ${actionFile}'s default of %s, which is %j`,
    (name, value) => {
      const [cell = '', meaning = ''] = rows.get(name) ?? []
      // A row may refer to the backup's for its default.
      if (actionFile !== 'action.yml' && cell === '' && /as (for|in) the backup/.test(meaning)) {
        const ofBackup = readInputDefaults(join(repository, 'action.yml'))
        expect(value).toBe(ofBackup.get(name))
      } else expect(cell.replaceAll('`', '')).toBe(value)
    },
  )

  it(`names every output of ${actionFile}`, () => {
    const outputs = readOutputs(actionFile)
    const text = title === 'Backup' ? readSection(readme, 'Backup: outputs') : section
    expect(outputs.length).toBeGreaterThan(1)
    expect(outputs.filter((name) => !text.includes(`\`${name}\``))).toEqual([])
  })
})

it('docs/dependencies.md gives a reason for each package of the bundles, and for no other', () => {
  const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> }
  const rows = readRows(readSection(read('docs', 'dependencies.md'), 'At run time'))
  expect([...rows.keys()].sort()).toEqual(Object.keys(dependencies).sort())
  expect([...rows.values()].flat().filter((cell) => cell === '')).toEqual([])
  expect(Object.values(dependencies).filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([])
})

it('the version is that of package.json', () => {
  expect(version).toBe((JSON.parse(read('package.json')) as { version: string }).version)
})

/** The headings of a page as GitHub links to them. */
function listAnchors(markdown: string): string[] {
  const headings = [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading.toLowerCase())
  return headings.map((heading) => heading.replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-'))
}

const pages = readdirSync(join(repository, 'docs'))
  .filter((name) => name.endsWith('.md'))
  .map((name) => join('docs', name))

it.each(['README.md', 'CONTRIBUTING.md', 'RELEASE.md', 'SECURITY.md', ...pages])(
  '%s links to nothing that is not there',
  (file) => {
    const links = [...read(file).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, link = '']) => link)
    expect(links.filter((link) => !existsSync(join(repository, dirname(file), link)))).toEqual([])
    const anchors = [...read(file).matchAll(/\]\(([^)#\s:]*\.md)?#([^)\s]+)\)/g)]
    const missing = anchors.filter(([, page, anchor = '']) => {
      const target = page === undefined ? file : join(dirname(file), page)
      return !listAnchors(read(target)).includes(anchor)
    })
    expect(missing.map(([link]) => link)).toEqual([])
  },
)
