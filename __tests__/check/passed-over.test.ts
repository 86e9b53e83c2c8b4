import { expect, it } from '@jest/globals'
import type { ExpectedServer } from '../../src/catalogue/judge.ts'
import type { Verdict } from '../../src/catalogue/problems.ts'
import {
  describePassedOver,
  listPassedOver,
  selectUnjudged,
  warnOfPassedOver,
  type PassedOver,
} from '../../src/check/passed-over.ts'
import { hostingServices } from '../../src/postgres/hosting/services.ts'
import type { DatabaseFacts, ServerFacts } from '../../src/postgres/server.ts'
import { makeBackup, production } from '../catalogue/samples.ts'

function make(name: string, facts: Partial<DatabaseFacts> = {}): DatabaseFacts {
  return { name, isTemplate: false, allowsConnections: true, mayConnect: true, size: 1, ...facts }
}

function list(...databases: DatabaseFacts[]): PassedOver[] {
  const service = hostingServices.find(({ id }) => id === 'rds')
  return listPassedOver({ databases, service, role: 'checker' } as unknown as ServerFacts)
}

const closed = list(make('secret', { mayConnect: false }))
const server: ExpectedServer = {
  databases: [],
  owns: (series) => series?.server === production.server,
}

function judged(backup = makeBackup({ at: '11-01', databases: ['secret'] })): Verdict {
  const [file] = backup.manifest.files
  const copy = file && { backup, file }
  return { subject: '"secret"', wanted: ['secret'], replaced: [], copy, ageSeconds: 1, problems: [] }
}

it('names what a backup of all databases passes over, with the reason', () => {
  const passedOver = list(
    make('shop'),
    make('template1', { isTemplate: true }),
    make('template0', { isTemplate: true, allowsConnections: false }),
    make('rdsadmin', { mayConnect: false }),
    make('frozen', { allowsConnections: false }),
    make('a', { mayConnect: false }),
    make('b', { mayConnect: false }),
  )
  expect(describePassedOver(passedOver)).toEqual([
    `Not looked at: "rdsadmin", the service's own`,
    'Not looked at: "frozen", which allows no connections',
    'Not looked at: "a", "b", to which the role "checker" may not connect',
  ])
  expect(warnOfPassedOver(passedOver)).toMatch(/^Not looked at: "a", "b", to which .* Grant it CONNECT/)
})

it('warns of nothing that no right of the role would change', () => {
  const passedOver = list(
    make('rdsadmin', { mayConnect: false }),
    make('frozen', { allowsConnections: false }),
  )
  expect(warnOfPassedOver(passedOver)).toBeUndefined()
  expect(describePassedOver(list(make('shop')))).toEqual([])
})

it('names some of many', () => {
  const many = Array.from({ length: 25 }, (_, index) => make(`tenant${index}`, { mayConnect: false }))
  expect(describePassedOver(list(...many))).toEqual([
    expect.stringMatching(/"tenant19" and 5 more, to which/),
  ])
})

it('leaves out what a verdict tells of: one about this server, or one that there is no backup', () => {
  const staging = judged(makeBackup({ at: '11-01', databases: ['secret'], from: { server: 'b'.repeat(32) } }))
  expect(selectUnjudged(closed, [], server)).toEqual(closed)
  expect(selectUnjudged(closed, [staging], server)).toEqual(closed)
  expect(selectUnjudged(closed, [judged()], server)).toEqual([])
  expect(selectUnjudged(closed, [{ ...judged(), copy: undefined }], server)).toEqual([])
})
