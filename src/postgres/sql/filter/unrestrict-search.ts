import { DumpError } from './dump-error.ts'

const word = Buffer.from('\\unrestrict')
/** Bytes before the word that decide what its backslash is: one of another kind, or the half of a character. */
const contextLength = 5

/**
 * Looks in all that psql gets of a dump, data too, for the command that psql obeys under `\restrict`, since an attack
 * may lead psql and the filter apart. Behind another backslash, as in COPY's data, it is none, unless an encoding
 * such as GB18030 could take that one for the half of a character.
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
