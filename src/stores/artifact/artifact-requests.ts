import { askRest, type RestAnswer } from '../../github/rest.ts'
import { refuseArtifact } from './artifact-failure.ts'
import type { RepositoryAccess } from './ask-api.ts'

/** The repository of the store. */
export interface Home {
  readonly access: Omit<RepositoryAccess, 'signal'>
  /** Of its actions, for people. */
  readonly address: string
  /** The run that asks; undefined where it is of another repository. */
  readonly ownRun: string | undefined
}

/** PURE. The repository that is asked about, which is the one of this run where none is named. */
export function findHome(
  {
    repository,
    token,
  }: {
    readonly repository?: { readonly owner: string; readonly name: string } | undefined
    readonly token: string
  },
  environment: NodeJS.ProcessEnv,
): Home {
  const {
    GITHUB_REPOSITORY = '',
    GITHUB_RUN_ID,
    GITHUB_API_URL: apiUrl = 'https://api.github.com',
  } = environment
  const { GITHUB_SERVER_URL = 'https://github.com' } = environment
  const [ownOwner = '', ownName = ''] = GITHUB_REPOSITORY.split('/')
  const { owner, name } = repository ?? { owner: ownOwner, name: ownName }
  const isHere = `${owner}/${name}`.toLowerCase() === GITHUB_REPOSITORY.toLowerCase()
  const address = `${GITHUB_SERVER_URL}/${owner}/${name}/actions`
  return { access: { owner, name, token, apiUrl }, address, ownRun: isHere ? GITHUB_RUN_ID : undefined }
}

/**
 * The address of an artifact's zip, good for a few minutes and without a token.
 * @throws Error, with the status where there is one
 */
export async function askSignedUrl(access: RepositoryAccess, id: number): Promise<string> {
  const route = `/repos/${encodeURIComponent(access.owner)}/${encodeURIComponent(access.name)}/actions/artifacts/${id}/zip`
  const ask = (path: string): Promise<RestAnswer> =>
    askRest({ ...access, route: path, stopsAtRedirect: true })
  const first = await ask(route)
  // A repository that was renamed is first redirected to by its number.
  const isRenamed = first.location?.startsWith(`${access.apiUrl}/`) === true
  const { status, location } = isRenamed ? await ask(first.location.slice(access.apiUrl.length)) : first
  if (location !== undefined) return location
  throw Object.assign(new Error(`GitHub's API gave no address for the artifact (status ${status})`), {
    status,
  })
}

/**
 * Removes an artifact; one that is gone is no failure.
 * @throws BackupError PGB_RESTORE where the token may not; Error with the status for all else
 */
export async function removeArtifact(access: RepositoryAccess, id: number, what: string): Promise<void> {
  const route = `/repos/${encodeURIComponent(access.owner)}/${encodeURIComponent(access.name)}/actions/artifacts/${id}`
  const { status } = await askRest({ ...access, method: 'DELETE', route })
  if ([204, 404, 410].includes(status)) return
  if (status !== 401 && status !== 403) {
    throw Object.assign(new Error(`GitHub's API answered with status ${status}`), { status })
  }
  throw refuseArtifact(
    what,
    `the token may not do so (status ${status})`,
    'Give the job `permissions: actions: write`',
  )
}
