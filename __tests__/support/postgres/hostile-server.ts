import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

/** A server that speaks PostgreSQL's protocol, lets everyone in, and gives one answer to every query. */
export interface HostileServer {
  url: string
  close(): Promise<void>
}

const sslRequest = 80877103
const gssRequest = 80877104

/** Starts such a server on a free port of 127.0.0.1. */
export async function startHostileServer(answer: string): Promise<HostileServer> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    let isStarted = false
    socket.on('error', () => undefined)
    socket.on('data', (chunk: Buffer) => {
      const request = chunk.length === 8 ? chunk.readInt32BE(4) : 0
      if (request === sslRequest || request === gssRequest) socket.write('N')
      else if (!isStarted) {
        isStarted = true
        socket.write(greeting)
      } else if (chunk[0] === 'Q'.charCodeAt(0)) socket.write(makeAnswer(answer))
      else socket.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `postgres://someone@127.0.0.1:${port}/shop`,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => {
          resolve()
        })
      }),
  }
}

/** A message of the protocol: its type, its length, its body (protocol: Message Formats). */
function message(type: string, ...parts: (Buffer | string)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)))
  return Buffer.concat([Buffer.from(type), number32(body.length + 4), body])
}

function number32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

const ready = message('Z', 'I')
const parameters = {
  server_version: '15.18',
  server_encoding: 'UTF8',
  client_encoding: 'UTF8',
  standard_conforming_strings: 'on',
}
const greeting = Buffer.concat([
  message('R', number32(0)),
  ...Object.entries(parameters).map(([name, value]) => message('S', `${name}\0${value}\0`)),
  ready,
])

/** One row of one column of the type text, whose oid is 25. */
function makeAnswer(text: string): Buffer {
  const column = Buffer.concat([
    Buffer.from([0, 1]),
    Buffer.from('x\0'),
    ...[0].map(number32),
    Buffer.from([0, 0]),
    number32(25),
    Buffer.from([0xff, 0xff]),
    number32(-1),
    Buffer.from([0, 0]),
  ])
  const value = Buffer.from(text)
  const row = Buffer.concat([Buffer.from([0, 1]), number32(value.length), value])
  return Buffer.concat([message('T', column), message('D', row), message('C', 'SELECT 1\0'), ready])
}
