import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

/** How far a server is. */
export interface Distance {
  /** Milliseconds there and back. */
  roundTrip: number
  /** Of all connections together, each way; without a limit when missing. */
  bytesPerSecond?: number
}

/** A way to a server that takes time. */
export interface FarProxy {
  port: number
  /** Connections since the start. */
  connections(): number
  close(): Promise<void>
}

/** Bytes that are on their way at once on one connection, so that a sender feels a narrow way. */
const window = 4 * 1024 * 1024

/** Starts a proxy on a free port of 127.0.0.1. */
export async function startFarProxy(serverPort: number, distance: Distance): Promise<FarProxy> {
  const { roundTrip, bytesPerSecond = Infinity } = distance
  const sockets = new Set<Socket>()
  let connections = 0
  /** All bytes of one direction share the way, so each waits until those before it have left. */
  const makeLink = (): ((size: number) => number) => {
    let freeAt = 0
    return (size) => {
      freeAt = Math.max(freeAt, performance.now()) + (1000 * size) / bytesPerSecond
      return freeAt + roundTrip / 2 - performance.now()
    }
  }
  const [there, back] = [makeLink(), makeLink()]
  const join = (from: Socket, to: Socket, link: (size: number) => number): void => {
    let underway = 0
    sockets.add(from)
    from.setNoDelay(true)
    from.on('error', () => undefined)
    from.on('data', (chunk: Buffer) => {
      underway += chunk.length
      if (underway > window) from.pause()
      setTimeout(() => {
        underway -= chunk.length
        if (underway <= window) from.resume()
        to.write(chunk)
      }, link(chunk.length))
    })
    from.on('close', () => {
      sockets.delete(from)
      setTimeout(() => to.end(), link(0))
    })
  }
  const server = createServer((client) => {
    connections += 1
    const upstream = connect(serverPort, '127.0.0.1')
    join(client, upstream, there)
    join(upstream, client, back)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => {
          resolve()
        })
      }),
  }
}
