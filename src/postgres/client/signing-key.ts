import { createHash } from 'node:crypto'

/** Packet tag of a primary public key; source: RFC 4880, section 4.3. */
const publicKeyTag = 6

/**
 * Fingerprints of all primary keys in an ASCII-armoured OpenPGP key file, as 40 upper-case hex digits each.
 * Source: RFC 4880, sections 4.2, 6.2 and 12.2. Signatures are not checked: apt does that, once it is told
 * to trust this file, so the caller must see that the file holds the expected key and no other.
 *
 * @throws {Error} when the text is not an armoured key, or holds a key that is not of version 4
 */
export function readKeyFingerprints(armoured: string): string[] {
  const packets = readPackets(removeArmour(armoured))
  return packets.filter(({ tag }) => tag === publicKeyTag).map(({ body }) => computeFingerprint(body))
}

interface Packet {
  readonly tag: number
  readonly body: Buffer
}

function removeArmour(armoured: string): Buffer {
  const blocks = [
    ...armoured.matchAll(
      /^-----BEGIN PGP PUBLIC KEY BLOCK-----\r?\n((?:[^\n]*: [^\n]*\n)*)\r?\n([A-Za-z0-9+/=\s]+?)(?:\r?\n=[A-Za-z0-9+/]{4})?\r?\n-----END PGP PUBLIC KEY BLOCK-----/gm,
    ),
  ]
  const [block] = blocks
  if (block?.[2] === undefined || blocks.length > 1) throw new Error('it is not one armoured OpenPGP key')
  return Buffer.from(block[2], 'base64')
}

function readPackets(data: Buffer): Packet[] {
  const packets: Packet[] = []
  for (let offset = 0; offset < data.length;) {
    const header = readHeader(data, offset)
    const end = header.start + header.length
    if (end > data.length) throw new Error('its OpenPGP data are cut short')
    packets.push({ tag: header.tag, body: data.subarray(header.start, end) })
    offset = end
  }
  return packets
}

interface Header {
  readonly tag: number
  /** Offset of the packet's body. */
  readonly start: number
  /** Bytes of the body. */
  readonly length: number
}

function readHeader(data: Buffer, offset: number): Header {
  const byte = data[offset] ?? 0
  if ((byte & 0x80) === 0) throw new Error('its OpenPGP data are damaged')
  return (byte & 0x40) === 0 ? readOldHeader(data, offset) : readNewHeader(data, offset)
}

function readOldHeader(data: Buffer, offset: number): Header {
  const byte = data[offset] ?? 0
  const lengthType = byte & 3
  if (lengthType === 3) throw new Error('its OpenPGP data have a packet without length')
  const lengthBytes = 1 << lengthType
  return {
    tag: (byte >> 2) & 0x0f,
    start: offset + 1 + lengthBytes,
    length: readNumber(data, offset + 1, lengthBytes),
  }
}

function readNewHeader(data: Buffer, offset: number): Header {
  const tag = (data[offset] ?? 0) & 0x3f
  const first = readNumber(data, offset + 1, 1)
  if (first < 192) return { tag, start: offset + 2, length: first }
  if (first < 224) {
    const second = readNumber(data, offset + 2, 1)
    return { tag, start: offset + 3, length: (first - 192) * 256 + second + 192 }
  }
  if (first < 255) throw new Error('its OpenPGP data have a packet in parts')
  return { tag, start: offset + 6, length: readNumber(data, offset + 2, 4) }
}

function readNumber(data: Buffer, offset: number, bytes: number): number {
  if (offset + bytes > data.length) throw new Error('its OpenPGP data are cut short')
  return data.readUIntBE(offset, bytes)
}

function computeFingerprint(body: Buffer): string {
  if (body[0] !== 4) throw new Error('it holds an OpenPGP key that is not of version 4')
  const prefix = Buffer.from([0x99, body.length >> 8, body.length & 0xff])
  return createHash('sha1').update(prefix).update(body).digest('hex').toUpperCase()
}
