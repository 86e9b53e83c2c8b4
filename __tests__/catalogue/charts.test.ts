import { expect, it, jest } from '@jest/globals'
import type { Manifest } from '../../src/archive/manifest.ts'
import { formatHistory } from '../../src/catalogue/charts.ts'
import { makeFile, makeManifest } from '../support/manifests.ts'

/*
 * Whether Mermaid reads the charts, by its own parser; what a summary shows of them is tried where it is written.
 */

// It cleans titles for a page, which takes a browser's document.
jest.unstable_mockModule('dompurify', () => ({
  default: { sanitize: (text: string) => text, addHook: () => undefined },
}))
const { default: mermaid } = await import('mermaid')

function makeNight(day: number, size: number, rows: number | null): Manifest {
  const startedAt = `2026-11-${String(day).padStart(2, '0')}T02:00:00.000Z`
  return makeManifest({ startedAt, files: [makeFile({ size, rows })] })
}

/** The charts that follow so many nights, without their fences. */
function draw(nights: readonly Manifest[]): string[] {
  const [newest = makeNight(1, 1, 1), ...past] = nights.toReversed()
  const markdown = formatHistory(newest, { past, unseen: [] }) ?? ''
  return [...markdown.matchAll(/^```mermaid\n(.*?)\n```$/gms)].map(([, chart = '']) => chart)
}

it.each<[string, Manifest[], number]>([
  ['two backups', [makeNight(1, 1_000_000, null), makeNight(2, 3_456_789, null)], 1],
  ['rows too', [makeNight(1, 10, 5), makeNight(2, 20, 6)], 2],
  ['nothing in them', [makeNight(1, 0, 0), makeNight(2, 0, 0)], 2],
  ['huge ones', [makeNight(1, 5e15, 7e12), makeNight(2, 1, 1)], 2],
  ['thirty', Array.from({ length: 30 }, (_, index) => makeNight(index + 1, 1000 * index, index)), 2],
])('reads charts of %s', async (_, nights, count) => {
  const charts = draw(nights)
  expect(charts).toHaveLength(count)
  for (const chart of charts) expect(await mermaid.parse(chart)).toMatchObject({ diagramType: 'xychart' })
})

it('refuses what is no chart', async () => {
  const [chart = ''] = draw([makeNight(1, 1, null), makeNight(2, 2, null)])
  await expect(mermaid.parse(chart.replace(']', ''))).rejects.toThrow()
})
