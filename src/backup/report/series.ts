import { scryptSync } from 'node:crypto'
import { hideRoles, type ManifestSeries } from '../../archive/manifest.ts'
import type { Series } from '../../catalogue/copies.ts'
import { listHosts } from '../../postgres/connection/hosts.ts'
import type { OpenServer } from '../../postgres/open-server.ts'
import { hideSystemIdentifier, idLength } from '../../postgres/server-id.ts'
import type { ConnectedBackup } from '../connect.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The series of a backup that is made here.
 * @returns undefined where the runner does not tell repository, workflow and job
 */
export function describeSeries(
  { facts, connection }: OpenServer,
  environment: Environment,
): ManifestSeries | undefined {
  const repository = environment['GITHUB_REPOSITORY'] ?? ''
  const workflow = findWorkflow(environment)
  const job = environment['GITHUB_JOB'] ?? ''
  if (!/^[\w.-]{1,100}\/[\w.-]{1,100}$/.test(repository) || workflow === '' || job === '') return undefined
  const server =
    facts.systemIdentifier === undefined
      ? hideAddress(repository, connection.parameters)
      : hideSystemIdentifier(repository, facts.systemIdentifier)
  return { repository, workflow: workflow.slice(0, 500), job: job.slice(0, 500), server }
}

/** The series of a backup that is only planned; undefined where the runner does not tell enough. */
export function describePlannedSeries(
  { inputs, server }: ConnectedBackup,
  environment: Environment,
): Series | undefined {
  const described = describeSeries(server, environment)
  return described && { ...described, options: hideRoles(inputs.options).toSorted() }
}

/** The file, since two workflows may share a name: `owner/name/.github/workflows/backup.yml@refs/heads/main`. */
function findWorkflow(environment: Environment): string {
  const [, path] = /^[^/]+\/[^/]+\/(.+?)@/.exec(environment['GITHUB_WORKFLOW_REF'] ?? '') ?? []
  return path ?? environment['GITHUB_WORKFLOW'] ?? ''
}

/**
 * Of an address a plain hash would tell too much: all of IPv4 is tried in a minute. A fast machine needs years for that
 * here; a guess of a single name can still be tried, by somebody who has the manifest and knows the name already. A
 * password as a key would protect the name, and be open to guesses itself.
 */
function hideAddress(repository: string, parameters: OpenServer['connection']['parameters']): string {
  const hosts = listHosts(parameters).map(({ host, hostaddr, port }) => [host ?? hostaddr ?? '', port])
  const cost = { N: 2 ** 16, r: 8, p: 1, maxmem: 128 * 1024 * 1024 }
  return scryptSync(JSON.stringify(hosts), `postgres-backup\0${repository}`, idLength, cost).toString('hex')
}
