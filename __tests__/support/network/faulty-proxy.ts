import { once } from 'node:events'
import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** What goes wrong with requests that fit. */
export interface HttpFault {
  /** On `METHOD path?query`. */
  request: RegExp
  /** On the request's headers, one a line; any when missing. */
  header?: RegExp
  /**
   * `reset`: broken in the middle of the request's body; `lost`: done, and broken before the answer; `cut`: broken in
   * the middle of the answer; `hang`: no byte ever again; `corrupt`: a byte of the body is another one; or an answer.
   */
  kind: 'reset' | 'lost' | 'cut' | 'hang' | 'corrupt' | { status: number; code: string; message?: string }
  /** Always, when missing. */
  times?: number
}

/** A way to a server on which requests go wrong. */
export interface FaultyProxy {
  port: number
  fail(fault: HttpFault): void
  /** How many requests went wrong. */
  failed(): number
  /** All requests so far, as `METHOD path?query`. */
  requests(): string[]
  waitForFault(): Promise<void>
  reset(): void
  close(): Promise<void>
}

/** Starts a proxy on a free port of 127.0.0.1. */
export async function startFaultyProxy(serverPort: number): Promise<FaultyProxy> {
  let faults: HttpFault[] = []
  let failed = 0
  let requests: string[] = []
  const sockets = new Set<Socket>()
  const take = (incoming: IncomingMessage): HttpFault | undefined => {
    const line = `${incoming.method ?? ''} ${incoming.url ?? ''}`
    requests.push(line)
    const headers = incoming.rawHeaders.join('\n')
    const fault = faults.find(
      ({ request, header = /(?:)/, times = 1 }) => request.test(line) && header.test(headers) && times > 0,
    )
    if (fault === undefined) return undefined
    if (fault.times !== undefined) fault.times -= 1
    failed += 1
    return fault
  }
  const server = createServer((incoming, outgoing) => {
    const fault = take(incoming)
    incoming.on('error', () => undefined)
    if (fault?.kind === 'hang') return
    if (fault?.kind === 'reset') {
      incoming.once('data', () => incoming.socket.resetAndDestroy())
      incoming.once('end', () => incoming.socket.resetAndDestroy())
    } else if (typeof fault?.kind === 'object') refuse(incoming, outgoing, fault.kind)
    else forward(incoming, outgoing, serverPort, fault?.kind)
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    fail: (fault) => {
      faults.push({ ...fault })
    },
    failed: () => failed,
    requests: () => requests,
    waitForFault: async () => {
      while (failed === 0) await sleep(10)
    },
    reset: () => {
      faults = []
      failed = 0
      requests = []
    },
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** The answer comes when the body has been read, as clients want it. */
function refuse(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { status, code, message = code }: { status: number; code: string; message?: string },
): void {
  incoming.resume()
  incoming.once('end', () => {
    outgoing.writeHead(status, { 'content-type': 'application/xml' })
    outgoing.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`)
  })
}

function forward(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  port: number,
  kind: 'lost' | 'cut' | 'corrupt' | undefined,
): void {
  const { method, url, headers } = incoming
  const forwarded = ask({ host: '127.0.0.1', port, path: url, method, headers }, (answer) => {
    if (kind === 'lost') {
      answer.resume()
      answer.once('end', () => incoming.socket.resetAndDestroy())
      return
    }
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
    if (kind === 'cut') cut(answer, outgoing, incoming.socket)
    else answer.pipe(outgoing)
  })
  forwarded.on('error', () => outgoing.destroy())
  let isFirst = true
  incoming.on('data', (chunk: Buffer) => {
    if (kind === 'corrupt' && isFirst) chunk[0] = (chunk[0] ?? 0) ^ 1
    isFirst = false
    forwarded.write(chunk)
  })
  incoming.on('end', () => forwarded.end())
}

/** After a good part of it. */
function cut(answer: IncomingMessage, outgoing: ServerResponse, socket: Socket): void {
  const half = Number(answer.headers['content-length']) / 2
  let passed = 0
  answer.on('data', (chunk: Buffer) => {
    passed += chunk.length
    if (passed < half) outgoing.write(chunk)
    else if (passed - chunk.length < half) setTimeout(() => socket.destroy(), 300)
  })
}
