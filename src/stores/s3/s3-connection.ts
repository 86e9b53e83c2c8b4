import { setTimeout as wait } from 'node:timers/promises'
import type * as S3 from '@aws-sdk/client-s3'
import type { HeadObjectCommandOutput, S3Client } from '@aws-sdk/client-s3'
import type { Log } from '../../github/log.ts'
import { longestSilence } from '../forgotten-copies.ts'
import type { S3Address } from '../store-address.ts'
import { findService } from './find-service.ts'
import { explainS3Failure, S3Refusal, type S3Failure } from './s3-failure.ts'
import { signBodies } from './signed-body.ts'

/** The client's module, which is loaded only where an address asks for it. */
export type S3Sdk = typeof S3

/** How patient a store is. */
export interface S3Settings {
  /** Attempts of one request in all; those of a file that goes on count anew. */
  readonly attempts: number
  /** Milliseconds before the n-th further attempt, from 1. */
  readonly pause: (failed: number) => number
  /** Milliseconds without a byte in either direction, after which a connection counts as dead. */
  readonly idle: number
  /** Bytes of a part at least; smaller files go in one piece. Amazon takes none below 5 MiB. */
  readonly smallestPart: number
  /** Parts under way at once. */
  readonly partsAtOnce: number
  /** Milliseconds without a new part, after which an upload counts as left behind. */
  readonly abandoned: number
  /** Milliseconds without a new file, after which a folder without a manifest counts as left behind. */
  readonly forgotten: number
}

const mebibyte = 1024 * 1024

export const defaultSettings: S3Settings = {
  attempts: 8,
  // By chance, so that the jobs of a matrix do not come again all at once.
  pause: (failed) => Math.min(1000 * 2 ** (failed - 1), 30_000) * (0.5 + Math.random() / 2),
  idle: 120_000,
  smallestPart: 64 * mebibyte,
  partsAtOnce: 4,
  abandoned: 3_600_000,
  forgotten: longestSilence,
}

/** What of S3's newer protection a service has refused; all of it is tried first. */
export interface Refused {
  checksums: boolean
  conditions: boolean
}

/** One question to a bucket. */
export interface S3Question {
  /** The right that it needs, as in `s3:PutObject`. */
  readonly right: string
  readonly signal: AbortSignal
}

/** A bucket, and how it is asked. */
export interface S3Connection extends S3Place {
  readonly sdk: S3Sdk
  readonly refused: Refused
  /**
   * Asks, and asks again while the failure is transient.
   * @throws S3Refusal, or the signal's reason
   */
  ask<T>(
    question: S3Question,
    work: (client: S3Client, options: { abortSignal: AbortSignal }) => Promise<T>,
  ): Promise<T>
}

/** Where a bucket is, and how patient one is with it. */
export interface S3Place extends S3Address {
  readonly settings: S3Settings
  readonly log: Log
}

/**
 * Loads the client on first use.
 * @throws S3Refusal where the profile that the address names cannot be used
 */
export async function connectS3(place: S3Place, environment: NodeJS.ProcessEnv): Promise<S3Connection> {
  const sdk = await import('@aws-sdk/client-s3')
  const { settings, log, bucket, profile } = place
  const client = new sdk.S3Client({
    ...(await findService(profile, environment)),
    // Attempts are counted here, as the client cannot send a stream once more.
    maxAttempts: 1,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    expectContinueHeader: false,
    logger: makeLogger(log),
    requestHandler: { connectionTimeout: Math.min(settings.idle, 10_000), socketTimeout: settings.idle },
  })
  signBodies(client)
  const ask: S3Connection['ask'] = async ({ right, signal }, work) => {
    for (let failed = 1; ; failed += 1) {
      signal.throwIfAborted()
      try {
        return await work(client, { abortSignal: signal })
      } catch (error) {
        signal.throwIfAborted()
        const failure = explainS3Failure(error, { bucket, profile, right })
        if (!failure.transient || failed >= settings.attempts) throw new S3Refusal(failure, { cause: error })
        log.debug(`${right} failed: ${failure.why}. Trying again`)
        await pause(settings.pause(failed), signal)
      }
    }
  }
  return { ...place, sdk, refused: { checksums: false, conditions: false }, ask }
}

/** @throws the signal's reason */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await wait(milliseconds, undefined, { signal }).catch(() => {
    throw signal.reason
  })
}

/** The failure of a request, where it is of this code or status; undefined for anything else. */
export function findRefusal(error: unknown, ...marks: readonly (string | number)[]): S3Failure | undefined {
  if (!(error instanceof S3Refusal)) return undefined
  const { failure } = error
  return marks.includes(failure.code) || marks.includes(failure.status ?? '') ? failure : undefined
}

/**
 * What the service tells of an object; undefined when there is none.
 * @throws S3Refusal
 */
export async function askForObject(
  s3: S3Connection,
  key: string,
  signal: AbortSignal,
): Promise<HeadObjectCommandOutput | undefined> {
  const question = { Bucket: s3.bucket, Key: key, ...(s3.refused.checksums ? {} : checksumMode) }
  try {
    return await s3.ask({ right: 's3:GetObject', signal }, (client, options) =>
      client.send(new s3.sdk.HeadObjectCommand(question), options),
    )
  } catch (error) {
    if (findRefusal(error, 404) !== undefined) return undefined
    throw error
  }
}

/** A look before a write, where the service knows no conditions; without the right to look there is none. */
export async function isThere(s3: S3Connection, key: string, signal: AbortSignal): Promise<boolean> {
  try {
    return (await askForObject(s3, key, signal)) !== undefined
  } catch (error) {
    if (findRefusal(error, 403) !== undefined) return false
    throw error
  }
}

const checksumMode = { ChecksumMode: 'ENABLED' } as const

/** Without one the client writes its warnings to standard error, where they would look like failures. */
function makeLogger(
  log: Log,
): Record<'trace' | 'debug' | 'info' | 'warn' | 'error', (...texts: unknown[]) => void> {
  const tell = (...texts: unknown[]): void => {
    log.debug(texts.map(String).join(' '))
  }
  const ignore = (): void => undefined
  return { trace: ignore, debug: ignore, info: ignore, warn: tell, error: tell }
}
