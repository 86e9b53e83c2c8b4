/** Who wrote what is bundled, and under which licence: read from the bundler's own list of modules. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** What of webpack's statistics (stats.toJson) is read here. */
interface Module {
  /** Absolute path of the file; null for what has none, such as modules of Node itself. */
  readonly nameForCondition?: string | null
  /** Of a module that webpack has made of several. */
  readonly modules?: readonly Module[]
}

/** Older packages name it by an object. */
type LicenseField = string | { readonly type: string }

/** One installed package of which at least one file is bundled. */
interface BundledPackage {
  readonly name: string
  readonly version: string
  /** As its package.json says, or `not stated`. */
  readonly license: string
  /** Its files of licence and notice. */
  readonly texts: readonly string[]
}

const line = `\n${'-'.repeat(80)}\n`

/**
 * The text of licenses.txt: every package that has a module in the bundle, in the order of names; undefined when there
 * is none. Nothing in it depends on where the checkout lies.
 */
export function formatLicenses(modules: readonly Module[]): string | undefined {
  const folders = new Set(modules.flatMap(listFiles).map(findPackage))
  const packages = [...folders].filter((folder) => folder !== undefined).map(readPackage)
  const paragraphs = new Set(packages.map(formatPackage))
  return paragraphs.size === 0 ? undefined : [...paragraphs].sort().join(line)
}

function listFiles({ nameForCondition, modules = [] }: Module): string[] {
  return [...(nameForCondition ? [nameForCondition] : []), ...modules.flatMap(listFiles)]
}

/** The folder of the package that the file belongs to; undefined for a file of our own. */
export function findPackage(file: string): string | undefined {
  return /^.*[/\\]node_modules[/\\](?:@[^/\\]+[/\\])?[^/\\]+/.exec(file)?.[0]
}

function readPackage(folder: string): BundledPackage {
  const { name, version, license, licenses } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  ) as {
    name: string
    version: string
    license?: LicenseField
    licenses?: LicenseField[]
  }
  const fields = [...(license === undefined ? [] : [license]), ...(licenses ?? [])]
  const stated = fields.map((field) => (typeof field === 'string' ? field : field.type))
  const files = readdirSync(folder).filter((file) => /^(?:licen[cs]e|copying|notice)(?:$|[.-])/i.test(file))
  return {
    name,
    version,
    license: [...new Set(stated)].join(' or ') || 'not stated',
    texts: files
      .sort()
      .map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim()),
  }
}

function formatPackage({ name, version, license, texts }: BundledPackage): string {
  const heading = `${name} ${version}\nLicense: ${license}`
  const text = texts.length === 0 ? 'The package ships no text of it.' : texts.join('\n\n')
  return `${heading}\n\n${text}\n`
}
