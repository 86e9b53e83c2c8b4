import { once } from 'node:events'
import { createServer as createPlain, type IncomingMessage, type RequestListener } from 'node:http'
import { createServer as createSecure } from 'node:https'
import { readFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import type { Certificates } from '../network/certificates.ts'

/** An answer of a service, word for word. */
export interface S3Answer {
  status: number
  headers?: Record<string, string>
  body?: string
}

/** A server that answers as a test wants a service to answer; it stores nothing. */
export interface S3StandIn {
  /** As in `http://127.0.0.1:4000`. */
  endpoint: string
  port: number
  /** What it says from now on; what is undefined is answered by an empty success. */
  answer(reply: (line: string, request: IncomingMessage) => S3Answer | undefined): void
  close(): Promise<void>
}

/** Starts one on a free port of 127.0.0.1; with certificates it speaks TLS. */
export async function startS3StandIn(certificates?: Certificates): Promise<S3StandIn> {
  let reply: (line: string, request: IncomingMessage) => S3Answer | undefined = () => undefined
  const listen: RequestListener = (request, response) => {
    request.resume()
    request.once('end', () => {
      const line = `${request.method ?? ''} ${request.url ?? ''}`
      const { status, headers = {}, body = '' } = reply(line, request) ?? { status: 200 }
      response.writeHead(status, { 'content-type': 'application/xml', ...headers })
      response.end(request.method === 'HEAD' ? undefined : body)
    })
  }
  const server =
    certificates === undefined
      ? createPlain(listen)
      : createSecure(
          {
            key: await readFile(certificates.keyFile),
            cert: await readFile(certificates.certificateFile),
          },
          listen,
        )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    endpoint: `${certificates === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    port,
    answer: (next) => {
      reply = next
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** An error as Amazon words it, with what it adds to code and message. */
export function describeS3Error(code: string, message: string, more: Record<string, string> = {}): string {
  const elements = Object.entries({ Code: code, Message: message, ...more }).map(
    ([name, text]) => `<${name}>${text}</${name}>`,
  )
  const ids = '<RequestId>4442587FB7D0A2F9</RequestId><HostId>uFVZ2dTZ0Yc=</HostId>'
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${elements.join('')}${ids}</Error>`
}
