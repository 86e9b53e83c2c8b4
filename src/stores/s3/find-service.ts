import type { S3ClientConfig } from '@aws-sdk/client-s3'
import { S3Refusal } from './s3-failure.ts'

/** What a profile of the shared config files says of a service. */
interface Profile {
  readonly endpoint: string | undefined
  readonly region: string | undefined
}

/**
 * What the client is told of a service beside what it finds by itself.
 *
 * A profile that an address names wins over the environment, in which stands what is meant for the other addresses: the
 * client takes only the credentials from it, and AWS_REGION and AWS_ENDPOINT_URL_S3 before its region and endpoint_url.
 * With an endpoint of its own a service is addressed by path, as MinIO, SeaweedFS and every R2, B2 and Wasabi take it;
 * Amazon's own by host.
 * @throws S3Refusal where there is no such profile, or it names no usable endpoint
 */
export async function findService(
  named: string | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<S3ClientConfig> {
  if (named === undefined) return { forcePathStyle: takesPaths(await findUsualEndpoint(environment)) }
  const profile = await readProfile(named)
  if (profile === undefined) {
    throw refuseProfile(
      `there is no profile "${named}" in the shared config files`,
      `Write a section [profile ${named}] into ~/.aws/config, or into the file that AWS_CONFIG_FILE names`,
    )
  }
  const { endpoint, region } = profile
  if (endpoint !== undefined && !/^https?:\/\/[^/]/.test(endpoint)) {
    throw refuseProfile(
      `endpoint_url of the profile "${named}" is not an address`,
      'Write it as https://host',
    )
  }
  return {
    profile: named,
    forcePathStyle: takesPaths(endpoint),
    ...(endpoint === undefined ? { ignoreConfiguredEndpointUrls: true } : { endpoint }),
    ...(region === undefined ? {} : { region }),
  }
}

/** Where the client looks by itself. */
async function findUsualEndpoint(environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const read = (variable: string): string | undefined => {
    const text = environment[variable]
    return text === '' ? undefined : text
  }
  const endpoint = read('AWS_ENDPOINT_URL_S3') ?? read('AWS_ENDPOINT_URL')
  return endpoint ?? (await readProfile(read('AWS_PROFILE') ?? 'default'))?.endpoint
}

/** @returns undefined where there is none of that name */
async function readProfile(name: string): Promise<Profile | undefined> {
  const { loadSharedConfigFiles } = await import('@smithy/core/config')
  const files = await loadSharedConfigFiles()
  const config = new Map(Object.entries(files.configFile))
  const credentials = new Map(Object.entries(files.credentialsFile)).get(name)
  if (!config.has(name) && credentials === undefined) return undefined
  const entries = { ...credentials, ...config.get(name) }
  const { endpoint_url: general, region, services } = entries
  const special = services === undefined ? undefined : config.get(`services.${services}`)
  if (services !== undefined && special === undefined) {
    throw refuseProfile(
      `the profile "${name}" names the services "${services}", which the shared config file does not have`,
      `Write a section [services ${services}] into it, or leave the line "services" out`,
    )
  }
  return { endpoint: special?.['s3.endpoint_url'] ?? general, region }
}

function takesPaths(endpoint: string | undefined): boolean {
  return endpoint !== undefined && !/\.amazonaws\.com(?:\.cn)?(?::\d+)?\/?$/.test(endpoint)
}

function refuseProfile(why: string, whatToDo: string): S3Refusal {
  return new S3Refusal({ code: '', status: undefined, why, whatToDo, transient: false })
}
