/**
 * Program: decompresses SQL from stdin to its end and prints what is known of it, with as many of its last bytes as the
 * first argument says. To the file that the second one names it writes how many bytes there were, and their CRC-32.
 * Node's zlib takes three quarters of the time of pigz; a process of its own keeps the buffers that it leaves to the
 * garbage collector out of the action's memory.
 */
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { createContentReader, formatContent } from '../archive/reading/content.ts'
import { createByteCounter } from './byte-counter.ts'

/** Smaller chunks cost up to a quarter more time. */
const chunkSize = 1024 * 1024

async function readGzip(endLength: number, resultPath: string): Promise<string> {
  const input = createReadStream('', { fd: 0, highWaterMark: chunkSize })
  const gunzip = createGunzip({ chunkSize })
  const counter = createByteCounter()
  const reader = createContentReader(endLength)
  await pipeline(input, gunzip, async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      counter.add(chunk)
      reader.add(chunk)
    }
  })
  // Node passes over what follows the data.
  if (gunzip.bytesWritten !== input.bytesRead) throw new Error('the gzip data ends before the file')
  counter.write(resultPath)
  return formatContent(reader.end())
}

try {
  process.stdout.write(await readGzip(Number(process.argv[2]), process.argv[3] ?? ''))
} catch (error) {
  process.stderr.write(`read-gzip: error: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
