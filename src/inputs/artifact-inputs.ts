import { parseBranchPattern, type BranchPattern } from '../stores/artifact/trust/branch-patterns.ts'
import { readText, refuseInput } from './read-inputs.ts'

/** Which artifacts are meant. */
export interface ArtifactSource {
  /** A whole name, or a beginning followed by `*`; either this or the id is given. */
  readonly name: string | undefined
  readonly id: number | undefined
  readonly runId: number | undefined
  readonly repository: { readonly owner: string; readonly name: string } | undefined
  /** Undefined for the repository's default branch. */
  readonly branches: readonly BranchPattern[] | undefined
  /** `sha256:` and 64 lower-case hex digits; undefined for any. */
  readonly digest: string | undefined
  readonly token: string | undefined
}

/**
 * Reads the inputs that name artifacts, in the actions that look for them.
 * @throws BackupError PGB_INPUT
 */
export function readArtifactSource(): ArtifactSource {
  const runId = readNumber('run-id')
  const repository = readRepository()
  return {
    name: readText('artifact-name'),
    id: readNumber('artifact-id'),
    runId,
    repository,
    branches: readBranches(),
    digest: readDigest(),
    token: readText('github-token'),
  }
}

function readNumber(name: string): number | undefined {
  const text = readText(name)
  if (text === undefined) return undefined
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text)
  throw refuseInput(name, 'it is not a number', 'Copy it from the address of the artifact or run')
}

function readBranches(): BranchPattern[] | undefined {
  const lines = (readText('branch') ?? '').split(/\r\n|\r|\n/).map((line) => line.trim())
  const given = lines.filter((line) => line !== '')
  if (given.length === 0) return undefined
  return given.map((line) => {
    const pattern = parseBranchPattern(line)
    if (pattern !== undefined) return pattern
    throw refuseInput(
      'branch',
      'a line of it is no name of a branch, nor a pattern',
      'Write one branch a line, as in main, release/* or refs/tags/v*',
    )
  })
}

function readDigest(): string | undefined {
  const text = readText('artifact-digest')?.trim().toLowerCase()
  if (text === undefined) return undefined
  const [, digits] = /^(?:sha256:)?([0-9a-f]{64})$/.exec(text) ?? []
  if (digits !== undefined) return `sha256:${digits}`
  throw refuseInput(
    'artifact-digest',
    'it is not a SHA-256',
    'Write it as sha256: and 64 hex digits, as the backup put it out',
  )
}

function readRepository(): { owner: string; name: string } | undefined {
  const text = readText('repository')
  if (text === undefined) return undefined
  const [, owner, name] = /^([A-Za-z0-9-]+)\/([A-Za-z0-9._-]+)$/.exec(text) ?? []
  if (owner !== undefined && name !== undefined) return { owner, name }
  throw refuseInput('repository', 'it is not the name of a repository', 'Write it as owner/name')
}
