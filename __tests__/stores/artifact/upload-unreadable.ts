// A process of its own, because jest keeps uncaught exceptions away from the code under test.
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { uploadArtifact } from '../../../src/stores/artifact/upload-artifact.ts'
import { BackupError } from '../../../src/errors.ts'
import { makeFinished } from '../../support/finished.ts'
import { createRecordingLog } from '../../support/recording-log.ts'

const rootDirectory = await mkdtemp(path.join(tmpdir(), 'unreadable-'))
const paths = ['good', 'bad', 'worse'].map((name) => path.join(rootDirectory, name))
const [good = '', ...bad] = paths
await writeFile(good, 'readable')
// Reading this file at its beginning is an input/output error, for the superuser too.
for (const file of bad) await symlink('/proc/self/mem', file)
try {
  const { signal } = new AbortController()
  const log = createRecordingLog()
  const files = paths.map((file) => makeFinished(file))
  await uploadArtifact({ name: 'bad', files, rootDirectory, retentionDays: undefined, log, signal })
  console.log('OUTCOME uploaded')
} catch (error) {
  console.log(`OUTCOME ${error instanceof BackupError ? error.code : 'other'} ${String(error)}`)
}
await wait(300)
await rm(rootDirectory, { recursive: true })
// The client's progress timer of the given-up upload would keep the process alive for five minutes.
process.exit(0)
