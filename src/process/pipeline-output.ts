import { EOL } from 'node:os'

/** What a pipeline's script prints, and takes in as it comes. */
export interface PipelineOutput {
  /** Copies what it keeps. */
  readonly add: (chunk: Buffer) => void
  /** Whether it is more than it may be; then no more is handed on, and nothing is kept. */
  readonly isTooMuch: () => boolean
  /** What is kept so far. */
  readonly text: () => string
  /** The same when all was printed. */
  readonly end: () => string
}

/**
 * Keeps what is printed, as far as the limit goes.
 * @param consume gets what the stages print instead, and only the script's own lines are kept
 * @param limit bytes
 */
export function takeOutput(consume?: (bytes: Buffer) => void, limit = Infinity): PipelineOutput {
  return consume === undefined ? collectOutput(limit) : handOnOutput(consume, limit)
}

/**
 * Makes one empty line of each piece that was taken. @actions/exec splits all output into lines for itself, and would
 * look at what has no line end again with each piece: 64 MiB of it took half a minute.
 */
export function emptyBehind(take: (chunk: Buffer) => void): (chunk: Buffer) => void {
  return (chunk) => {
    take(chunk)
    chunk.fill(0)
    chunk.write(EOL, Math.max(0, chunk.length - EOL.length))
  }
}

function collectOutput(limit: number): PipelineOutput {
  let chunks: Buffer[] = []
  let size = 0
  const text = (): string => Buffer.concat(chunks).toString()
  return {
    add: (chunk) => {
      size += chunk.length
      if (size > limit) chunks = []
      else chunks.push(Buffer.from(chunk))
    },
    isTooMuch: () => size > limit,
    text,
    end: text,
  }
}

/** Bytes that the script's own last line has at most: an exit code for each stage. */
const longestLastLine = 256

/** Keeps the script's own first and last line. */
function handOnOutput(consume: (bytes: Buffer) => void, limit: number): PipelineOutput {
  let [first, last]: [Buffer | undefined, Buffer] = [undefined, Buffer.alloc(0)]
  let size = 0
  const text = (): string => Buffer.concat(first === undefined ? [last] : [first, last]).toString()
  return {
    add: (chunk) => {
      size += chunk.length
      if (size > limit) return
      let bytes = Buffer.concat([last, chunk])
      if (first === undefined) {
        const start = bytes.indexOf('\n') + 1
        if (start > 0) first = bytes.subarray(0, start)
        bytes = bytes.subarray(start)
      }
      const kept = first === undefined ? 0 : Math.max(0, bytes.length - longestLastLine)
      if (kept > 0) consume(bytes.subarray(0, kept))
      last = bytes.subarray(kept)
    },
    isTooMuch: () => size > limit,
    text,
    end: () => {
      const start = Math.max(0, last.lastIndexOf('\n'))
      if (start > 0) consume(last.subarray(0, start))
      last = last.subarray(start)
      return text()
    },
  }
}
