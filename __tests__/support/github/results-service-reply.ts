import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'

/** What a handler answers; the server sends it, or withholds it where a fault says so. */
export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly text?: string
  /** Path of a file to stream as the body. */
  readonly file?: string
  /** The Range header by which a piece of the file is asked for. */
  readonly range?: string
}

/** A refusal by a handler: the wrong use of the protocol, as an answer. */
export class Refusal extends Error {
  readonly reply: Reply

  constructor(reply: Reply) {
    super(reply.text ?? String(reply.status))
    this.reply = reply
  }
}

/** A JSON answer. */
export function json(status: number, value: unknown): Reply {
  return { status, headers: { 'content-type': 'application/json' }, text: JSON.stringify(value) }
}

/** Azure's way to say no: XML with a code. */
export function azureError(status: number, code: string): Reply {
  const text = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`
  return { status, headers: { 'content-type': 'application/xml', 'x-ms-error-code': code }, text }
}

/** The request's body as text, at most 1 MB of it. */
export async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > 1_000_000) throw new Refusal(json(413, { msg: 'body too large' }))
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Sends a reply; a file is streamed. */
export async function send(response: ServerResponse, reply: Reply): Promise<void> {
  if (reply.file !== undefined) {
    const { size } = await stat(reply.file)
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(reply.range ?? '') ?? []
    if (from !== undefined) {
      const [start, end] = [Number(from), Math.min(to === '' ? Infinity : Number(to), size - 1)]
      const piece = {
        'content-length': String(end - start + 1),
        'content-range': `bytes ${start}-${end}/${size}`,
      }
      response.writeHead(206, { ...reply.headers, ...piece })
      await pipeline(createReadStream(reply.file, { start, end }), response)
      return
    }
    response.writeHead(reply.status, { ...reply.headers, 'content-length': String(size) })
    await pipeline(createReadStream(reply.file), response)
    return
  }
  response.writeHead(reply.status, { ...reply.headers })
  response.end(reply.text ?? '')
}
