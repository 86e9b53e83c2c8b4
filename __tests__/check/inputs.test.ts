import { join } from 'node:path'
import { afterEach, expect, it } from '@jest/globals'
import { readCheckInputs, type CheckInputs } from '../../src/check/inputs.ts'
import { readInputDefaults } from '../support/github/action-file.ts'

const before = { ...process.env }

afterEach(() => {
  for (const name of Object.keys(process.env))
    if (!(name in before)) Reflect.deleteProperty(process.env, name)
})

/** Reads inputs as the runner would hand them over: the given ones, and the defaults of the action. */
function read(inputs: Record<string, string>): Promise<CheckInputs> {
  const defaults = readInputDefaults(join(import.meta.dirname, '..', '..', 'check', 'action.yml'))
  const given = { ...(Object.fromEntries(defaults) as Record<string, string>), path: '/backups', ...inputs }
  for (const [name, value] of Object.entries(given)) process.env[`INPUT_${name.toUpperCase()}`] = value
  return readCheckInputs('/workspace')
}

it.each<[Record<string, string>, string]>([
  [{ path: '', 'github-token': '' }, 'github-token'],
  [{ 'max-age': 'a day' }, 'max-age'],
  [{ 'max-shrink': '0.5' }, 'max-shrink'],
  [{ databases: '[1' }, 'databases'],
  [{ databases: '["shop", 2024]' }, 'databases'],
  [{ databases: ',' }, 'databases'],
  [{ databases: 'shop, b*' }, 'databases'],
  [{ verify: 'restore', checks: 'select 1' }, 'checks'],
  [{ verify: 'decode', checks: 'shop: select true' }, 'checks'],
  [{ verify: 'restore', 'max-duration': '0s' }, 'max-duration'],
  [{ verify: 'none' }, 'verify'],
])('inputs that cannot be used are refused: %j', async (inputs, name) => {
  await expect(read(inputs)).rejects.toMatchObject({
    code: 'PGB_INPUT',
    message: expect.stringContaining(`"${name}"`),
  })
})

it('what can be used is read', async () => {
  const inputs = { databases: '["shop", "blog"]', verify: 'restore', checks: 'shop: select true' }
  expect(await read(inputs)).toMatchObject({
    criteria: { databases: ['shop', 'blog'] },
    proof: { method: 'restore', checks: [expect.objectContaining({ database: 'shop' })] },
  })
})
