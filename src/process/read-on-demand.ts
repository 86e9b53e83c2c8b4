import { ReadableStream, type ReadableStreamDefaultController } from 'node:stream/web'

/**
 * A stream of what is read piece by piece, and only when it is asked for: a read that is under way keeps a failed program
 * alive, and what `Readable.toWeb` makes ends the process now and then when it is cancelled.
 * @param read fills the buffer and gives the number of bytes, 0 at the end
 * @param chunkSize bytes of the buffer
 */
export function readOnDemand(
  read: (buffer: Buffer) => Promise<number>,
  chunkSize: number,
): ReadableStream<Uint8Array> {
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    const buffer = Buffer.allocUnsafeSlow(chunkSize)
    const length = await read(buffer)
    if (length === 0) controller.close()
    else controller.enqueue(buffer.subarray(0, length))
  }
  return new ReadableStream<Uint8Array>({ pull }, { highWaterMark: 0 })
}
