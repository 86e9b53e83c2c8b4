import { isGood, judge } from '../catalogue/judge.ts'
import { setOutputs } from '../github/outputs.ts'
import { readShownTexts } from '../inputs/shared-inputs.ts'
import { withHeartbeat } from '../step/heartbeat.ts'
import type { Run } from '../step/run.ts'
import { listStoreSecrets } from '../stores/open-store.ts'
import { formatCount } from '../units.ts'
import { gatherBackups } from './gather.ts'
import { listCheckSecrets, readCheckInputs } from './inputs.ts'
import { proveCopies } from './proof/prove-copies.ts'
import { reportCheck } from './report.ts'

/** The story of a check: inputs, backups, judgement, report. Whatever it does not know is bad. */
export async function check(run: Run): Promise<void> {
  setOutputs({ status: 'bad', databases: [] })
  await withHeartbeat(run, () => carryThrough(run))
}

/** @returns whether all is good */
async function carryThrough(run: Run): Promise<boolean> {
  run.protect([...listStoreSecrets(run.environment), ...listCheckSecrets()], readShownTexts())
  const inputs = await readCheckInputs(run.environment['GITHUB_WORKSPACE'] ?? '.')
  run.log.startGroup('Looking for backups')
  const found = await gatherBackups(inputs.places, run)
  run.log.info(`${formatCount(found.backups.length, 'backup')} examined, ${found.unread.length} not readable`)
  run.log.endGroup()
  const judged = judge(found.backups, found.unread, inputs.criteria, new Date())
  // Where something could not be seen, nobody knows that there is nothing.
  const known =
    found.problems.length === 0 ? judged.problems : judged.problems.filter(({ code }) => code !== 'PGB_STALE')
  const seen = { ...judged, problems: [...found.problems, ...known] }
  run.log.startGroup('Reading the newest backups')
  const judgement = await proveCopies(seen, found.stores, inputs.proof, run)
  run.log.endGroup()
  await reportCheck(judgement, run)
  setOutputs({ status: isGood(judgement) ? 'good' : 'bad' })
  return isGood(judgement)
}
