import { isGood, judge } from '../catalogue/judge.ts'
import type { Problem } from '../catalogue/problems.ts'
import { BackupError } from '../errors.ts'
import { setOutputs } from '../github/outputs.ts'
import { readConnectionInputs, readShownTexts } from '../inputs/shared-inputs.ts'
import { listSecrets, listShownNames, type ConnectionInputs } from '../postgres/connection/open-connection.ts'
import { withHeartbeat } from '../step/heartbeat.ts'
import type { Run } from '../step/run.ts'
import { listStoreSecrets } from '../stores/open-store.ts'
import { formatCount } from '../units.ts'
import { gatherBackups } from './gather.ts'
import { askForExpected, type AskedServer } from './list-expected.ts'
import { selectUnjudged } from './passed-over.ts'
import { createPatience, type Patience } from './patience.ts'
import { listCheckSecrets, readCheckInputs } from './inputs.ts'
import { proveCopies } from './proof/prove-copies.ts'
import { reportCheck } from './report.ts'
import { askWorkflows, describeWorkflows } from './workflows.ts'

/** The story of a check: inputs, backups, judgement, report. Whatever it does not know is bad. */
export async function check(run: Run): Promise<void> {
  setOutputs({ status: 'bad', databases: [] })
  await withHeartbeat(run, () => carryThrough(run))
}

/** @returns whether all is good */
async function carryThrough(run: Run): Promise<boolean> {
  const { environment } = run
  const given = readConnectionInputs()
  run.protect(
    [...listStoreSecrets(environment), ...listCheckSecrets(), ...listSecrets(given, environment)],
    [...listShownNames(given, environment), ...readShownTexts()],
  )
  const inputs = await readCheckInputs(run.environment['GITHUB_WORKSPACE'] ?? '.')
  const patience = createPatience(run.log)
  run.log.startGroup('Looking for backups')
  const found = await gatherBackups(inputs.places, patience, run)
  run.log.info(`${formatCount(found.backups.length, 'backup')} examined, ${found.unread.length} not readable`)
  run.log.endGroup()
  const asked = await askServer(inputs.connection, patience, run)
  const criteria = { ...inputs.criteria, server: asked.server?.expected }
  const judged = judge(found.backups, found.unread, criteria, new Date())
  // Where something could not be seen, nobody knows that there is nothing.
  const known =
    found.problems.length === 0 ? judged.problems : judged.problems.filter(({ code }) => code !== 'PGB_STALE')
  const seen = { ...judged, problems: [...asked.problems, ...found.problems, ...known] }
  run.log.startGroup('Reading the newest backups')
  const judgement = await proveCopies(seen, found.stores, inputs.proof, run)
  run.log.endGroup()
  const workflows = describeWorkflows(await askWorkflows(judgement.verdicts, inputs.token, run))
  const passedOver =
    asked.server && selectUnjudged(asked.server.passedOver, judgement.verdicts, asked.server.expected)
  await reportCheck(judgement, { workflows, backups: found.backups, passedOver: passedOver ?? [] }, run)
  setOutputs({ status: isGood(judgement) ? 'good' : 'bad' })
  return isGood(judgement)
}

/** A server that does not answer is a problem of its own, and the backups are judged all the same. */
async function askServer(
  connection: ConnectionInputs | undefined,
  patience: Patience,
  run: Run,
): Promise<{ server: AskedServer | undefined; problems: Problem[] }> {
  if (connection === undefined) return { server: undefined, problems: [] }
  try {
    const server = await patience.insist(run.signal, () => askForExpected(connection, run))
    return { server, problems: [] }
  } catch (error) {
    run.signal.throwIfAborted()
    if (!(error instanceof BackupError)) throw error
    return { server: undefined, problems: [{ code: error.code, ...error.explanation }] }
  }
}
