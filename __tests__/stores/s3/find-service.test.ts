import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, it } from '@jest/globals'
import { findService } from '../../../src/stores/s3/find-service.ts'
import { makeScratchDirectory } from '../../support/machine/scratch.ts'

const inherited = { ...process.env }

const config = `
[profile b2]
region = eu-central-003
endpoint_url = https://s3.eu-central-003.backblazeb2.com
[profile minio]
region = us-east-1
services = own
[services own]
s3 =
  endpoint_url = http://minio.internal:9000
sts =
  endpoint_url = http://sts.internal:9000
[profile frankfurt]
region = eu-central-1
[profile private]
endpoint_url = https://bucket.vpce-1.s3.eu-west-1.vpce.amazonaws.com
[profile lost]
services = nowhere
[profile bare]
endpoint_url = s3.example.com
`

// The client's loader reads the names of the files from here.
beforeEach(async () => {
  const directory = await makeScratchDirectory('aws')
  const [file, credentials] = [join(directory, 'config'), join(directory, 'credentials')]
  await writeFile(file, config)
  await writeFile(credentials, '[keys]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n')
  process.env = { ...inherited, AWS_CONFIG_FILE: file, AWS_SHARED_CREDENTIALS_FILE: credentials }
})
afterAll(() => {
  process.env = inherited
})

const others = { AWS_ENDPOINT_URL_S3: 'https://r2.example.com', AWS_REGION: 'auto', AWS_PROFILE: 'minio' }

it.each([
  [
    'b2',
    {
      forcePathStyle: true,
      endpoint: 'https://s3.eu-central-003.backblazeb2.com',
      region: 'eu-central-003',
    },
  ],
  ['minio', { forcePathStyle: true, endpoint: 'http://minio.internal:9000', region: 'us-east-1' }],
  // Amazon's own, wherever the environment points.
  ['frankfurt', { forcePathStyle: false, ignoreConfiguredEndpointUrls: true, region: 'eu-central-1' }],
  ['private', { forcePathStyle: false, endpoint: expect.stringContaining('vpce') }],
  ['keys', { forcePathStyle: false, ignoreConfiguredEndpointUrls: true }],
])('takes the profile "%s" before the environment', async (profile, service) => {
  expect(await findService(profile, others)).toEqual({ profile, ...service })
})

it.each([
  ['nobody', 'there is no profile "nobody"'],
  ['constructor', 'there is no profile "constructor"'],
  ['lost', 'names the services "nowhere", which the shared config file does not have'],
  ['bare', 'endpoint_url of the profile "bare" is not an address'],
])('refuses the profile "%s"', async (profile, why) => {
  await expect(findService(profile, others)).rejects.toThrow(why)
})

it.each([
  [{ AWS_ENDPOINT_URL_S3: 'https://r2.example.com' }, true],
  [{ AWS_ENDPOINT_URL_S3: '', AWS_ENDPOINT_URL: 'https://r2.example.com' }, true],
  [{ AWS_ENDPOINT_URL_S3: 'https://s3.eu-west-1.amazonaws.com' }, false],
  [{ AWS_PROFILE: 'minio' }, true],
  [{ AWS_PROFILE: 'frankfurt' }, false],
  [{ AWS_PROFILE: '' }, false],
  [{}, false],
])('addresses by path what is not of Amazon: %j', async (environment, forcePathStyle) => {
  expect(await findService(undefined, environment)).toEqual({ forcePathStyle })
})
