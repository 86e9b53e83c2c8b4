import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeScratchDirectory } from '../support/machine/scratch.ts'
import { findClient } from '../support/postgres/server-binaries.ts'
import { writeScript } from '../support/machine/stand-ins.ts'

/** A compressor that stops after its first 64 KiB of input until it is told to go on. */
export interface Brake {
  readonly directory: string
  /** Waits until the dump is in its middle. */
  reached(): Promise<void>
  release(): Promise<void>
}

/** The programs that the action prefers, by method. */
export const compressors = {
  gzip: ['igzip', 'pigz', 'gzip'],
  bzip2: ['lbzip2', 'bzip2'],
  zstd: ['zstd'],
  lz4: ['lz4'],
  xz: ['xz'],
} as const

/** Reading back goes to the real program. */
const passDecompression = (program: string): string =>
  `case " $* " in *" -d "*) exec /usr/bin/${program} "$@";; esac`

export async function makeBrake(): Promise<Brake> {
  const directory = await makeScratchDirectory('brake')
  const [mark, go] = [join(directory, 'mark'), join(directory, 'go')]
  const wait = `: >'${mark}'; while [ ! -e '${go}' ]; do sleep 0.02; done`
  const body = `${passDecompression('igzip')}\n{ head -c 65536; ${wait}; cat; } | /usr/bin/igzip "$@"`
  await writeScript(directory, 'igzip', body)
  return {
    directory,
    reached: async () => {
      const deadline = performance.now() + 20_000
      while (!existsSync(mark) && performance.now() < deadline) await sleep(10)
    },
    release: async () => {
      await writeScript(directory, 'go', '')
    },
  }
}

/** A compressor that spoils its output and ends with 0. */
export async function spoilCompressor(
  method: keyof typeof compressors,
  damage: 'tail' | 'flip' | 'nothing' | 'fails',
): Promise<string> {
  const directory = await makeScratchDirectory('spoil')
  for (const program of compressors[method]) {
    const ends = {
      tail: `/usr/bin/${program} "$@" | head -c -40`,
      // Exclusive or of the byte in the middle of the file.
      flip: `/usr/bin/${program} "$@" | perl -0777 -pe 'substr($_, length($_) / 2, 1) ^= "\\x10"'`,
      nothing: `cat >/dev/null`,
      fails: `/usr/bin/${program} "$@"; exit 3`,
    }
    await writeScript(directory, program, `${passDecompression(program)}\n${ends[damage]}`)
  }
  return directory
}

/** A client whose pg_dump is this shell script, where `$real` is the true one; it passes for the newest. */
export async function writeDump(body: string): Promise<string> {
  const directory = await makeScratchDirectory('client')
  for (const name of ['pg_dump', 'pg_dumpall', 'pg_restore', 'psql']) {
    const real = join(findClient(), name)
    const version = `[ "$1" = --version ] && { echo "${name} (PostgreSQL) 15.99 (stand-in)"; exit 0; }`
    await writeScript(
      directory,
      name,
      `${version}\nreal='${real}'\n${name === 'pg_dump' ? body : 'exec "$real" "$@"'}`,
    )
  }
  return directory
}
