import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { findFreePort } from '../postgres/cluster.ts'
import { providePythonPackages } from '../machine/python-packages.ts'
import { makeScratchDirectory } from '../machine/scratch.ts'

/** A server that speaks S3, with one bucket, on this machine. */
export interface S3Server {
  port: number
  bucket: string
  /** What a workflow would set in `env`. */
  environment: Record<string, string>
  /** The keys of all objects, sorted. */
  keys(): Promise<string[]>
  /** The keys of the uploads that have not ended. */
  uploads(): Promise<string[]>
  /** Puts an object, as a stranger or another tool would. */
  put(key: string, body: string): Promise<void>
  remove(key: string): Promise<void>
  /** Begins an upload of several parts, and returns its number. */
  beginUpload(key: string): Promise<string>
  abortUpload(key: string, id: string): Promise<void>
  stop(): Promise<void>
}

/** Credentials that the test's servers take. */
export const testCredentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'example/secret/key' }

/** Ends with the process that started it, whatever ends that. */
const guarded = `
import os, sys, threading
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
from moto.server import main
main(sys.argv[1:])
`

/** Starts moto, installed from PyPI where it is not there yet. */
export async function startMoto(): Promise<S3Server> {
  const packages = await providePythonPackages({
    name: 'moto-5.2.5',
    purpose: 'moto, the S3 server of the tests,',
    requirements: await readFile(join(import.meta.dirname, 'moto-requirements.txt'), 'utf8'),
    provides: 'moto/server.py',
  })
  const port = await findFreePort()
  const child = spawn('python3', ['-c', guarded, '-H', '127.0.0.1', '-p', String(port)], {
    env: {
      PATH: process.env['PATH'],
      PYTHONPATH: packages,
      // It keeps large bodies there.
      TMPDIR: await makeScratchDirectory('moto'),
    },
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  return describeServer(port, async () => {
    child.stdin.end()
    if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve))
  })
}

/** Waits until the server answers, and makes the bucket. */
export async function describeServer(port: number, stop: () => Promise<void>): Promise<S3Server> {
  const endpoint = `http://127.0.0.1:${port}`
  const bucket = 'backups'
  const client = new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: testCredentials,
    maxAttempts: 1,
  })
  await waitUntilReady(() => client.send(new CreateBucketCommand({ Bucket: bucket })))
  return {
    port,
    bucket,
    environment: describeEnvironment(port),
    keys: async () => {
      const { Contents: contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }))
      return contents.map(({ Key: key = '' }) => key).sort()
    },
    uploads: async () => {
      const { Uploads: uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))
      return uploads.map(({ Key: key = '' }) => key).sort()
    },
    put: async (key, body) => {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }))
    },
    remove: async (key) => {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }))
    },
    beginUpload: async (key) => {
      const answer = await client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: key }))
      return answer.UploadId ?? 'none'
    },
    abortUpload: async (key, id) => {
      await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: id }))
    },
    stop: async () => {
      client.destroy()
      await stop()
    },
  }
}

/** The variables by which the client finds a service at this port. */
export function describeEnvironment(port: number): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}`,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: testCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: testCredentials.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
  }
}

async function waitUntilReady(ask: () => Promise<unknown>): Promise<void> {
  const deadline = Date.now() + 60_000
  for (;;) {
    try {
      await ask()
      return
    } catch (error) {
      if (Date.now() > deadline) throw error
      await sleep(100)
    }
  }
}
