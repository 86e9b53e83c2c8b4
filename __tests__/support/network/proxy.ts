import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

/** A way to a server on which connections can be lost without either end being told. */
export interface Proxy {
  port: number
  /** From now on nothing passes on the connections that are there, and neither end hears that the other is gone. */
  loseConnections(): void
  /** The same for those that come. */
  loseNewOnes(): void
  close(): Promise<void>
}

/** Starts a proxy on a free port of 127.0.0.1. */
export async function startProxy(serverPort: number): Promise<Proxy> {
  const sockets = new Set<Socket>()
  const lost = new WeakSet<Socket>()
  let losesNewOnes = false
  const server = createServer((client) => {
    const upstream = connect(serverPort, '127.0.0.1')
    join(client, upstream)
    join(upstream, client)
    if (losesNewOnes) lose(client, upstream)
  })
  const join = (from: Socket, to: Socket): void => {
    sockets.add(from)
    from.on('error', () => undefined)
    from.on('data', (chunk: Buffer) => {
      to.write(chunk)
    })
    from.on('close', () => {
      sockets.delete(from)
      if (!lost.has(from)) to.destroy()
    })
  }
  /** A paused socket takes no bytes, and keeps what is sent to it from view. */
  const lose = (...ends: Socket[]): void => {
    for (const socket of ends) {
      lost.add(socket)
      socket.pause()
    }
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    loseConnections: () => {
      lose(...sockets)
    },
    loseNewOnes: () => {
      losesNewOnes = true
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => {
          resolve()
        })
      }),
  }
}
