import { expect, it } from '@jest/globals'
import { listSlower, type Row } from '../../bench/report.ts'

function row(name: string, ratio: number, base = 'pg_dump'): Row {
  const figures = { goal: null, seconds: 1, cpuSeconds: 1, outputSize: 0, nodeMemory: 0, memory: 0 }
  return { name, base, ratio, ...figures }
}

it('lists what became slower by more than 5%, against the same peer', () => {
  const earlier = { rows: [row('a', 1), row('b', 1), row('c', 1, 'psql'), row('pg_dump', 1)] }
  const now = { rows: [row('a', 1.04), row('b', 1.2), row('c', 2), row('d', 9), row('pg_dump', 1)] }
  expect(listSlower(earlier, now)).toEqual(['b: 1.20 times "pg_dump", before 1.00 (20% slower)'])
})
