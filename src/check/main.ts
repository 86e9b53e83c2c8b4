import { isGood, judge } from '../catalogue/judge.ts'
import { setOutputs } from '../github/outputs.ts'
import { readShownTexts } from '../inputs/shared-inputs.ts'
import type { Run } from '../step/run.ts'
import { formatCount } from '../units.ts'
import { gatherBackups } from './gather.ts'
import { readCheckInputs } from './inputs.ts'
import { reportCheck } from './report.ts'

/** The story of a check: inputs, backups, judgement, report. Whatever it does not know is bad. */
export async function check(run: Run): Promise<void> {
  setOutputs({ status: 'bad', databases: [] })
  run.protect([], readShownTexts())
  const inputs = readCheckInputs(run.environment['GITHUB_WORKSPACE'] ?? '.')
  run.log.startGroup('Looking for backups')
  const found = await gatherBackups(inputs.places, run)
  run.log.info(`${formatCount(found.backups.length, 'backup')} examined, ${found.unread.length} not readable`)
  run.log.endGroup()
  const judged = judge(found.backups, found.unread, inputs.criteria, new Date())
  const judgement = { ...judged, problems: [...found.problems, ...judged.problems] }
  await reportCheck(judgement, run)
  setOutputs({ status: isGood(judgement) ? 'good' : 'bad' })
}
