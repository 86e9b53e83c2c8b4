import { truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { decodeCopy } from '../../src/check/proof/decode-copy.ts'
import type { StoredBackup } from '../../src/check/proof/stored-files.ts'
import type { CheckedFile } from '../../src/restoring/checked-file.ts'
import type { Run } from '../../src/step/run.ts'
import { makeScratchDirectory } from '../support/machine/scratch.ts'
import { makeFile } from '../support/manifests.ts'

it('a properties file that is larger than any can be is read no further than that', async () => {
  const directory = await makeScratchDirectory('decode-copy')
  const path = join(directory, 'forged.json')
  await writeFile(path, '')
  // A hole, which takes no room.
  const size = 1e10
  await truncate(path, size)
  const compression = { method: 'none', level: null, inside: false } as const
  const entry = makeFile({ kind: 'properties', database: null, name: 'forged.json', compression, size })
  const readers = { decrypter: undefined, decompressors: new Map() }
  const backup = { address: 'a place' } as StoredBackup['backup']
  const run = { environment: process.env, signal: new AbortController().signal } as unknown as Run
  const fetched = { file: { ...entry, path } as CheckedFile, readers, directory }
  await expect(decodeCopy(fetched, { backup }, { client: undefined, run })).rejects.toThrow(
    'forged.json in a place is not good: it holds more than 64 MiB',
  )
})
