import { describe, expect, it } from '@jest/globals'
import { formatFailure, formatSummary, type BackupEnd } from '../../src/backup/report/summary.ts'
import type { Manifest, ManifestFile } from '../../src/archive/manifest.ts'
import { makeManifest } from '../restore/samples.ts'

const file: ManifestFile = {
  name: 'shop_20261104T020000Z.sql.gz',
  database: 'shop',
  kind: 'database',
  format: 'plain',
  compression: { method: 'gzip', level: 1, inside: false },
  encryption: 'none',
  size: 2_000_000,
  uncompressedSize: 9_000_000,
  rows: null,
  sha256: 'ab'.repeat(32),
  durationSeconds: 1.25,
  verification: { method: 'decode', compared: [], notCompared: [], rowCounts: null },
  restoreCommands: ['createdb shop', 'gzip -dc x | psql'],
}

const nowhere: BackupEnd = { failed: [], artifact: undefined, copies: [], directory: '/temp/backup' }

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
  const failed = failures.map(({ database }) => ({
    kind: 'database' as const,
    database: database ?? undefined,
  }))
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
      `| shop | plain, gzip:1 | 9.0 MB | 2.0 MB | 4.5 | 1.3 s | decode | ${file.sha256} |`,
    )
    expect(summary).toContain('\n# shop_20261104T020000Z.sql.gz\ncreatedb shop\ngzip -dc x | psql\n```')
  })

  it.each<[string, Partial<ManifestFile>, string]>([
    ['the cluster', { database: null, kind: 'cluster' }, '| cluster | plain, gzip:1 |'],
    ['the globals', { database: null, kind: 'globals' }, '| globals | plain, gzip:1 |'],
    [
      'no compression',
      { compression: { method: 'none', level: null, inside: false } },
      '| shop | plain, none |',
    ],
    ['encryption', { encryption: 'age-recipients' }, '| plain, gzip:1, age |'],
    ['bytes that were not counted', { uncompressedSize: null }, '| not counted | 2.0 MB |  |'],
    ['a name that Markdown would read', { database: 'a|b`c<i>*d*' }, '| ``a\\|b`c<i>*d*`` |'],
  ])('shows %s', (_, change, expected) => {
    expect(format([{ ...file, ...change }])).toContain(expected)
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
    const failed = [{ kind: 'globals' as const, database: undefined }]
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

it('formatFailure says what a backup came to nothing by', () => {
  expect(formatFailure('It *failed*')).toBe('### PostgreSQL backup: failed\n\n`It *failed*`\n')
})
