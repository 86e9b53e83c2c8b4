import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { formatFailure, formatSummary, type BackupEnd } from '../../src/backup/report/summary.ts'
import type { Manifest, ManifestFile } from '../../src/archive/manifest.ts'
import { makeFile as makeSampleFile, makeManifest, type FileChange } from '../support/manifests.ts'

const makeFile = (change: FileChange = {}): ManifestFile =>
  makeSampleFile({
    ...{ size: 2_000_000, uncompressedSize: 9_000_000, sha256: 'ab'.repeat(32) },
    restoreCommands: ['createdb shop', 'gzip -dc x | psql'],
    ...change,
  })
const file = makeFile()

const nowhere: BackupEnd = {
  failed: [],
  artifact: undefined,
  copies: [],
  directory: '/temp/backup',
  history: { past: [], unseen: [] },
}

function format(
  files: ManifestFile[],
  failures: Manifest['failures'] = [],
  end: Partial<BackupEnd> = {},
): string {
  const manifest = makeManifest({
    status: failures.length === 0 ? 'complete' : 'partial',
    client: { version: '15.19' },
    files,
    failures,
  })
  const failed = failures.flatMap(({ database }) =>
    database === null ? [] : [{ kind: 'database' as const, database }],
  )
  return formatSummary(manifest, { ...nowhere, failed, ...end })
}

describe('formatSummary', () => {
  it('says what was written, before and after, how long it took, and how to restore it', () => {
    const summary = format([file])
    expect(summary).toContain(
      '### PostgreSQL backup: complete\n\nBacked up "shop": 2.0 MB, read back to its end.\n\n' +
        '- Directory of the runner: `/temp/backup`\n\nServer 15.18, client 15.19.\n',
    )
    expect(summary).toContain(
      `| shop | plain, gzip:1 | 9.0 MB | 2.0 MB |  | 4.5 | rows unknown | 1.3 s | decode |`,
    )
    expect(summary).toContain(`<summary>SHA-256</summary>\n\n\`\`\`\n${file.sha256}  ${file.name}\n\`\`\``)
    expect(summary).toContain('\n# shop_20261104T020000Z.sql.gz\ncreatedb shop\ngzip -dc x | psql\n```')
  })

  it.each<[string, FileChange, string]>([
    ['the cluster', { database: null, kind: 'cluster' }, '| cluster | plain, gzip:1 |'],
    ['the rows that are known', { rows: 1234 }, '| 1234 | 1.3 s | decode |'],
    ['no rows of the globals', { database: null, kind: 'globals' }, '| 4.5 |  | 1.3 s | decode |'],
    ['the globals', { database: null, kind: 'globals' }, '| globals | plain, gzip:1 |'],
    [
      'no compression',
      { compression: { method: 'none', level: null, inside: false } },
      '| shop | plain, none |',
    ],
    ['encryption', { encryption: 'age-recipients' }, '| plain, gzip:1, age |'],
    ['bytes that were not counted', { uncompressedSize: null }, '| not counted | 2.0 MB |  |  |'],
    ['a name that Markdown would read', { database: 'a|b`c<i>*d*' }, '| ``a\\|b`c<i>*d*`` |'],
  ])('shows %s', (_, change, expected) => {
    expect(format([makeFile(change)])).toContain(expected)
  })

  it.each([
    ['`', '```'],
    ['```', '````'],
    ['`````', '``````'],
  ])('fences commands that hold %s by %s', (ticks, fence) => {
    const summary = format([{ ...file, restoreCommands: [`createdb 'a${ticks}b'`] }])
    expect(summary.split('\n')).toContain(`${fence}sh`)
    expect(summary.split('\n')).toContain(fence)
  })

  it('names what failed, and why', () => {
    const failure = { database: 'blog', code: 'PGB_LOCK', reason: 'a | lock' }
    expect(format([file], [failure])).toContain('| blog | `PGB_LOCK` | `a \\| lock` |')
    const failed = [{ kind: 'globals' as const, database: null }]
    expect(format([], [{ ...failure, database: null }], { failed })).toContain('| globals | `PGB_LOCK` |')
  })

  it('shows what a server calls its version, whatever it is', () => {
    const version = '15.18 [fixed](https://evil.example)'
    expect(formatSummary(makeManifest({ server: { version } }), nowhere)).toContain(
      `Server \`${version}\`, client 15.18.`,
    )
  })

  it('says where the artifact is, how large, and until when', () => {
    const artifact = {
      name: 'a[b]',
      id: 1,
      url: 'https://github.com/octo/shop/actions/runs/1/artifacts/1',
      digest: 'cd'.repeat(32),
      size: 2_100_000,
      expiresAt: new Date('2026-12-04T02:00:00Z'),
    }
    const line = `- Artifact: [\`a[b]\`](${artifact.url}), 2.1 MB, until 2026-12-04, SHA-256 \`${artifact.digest}\`\n- Storage of one such artifact a day: 30 days × 2.1 MB = 63.0 MB ([what is free](https://docs.github.com/en/billing/concepts/product-billing/github-actions))\n`
    expect(format([file], [], { artifact })).toContain(`${line}- Directory of the runner: \`/temp/backup\`\n`)
    const alone = format([file], [], {
      artifact: { ...artifact, expiresAt: undefined },
      directory: undefined,
    })
    expect(alone).toContain(', 2.1 MB, SHA-256 ')
    expect(alone).not.toMatch(/Directory|Storage/)
  })

  it('is headed by what failed behind the dumps, and says where the files are', () => {
    const summary = format([file], [], { failure: 'The artifact was not uploaded' })
    expect(summary).toMatch(/^### PostgreSQL backup: failed\n\nThe artifact was not uploaded\n\n- Directory/)
    expect(summary).not.toMatch(/complete|Backed up/)
  })

  it('has no table of files and no commands when there is no file', () => {
    expect(format([], [{ database: 'blog', code: 'PGB_LOCK', reason: 'x' }])).not.toMatch(/SHA-256|<details>/)
  })
})

/** What a reader sees at a glance: headings, what the lists tell of, the table's head, the charts, what can be unfolded. */
function outline(markdown: string): string[] {
  const kinds =
    /^(?:### .*|- \w+|Server|\| Database .*|%%.*|xychart.*|  (?:title "\w+|[xy]-axis|bar)|<details>.*)/gm
  return markdown.match(kinds) ?? []
}

describe('the history', () => {
  const night = (day: number, change: FileChange, more: Partial<Manifest> = {}): Manifest =>
    makeManifest({ startedAt: `2026-11-0${day}T02:00:00.000Z`, files: [makeFile(change)], ...more })
  const now = night(4, { size: 3_000_000, rows: 900 })

  function formatAfter(past: readonly Manifest[], unseen: readonly string[] = []): string {
    return formatSummary(now, { ...nowhere, history: { past, unseen } })
  }

  it('shows size and rows of the same databases, oldest first, and the change since the last', () => {
    const other = night(3, { database: 'blog', size: 77_000_000 })
    const partial = night(3, { size: 500 }, { status: 'partial' })
    const summary = formatAfter([other, night(2, { rows: 1000 }), partial, night(1, { size: 10, rows: 0 })])
    expect(summary).toContain('| 3.0 MB | 50.0 % more |')
    expect(summary).toContain(
      'xychart-beta\n  title "Size of the last 3 backups, in MB"\n' +
        '  x-axis "2026-11-01 to 2026-11-04" [1, 2, 3]\n  y-axis 0 --> 3\n  bar [0, 2, 3]\n```',
    )
    expect(summary).toContain(
      'backups, in thousand"\n  x-axis "2026-11-01 to 2026-11-04" [1, 2, 3]\n  y-axis 0 --> 1\n  bar [0, 1, 0.9]\n```',
    )
  })

  it('is in a colour that can be seen on white and on black, and names one day once', () => {
    const summary = formatAfter([night(4, {})])
    expect(summary).toMatch(
      /```mermaid\n%%\{init: .*"plotColorPalette": "#[0-9a-f]{6}".*\}%%\nxychart-beta\n/,
    )
    expect(summary).toContain('  x-axis "2026-11-04" [1, 2]\n')
  })

  it('makes a summary that looks as the picture in the README does (else: npm run picture)', () => {
    const picture = readFileSync(join(import.meta.dirname, '../../docs/images/summary.md'), 'utf8')
    const digest = 'cd'.repeat(32)
    const artifact = {
      name: 'a',
      id: 1,
      url: 'https://x',
      digest,
      size: 1,
      expiresAt: new Date('2026-12-04'),
    }
    const summary = formatSummary(now, {
      ...nowhere,
      ...{ artifact, directory: undefined, history: { past: [night(3, { rows: 1 })], unseen: [] } },
    })
    expect(outline(picture)).toEqual(outline(summary))
    expect(outline(picture).length).toBeGreaterThan(10)
  })

  it('shows no rows where one of them did not count', () => {
    const summary = formatAfter([night(2, { rows: null })])
    expect(summary).toContain('"Size of')
    expect(summary).not.toContain('"Rows of')
  })

  it('is not there after a first backup, or says what was not seen', () => {
    expect(formatAfter([])).not.toMatch(/mermaid|No history/)
    expect(formatAfter([], ['artifacts: no right. Give it `actions: read`'])).toContain('actions: read')
  })

  it('shows thirty backups', () => {
    const past = Array.from({ length: 40 }, () => night(2, {}))
    expect(formatAfter(past)).toContain('"Size of the last 30 backups, in MB"')
  })
})

it('a summary of 2,000 databases with long names stays under what GitHub takes', () => {
  const names = Array.from({ length: 2000 }, (_, index) => `${'ü|`'.repeat(20)}${index}`)
  const files = names.map((database) =>
    makeFile({
      database,
      name: 'x'.repeat(200),
      restoreCommands: Array.from({ length: 3 }, () => `createdb ${database} ${'y'.repeat(500)}`),
    }),
  )
  const failures = names.map((database) => ({ database, code: 'PGB_DUMP', reason: '|'.repeat(600) }))
  const summary = format(files, failures)
  expect(Buffer.byteLength(summary)).toBeLessThan(1024 * 1024)
  expect(summary).toContain('… and 1800 more, which are in `manifest.json`.')
})

it('formatFailure says what a backup came to nothing by', () => {
  expect(formatFailure('It *failed*')).toBe('### PostgreSQL backup: failed\n\n`It *failed*`\n')
})
