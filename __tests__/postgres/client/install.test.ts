import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, jest } from '@jest/globals'
import type { ClientContext } from '../../../src/postgres/client/client-context.ts'
import { provideClient, provideFirstClient } from '../../../src/postgres/client/provide-client.ts'
import type { ServerVersion } from '../../../src/postgres/client/provide-client.ts'
import { findClients } from '../../../src/postgres/client/find-clients.ts'
import { installClient } from '../../../src/postgres/client/install.ts'
import { makeClientContext } from '../../support/postgres/client-context.ts'
import type { RecordingLog } from '../../support/recording-log.ts'
import { makeScratchDirectory } from '../../support/machine/scratch.ts'
import { writeClient, writeRecorder } from '../../support/machine/stand-ins.ts'
import type { Recorder } from '../../support/machine/stand-ins.ts'

const server16: ServerVersion = { versionNumber: 160015, version: '16.15' }

interface Machine {
  context: ClientContext & { log: RecordingLog }
  recorder: Recorder
}

/** A machine with stand-in package managers only, which see where clients belong as `$root`. */
async function makeMachine(
  bodies: Record<string, string>,
  overrides: Partial<ClientContext> = {},
  osRelease = '',
): Promise<Machine> {
  const root = await makeScratchDirectory('machine')
  const recorder = await writeRecorder(join(root, 'stand-ins'), bodies)
  await mkdir(join(root, 'etc'))
  await writeFile(join(root, 'etc/os-release'), osRelease)
  const environment = { PATH: `${recorder.directory}:/usr/bin:/bin`, root }
  const context = makeClientContext({ root, path: recorder.directory, environment, ...overrides })
  return { context, recorder }
}

/** Shell that puts a client of this version where the system's packages would. */
function installs(directory: string, version: string): string {
  return `mkdir -p "$root/${directory}"
for name in pg_dump pg_dumpall pg_restore psql; do
  printf '#!/bin/sh\\necho "%s (PostgreSQL) ${version}"\\n' "$name" >"$root/${directory}/$name"
  chmod +x "$root/${directory}/$name"
done`
}

const reports = 'https://download.postgresql.org/pub/repos/yum/reporpms'

describe('provideClient with each system’s package manager', () => {
  const cases: [string, NodeJS.Platform, Record<string, string>, string, RegExp[]][] = [
    [
      'Alpine',
      'linux',
      { apk: installs('usr/libexec/postgresql16', '16.15') },
      'ID=alpine',
      [/^apk add --no-cache --wait 120 postgresql16-client$/],
    ],
    [
      'Rocky Linux',
      'linux',
      { dnf: installs('usr/pgsql-16/bin', '16.15') },
      'ID="rocky"\nVERSION_ID="8.10"',
      [
        new RegExp(`^dnf install -y ${reports}/EL-8-(x86_64|aarch64)/pgdg-redhat-repo-latest.noarch.rpm$`),
        /^dnf install -y --setopt=pgdg16.module_hotfixes=true postgresql16$/,
      ],
    ],
    [
      'a Mac',
      'darwin',
      { brew: installs('opt/homebrew/opt/postgresql@16/bin', '16.15') },
      '',
      [/^brew install --quiet postgresql@16$/],
    ],
  ]

  it.each(cases)('%s', async (_, platform, bodies, osRelease, calls) => {
    const { context, recorder } = await makeMachine(bodies, { platform }, osRelease)
    const client = await provideClient(server16, [], context)
    expect(client).toMatchObject({ major: 16, version: '16.15' })
    const made = await recorder.calls()
    expect(made).toHaveLength(calls.length)
    for (const [index, call] of calls.entries()) expect(made[index]).toMatch(call)
    expect(context.log.lines[0]).toBe('group: Installing PostgreSQL client 16')
    expect(context.log.lines.filter((line) => line.startsWith('warning'))).toEqual([])
  })

  it('Windows', async () => {
    // Only the command can be shown here: a Windows client's programs end in .exe and lie below C:\.
    const { context, recorder } = await makeMachine({ choco: ':' }, { platform: 'win32' })
    await expect(installClient(16, context)).resolves.toBeUndefined()
    expect(await recorder.calls()).toEqual([
      'choco install -y --no-progress postgresql16 ' +
        '--install-arguments=--enable-components commandlinetools --disable-components server,pgAdmin,stackbuilder',
    ])
  })
})

describe('a failing installation', () => {
  const fails =
    'echo "fetching"; echo "ERROR: unable to select packages:" >&2; echo "  required by: world" >&2; exit 1'

  it('is tried once more', async () => {
    const second = `[ "$count" = 2 ] || { echo "ERROR: network error" >&2; exit 1; }\n${installs('usr/libexec/postgresql16', '16.15')}`
    const { context, recorder } = await makeMachine({ apk: second })
    expect(await provideClient(server16, [], context)).toMatchObject({ major: 16 })
    expect(await recorder.calls()).toHaveLength(2)
    expect(context.log.lines.join('\n')).toContain('tried once more')
  })

  it('is PGB_CLIENT, with both versions, what was tried, and the command that helps', async () => {
    const { context, recorder } = await makeMachine({ apk: fails })
    await writeClient(join(context.root, 'usr/libexec/postgresql15'), '15.18')
    const failure = provideClient(server16, await findClients(context), context)
    await expect(failure).rejects.toMatchObject({ code: 'PGB_CLIENT' })
    const { message } = (await failure.catch((error: unknown) => error)) as Error
    expect(message).toContain('No PostgreSQL client 16 for the server, which is PostgreSQL 16.15')
    expect(message).toContain('this machine has 15.18')
    expect(message).toContain('ended with exit code 1: ERROR: unable to select packages: (tried twice)')
    expect(message).toMatch(/the command is: (sudo )?apk add postgresql16-client\. \[PGB_CLIENT\]$/)
    expect(await recorder.calls()).toHaveLength(2)
  })

  it('lets a newer client serve, with a warning that names the consequence', async () => {
    const { context } = await makeMachine({ apk: fails })
    await writeClient(join(context.root, 'usr/libexec/postgresql18'), '18.6')
    await writeClient(join(context.root, 'usr/libexec/postgresql15'), '15.19')
    const client = await provideClient(server16, await findClients(context), context)
    expect(client.version).toBe('18.6')
    const warnings = context.log.lines.filter((line) => line.startsWith('warning: '))
    expect(warnings).toHaveLength(2)
    expect(warnings[0]).toContain('PostgreSQL client 16 could not be installed: `')
    expect(warnings[1]).toContain('18.6, is newer than the server, PostgreSQL 16.15')
    expect(warnings[1]).toContain('may not restore into PostgreSQL 16')
  })

  it('gives no advice that takes sudo where there is none', async () => {
    const { context, recorder } = await makeMachine({ apk: fails })
    await rm(join(recorder.directory, 'sudo'))
    const user = jest.spyOn(process as { getuid: () => number }, 'getuid').mockReturnValue(1000)
    try {
      await expect(provideClient(server16, [], context)).rejects.toThrow(
        'this user is not root, and there is no sudo. Install it as root, or in the image; the command is: apk add postgresql16-client. [',
      )
    } finally {
      user.mockRestore()
    }
  })

  it('does not replace a version that the user asked for', async () => {
    const { context } = await makeMachine({ apk: fails }, { requestedMajor: 17 })
    await writeClient(join(context.root, 'usr/libexec/postgresql18'), '18.6')
    const failure = provideClient(server16, await findClients(context), context)
    await expect(failure).rejects.toThrow(/No PostgreSQL client 17 .*or set postgres-version to auto/)
  })

  it.each([Number.NaN, 7, 100, 9.7, 1e21])('asks for no package of a PostgreSQL %p', async (major) => {
    const { context, recorder } = await makeMachine({ apk: ':' })
    expect(await installClient(major, context)).toMatchObject({ why: `there is no PostgreSQL ${major}` })
    expect(await recorder.calls()).toEqual([])
  })

  it('says so when the packages hold no client', async () => {
    const { context } = await makeMachine({ apk: ':' })
    await expect(provideClient(server16, [], context)).rejects.toThrow(
      'no client of that version was found afterwards',
    )
  })

  it('names the package managers that it knows on a system that has none of them', async () => {
    const { context } = await makeMachine({})
    const failure = provideClient(server16, [], context)
    await expect(failure).rejects.toThrow('none of apt-get, apk, dnf, brew, choco is on the PATH')
    await expect(failure).rejects.toThrow(/Install it in a step before this one\. \[PGB_CLIENT\]$/)
  })

  it('ends with the signal’s reason when the run is cancelled', async () => {
    const controller = new AbortController()
    const { context, recorder } = await makeMachine({ apk: 'exec sleep 30' }, { signal: controller.signal })
    const reason = new Error('cancelled')
    const running = provideClient(server16, [], context)
    const ended = expect(running).rejects.toBe(reason)
    for (let tries = 0; tries < 200 && (await recorder.calls()).length < 1; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    controller.abort(reason)
    await ended
    expect(context.log.lines.at(-1)).toBe('endgroup')
  })
})

describe('provideClient without an installation', () => {
  it('refuses a requested version that is older than the server, and names both', async () => {
    const { context, recorder } = await makeMachine({ apk: ':' }, { requestedMajor: 15 })
    const refused = provideClient(server16, [], context)
    await expect(refused).rejects.toMatchObject({ code: 'PGB_CLIENT' })
    await expect(refused).rejects.toThrow(/client 15, .*the server is PostgreSQL 16\.15.*auto, or to 16\./)
    expect(await recorder.calls()).toEqual([])
  })

  it('warns once of a patch level with known holes, and of a requested version that is newer', async () => {
    const { context, recorder } = await makeMachine({ apk: ':' }, { requestedMajor: 17 })
    await writeClient(join(context.root, 'usr/libexec/postgresql17'), '17.9')
    const clients = await findClients(context)
    await provideClient(server16, clients, context)
    await provideClient({ versionNumber: 170002, version: '17.2' }, clients, context)
    const warnings = context.log.lines.filter((line) => line.startsWith('warning: '))
    expect(warnings).toEqual([
      expect.stringContaining('newer than the server, PostgreSQL 16.15'),
      expect.stringContaining('17.9 has known security holes, fixed in 17.11'),
    ])
    expect(await recorder.calls()).toEqual([])
  })
})

describe('provideFirstClient', () => {
  it('installs what the system itself offers', async () => {
    const { context, recorder } = await makeMachine({ apk: installs('usr/libexec/postgresql17', '17.11') })
    expect(await provideFirstClient(context)).toMatchObject([{ version: '17.11' }])
    expect(await recorder.calls()).toEqual(['apk add --no-cache --wait 120 postgresql-client'])
  })

  it('installs the requested version', async () => {
    const body = installs('usr/libexec/postgresql16', '16.15')
    const { context, recorder } = await makeMachine({ apk: body }, { requestedMajor: 16 })
    expect(await provideFirstClient(context)).toMatchObject([{ version: '16.15' }])
    expect(await recorder.calls()).toEqual(['apk add --no-cache --wait 120 postgresql16-client'])
  })

  it('is PGB_CLIENT when that fails', async () => {
    const { context } = await makeMachine({ apk: 'exit 1' })
    const failure = provideFirstClient(context)
    await expect(failure).rejects.toMatchObject({ code: 'PGB_CLIENT' })
    await expect(failure).rejects.toThrow(
      'There is no PostgreSQL client on this machine: psql and pg_dump were not found',
    )
  })
})
