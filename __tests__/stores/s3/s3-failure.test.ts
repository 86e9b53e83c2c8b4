import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals'
import { defaultSettings } from '../../../src/stores/s3/s3-connection.ts'
import { openS3Store } from '../../../src/stores/s3/s3-store.ts'
import type { Store } from '../../../src/stores/store.ts'
import { makeCertificates } from '../../support/network/certificates.ts'
import { createRecordingLog, type RecordingLog } from '../../support/recording-log.ts'
import {
  describeS3Error,
  startS3StandIn,
  type S3Answer,
  type S3StandIn,
} from '../../support/stores/s3-stand-in.ts'
import { describeEnvironment } from '../../support/stores/s3-server.ts'
import { makeScratchDirectory } from '../../support/machine/scratch.ts'
import { makeNewBackup, oldName, putBackup } from '../new-backup.ts'

let plain: S3StandIn
let secure: S3StandIn
let log: RecordingLog
const inherited = { ...process.env }
const { signal } = new AbortController()
const address = { bucket: 'acme-backups', prefix: 'pg/' }

beforeAll(async () => {
  const directory = await makeScratchDirectory('tls')
  plain = await startS3StandIn()
  secure = await startS3StandIn(await makeCertificates(directory, 'IP:127.0.0.1'))
  const file = join(directory, 'config')
  const keys = 'aws_access_key_id = AKIAPROFILE\naws_secret_access_key = profile/secret\n'
  await writeFile(
    file,
    `[profile b2]\nregion = eu-central-003\nendpoint_url = ${plain.endpoint}\n${keys}` +
      `[profile empty]\nendpoint_url = ${plain.endpoint}\nregion = eu-west-1\n`,
  )
  const files = { AWS_CONFIG_FILE: file, AWS_SHARED_CREDENTIALS_FILE: join(directory, 'none') }
  process.env = { ...inherited, ...files, ...describeEnvironment(plain.port) }
})
afterEach(() => {
  process.env['AWS_ENDPOINT_URL_S3'] = plain.endpoint
  plain.answer(() => undefined)
})
afterAll(async () => {
  process.env = inherited
  await Promise.all([plain.close(), secure.close()])
})

function openPlace(profile?: string): Store {
  log = createRecordingLog()
  return openS3Store({ ...address, profile }, log, { ...defaultSettings, attempts: 2, pause: () => 1 })
}

const backup = { name: oldName, address: `s3://acme-backups/pg/${oldName}`, storedAt: new Date(0) }
const check = (store: Store): Promise<unknown> => store.check(signal)
const list = (store: Store): Promise<unknown> => store.list({ name: '*' }, signal)
const remove = (store: Store): Promise<unknown> => store.remove(backup, signal)
const put = async (store: Store): Promise<unknown> => putBackup(store, await makeNewBackup(), signal)

/** What Amazon says of an identity whose policy lacks an action. */
function deny(
  action: string,
  how = `because no identity-based policy allows the ${action} action`,
): S3Answer {
  const who = 'arn:aws:sts::123456789012:assumed-role/backup/GitHubActions'
  const what = `User: ${who} is not authorized to perform: ${action}`
  const where = `on resource: &quot;arn:aws:s3:::acme-backups&quot; ${how}`
  return { status: 403, body: describeS3Error('AccessDenied', `${what} ${where}`) }
}

/** The list of a folder with a file in it. */
const listed: S3Answer = {
  status: 200,
  body:
    '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
    '<Name>acme-backups</Name><KeyCount>1</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>' +
    `<Contents><Key>pg/${oldName}/manifest.json</Key><LastModified>2020-01-01T02:00:00.000Z</LastModified>` +
    '<ETag>&quot;fba9dede5f27731c9771645a39863328&quot;</ETag><Size>9</Size></Contents></ListBucketResult>',
}

const elsewhere = { 'x-amz-bucket-region': 'eu-west-1' }
const redirect = describeS3Error(
  'PermanentRedirect',
  'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.',
  { Endpoint: 'acme-backups.s3-eu-west-1.amazonaws.com', Bucket: 'acme-backups' },
)
const malformed = describeS3Error(
  'AuthorizationHeaderMalformed',
  "The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-west-1'",
  { Region: 'eu-west-1' },
)

it.each<[string, S3Answer, (store: Store) => Promise<unknown>, RegExp]>([
  [
    'a bucket of another region, to which HEAD is redirected',
    { status: 301, headers: elsewhere },
    check,
    /the bucket "acme-backups" is in another region, eu-west-1 .* Set AWS_REGION: eu-west-1/,
  ],
  [
    'a bucket of another region, which HEAD does not get',
    { status: 400, headers: elsewhere },
    check,
    /is in another region, eu-west-1 .*Set AWS_REGION: eu-west-1/,
  ],
  [
    'a redirection',
    { status: 301, headers: elsewhere, body: redirect },
    list,
    /is in another region, eu-west-1 \(PermanentRedirect, status 301\)/,
  ],
  [
    'a signature for another region',
    { status: 400, body: malformed },
    list,
    /is in another region, eu-west-1 \(AuthorizationHeaderMalformed/,
  ],
  ['no bucket, as HEAD tells', { status: 404 }, check, /there is no bucket "acme-backups"/],
  [
    'no bucket',
    {
      status: 404,
      body: describeS3Error('NoSuchBucket', 'The specified bucket does not exist', {
        BucketName: 'acme-backups',
      }),
    },
    list,
    /there is no bucket "acme-backups" \(NoSuchBucket, status 404\)/,
  ],
  [
    'a clock that is off',
    {
      status: 403,
      body: describeS3Error(
        'RequestTimeTooSkewed',
        'The difference between the request time and the current time is too large.',
        {
          RequestTime: '20200101T020000Z',
          ServerTime: '2020-01-01T03:00:00Z',
          MaxAllowedSkewMilliseconds: '900000',
        },
      ),
    },
    list,
    /the clock of this machine is more than 15 minutes off/,
  ],
  [
    'an access key that is not known',
    {
      status: 403,
      body: describeS3Error(
        'InvalidAccessKeyId',
        'The AWS Access Key Id you provided does not exist in our records.',
        { AWSAccessKeyId: 'AKIAIOSFODNN7EXAMPLE' },
      ),
    },
    list,
    /does not know the access key or token .*AWS_ACCESS_KEY_ID, AWS_SESSION_TOKEN and AWS_ENDPOINT_URL_S3 belong/,
  ],
  [
    'a secret that does not fit',
    {
      status: 403,
      body: describeS3Error(
        'SignatureDoesNotMatch',
        'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      ),
    },
    list,
    /the secret key does not fit the access key/,
  ],
  [
    'an expired token',
    {
      status: 400,
      body: describeS3Error('ExpiredToken', 'The provided token has expired.', { 'Token-0': 'FwoG' }),
    },
    list,
    /the credentials have expired/,
  ],
  [
    'a service that is too busy',
    { status: 503, body: describeS3Error('SlowDown', 'Please reduce your request rate.') },
    list,
    /too busy, and asks to slow down \(SlowDown, status 503\)/,
  ],
  [
    'a list that is not allowed',
    deny('s3:ListBucket'),
    list,
    /may not do s3:ListBucket in the bucket "acme-backups" .*Allow s3:ListBucket to/,
  ],
  ['a page that is no S3', { status: 200, body: '<html><p>Sign in<br></html>' }, list, /does not speak S3/],
  [
    'a port that wants TLS',
    {
      status: 400,
      headers: { 'content-type': 'text/plain' },
      body: 'Client sent an HTTP request to an HTTPS server.\n',
    },
    list,
    /the port speaks TLS, and the address says http\b/,
  ],
])('explains %s', async (_, answer, act, words) => {
  plain.answer(() => answer)
  const error: unknown = await act(openPlace()).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'PGB_STORE' })
  expect(String(error)).toMatch(words)
})

it.each<[string, RegExp, S3Answer, (store: Store) => Promise<unknown>, RegExp]>([
  [
    's3:PutObject',
    /^PUT /,
    deny('s3:PutObject'),
    put,
    /may not do s3:PutObject in .*Allow s3:PutObject to the role/,
  ],
  [
    's3:DeleteObject',
    /^DELETE /,
    deny('s3:DeleteObject'),
    remove,
    /may not do s3:DeleteObject in the bucket/,
  ],
  // Of a bucket that is encrypted by a key of its own.
  ['kms:GenerateDataKey', /^PUT /, deny('kms:GenerateDataKey'), put, /Allow kms:GenerateDataKey to the role/],
  [
    's3:PutObject by an explicit deny',
    /^PUT /,
    deny('s3:PutObject', 'with an explicit deny in a service control policy'),
    put,
    /an explicit deny in a service control policy/,
  ],
])('names the missing right %s', async (_, request, answer, act, words) => {
  plain.answer((line) => (request.test(line) ? answer : line.startsWith('GET ') ? listed : undefined))
  await expect(act(openPlace())).rejects.toThrow(words)
})

it('names s3:AbortMultipartUpload where an upload that failed cannot be taken back', async () => {
  plain.answer((line) => {
    if (line.includes('partNumber=')) return deny('s3:PutObject')
    if (line.startsWith('DELETE ')) return deny('s3:AbortMultipartUpload')
    // Nothing can be read back.
    if (line.startsWith('HEAD ')) return { status: 403 }
    const begun = '<InitiateMultipartUploadResult><UploadId>one</UploadId></InitiateMultipartUploadResult>'
    return line.startsWith('POST ') ? { status: 200, body: begun } : undefined
  })
  log = createRecordingLog()
  const settings = { ...defaultSettings, attempts: 1, smallestPart: 5 * 1024 * 1024 }
  const large = await makeNewBackup({ files: { 'shop.sql': Buffer.alloc(6_000_000) } })
  await expect(putBackup(openS3Store(address, log, settings), large, signal)).rejects.toThrow('s3:PutObject')
  expect(log.lines.join('\n')).toMatch(/was not taken back.*may not do s3:AbortMultipartUpload/)
})

it('explains a certificate that nobody vouches for', async () => {
  process.env['AWS_ENDPOINT_URL_S3'] = secure.endpoint
  await expect(list(openPlace())).rejects.toThrow(/TLS failed.*NODE_EXTRA_CA_CERTS/)
})

it('explains a port that speaks no TLS', async () => {
  process.env['AWS_ENDPOINT_URL_S3'] = plain.endpoint.replace('http:', 'https:')
  await expect(list(openPlace())).rejects.toThrow(/the port speaks no TLS/)
})

it('explains a port that speaks nothing but TLS', async () => {
  process.env['AWS_ENDPOINT_URL_S3'] = secure.endpoint.replace('https:', 'http:')
  await expect(list(openPlace())).rejects.toThrow(
    /the connection broke.*check http or https in AWS_ENDPOINT_URL_S3/,
  )
})

it('signs by the keys of a profile, for its region, at its endpoint, wherever the environment points', async () => {
  process.env['AWS_ENDPOINT_URL_S3'] = 'http://127.0.0.1:1'
  const signed: (string | undefined)[] = []
  plain.answer((_line, { headers }) => {
    signed.push(headers.authorization)
    return undefined
  })
  await check(openPlace('b2'))
  expect(signed).toEqual([expect.stringMatching(/Credential=AKIAPROFILE\/\d{8}\/eu-central-003\/s3\//)])
})

it('says what of a profile is wrong', async () => {
  plain.answer(() => ({ status: 400, body: malformed }))
  await expect(list(openPlace('b2'))).rejects.toThrow(/Set region of the profile "b2": eu-west-1/)
  await expect(list(openPlace('nobody'))).rejects.toMatchObject({ code: 'PGB_STORE' })
  await expect(list(openPlace('empty'))).rejects.toThrow(
    /there are no credentials.*Set aws_access_key_id and aws_secret_access_key of the profile "empty"/,
  )
})
