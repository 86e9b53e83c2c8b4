import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** What stands between current clients and the artifact server of act. */
export interface ArtifactGateway {
  /** Address to give to clients, with a slash at its end. */
  url: string
  close(): Promise<void>
}

/**
 * Passes requests on to act's artifact server, which was made for older clients: it refuses the field `mime_type`, and
 * signatures without their padding, which Azure's client drops.
 */
export async function startArtifactGateway(port: number): Promise<ArtifactGateway> {
  const server = createServer((incoming, outgoing) => {
    const { method, headers } = incoming
    void buffer(incoming).then((sent) => {
      const body = translateBody(incoming, sent)
      const own = { ...headers, 'content-length': String(body.length) }
      delete own['transfer-encoding']
      const options = { host: '127.0.0.1', port, path: pad(incoming.url ?? ''), method, headers: own }
      const forwarded = request(options, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(outgoing)
      })
      forwarded.on('error', () => outgoing.destroy())
      forwarded.end(body)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function translateBody({ url = '' }: IncomingMessage, sent: Buffer): Buffer {
  if (!url.endsWith('/CreateArtifact')) return sent
  const message = JSON.parse(sent.toString()) as Record<string, unknown>
  delete message['mime_type']
  return Buffer.from(JSON.stringify(message))
}

function pad(url: string): string {
  return url.replace(/\bsig=([\w-]+)(?=&|$)/, (_, sig: string) => {
    return `sig=${sig}${'%3D'.repeat((4 - (sig.length % 4)) % 4)}`
  })
}
