import { delimiter } from 'node:path'
import { findServer } from '../support/server-binaries.ts'
import { unpackClient } from '../support/postgres-clients.ts'
import { describeService } from './describe-service.ts'
import { services, type Service } from './services.ts'

const client = await unpackClient(18)
// The server's programs are for the scratch server of `verify: restore`.
const directories = [client.binDirectory, await findServer(18, false), process.env['PATH'] ?? '']
const environment = { PATH: directories.join(delimiter) }
const trial = { major: 18, environment, client: client.binDirectory } as const
const few = [services.rdsApplication, services.supabase]
const all: Service[] = Object.values(services).filter(({ name }) => name !== services.plain.name)
for (const service of process.env['PGB_FULL_MATRIX'] === '1' ? all : few) describeService(service, trial)
