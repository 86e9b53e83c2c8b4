import { expect, it } from '@jest/globals'
import { formatFleet } from '../../../src/backup/fleet/fleet.ts'
import { planFleet } from '../../../src/backup/fleet/plan-fleet.ts'
import { makePlan } from '../../../src/backup/plan.ts'
import { formatPlan } from '../../../src/backup/report/report-plan.ts'
import { database, defaults, server } from '../samples.ts'

it('the summary of 2,000 databases in 256 parts stays under what GitHub takes of a step', () => {
  const names = Array.from({ length: 2000 }, (_, index) => `${'`'.repeat(57)}|${index}`)
  const databases = names.map((name) => database(name, 1e9))
  const inputs = { ...defaults, databases: names }
  const plan = makePlan(inputs, { ...server, databases }, { clientMajor: 15, cores: 2, now: new Date() })
  const surroundings = {
    ...{ cores: 2, roundTrip: 0, freeConnections: 90 },
    freeDisk: 14e9,
    mostSeconds: 21600,
  }
  const fleet = planFleet(plan, inputs, 256, surroundings)
  const summary = `${formatPlan(plan)}${formatFleet(fleet)}`
  expect(Buffer.byteLength(summary)).toBeLessThan(1024 * 1024)
  expect(summary).toContain('1001 more stand in the log.')
  expect(summary).toContain('| 256 of 256: 7 databases, 7.0 GB |')
})
