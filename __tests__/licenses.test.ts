import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { formatLicenses } from '../scripts/licenses.ts'
import { makeScratchDirectory } from './support/machine/scratch.ts'

const repository = join(import.meta.dirname, '..')
const dist = join(repository, 'dist')

function readBundle(name: string): string {
  const files = readdirSync(join(dist, name)).filter((file) => file.endsWith('.js'))
  return files.map((file) => readFileSync(join(dist, name, file), 'utf8')).join('\n')
}

/** Folders of the packages whose ES modules webpack names in the bundle; of CommonJS it names none. */
function listPackages(bundle: string): string[] {
  const modules = [...bundle.matchAll(/^;\/\/ (?:CONCATENATED MODULE: )?\.\/(\S+)$/gm)].map(
    ([, path = '']) => path,
  )
  const folders = modules.map((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0])
  return [...new Set(folders.filter((folder) => folder !== undefined))]
}

describe.each(readdirSync(dist))('dist/%s', (name) => {
  const bundle = readBundle(name)
  const file = join(dist, name, 'licenses.txt')
  const licenses = existsSync(file) ? readFileSync(file, 'utf8') : ''

  it('names every package of which it holds an ES module, with the text of its licence', () => {
    for (const folder of listPackages(bundle)) {
      const path = join(repository, folder)
      const { name: title, version } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as {
        name: string
        version: string
      }
      expect(licenses).toMatch(new RegExp(`^${title} ${version}\\nLicense: `, 'm'))
      for (const text of readdirSync(path).filter((entry) => /^licen[cs]e/i.test(entry))) {
        expect(licenses).toContain(readFileSync(join(path, text), 'utf8').replaceAll('\r\n', '\n').trim())
      }
    }
  })

  it('does not tell where it was built', () => {
    expect(bundle + licenses).not.toContain(repository)
  })
})

it('the CommonJS packages of the artifact client are named too', () => {
  const licenses = readFileSync(join(dist, 'actions', 'licenses.txt'), 'utf8')
  for (const title of ['archiver', 'lodash', 'readable-stream', 'tunnel', 'unzip-stream']) {
    expect(licenses).toMatch(new RegExp(`^${title} \\d`, 'm'))
  }
})

describe('formatLicenses', () => {
  it('reads each package once, also of modules within modules, in the order of names', async () => {
    const root = join(await makeScratchDirectory('licenses'), 'node_modules')
    const add = async (name: string, fields: object, files: Record<string, string> = {}): Promise<string> => {
      await mkdir(join(root, name), { recursive: true })
      await writeFile(join(root, name, 'package.json'), JSON.stringify({ name, version: '1.0.0', ...fields }))
      for (const [file, text] of Object.entries(files)) await writeFile(join(root, name, file), text)
      return join(root, name, 'lib', 'index.js')
    }
    const a = await add('a', { license: 'MIT' }, { 'LICENSE.md': 'text of a\r\n', NOTICE: 'notice' })
    const b = await add('@s/b', { licenses: [{ type: 'X' }, { type: 'Y' }] })
    const c = await add('c', {})
    const modules = [
      { nameForCondition: null },
      { nameForCondition: '/own/src/index.ts', modules: [{ nameForCondition: c }, { nameForCondition: a }] },
      { nameForCondition: b },
      { nameForCondition: a },
    ]
    const line = `\n${'-'.repeat(80)}\n`
    const none = 'The package ships no text of it.\n'
    expect(formatLicenses(modules)?.split(line)).toEqual([
      `@s/b 1.0.0\nLicense: X or Y\n\n${none}`,
      'a 1.0.0\nLicense: MIT\n\ntext of a\n\nnotice\n',
      `c 1.0.0\nLicense: not stated\n\n${none}`,
    ])
    expect(formatLicenses([{ nameForCondition: '/own/src/index.ts' }])).toBeUndefined()
  })
})
