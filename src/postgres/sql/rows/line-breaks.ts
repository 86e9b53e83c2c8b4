const newline = 0x0a
const wordSize = Uint32Array.BYTES_PER_ELEMENT
/** As many words as a byte can count. */
const mostAtOnce = 255

/**
 * PURE. The line breaks between two indices, four bytes at a time: 500 MB take 0.14 s, one by one 0.43 s, and a native
 * search for each 0.14 s in lines of 100 bytes, 0.6 s in lines of 20.
 */
export function countLineBreaks(bytes: Uint8Array, from: number, to: number): number {
  const start = from + ((wordSize - ((bytes.byteOffset + from) % wordSize)) % wordSize)
  if (start >= to) return countSingly(bytes, from, to)
  const length = Math.floor((to - start) / wordSize)
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset + start, length)
  return (
    countSingly(bytes, from, start) + countInWords(words) + countSingly(bytes, start + length * wordSize, to)
  )
}

function countSingly(bytes: Uint8Array, from: number, to: number): number {
  let count = 0
  for (let index = from; index < to; index += 1) if (bytes[index] === newline) count += 1
  return count
}

/** Each byte of a sum counts the line breaks at its place (Hacker's Delight, 6-1: finding a zero byte). */
function countInWords(words: Uint32Array): number {
  let count = 0
  for (let index = 0; index < words.length;) {
    const end = Math.min(words.length, index + mostAtOnce)
    let sums = 0
    for (; index < end; index += 1) {
      const word = (words[index] ?? 0) ^ 0x0a0a0a0a
      const others = ((word & 0x7f7f7f7f) + 0x7f7f7f7f) | word
      sums = (sums + ((~others >>> 7) & 0x01010101)) | 0
    }
    count += (sums & 0xff) + ((sums >>> 8) & 0xff) + ((sums >>> 16) & 0xff) + (sums >>> 24)
  }
  return count
}
