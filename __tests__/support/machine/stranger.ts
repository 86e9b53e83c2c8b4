import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

/** A server that pretends to be PostgreSQL, and asks whoever calls for a password in the clear. */
export interface Stranger {
  port: number
  /** The name of a database that libpq, when it is careless, takes for a connection to this server. */
  databaseName: string
  /** What callers sent, one text for each call; a password among it if they gave one. */
  calls: string[]
  close(): Promise<void>
}

const sslRequest = 80877103
const gssRequest = 80877104
/** AuthenticationCleartextPassword (protocol: Message Formats). */
const askForPassword = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3])

/** Starts a stranger on a free port of 127.0.0.1. */
export async function startStranger(): Promise<Stranger> {
  const calls: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    const call = calls.push('') - 1
    socket.on('error', () => undefined)
    socket.on('data', (chunk: Buffer) => {
      calls[call] = `${calls[call] ?? ''}${chunk.toString('utf8')}`
      const request = chunk.length === 8 ? chunk.readInt32BE(4) : 0
      if (request === sslRequest || request === gssRequest) socket.write('N')
      else if (chunk[0] === 0) socket.write(askForPassword)
      else socket.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    databaseName: `host=127.0.0.1 port=${port} user=x dbname=y`,
    calls,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => {
          resolve()
        })
      }),
  }
}
