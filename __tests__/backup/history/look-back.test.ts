import { expect, it } from '@jest/globals'
import { lookBack } from '../../../src/backup/history/look-back.ts'
import { openArtifactStore } from '../../../src/stores/artifact/artifact-store.ts'
import { defaultAttempts } from '../../../src/stores/artifact/attempt.ts'
import { createRecordingLog } from '../../support/recording-log.ts'

it('tells of an API that does not answer, after three attempts, and stops nothing', async () => {
  const pauses: number[] = []
  const settings = {
    ...defaultAttempts,
    pause: (milliseconds: number) => {
      pauses.push(milliseconds)
      return Promise.resolve()
    },
  }
  Object.assign(process.env, { GITHUB_REPOSITORY: 'octo/shop', GITHUB_API_URL: 'http://127.0.0.1:9' })
  const store = openArtifactStore({ token: 'ghs_test', log: createRecordingLog() }, settings)
  const { signal } = new AbortController()
  const past = await lookBack(
    [{ store, pattern: '*' }],
    () => [],
    () => false,
    signal,
  )
  expect(past).toEqual({ backups: [], unseen: [expect.stringMatching(/octo\/shop.*gave no answer/)] })
  expect(pauses).toEqual([5000, 20_000])
})
