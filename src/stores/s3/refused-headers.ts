import { findRefusal, type Refused, type S3Connection } from './s3-connection.ts'

/** How services refuse a header that they do not know: B2, and older ones of others. */
const refusals = [
  501,
  'NotImplemented',
  'XNotImplemented',
  'InvalidArgument',
  'InvalidRequest',
  'UnsupportedHeader',
]

const losses: Readonly<Record<keyof Refused, string>> = {
  conditions: 'knows no conditional writes, so a look before each one takes their place',
  checksums:
    'knows no SHA-256 checksums, so the signature over the SHA-256 of all that is sent takes their place',
}

/**
 * Writes with all that protects, and once more without what the service refuses; the log says so.
 * @throws what `write` throws
 */
export async function withFallback<T>(s3: S3Connection, write: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await write()
    } catch (error) {
      const refused = chooseRefused(error, s3.refused)
      if (refused === undefined) throw error
      s3.refused[refused] = true
      s3.log.info(`The service of s3://${s3.bucket} ${losses[refused]}.`)
    }
  }
}

/** PURE. What the service means, by its words where they tell; undefined where it means nothing of this. */
function chooseRefused(error: unknown, refused: Refused): keyof Refused | undefined {
  const failure = findRefusal(error, ...refusals)
  if (failure === undefined) return undefined
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : ''
  const order: (keyof Refused)[] = /checksum|sha-?256/i.test(cause)
    ? ['checksums', 'conditions']
    : ['conditions', 'checksums']
  return order.find((name) => !refused[name])
}
