import { setTimeout as sleep } from 'node:timers/promises'
import { readText, refuseInput } from '../inputs/read-inputs.ts'
import { readNodeCode } from '../node-error.ts'
import type { Run } from './run.ts'

const limitMilliseconds = 5_000
const tries = 3
const pauseMilliseconds = 1_000
/** A cancelled step has no more: the runner's own patience ends soon. */
const lastLimitMilliseconds = 2_000

/**
 * Tells a service that waits for signs of life, as Healthchecks.io and its like do, that the work begins (`…/start`) and
 * how it ended (the address itself, or `…/fail`). The signs carry nothing else. What goes wrong with them is a warning, and
 * the work waits for none but the last.
 * @param work tells whether all went well
 * @throws BackupError PGB_INPUT for an address that is none; what the work throws
 */
export async function withHeartbeat(run: Run, work: () => Promise<boolean>): Promise<void> {
  const address = readHeartbeatUrl()
  if (address === undefined) {
    await work()
    return
  }
  // Whoever knows it can pretend that all is well.
  const pieces = address.pathname.split('/').filter((piece) => piece.length >= 8)
  run.protect([readText('heartbeat-url') ?? '', address.href, ...pieces, ...address.searchParams.values()])
  const started = ping(address, '/start', run)
  try {
    const isGood = await work()
    await started
    await ping(address, isGood ? '' : '/fail', run)
  } catch (error) {
    await (run.signal.aborted ? undefined : started)
    await ping(address, '/fail', run)
    throw error
  }
}

/** PURE. The address with what is told at the end of its path, before its query. */
export function addPath(address: URL, end: string): URL {
  const url = new URL(address)
  if (end !== '') url.pathname = `${url.pathname.replace(/\/+$/, '')}${end}`
  return url
}

function readHeartbeatUrl(): URL | undefined {
  const text = readText('heartbeat-url')
  if (text === undefined) return undefined
  const url = URL.parse(text.trim())
  if (url?.protocol === 'https:') return url
  throw refuseInput(
    'heartbeat-url',
    'it is no https address',
    'Copy it from the service, with https:// before it',
  )
}

async function ping(address: URL, end: string, { log, signal }: Run): Promise<void> {
  const most = signal.aborted ? 1 : tries
  let why = ''
  for (let attempt = 1; attempt <= most; attempt += 1) {
    const limit = signal.aborted ? lastLimitMilliseconds : limitMilliseconds
    why = await send(addPath(address, end), limit)
    if (why === '') return
    if (attempt < most) await sleep(pauseMilliseconds)
  }
  log.warning(`The heartbeat${end === '' ? '' : ` ${end}`} was not sent: ${why}.`, 'Heartbeat')
}

/** @returns why it did not arrive, without the address; empty when it did */
async function send(url: URL, limit: number): Promise<string> {
  try {
    const { status, body } = await fetch(url, { signal: AbortSignal.timeout(limit), redirect: 'error' })
    await body?.cancel()
    return status < 300 ? '' : `the service answered with status ${status}`
  } catch (error) {
    const { name, cause } = error instanceof Error ? error : { name: '', cause: undefined }
    if (name === 'TimeoutError') return `the service did not answer within ${limit / 1000} seconds`
    const code = readNodeCode(cause)
    return `the service was not reached${code === undefined ? '' : ` (${code})`}`
  }
}
