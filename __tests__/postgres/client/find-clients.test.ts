import { mkdir, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { findClients } from '../../../src/postgres/client/find-clients.ts'
import type { ClientContext } from '../../../src/postgres/client/client-context.ts'
import { makeClientContext } from '../../support/postgres/client-context.ts'
import { makeScratchDirectory } from '../../support/machine/scratch.ts'
import { writeClient, writeScript } from '../../support/machine/stand-ins.ts'

const tools = '/usr/bin:/bin'

/** A context whose machine is an empty directory; only the scripts themselves see the real one. */
async function makeEmptyMachine(): Promise<ClientContext & { root: string }> {
  const root = await makeScratchDirectory('machine')
  return makeClientContext({ root, path: '', environment: { PATH: tools } })
}

async function findVersions(context: ClientContext): Promise<string[]> {
  return (await findClients(context)).map(({ version }) => version)
}

describe('findClients', () => {
  it('finds nothing where nothing is', async () => {
    expect(await findClients(await makeEmptyMachine())).toEqual([])
  })

  it('returns absolute paths of one directory, and the newest last', async () => {
    const machine = await makeEmptyMachine()
    for (const version of ['18.6', '9.6.24', '15.9', '15.18']) {
      await writeClient(
        join(machine.root, 'usr/lib/postgresql', version.replace(/\.\d+$/, ''), 'bin'),
        version,
      )
    }
    await writeClient(join(machine.root, 'usr/pgsql-15/bin'), '15.9')
    const clients = await findClients(machine)
    expect(clients.map(({ version }) => version)).toEqual(['9.6.24', '15.9', '15.18', '18.6'])
    const directory = join(machine.root, 'usr/lib/postgresql/18/bin')
    expect(clients.at(-1)).toEqual({
      major: 18,
      version: '18.6',
      pgDump: join(directory, 'pg_dump'),
      pgDumpAll: join(directory, 'pg_dumpall'),
      pgRestore: join(directory, 'pg_restore'),
      psql: join(directory, 'psql'),
    })
  })

  it('believes what a client says, not where it lies', async () => {
    const machine = await makeEmptyMachine()
    await writeClient(join(machine.root, 'usr/lib/postgresql/15/bin'), '18.6')
    expect(await findVersions(machine)).toEqual(['18.6'])
  })

  it('counts a client once, however many links lead to it', async () => {
    const machine = await makeEmptyMachine()
    const directory = await writeClient(join(machine.root, 'usr/pgsql-16/bin'), '16.15')
    const links = join(machine.root, 'links')
    await mkdir(links)
    for (const name of ['pg_dump', 'pg_dumpall', 'pg_restore', 'psql']) {
      await symlink(join(directory, name), join(links, name))
    }
    await symlink(directory, join(machine.root, 'bin'))
    const clients = await findClients({ ...machine, path: `${links}:${join(machine.root, 'bin')}` })
    expect(clients.map(({ pgDump }) => dirname(pgDump))).toEqual([directory])
  })

  it('sees through Debian’s wrapper, which answers for the newest', async () => {
    const machine = await makeEmptyMachine()
    const wrapper = await writeScript(
      join(machine.root, 'share'),
      'pg_wrapper',
      'echo "pg_dump (PostgreSQL) 18.6"',
    )
    const bin = join(machine.root, 'usr/bin')
    await mkdir(bin, { recursive: true })
    for (const name of ['pg_dump', 'pg_dumpall', 'pg_restore', 'psql'])
      await symlink(wrapper, join(bin, name))
    await writeClient(join(machine.root, 'usr/lib/postgresql/15/bin'), '15.18')
    expect(await findVersions({ ...machine, path: bin })).toEqual(['15.18'])
  })

  it('calls a shim by its own name', async () => {
    const machine = await makeEmptyMachine()
    const shim = await writeScript(join(machine.root, 'tool'), 'mise', 'echo "${0##*/} (PostgreSQL) 17.11"')
    const bin = join(machine.root, 'shims')
    await mkdir(bin)
    for (const name of ['pg_dump', 'pg_dumpall', 'pg_restore', 'psql']) await symlink(shim, join(bin, name))
    const clients = await findClients({ ...machine, path: bin })
    expect(clients).toMatchObject([{ version: '17.11', pgDump: join(bin, 'pg_dump') }])
  })

  it.each(['pg_dump', 'pg_dumpall', 'pg_restore', 'psql'])(
    'passes over a directory without %s',
    async (missing) => {
      const machine = await makeEmptyMachine()
      const others = ['pg_dump', 'pg_dumpall', 'pg_restore', 'psql'].filter((name) => name !== missing)
      await writeClient(join(machine.root, 'usr/lib/postgresql/14/bin'), '14.24', others)
      await writeClient(join(machine.root, 'usr/lib/postgresql/15/bin'), '15.18')
      expect(await findVersions(machine)).toEqual(['15.18'])
    },
  )

  it('passes over programs that fail', async () => {
    const machine = await makeEmptyMachine()
    const broken = await writeClient(join(machine.root, 'usr/lib/postgresql/16/bin'), '16.15')
    await writeScript(broken, 'pg_dump', 'echo "pg_dump (PostgreSQL) 16.15"; exit 127')
    await writeClient(join(machine.root, 'usr/lib/postgresql/15/bin'), '15.18')
    expect(await findVersions(machine)).toEqual(['15.18'])
  })

  it('ends with the signal’s reason', async () => {
    const machine = await makeEmptyMachine()
    await writeClient(join(machine.root, 'usr/lib/postgresql/15/bin'), '15.18')
    const reason = new Error('cancelled')
    await expect(findClients({ ...machine, signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  })
})
