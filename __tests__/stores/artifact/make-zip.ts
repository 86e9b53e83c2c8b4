import { crc32, deflateRawSync } from 'node:zlib'

/** A member of a zip, however hostile. */
export interface Member {
  readonly name: string
  readonly text?: string
  readonly deflate?: boolean
  /** Unix mode with its file type. */
  readonly mode?: number
  /** A CRC-32 that differs from the bytes' own. */
  readonly sum?: number
  /** A size that differs from the bytes' own. */
  readonly size?: number
}

function pack(member: Member, offset: number): { local: Buffer; central: Buffer } {
  const bytes = Buffer.from(member.text ?? '')
  const data = member.deflate === true ? deflateRawSync(bytes) : bytes
  const name = Buffer.from(member.name)
  const common = Buffer.alloc(26)
  common.writeUInt16LE(20, 0)
  common.writeUInt16LE(member.deflate === true ? 8 : 0, 4)
  common.writeUInt32LE(member.sum ?? crc32(bytes), 10)
  common.writeUInt32LE(data.length, 14)
  common.writeUInt32LE(member.size ?? bytes.length, 18)
  common.writeUInt16LE(name.length, 22)
  const rest = Buffer.alloc(14)
  rest.writeUInt32LE(((member.mode ?? 0o100644) << 16) >>> 0, 6)
  rest.writeUInt32LE(offset, 10)
  return {
    local: Buffer.concat([Buffer.from('PK\x03\x04'), common, name, data]),
    central: Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), common, rest, name]),
  }
}

/** A zip of these members, byte by byte, so that it can hold what no packer writes. */
export function makeZip(members: readonly Member[]): Buffer {
  const locals: Buffer[] = []
  const centrals: Buffer[] = []
  let offset = 0
  for (const member of members) {
    const { local, central } = pack(member, offset)
    locals.push(local)
    centrals.push(central)
    offset += local.length
  }
  const directory = Buffer.concat(centrals)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(members.length, 8)
  end.writeUInt16LE(members.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...locals, directory, end])
}
