import { Readable } from 'node:stream'
import { ZipError } from './zip-members.ts'
import type { ByteSource } from './zip-reader.ts'

/** Bytes at the end that are fetched at once: the list of members, and the manifest, which is among the last ones. */
const tailSize = 1024 * 1024

/** Thrown with the status of an answer, so that its meaning can be told. */
class RefusedRange extends Error {
  override readonly name = 'RefusedRange'
  readonly status: number

  constructor(status: number) {
    super(`the storage answered with status ${status}`)
    this.status = status
  }
}

/**
 * The bytes of a file on a web server that serves ranges, such as the zip of an artifact by its signed address.
 * @throws Error with the status of an answer that is no range; ZipError where the server serves no ranges; what `fetch` throws
 */
export async function readFromWeb(url: string, signal: AbortSignal): Promise<ByteSource> {
  const size = await askSize(url, signal)
  const tailStart = Math.max(0, size - tailSize)
  const tail = await readRange(url, tailStart, size, signal)
  return {
    size,
    read: (start, length) =>
      start >= tailStart
        ? Promise.resolve(tail.subarray(start - tailStart, start - tailStart + length))
        : readRange(url, start, start + length, signal),
    openRange: (start, end) =>
      start >= tailStart
        ? Readable.from([tail.subarray(start - tailStart, end - tailStart)])
        : Readable.from(streamRange(url, start, end, signal)),
  }
}

/** Azure's storage knows no ranges from the end, so the size comes first. */
async function askSize(url: string, signal: AbortSignal): Promise<number> {
  const response = await askRange(url, 0, 1, signal)
  await response.arrayBuffer()
  const [, size] = /^bytes 0-0\/(\d+)$/.exec(response.headers.get('content-range') ?? '') ?? []
  if (size === undefined) throw new ZipError('the storage does not say how long it is')
  return Number(size)
}

async function readRange(url: string, start: number, end: number, signal: AbortSignal): Promise<Buffer> {
  const bytes = Buffer.from(await (await askRange(url, start, end, signal)).arrayBuffer())
  if (bytes.length !== end - start) throw new ZipError('the storage sent another piece than was asked for')
  return bytes
}

async function* streamRange(
  url: string,
  start: number,
  end: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { body } = await askRange(url, start, end, signal)
  if (body !== null) yield* body
}

async function askRange(url: string, start: number, end: number, signal: AbortSignal): Promise<Response> {
  const response = await fetch(url, { headers: { range: `bytes=${start}-${end - 1}` }, signal })
  if (response.status === 206) return response
  await response.body?.cancel()
  if (response.status === 200) throw new ZipError('the storage serves no ranges')
  throw new RefusedRange(response.status)
}
