import type { ReadStream } from 'node:fs'
import type { S3Client } from '@aws-sdk/client-s3'
import type { Progress } from '../progress.ts'

/** Bytes of a file, whose SHA-256 is known before they are sent. */
export interface SignedBody {
  /** 64 lower-case hex digits. */
  readonly sha256: string
  readonly size: number
  /** A stream of its own for each attempt. */
  readonly open: () => ReadStream
}

const digests = new WeakMap<object, string>()

/**
 * Makes the SHA-256 of a {@link SignedBody} part of its request's signature, so that every service checks it, also one
 * that knows no checksums: the client itself would sign a stream as `UNSIGNED-PAYLOAD`.
 */
export function signBodies({ middlewareStack }: S3Client): void {
  middlewareStack.add(
    (next) => (args) => {
      const { request, input } = args
      const body = 'Body' in input ? input.Body : undefined
      const sha256 = typeof body === 'object' ? digests.get(body) : undefined
      if (sha256 !== undefined && hasHeaders(request)) request.headers['x-amz-content-sha256'] = sha256
      return next(args)
    },
    { step: 'build', name: 'signBodies' },
  )
}

/**
 * Sends a body by a stream of its own.
 * @throws what `send` throws; what it has sent does not count then
 */
export async function sendBody<T>(
  body: SignedBody,
  progress: Progress,
  send: (stream: ReadStream) => Promise<T>,
): Promise<T> {
  const stream = body.open()
  digests.set(stream, body.sha256)
  let sent = 0
  stream.on('data', (chunk) => {
    sent += chunk.length
    progress.add(chunk.length)
  })
  // A listener lets the stream flow, and the client is to do so.
  stream.pause()
  try {
    return await send(stream)
  } catch (error) {
    progress.add(-sent)
    throw error
  } finally {
    stream.destroy()
  }
}

function hasHeaders(request: unknown): request is { headers: Record<string, string> } {
  return typeof request === 'object' && request !== null && 'headers' in request
}
