/** Prints what retention makes of some histories, for a test that starts this in several time zones. */
import { makeRandom } from '../support/random.ts'
import { decide, makeHistory, makeKeep } from './histories.ts'

const decided = Array.from({ length: 200 }, (_, seed) => {
  const random = makeRandom(seed)
  return decide(makeHistory(random), makeKeep(random)).told.join('\n')
})
const offset = new Date('2025-07-01T00:00:00Z').getTimezoneOffset()
console.log(JSON.stringify({ offset, decided: decided.join('\n') }))
