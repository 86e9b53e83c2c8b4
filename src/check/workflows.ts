import {
  readArray,
  readCount,
  readFields,
  readOptional,
  readString,
  type ReadBy,
} from '../archive/json-reader.ts'
import type { ManifestSeries } from '../archive/manifest.ts'
import type { Verdict } from '../catalogue/problems.ts'
import { ask, readOrLeave, type RepositoryAccess } from '../stores/artifact/ask-api.ts'
import type { Run } from '../step/run.ts'

/** What GitHub tells of a workflow that makes backups. */
export interface WorkflowNews {
  /** As in `.github/workflows/backup.yml`. */
  readonly path: string
  /** As GitHub calls it, such as `active` or `disabled_inactivity`. */
  readonly state: string
  /** Addresses of its runs that wait or run, without this one. */
  readonly underWay: readonly { readonly status: string; readonly address: string }[]
}

/** What is said of workflows; sentences with their final stop. */
export interface WorkflowRemarks {
  readonly warnings: readonly string[]
  readonly remarks: readonly string[]
}

type AskingRun = Pick<Run, 'environment' | 'signal' | 'log'>

/** Workflows that are asked about: each takes three questions. */
const mostWorkflows = 10
/** The most that GitHub gives at once. */
const perPage = 100

const readText = readString(/^[^]{0,1000}$/, 'a text')
const readWorkflow = readFields({
  id: readCount,
  name: readOptional(readText),
  path: readText,
  state: readText,
})
const readRun = readFields({ id: readCount })

type Workflow = ReadBy<typeof readWorkflow>

/** How GitHub calls runs that have begun or are about to. */
const statuses = ['queued', 'in_progress'] as const

/**
 * Asks GitHub about the workflows that made the newest backups, and says in the log where it does not tell: it is no part
 * of the judgement.
 * @param token undefined where nobody gave one
 * @throws the reason of the signal
 */
export async function askWorkflows(
  verdicts: readonly Verdict[],
  token: string | undefined,
  run: AskingRun,
): Promise<WorkflowNews[]> {
  if (token === undefined) return []
  const news: WorkflowNews[] = []
  for (const series of listSeries(verdicts).slice(0, mostWorkflows)) {
    try {
      const found = await askWorkflow(series, token, run)
      if (found !== undefined) news.push(found)
    } catch (error) {
      run.signal.throwIfAborted()
      const why = error instanceof Error ? error.message : String(error)
      run.log.info(`GitHub did not tell about the workflow ${series.workflow}: ${why}`)
      // The next one would get the same answer, or wait as long for none.
      break
    }
  }
  return news
}

/** PURE. Each workflow once. */
function listSeries(verdicts: readonly Verdict[]): ManifestSeries[] {
  const known = verdicts.map(({ copy }) => copy?.backup.manifest.series ?? undefined)
  const series = known.filter((one) => one !== undefined)
  return [...new Map(series.map((one) => [`${one.repository} ${one.workflow}`, one])).values()]
}

async function askWorkflow(
  { repository, workflow }: ManifestSeries,
  token: string,
  { environment, signal }: AskingRun,
): Promise<WorkflowNews | undefined> {
  const {
    GITHUB_API_URL: apiUrl = 'https://api.github.com',
    GITHUB_SERVER_URL: server = 'https://github.com',
    GITHUB_RUN_ID: ownRun,
  } = environment
  const [owner = '', name = ''] = repository.split('/')
  const access = { owner, name, token, apiUrl, signal }
  const found = await findWorkflow(access, workflow)
  if (found === undefined) return undefined
  const underWay: { status: string; address: string }[] = []
  for (const status of statuses) {
    for (const id of await askRuns(access, found.id, status)) {
      const address = `${server}/${repository}/actions/runs/${id}`
      if (String(id) !== ownRun) underWay.push({ status, address })
    }
  }
  return { path: found.path, state: found.state, underWay }
}

/** By its path; by its name where the runner told no path. */
async function findWorkflow(access: RepositoryAccess, workflow: string): Promise<Workflow | undefined> {
  const reader = readFields({ workflows: readArray(readOrLeave(readWorkflow)) })
  const answer = await ask(access, `/actions/workflows?per_page=${perPage}`, reader)
  if (!('value' in answer)) throw new Error(`its API answered with status ${answer.refused}`)
  const known = answer.value.workflows.filter((one) => one !== undefined)
  return known.find(({ path }) => path === workflow) ?? known.find(({ name }) => name === workflow)
}

async function askRuns(access: RepositoryAccess, workflow: number, status: string): Promise<number[]> {
  const reader = readFields({ workflow_runs: readArray(readRun) })
  const answer = await ask(access, `/actions/workflows/${workflow}/runs?status=${status}&per_page=5`, reader)
  return 'value' in answer ? answer.value.workflow_runs.map(({ id }) => id) : []
}

/** PURE. A workflow that GitHub runs no more, and backups that are on their way. */
export function describeWorkflows(news: readonly WorkflowNews[]): WorkflowRemarks {
  return {
    warnings: news
      .filter(({ state }) => state.startsWith('disabled'))
      .map(
        ({ path, state }) =>
          `The workflow ${path}, which made these backups, is disabled${whyDisabled[state] ?? ''}: nothing is backed up by it. Enable it on the Actions page of the repository.`,
      ),
    remarks: news.flatMap(({ path, underWay }) =>
      underWay.map(
        ({ status, address }) =>
          `A run of ${path} ${status === 'queued' ? 'is queued' : 'is under way'}: ${address}.`,
      ),
    ),
  }
}

const whyDisabled: Readonly<Record<string, string>> = {
  disabled_inactivity: ' by GitHub, since nothing happened in the repository for 60 days',
  disabled_manually: ' by hand',
  disabled_fork: ' as in every new fork',
}
