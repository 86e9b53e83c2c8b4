import { createRowCounter } from '../../postgres/sql/rows/row-counter.ts'
import type { DumpRows } from '../../postgres/sql/rows/dump-rows.ts'
import { readArray, readCount, readJson, readNullable, readObject, readString } from '../json-reader.ts'
import type { Reader } from '../json-reader.ts'

/** What is known of SQL that was read to its end. */
export interface Content {
  /** Bytes. */
  readonly size: number
  readonly rows: DumpRows
  /** The last bytes, as text. */
  readonly end: string
}

/** Looks at SQL while it passes. */
export interface ContentReader {
  /** Takes the next bytes; they may be written over afterwards. */
  readonly add: (bytes: Buffer) => void
  readonly end: () => Content
}

/** @param endLength bytes of the end that are kept */
export function createContentReader(endLength: number): ContentReader {
  const counter = createRowCounter()
  let size = 0
  // Written over by each long piece, which takes a tenth less time than a copy of its own.
  const last = Buffer.alloc(endLength)
  let end = Buffer.alloc(0)
  return {
    add: (bytes) => {
      size += bytes.length
      counter.add(bytes)
      if (bytes.length < endLength) {
        const joined = Buffer.concat([end, bytes])
        end = joined.subarray(Math.max(0, joined.length - endLength))
      } else {
        bytes.copy(last, 0, bytes.length - endLength)
        end = last
      }
    },
    end: () => ({ size, rows: counter.end(), end: end.toString() }),
  }
}

/** What a program prints that has read content. */
export function formatContent(content: Content): string {
  return JSON.stringify(content)
}

const text = readString(/^[^]*$/, 'a text')
const content: Reader<Content> = readObject({
  size: readCount,
  rows: readObject({
    total: readNullable(readCount),
    tables: readNullable(readArray(readObject({ table: text, rows: readCount }))),
    partitions: readArray(readObject({ table: text, root: text })),
  }),
  end: text,
})

/**
 * The reverse of {@link formatContent}.
 * @throws JsonError
 */
export function parseContent(printed: string): Content {
  return readJson(printed, content)
}
