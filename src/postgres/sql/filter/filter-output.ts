/** What goes to psql: the dump, and what the filter says itself. */
export interface FilterOutput {
  /** Passes a part of the dump, in bytes or as one character for each. */
  pass(part: Buffer | string): void
  /** Says something of our own, as one character for each byte. @throws Error where a character is no byte */
  say(text: string): void
  /** From here on what is passed is kept back, or no more. */
  mute(isMuted: boolean): void
  /** Keeps the last byte passed back. */
  dropLastByte(): void
  /** All since the last time. */
  take(): Buffer
}

/** @param search gets all bytes of the dump in their order, and throws where psql must not see them */
export function createOutput(search: (bytes: Buffer) => void): FilterOutput {
  let parts: Buffer[] = []
  let searched: Buffer[] = []
  let isMuted = false
  const seal = (): void => {
    if (parts.length === 0) return
    const bytes = Buffer.concat(parts)
    search(bytes)
    searched.push(bytes)
    parts = []
  }
  return {
    pass: (part) => {
      if (!isMuted) parts.push(typeof part === 'string' ? Buffer.from(part, 'latin1') : part)
    },
    say: (text) => {
      // Its low byte alone would be written, which may be a quote.
      if (/[^\0-\xff]/.test(text)) throw new Error('the filter was to say what is no byte')
      seal()
      searched.push(Buffer.from(text, 'latin1'))
    },
    mute: (wanted) => {
      isMuted = wanted
    },
    dropLastByte: () => {
      if (isMuted) return
      const last = parts.pop()
      if (last !== undefined) parts.push(last.subarray(0, -1))
    },
    take: () => {
      seal()
      const bytes = searched.length === 1 ? searched[0] : Buffer.concat(searched)
      searched = []
      return bytes ?? Buffer.alloc(0)
    },
  }
}
