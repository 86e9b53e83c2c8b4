import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { makeRandom, type Fault } from '../../faults/fault.ts'
import { judge } from '../../faults/judge.ts'
import { faults } from '../../faults/table.ts'
import { makeWorld, type World } from '../../faults/world.ts'

/** One fault for each rule, and with PGB_FULL_MATRIX their variants; `npm run test:faults` makes them all many times. */
const isFull = process.env['PGB_FULL_MATRIX'] !== undefined
const quick = faults.filter(({ isSlow, isVariant }) => isSlow !== true && (isFull || isVariant !== true))
const kinds = [...new Set(quick.map(({ kind }) => kind))]

let world: World

beforeAll(async () => {
  world = await makeWorld(process.env['FAULT_DIST'])
}, 120_000)

afterAll(async () => {
  await world.close()
})

async function inflict(fault: Fault): Promise<string[]> {
  const outcome = await fault.inflict(world, makeRandom(1))
  try {
    return judge(outcome)
  } finally {
    await outcome.service.close()
  }
}

describe.each(kinds)('%s', (kind) => {
  const rows = quick.filter((fault) => fault.kind === kind).map((fault) => [fault.name, fault] as const)

  it.each(rows)('%s', async (_, fault) => {
    expect(await inflict(fault)).toEqual([])
  })
})
