import { describe, expect, it } from '@jest/globals'
import { isServiceDatabase, isServiceRole, recogniseService } from '../../../src/postgres/hosting/services.ts'
import type { ServerMarks } from '../../../src/postgres/hosting/services.ts'

const plain: ServerMarks = {
  isSuperuser: false,
  superusers: ['postgres'],
  databases: ['postgres', 'template1', 'shop'],
  settings: ['auto_explain.log_min_duration'],
  schemas: ['public', 'shop'],
}
const cases: [string | undefined, Partial<ServerMarks>][] = [
  [undefined, {}],
  ['supabase', { superusers: ['supabase_admin'] }],
  // Heroku runs on Amazon, and is Heroku all the same.
  ['heroku', { superusers: ['rdsadmin'], databases: ['rdsadmin'], schemas: ['public', '_heroku'] }],
  ['neon', { settings: ['neon.tenant_id'] }],
  ['neon', { superusers: ['cloud_admin'] }],
  ['rds', { superusers: ['rdsadmin'] }],
  ['rds', { databases: ['rdsadmin', 'shop'] }],
  ['cloud-sql', { superusers: ['cloudsqladmin'] }],
  ['azure', { superusers: ['azuresu'] }],
  ['azure', { databases: ['azure_maintenance'] }],
  ['digitalocean', { databases: ['_dodb', 'defaultdb'] }],
  ['aiven', { databases: ['_aiven', 'defaultdb'] }],
  // Nobody gets a superuser from a service: this is a server of one's own, with a backup of roles restored into it.
  [undefined, { isSuperuser: true, superusers: ['postgres', 'rdsadmin'] }],
]

describe('a hosting service is recognised by what the server says', () => {
  it.each(cases)('%s: %j', (id, marks) => {
    expect(recogniseService({ ...plain, ...marks })?.id).toBe(id)
  })
  it('and its databases and roles are told from the user’s', () => {
    const azure = recogniseService({ ...plain, superusers: ['azuresu'] })
    expect(['azure_sys', 'shop'].map((name) => isServiceDatabase(name, azure))).toEqual([true, false])
    expect(['azure_pg_admin', 'my_azure'].map((name) => isServiceRole(name, azure))).toEqual([true, false])
    expect([isServiceDatabase('rdsadmin', undefined), isServiceRole('rdsadmin', undefined)]).toEqual([
      false,
      false,
    ])
  })
})
