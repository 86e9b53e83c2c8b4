import { diskFaults } from './disk-faults.ts'
import type { Fault } from './fault.ts'
import { killFaults } from './kill-faults.ts'
import { serverFaults } from './server-faults.ts'
import { strangeFaults } from './strange-faults.ts'

/** Every fault that a backup must survive, or fail on as it should. */
export const faults: readonly Fault[] = [...serverFaults, ...diskFaults, ...killFaults, ...strangeFaults]
