import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ageProgram } from '../archive/age/age-program.ts'
import { createRunKey, fingerprintRecipient } from '../archive/age/age-keys.ts'
import { formatKeyFile } from '../archive/age/age-key-file.ts'
import type { Decompressor } from '../archive/compression/compression-methods.ts'
import { requireCompressor, requireDecompressor } from '../archive/compression/compressors.ts'
import type { Decryption, Encryption } from '../archive/age/encryption.ts'
import { BackupError } from '../errors.ts'
import { findExecutable } from '../process/find-executable.ts'
import { runPipeline } from '../process/pipeline.ts'
import type { Command } from '../process/command.ts'
import type { Run } from '../step/run.ts'
import type { PlannedBackup } from './plan.ts'

/** The filters that bytes pass on their way to a file and back; undefined where none is needed. */
export interface Toolbox {
  /** Other tars cannot remove what they have taken up. */
  readonly hasGnuTar: boolean
  readonly compressor: Command | undefined
  readonly decompressor: Decompressor | undefined
  readonly encrypter: Command | undefined
  readonly decrypter: Command | undefined
}

/**
 * Finds the compressor, and writes the keys of this run for the age programs.
 * @throws BackupError PGB_INPUT when no compressor is installed, or no tar that will do
 */
export async function provideToolbox({ inputs, plan }: PlannedBackup, run: Run): Promise<Toolbox> {
  const find = (name: string): string | undefined => findExecutable(name, run.environment['PATH'] ?? '')
  return {
    hasGnuTar: inputs.format === 'directory' && (await inspectTar(run, find)),
    compressor: requireCompressor(inputs.compression, plan.threads, find),
    decompressor: requireDecompressor(inputs.compression.method, plan.threads, find),
    ...(await provideAge(inputs.encryption, run)),
  }
}

/**
 * Whether tar is GNU's.
 * @throws BackupError PGB_INPUT when it cannot be told the names of files, as some of BusyBox cannot
 */
async function inspectTar(
  { environment, signal }: Run,
  find: (name: string) => string | undefined,
): Promise<boolean> {
  const { PATH = '' } = environment
  const runTar = (...args: string[]): ReturnType<typeof runPipeline> =>
    runPipeline([{ path: 'tar', args }], { environment: { PATH }, signal })
  if ((await runTar('--version')).stdout.includes('GNU tar')) return true
  const { failure } = await runTar('--create', '--file=/dev/null', '--files-from=/dev/null')
  if (failure === undefined) return false
  const command = find('apk') === undefined ? 'apt-get install -y tar' : 'apk add tar'
  throw new BackupError('PGB_INPUT', {
    what: 'The format directory cannot be used',
    why: 'the tar of this machine takes no list of files',
    whatToDo: `Install GNU tar in a step before this one, as in "${command}", or choose another format`,
  })
}

async function provideAge(
  encryption: Encryption | undefined,
  run: Run,
): Promise<Pick<Toolbox, 'encrypter' | 'decrypter'>> {
  if (encryption === undefined) {
    // An empty secret means no encryption, so the log must tell.
    run.log.info('The files are not encrypted: neither age-recipients nor age-passphrase is set')
    return { encrypter: undefined, decrypter: undefined }
  }
  const keys = await addRunKey(encryption, run)
  return {
    encrypter: ageProgram('age-encrypt', await writeKeyFile('encrypt', keys.encryption, run)),
    decrypter: ageProgram('age-decrypt', await writeKeyFile('decrypt', keys.decryption, run)),
  }
}

/** One more recipient, known to this run alone, by which it reads back what it wrote. */
async function addRunKey(
  encryption: Encryption,
  run: Run,
): Promise<{ encryption: Encryption; decryption: Decryption }> {
  if (encryption.kind === 'passphrase') {
    run.log.info('Encrypting with a passphrase')
    return { encryption, decryption: encryption }
  }
  const runKey = await createRunKey(encryption.recipients)
  run.protect([runKey.identity])
  run.log.info(`Encrypting to ${encryption.recipients.map(fingerprintRecipient).join(', ')}`)
  return {
    encryption: { kind: 'recipients', recipients: [...encryption.recipients, runKey.recipient] },
    decryption: { kind: 'identities', identities: [runKey.identity] },
  }
}

async function writeKeyFile(name: string, keys: Encryption | Decryption, run: Run): Promise<string> {
  const path = join(run.privateDirectory, `age-${name}.json`)
  await writeFile(path, formatKeyFile(keys), { mode: 0o600, flag: 'wx' })
  return path
}
