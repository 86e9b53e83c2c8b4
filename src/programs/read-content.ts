/**
 * Program: reads SQL from stdin to its end and prints what is known of it, with as many of its last bytes as the first
 * argument says. To the file that a second one names it writes how many bytes there were, and their CRC-32.
 */
import { createContentReader, formatContent } from '../archive/reading/content.ts'
import { createByteCounter } from './byte-counter.ts'
import { readInput } from './read-input.ts'

function readContent(endLength: number, resultPath: string | undefined): string {
  const reader = createContentReader(endLength)
  const counter = resultPath === undefined ? undefined : createByteCounter()
  readInput((bytes) => {
    counter?.add(bytes)
    reader.add(bytes)
  })
  if (resultPath !== undefined) counter?.write(resultPath)
  return formatContent(reader.end())
}

try {
  process.stdout.write(readContent(Number(process.argv[2]), process.argv[3]))
} catch (error) {
  process.stderr.write(`read-content: error: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
