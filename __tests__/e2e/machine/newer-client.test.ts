import { delimiter } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { clientEnvironment, startCluster } from '../../support/postgres/cluster.ts'
import type { Cluster } from '../../support/postgres/cluster.ts'
import { execute } from '../../support/machine/execute.ts'
import { unpackClient } from '../../support/postgres/postgres-clients.ts'
import { backUp, readManifest, restore } from '../../support/story.ts'

/** A server that does not know `transaction_timeout`, and a client that sets it in every dump and restore. */
let cluster: Cluster
let path: string

beforeAll(async () => {
  cluster = await startCluster({ major: 15 })
  const client = await unpackClient(18)
  path = [client.binDirectory, process.env['PATH']].join(delimiter)
  await cluster.psql('postgres', 'create database shop')
  await cluster.psql('shop', `create table t as select 'SET transaction_timeout = 0;' as a`)
}, 300_000)
afterAll(() => cluster.stop())

describe.each(['plain', 'custom', 'directory', 'tar'])(
  'a backup that client 18 takes of a server 15 (%s)',
  (format) => {
    const read = (): Promise<string> => cluster.psql('shop', 'select a from t')
    it('is restored where it came from, by the action and by hand', async () => {
      const environment = { PATH: path }
      const inputs = { url: cluster.url('shop'), 'postgres-version': '18' }
      const directory = await backUp({ ...inputs, format, verify: 'none' }, { environment })
      await cluster.psql('postgres', 'drop database shop')
      const run = await restore({ ...inputs, url: cluster.url(), path: directory }, { environment })
      expect([run.exitCode, run.exitCode === 0 ? '' : run.log]).toEqual([0, ''])
      expect(await read()).toBe('SET transaction_timeout = 0;')
      await cluster.psql('postgres', 'drop database shop')
      const { files } = await readManifest(directory)
      const [file] = files.filter(({ kind }) => kind === 'database')
      for (const command of file?.restoreCommands ?? []) {
        const options = { directory, environment: { ...clientEnvironment(cluster), PATH: path } }
        await execute('bash', ['--norc', '-o', 'pipefail', '-c', command], options)
      }
      expect(await read()).toBe('SET transaction_timeout = 0;')
    })
  },
)
