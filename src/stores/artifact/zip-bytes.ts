import type { FileHandle } from 'node:fs/promises'

/** The value of a field whose number stands in a 64-bit field elsewhere. */
export const MAX_32 = 0xffffffff

/** Thrown for a zip that is damaged, of an unknown kind, or dangerous; the message is for the user. */
export class ZipError extends Error {
  override readonly name = 'ZipError'
}

/** Reads exactly this many bytes; a shorter file is a ZipError. */
export async function readExactly(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  const { bytesRead } = await file.read(buffer, 0, length, offset)
  if (offset < 0 || bytesRead !== length) throw new ZipError('the zip is cut short')
  return buffer
}

/** A 64-bit number as JavaScript's own; one that no file reaches is a ZipError. */
export function toNumber(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new ZipError('the zip names an impossible size')
  return Number(value)
}
