import { readOptionName } from '../../archive/omissions.ts'
import type { PlannedFile } from '../plan.ts'
import { refuseInput } from '../../inputs/read-inputs.ts'

/**
 * PURE. Refuses arguments with which a dump cannot be restored into an empty database.
 * @throws BackupError PGB_INPUT
 */
export function refuseUnrestorable(options: readonly string[], files: readonly PlannedFile[]): void {
  const names = options.map(readOptionName)
  if (names.some((name) => name === 'data-only' || name === 'section')) {
    throw refuseInput(
      'verify',
      'a dump of data or sections alone cannot be restored into an empty database',
      'Use `verify: decode` with these options',
    )
  }
  const isPlain = files.some(({ format, kind }) => format === 'plain' && kind !== 'globals')
  if (isPlain && names.includes('clean') && !names.includes('if-exists')) {
    throw refuseInput(
      'options',
      '--clean writes DROP statements that fail in the empty scratch database of `verify: restore`',
      'Add --if-exists',
    )
  }
}
