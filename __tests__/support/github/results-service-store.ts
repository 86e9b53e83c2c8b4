import { createHash, randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { open, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** An artifact as the service keeps it. */
export interface StoredArtifact {
  readonly id: number
  readonly name: string
  readonly repository: string
  readonly runId: number
  readonly signature: string
  readonly blocks: Map<string, string>
  /** Path of the zip, which exists once the block list was committed. */
  readonly path: string
  contentType: string
  state: 'created' | 'committed' | 'finalized'
  size: number
  /** Hex SHA-256 of the zip. */
  digest: string
  createdAt: Date
  expiresAt: Date | undefined
  expired: boolean
}

/** An artifact that a test puts there, as if another run had made it. */
export interface Seed {
  readonly name: string
  readonly bytes: Buffer
  readonly repository?: string
  readonly runId?: number
  readonly createdAt?: Date
  readonly expired?: boolean
  /** A digest that differs from the bytes' own, as after damage in the store; the API tells none where it is empty. */
  readonly digest?: string
  readonly contentType?: string
}

/** All artifacts of all runs, their bytes in files. */
export interface Store {
  readonly all: StoredArtifact[]
  create(name: string, repository: string, runId: number): StoredArtifact
  find(name: string, runId: number): StoredArtifact | undefined
  byId(id: number): StoredArtifact | undefined
  remove(id: number): void
  putBlock(artifact: StoredArtifact, blockId: string, body: Readable): Promise<number>
  commit(artifact: StoredArtifact, blockIds: readonly string[]): Promise<void>
  seed(seed: Seed, defaults: { repository: string; runId: number }): Promise<StoredArtifact>
}

async function concatenate(
  sources: readonly string[],
  target: string,
): Promise<{ size: number; digest: string }> {
  const hash = createHash('sha256')
  const output = await open(target, 'w')
  try {
    let size = 0
    for (const source of sources) {
      for await (const chunk of createReadStream(source) as AsyncIterable<Buffer>) {
        hash.update(chunk)
        size += chunk.length
        await output.writeFile(chunk)
      }
    }
    return { size, digest: hash.digest('hex') }
  } finally {
    await output.close()
  }
}

/** Opens a store in a directory of its own. */
export function createStore(directory: string): Store {
  const all: StoredArtifact[] = []
  let lastId = 1000
  function create(name: string, repository: string, runId: number): StoredArtifact {
    lastId += 1
    const artifact: StoredArtifact = {
      id: lastId,
      name,
      repository,
      runId,
      signature: randomBytes(16).toString('hex'),
      blocks: new Map(),
      path: path.join(directory, `${lastId}.zip`),
      contentType: 'application/octet-stream',
      state: 'created',
      size: 0,
      digest: '',
      createdAt: new Date(),
      expiresAt: undefined,
      expired: false,
    }
    all.push(artifact)
    return artifact
  }
  return {
    all,
    create,
    find: (name, runId) => all.find((artifact) => artifact.name === name && artifact.runId === runId),
    byId: (id) => all.find((artifact) => artifact.id === id),
    remove(id) {
      all.splice(0, all.length, ...all.filter((artifact) => artifact.id !== id))
    },
    async putBlock(artifact, blockId, body) {
      const file = path.join(directory, `${artifact.id}.${randomBytes(6).toString('hex')}.block`)
      await pipeline(body, createWriteStream(file))
      artifact.blocks.set(blockId, file)
      return (await stat(file)).size
    },
    async commit(artifact, blockIds) {
      const files = blockIds.map((blockId) => artifact.blocks.get(blockId) ?? '')
      Object.assign(artifact, await concatenate(files, artifact.path), { state: 'committed' })
    },
    async seed(seed, defaults) {
      const artifact = create(seed.name, seed.repository ?? defaults.repository, seed.runId ?? defaults.runId)
      await writeFile(artifact.path, seed.bytes)
      return Object.assign(artifact, {
        contentType: seed.contentType ?? 'application/zip',
        state: 'finalized',
        size: seed.bytes.length,
        digest: seed.digest ?? createHash('sha256').update(seed.bytes).digest('hex'),
        createdAt: seed.createdAt ?? new Date(),
        expired: seed.expired ?? false,
      } as const)
    },
  }
}
