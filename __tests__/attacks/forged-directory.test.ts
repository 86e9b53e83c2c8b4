import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { clientEnvironment, startCluster } from '../support/postgres/cluster.ts'
import type { Cluster } from '../support/postgres/cluster.ts'
import { execute } from '../support/machine/execute.ts'
import { forgeBackup } from '../support/forged-backup.ts'
import { makeScratchDirectory } from '../support/machine/scratch.ts'
import { findClient } from '../support/postgres/server-binaries.ts'
import { restore } from '../support/story.ts'

let cluster: Cluster
let scratch: string
/** A file of the runner, which no backup should bring into a database. */
let secret: string

beforeAll(async () => {
  cluster = await startCluster()
  scratch = await makeScratchDirectory('forged-directory')
  secret = join(scratch, 'secret')
  await writeFile(secret, 'the secret of the runner\n')
  await cluster.psql('postgres', 'create database shop')
  await cluster.psql(
    'shop',
    `create table t (a text); insert into t values ('mine'); select lo_from_bytea(77, 'mine')`,
  )
})
afterAll(() => cluster.stop())
beforeEach(async () => {
  await cluster.psql('postgres', 'drop database if exists copy')
})

/** A directory archive, changed, as one tar file. */
async function forge(change: (archive: string) => Promise<void>, options: string[] = []): Promise<Buffer> {
  const archive = join(scratch, 'archive')
  await rm(archive, { recursive: true, force: true })
  const environment = clientEnvironment(cluster)
  const dump = ['--format=directory', '--compress=0', `--file=${archive}`, 'shop']
  await execute(join(findClient(), 'pg_dump'), dump, { environment })
  await change(archive)
  const tar = join(scratch, 'archive.tar')
  await execute('tar', ['--create', `--file=${tar}`, `--directory=${archive}`, ...options, '.'])
  return readFile(tar)
}

/** Lets the contents name another file; a text stands behind its length. */
async function renameInToc(archive: string, from: string, to: string): Promise<void> {
  const path = join(archive, 'toc.dat')
  const write = (text: string): string =>
    Buffer.from([0, text.length & 255, text.length >> 8, 0, 0]).toString('latin1') + text
  await writeFile(path, (await readFile(path, 'latin1')).replace(write(from), write(to)), 'latin1')
}

async function findData(archive: string): Promise<string> {
  return (await readdir(archive)).find((name) => /^\d+\.dat$/.test(name)) ?? ''
}

const leadOut = (): string => `../../../../../../../..${secret}`

describe('a directory archive brings no file of the runner into the database', () => {
  it.each<[string, RegExp, (archive: string) => Promise<void>]>([
    [
      'by a symbolic link',
      /symbolic link/,
      async (archive) => {
        const data = join(archive, await findData(archive))
        await rm(data)
        await execute('ln', ['-s', secret, data])
      },
    ],
    [
      'by its table of contents',
      /refers to .*secret/,
      async (archive) => renameInToc(archive, await findData(archive), leadOut()),
    ],
    [
      'by its list of large objects',
      /refers to .*secret/,
      (archive) => writeFile(join(archive, 'blobs.toc'), `77 ${leadOut()}\n`),
    ],
    ['by a pipe', /pipe/, (archive) => execute('mkfifo', [join(archive, '1.dat')]).then(() => undefined)],
    [
      'by a directory',
      /type of a directory/,
      (archive) => mkdir(join(archive, 'blob_1.dat')).then(() => undefined),
    ],
    ['by another file', /name that pg_dump/, (archive) => writeFile(join(archive, 'toc.dat.gz'), 'x')],
  ])('%s', async (_, words, change) => {
    const file = { format: 'directory', name: 'shop.dir.tar' } as const
    const path = await forgeBackup([{ ...file, content: await forge(change) }])
    const run = await restore({ url: cluster.url(), path, database: 'shop', 'target-database': 'copy' })
    expect(run.annotations).toContainEqual(
      expect.objectContaining({ title: 'PGB_RESTORE', message: expect.stringMatching(words) }),
    )
    expect([run.exitCode, run.leftOver]).toEqual([1, []])
    expect(await cluster.psql('postgres', `select datname from pg_database where datname ~ 'copy'`)).toBe('')
  })
})

describe('the size of a directory archive', () => {
  const request = { format: 'directory', name: 'shop.dir.tar' } as const
  it('is no larger than the backup counted', async () => {
    const content = await forge((archive) => writeFile(join(archive, '9999.dat'), Buffer.alloc(2 ** 21)))
    const path = await forgeBackup([{ ...request, content, uncompressedSize: 10_000 }])
    const run = await restore({ url: cluster.url(), path, database: 'shop', 'target-database': 'copy' })
    expect(run.annotations).toContainEqual(
      expect.objectContaining({ title: 'PGB_RESTORE', message: expect.stringMatching(/larger than/) }),
    )
  })
  it('may be given by a header of POSIX, and all of it is restored', async () => {
    const content = await forge(() => Promise.resolve(), ['--format=posix'])
    expect(content.includes(' mtime=')).toBe(true)
    const path = await forgeBackup([{ ...request, content, uncompressedSize: content.length }])
    const run = await restore({ url: cluster.url(), path, database: 'shop', 'target-database': 'copy' })
    expect([run.exitCode, run.exitCode === 0 ? '' : run.log]).toEqual([0, ''])
    expect(await cluster.psql('copy', `select a, convert_from(lo_get(77), 'UTF8') from t`)).toBe('mine|mine')
  })
})
