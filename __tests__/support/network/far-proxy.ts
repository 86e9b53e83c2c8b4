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
  const sockets = new Set<Socket>()
  let connections = 0
  const [there, back] = [makeWay(distance), makeWay(distance)]
  const join = (from: Socket, to: Socket, send: Way): void => {
    let underway = 0
    sockets.add(from)
    from.setNoDelay(true)
    from.on('error', () => undefined)
    from.on('data', (chunk: Buffer) => {
      underway += chunk.length
      if (underway > window) from.pause()
      send(chunk.length, () => {
        underway -= chunk.length
        if (underway <= window) from.resume()
        to.write(chunk)
      })
    })
    from.on('close', () => {
      sockets.delete(from)
      send(0, () => to.end())
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

/** Calls what is given when that many bytes have arrived, all in their order. */
type Way = (size: number, arrive: () => void) => void

/** One direction, which all connections share: bytes wait until those before them have left. */
function makeWay({ roundTrip, bytesPerSecond = Infinity }: Distance): Way {
  const underway: { at: number; arrive: () => void }[] = []
  let freeAt = 0
  const deliver = (): void => {
    while (underway[0] !== undefined && underway[0].at <= performance.now()) underway.shift()?.arrive()
    wait()
  }
  const wait = (): void => {
    if (underway[0] !== undefined) setTimeout(deliver, Math.max(0, underway[0].at - performance.now()))
  }
  return (size, arrive) => {
    freeAt = Math.max(freeAt, performance.now()) + (1000 * size) / bytesPerSecond
    underway.push({ at: freeAt + roundTrip / 2, arrive })
    if (underway.length === 1) wait()
  }
}
