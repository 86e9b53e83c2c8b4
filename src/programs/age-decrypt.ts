/** Program: decrypts stdin to stdout with age; its one argument is the path of a key file. */
import { readDecryptionKeys } from '../archive/age/age-key-file.ts'
import { createDecrypter } from '../archive/age/decrypter.ts'
import { runFilter } from './run-filter.ts'

process.exitCode = await runFilter('age-decrypt', async (input) => {
  const decrypter = await createDecrypter(readDecryptionKeys(process.argv[2] ?? ''))
  return decrypter.decrypt(input)
})
