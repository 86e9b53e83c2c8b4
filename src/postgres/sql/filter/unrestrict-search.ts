import { DumpError } from './dump-error.ts'

const word = Buffer.from('\\unrestrict')
/** Bytes before the word that decide what its backslash is: one of another kind, or the half of a character. */
const contextLength = 5

/** The word as COPY writes it, and another spelling of the same: COPY reads `\156` as n. */
const [inRow, respelled] = [Buffer.from('\\\\unrestrict'), Buffer.from('\\\\u\\156restrict')]

/** Bytes at the end of rows in which {@link respellRows} cannot yet see the word that they begin. */
export const openLength = inRow.length - 1

/**
 * PURE. Spells the word otherwise in COPY's rows, which whoever uses an application may write: psql obeys no part of
 * that, whatever encoding it reads in, and the server reads the same rows.
 */
export function respellRows(rows: Buffer): Buffer {
  const parts: Buffer[] = []
  let from = 0
  for (let at = rows.indexOf(inRow); at >= 0; at = rows.indexOf(inRow, from)) {
    parts.push(rows.subarray(from, at), respelled)
    from = at + inRow.length
  }
  return from === 0 ? rows : Buffer.concat([...parts, rows.subarray(from)])
}

/**
 * Looks in all that psql gets of a dump, data too, for the command that psql obeys under `\restrict`, since an attack
 * may lead psql and the filter apart. Behind another backslash it is none, unless an encoding such as GB18030 could
 * take that one for the half of a character.
 * @returns a function that takes the bytes in their order, and throws DumpError
 */
export function makeUnrestrictSearch(): (bytes: Buffer) => void {
  let seen = Buffer.alloc(0)
  return (bytes) => {
    const joined = Buffer.concat([seen, bytes])
    for (let at = joined.indexOf(word); at >= 0; at = joined.indexOf(word, at + 1)) {
      const isNew = at + word.length > seen.length
      if (isNew && isCommand(joined, at)) throw new DumpError('the word \\unrestrict', 'unsure')
    }
    seen = Buffer.from(joined.subarray(-(word.length + contextLength)))
  }
}

function isCommand(bytes: Buffer, at: number): boolean {
  if (at === 0 || bytes[at - 1] !== word[0]) return true
  return bytes.subarray(Math.max(0, at - 4), at - 1).some((byte) => byte >= 0x80)
}
