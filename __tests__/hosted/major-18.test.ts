import { delimiter } from 'node:path'
import { findServer } from '../support/postgres/server-binaries.ts'
import { unpackClient } from '../support/postgres/postgres-clients.ts'
import { describeService } from './describe-service.ts'
import { services, type Service } from './services.ts'

const client = await unpackClient(18)
// The server's programs are for the scratch server of `verify: restore`.
const directories = [client.binDirectory, await findServer(18, false), process.env['PATH'] ?? '']
const environment = { PATH: directories.join(delimiter) }
const trial = { major: 18, environment, client: client.binDirectory } as const
/** PGB_FULL_MATRIX asks for all services; what PostgreSQL 18 has for roles and in dumps is seen with these. */
const few = [
  { service: services.rdsMaster, ways: ['all'] },
  { service: services.supabase, ways: ['fresh'] },
] as const
const all: Service[] = Object.values(services).filter(({ name }) => name !== services.plain.name)
if (process.env['PGB_FULL_MATRIX'] === undefined)
  for (const { service, ways } of few) describeService(service, { ...trial, ways })
else for (const service of all) describeService(service, trial)
