/** Program: puts the file of its argument into a bucket, fetches it, and prints the most memory that it held, in bytes. */
import { readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { hashFile } from '../../../src/archive/checksum.ts'
import { openS3Store } from '../../../src/stores/s3/s3-store.ts'
import { markFinished, type FinishedFile } from '../../../src/archive/finished-file.ts'
import { createRecordingLog } from '../../support/recording-log.ts'

const [, , path = '', bucket = ''] = process.argv
const { signal } = new AbortController()
const describe = async (name: string, path: string): Promise<FinishedFile> =>
  markFinished({ name, path, ...(await hashFile(path)) })

const store = openS3Store({ bucket, prefix: 'large/' }, createRecordingLog())
const small = join(dirname(path), 'small')
const files = {
  checksums: await describe('SHA256SUMS', small),
  manifest: await describe('manifest.json', small),
}
const large = await describe('large', path)
const { name } = await store.begin('large-20200101T000000Z').complete({ files: [large], ...files }, signal)
const [listed] = await store.list({ name }, signal)
if (listed === undefined) throw new Error('it is not there')
await store.fetch(listed, ['large'], dirname(small) + '/fetched', signal)
const fetched = join(dirname(small), 'fetched', 'large')
if ((await hashFile(fetched)).sha256 !== large.sha256) throw new Error('it came back as another')
await rm(fetched)
const [, kibibytes] = /^VmHWM:\s+(\d+) kB/m.exec(await readFile('/proc/self/status', 'utf8')) ?? []
process.stdout.write(String(Number(kibibytes) * 1024), () => process.exit())
