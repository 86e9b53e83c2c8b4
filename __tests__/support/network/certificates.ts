import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execute } from '../machine/execute.ts'

/** A certificate for a server, and the authority that vouches for it. */
export interface Certificates {
  /** PEM text of the certificate authority, as users put it into `ssl-root-cert`. */
  authority: string
  certificateFile: string
  keyFile: string
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']

/** Makes a certificate authority and a server certificate with openssl. `names` is a subjectAltName. */
export async function makeCertificates(directory: string, names: string): Promise<Certificates> {
  const at = (name: string): string => join(directory, name)
  const run = (...args: string[]): Promise<string> => execute('openssl', args)
  await run(
    'req',
    '-x509',
    ...newKey,
    '-subj',
    '/CN=Test authority',
    '-keyout',
    at('ca.key'),
    '-out',
    at('ca.crt'),
  )
  const request = ['-subj', '/CN=postgres', '-keyout', at('server.key'), '-out', at('server.csr')]
  await run('req', ...newKey.filter((arg) => arg !== '-days' && arg !== '2'), ...request)
  await writeFile(at('server.ext'), `subjectAltName=${names}\n`)
  const authority = ['-CA', at('ca.crt'), '-CAkey', at('ca.key'), '-CAcreateserial']
  const signed = ['-in', at('server.csr'), '-extfile', at('server.ext'), '-out', at('server.crt')]
  await run('x509', '-req', '-days', '2', ...authority, ...signed)
  return {
    authority: await readFile(at('ca.crt'), 'utf8'),
    certificateFile: at('server.crt'),
    keyFile: at('server.key'),
  }
}
