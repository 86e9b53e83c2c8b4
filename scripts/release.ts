/**
 * Writes into a directory what a release is published with: its notes, the sums of all files of dist/, and the list of
 * the packages in them (CycloneDX). Usage: `node scripts/release.ts v1.2.3 <directory>`.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { version } from '../src/version.ts'
import { readReleaseNotes } from './release-notes.ts'

const repository = dirname(dirname(fileURLToPath(import.meta.url)))

/** As `sha256sum dist/…` prints them, by name. */
function listSums(): string {
  const files = readdirSync(join(repository, 'dist'), { recursive: true, encoding: 'utf8' })
    .map((name) => join('dist', name))
    .filter((path) => statSync(join(repository, path)).isFile())
    .sort()
  const hash = (path: string): string =>
    createHash('sha256')
      .update(readFileSync(join(repository, path)))
      .digest('hex')
  return files.map((path) => `${hash(path)}  ${path}\n`).join('')
}

const [tag, directory] = process.argv.slice(2)
if (tag === undefined || directory === undefined)
  throw new Error('Usage: node scripts/release.ts v1.2.3 <directory>')
if (tag !== `v${version}`) throw new Error(`The tag ${tag} is not the version of package.json, v${version}`)
const notes = readReleaseNotes(readFileSync(join(repository, 'CHANGELOG.md'), 'utf8'), version)
// What the tests need is optional to npm, and in no bundle.
const list = ['sbom', '--sbom-format=cyclonedx', '--omit=dev', '--omit=optional']
mkdirSync(directory, { recursive: true })
writeFileSync(join(directory, 'notes.md'), notes)
writeFileSync(join(directory, 'SHA256SUMS'), listSums())
writeFileSync(join(directory, 'sbom.cdx.json'), execFileSync('npm', list, { cwd: repository }))
