import { readFile, symlink } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from '@jest/globals'
import type { ErrorCode } from '../../src/errors.ts'
import type { Manifest, ManifestFile } from '../../src/archive/manifest.ts'
import { findExecutable } from '../../src/process/find-executable.ts'
import { clientEnvironment } from './postgres/cluster.ts'
import type { Cluster } from './postgres/cluster.ts'
import { execute } from './machine/execute.ts'
import { runAction } from './runner.ts'
import type { ActionOptions, ActionRun } from './runner.ts'
import { makeScratchDirectory } from './machine/scratch.ts'
import { findClient } from './postgres/server-binaries.ts'

/** Another bundle in place of dist/backup, by which each test was seen to fail. */
const bundlePath = process.env['POSTGRES_BACKUP_BUNDLE']

/** How these tests start a step of the backup; nothing is uploaded unless the inputs say so. */
export function describeBackup(
  inputs: Record<string, string>,
  options: Partial<ActionOptions> = {},
): ActionOptions {
  return {
    bundle: 'backup',
    ...(bundlePath !== undefined && { bundlePath }),
    inputs: { upload: 'false', ...inputs },
    ...options,
  }
}

/** Runs the built action as a step of a workflow. */
export function runBackup(
  inputs: Record<string, string>,
  options: Partial<ActionOptions> = {},
): Promise<ActionRun> {
  return runAction(describeBackup(inputs, options))
}

/** The manifest of a run that has written one. */
export async function readManifest(run: ActionRun): Promise<Manifest> {
  return JSON.parse(await readFile(run.outputs['manifest'] ?? 'no manifest', 'utf8')) as Manifest
}

/** Runs the manifest's commands literally, as a person would, on another server. */
export async function restoreByHand(run: ActionRun, target: Cluster): Promise<void> {
  const { files } = await readManifest(run)
  const environment = clientEnvironment(target)
  const path = [findClient(), environment['PATH']].join(delimiter)
  for (const command of files.flatMap(({ restoreCommands }: ManifestFile) => restoreCommands)) {
    await execute('bash', ['--norc', '-c', command], {
      directory: dirname(run.outputs['manifest'] ?? ''),
      environment: { ...environment, PATH: path },
    })
  }
}

/** Holds a lock on the table `t` of a database, which keeps dumps of it waiting, until the work is done. */
export async function whileLocked<T>(cluster: Cluster, database: string, work: () => Promise<T>): Promise<T> {
  const holder = cluster.psql(database, 'BEGIN; LOCK TABLE t; SELECT pg_sleep(120)').catch(() => undefined)
  const find = (select: string): Promise<string> =>
    cluster.psql(
      database,
      `SELECT ${select} FROM pg_locks WHERE relation = 't'::regclass AND mode = 'AccessExclusiveLock' AND granted`,
    )
  while ((await find('pid')) === '') await sleep(20)
  try {
    return await work()
  } finally {
    await find('pg_terminate_backend(pid)')
    await holder
  }
}

/** All that makes a failure a good one: red, one annotation for each error by its code, and no stack trace. */
export function expectFailure(run: ActionRun, ...codes: ErrorCode[]): void {
  const errors = run.annotations.filter(({ level }) => level === 'error')
  expect(errors.map(({ title }) => title)).toEqual(codes)
  for (const { title, message } of errors)
    expect(message).toMatch(new RegExp(`: .+\\. .+\\. \\[${title ?? ''}\\]$`, 's'))
  expect(run.shown).not.toMatch(/^\s+at |node:internal|\.js:\d+/m)
  expect(run.exitCode).toBe(1)
  expect(run.orphans).toEqual([])
}

/** The text of the only error annotation. */
export function readError(run: ActionRun): string {
  return run.annotations.find(({ level }) => level === 'error')?.message ?? 'no error'
}

const tools = [
  ...[
    'bash',
    'sh',
    'cat',
    'cksum',
    'tee',
    'tr',
    'wc',
    'tail',
    'tar',
    'sleep',
    'env',
    'kill',
    'mkdir',
    'mkfifo',
    'rm',
    'perl',
    'gzip',
    'pigz',
    'igzip',
  ],
  ...['bzip2', 'lbzip2', 'pbzip2', 'zstd', 'lz4', 'xz'],
]

/** A PATH with the ordinary tools, but no package manager, no PostgreSQL, and none of those named. */
export async function makePathWithout(...missing: string[]): Promise<string> {
  const directory = await makeScratchDirectory('path')
  for (const name of tools.filter((tool) => !missing.includes(tool))) {
    const path = findExecutable(name, process.env['PATH'] ?? '')
    if (path !== undefined) await symlink(path, join(directory, name))
  }
  return directory
}
