import { expect, it } from '@jest/globals'
import { createPatience, type Clock, type Patience } from '../../src/check/patience.ts'
import { BackupError } from '../../src/errors.ts'
import { explainFailure } from '../../src/postgres/failure/explain-failure.ts'
import { S3Refusal } from '../../src/stores/s3/s3-failure.ts'
import { refuseByStore } from '../../src/stores/store-error.ts'
import type { Store } from '../../src/stores/store.ts'
import { createRecordingLog } from '../support/recording-log.ts'

const signal = new AbortController().signal
const answered = new Error('GitHub’s API answered with status 502')

/** A store that fails as often as there are errors, and then lists nothing. */
function makeStore(errors: readonly Error[]): { store: Store; asked: () => number } {
  let asked = 0
  const refuse = (): never => {
    throw new Error('not used')
  }
  const store: Store = {
    address: 'the store',
    comesWhole: false,
    check: refuse,
    list: () => {
      const error = errors[asked]
      asked += 1
      return error === undefined ? Promise.resolve([]) : Promise.reject(error)
    },
    examine: refuse,
    fetch: refuse,
    begin: refuse,
    remove: refuse,
  }
  return { store, asked: () => asked }
}

/** Patience by a clock that goes forward by the pauses alone. */
function makePatience(): { patience: Patience; pauses: number[]; clock: Clock & { time: number } } {
  const pauses: number[] = []
  const clock = {
    time: 1000,
    now: (): number => clock.time,
    pause: (milliseconds: number): Promise<void> => {
      pauses.push(milliseconds)
      clock.time += milliseconds
      return Promise.resolve()
    },
  }
  return { patience: createPatience(createRecordingLog(), clock), pauses, clock }
}

function refuse(cause: unknown): BackupError {
  return new BackupError(
    'PGB_RESTORE',
    { what: 'It was not listed', why: 'it failed', whatToDo: 'Wait' },
    { cause },
  )
}

const s3 = (transient: boolean): BackupError => {
  const failure = { code: 'SlowDown', status: 503, why: 'it is busy', whatToDo: 'Wait', transient }
  return refuseByStore('It was not listed', 'it is busy', 'Wait', new S3Refusal(failure))
}

it.each<[string, Error, boolean]>([
  ['an answer of 502', refuse(Object.assign(answered, { status: 502 })), true],
  ['an answer of 429', refuse(Object.assign(new Error('slow down'), { status: 429 })), true],
  [
    'a connection that was reset',
    refuse(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })),
    true,
  ],
  [
    'an API that gives no answer',
    refuse(new Error('GitHub’s API gave no answer (none within 10 seconds)')),
    true,
  ],
  ['a busy bucket', s3(true), true],
  ['a bucket that refuses', s3(false), false],
  ['an answer of 403', refuse(Object.assign(new Error('no'), { status: 403 })), false],
  ['what is no backup', refuse(undefined), false],
  ['an error of our own', new TypeError('x is undefined'), false],
])('%s', async (_, error, isPatient) => {
  const { patience, pauses } = makePatience()
  const { store, asked } = makeStore([error])
  const listed = patience.with(store).list({ name: '*' }, signal)
  if (isPatient) expect(await listed).toEqual([])
  else await expect(listed).rejects.toBe(error)
  expect([asked(), pauses]).toEqual(isPatient ? [2, [5000]] : [1, []])
})

it('waits for ten minutes in all, then no longer, and asks a store that has used them up no more', async () => {
  const { patience, pauses } = makePatience()
  const down = makeStore(Array<Error>(100).fill(s3(true)))
  const store = patience.with(down.store)
  await expect(store.list({ name: '*' }, signal)).rejects.toThrow('it is busy')
  expect(pauses.slice(0, 6)).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000])
  expect(pauses.reduce((sum, pause) => sum + pause, 0)).toBe(600_000)
  const asked = down.asked()
  await expect(store.list({ name: '*' }, signal)).rejects.toThrow('it is busy')
  expect(down.asked()).toBe(asked)
  const other = makeStore([s3(true)])
  await expect(patience.with(other.store).list({ name: '*' }, signal)).rejects.toThrow('it is busy')
  expect(other.asked()).toBe(1)
  expect(await patience.with(makeStore([]).store).list({ name: '*' }, signal)).toEqual([])
})

it('waits for a server that restarts, and for no other', async () => {
  const parameters = { host: 'h', user: 'x' }
  const context = { parameters, database: 'shop', action: 'The server was not asked' }
  const explain = (words: string): BackupError | undefined =>
    explainFailure(`psql: error: connection to server at "h", port 5432 failed: ${words}\n`, context)
  const { patience, pauses } = makePatience()
  const failures = ['FATAL:  the database system is shutting down', 'Connection refused'].map(explain)
  const answer = await patience.insist(signal, () => {
    const failure = failures.shift()
    return failure === undefined ? Promise.resolve('18.4') : Promise.reject(failure)
  })
  expect([answer, pauses]).toEqual(['18.4', [5_000, 10_000]])
  const wrong = explain('FATAL:  password authentication failed for user "x"') ?? new Error('not explained')
  await expect(patience.insist(signal, () => Promise.reject(wrong))).rejects.toBe(wrong)
  expect(pauses).toHaveLength(2)
})

it('tells of a cancelled run, and not of what that broke', async () => {
  const cancelling = new AbortController()
  const { store } = makeStore([])
  const broken: Store = {
    ...store,
    list: () => {
      cancelling.abort(new Error('cancelled'))
      return Promise.reject(s3(false))
    },
  }
  const { patience } = makePatience()
  await expect(patience.with(broken).list({ name: '*' }, cancelling.signal)).rejects.toThrow('cancelled')
})

it('ends its waiting when the run is cancelled', async () => {
  const cancelling = new AbortController()
  const clock: Clock = {
    now: () => 0,
    pause: () => {
      cancelling.abort(new Error('cancelled'))
      return Promise.reject(new Error('cancelled'))
    },
  }
  const { store } = makeStore([s3(true)])
  const patient = createPatience(createRecordingLog(), clock).with(store)
  await expect(patient.list({ name: '*' }, cancelling.signal)).rejects.toThrow('cancelled')
})
