import { expect, it } from '@jest/globals'
import { chooseJobs, type DumpConditions } from '../../src/backup/choose-jobs.ts'

const near: DumpConditions = {
  roundTrip: 0.0002,
  sizes: [8e6],
  freeConnections: 97,
  connectionsEach: 1,
  cores: 2,
}
const forty = Array<number>(40).fill(8e6)

it.each<[string, Partial<DumpConditions>, number]>([
  ['as many as cores near by', {}, 2],
  ['as many as cores for large ones near by', { sizes: Array<number>(40).fill(8e9) }, 2],
  ['sixteen of small ones far away', { sizes: forty, roundTrip: 0.04 }, 16],
  ['few more for large ones far away', { sizes: [8e9, 8e9], roundTrip: 0.08 }, 2],
  ['more the farther away', { sizes: Array<number>(40).fill(100e6), roundTrip: 0.04 }, 6],
  ['half of the free connections', { sizes: forty, roundTrip: 0.04, freeConnections: 11 }, 5],
  ['one when hardly any is free', { sizes: forty, freeConnections: 1, cores: 8 }, 1],
  ['one when none is free', { freeConnections: -3 }, 1],
  [
    'a third of that where each takes three',
    { sizes: forty, roundTrip: 0.04, connectionsEach: 3, freeConnections: 60 },
    10,
  ],
  ['as many as cores above sixteen', { cores: 32 }, 32],
  ['as many as cores behind a pooler', { sizes: forty, roundTrip: 0.04, freeConnections: undefined }, 2],
  ['as many as cores where the size is not known', { sizes: [null, null], roundTrip: 0.04 }, 2],
  ['as many as cores for nothing', { sizes: [] }, 2],
])('%s', (_, change, jobs) => {
  expect(chooseJobs({ ...near, ...change }).jobs).toBe(jobs)
})

it('says why', () => {
  const { reason } = chooseJobs({ ...near, sizes: forty, roundTrip: 0.0413 })
  expect(reason).toBe(
    '2 cores, 41 ms to the server and back, 320.0 MB in 40 databases, and 97 free connections',
  )
})
