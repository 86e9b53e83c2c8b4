import { BackupError } from '../../errors.ts'
import type { Run } from '../../step/run.ts'
import type { BackupPlan, PlannedBackup } from '../plan.ts'
import type { ScratchServer } from '../../drill/scratch/scratch-server.ts'
import { startLocalCluster } from '../../drill/scratch/local-cluster.ts'
import { refuseUnrestorable } from './omissions.ts'
import { createRoles, readClusterFacts } from '../../drill/scratch/cluster-facts.ts'
import {
  chooseParent,
  findLocal,
  openGivenServer,
  refuseMissing,
} from '../../drill/scratch/scratch-places.ts'

/** The scratch servers of one backup. */
export interface Scratch {
  /** For databases; undefined when the backup holds none. */
  readonly shared: ScratchServer | undefined
  /** Starts an empty throw-away cluster, for files of a whole cluster; undefined where none can be started. */
  readonly startFresh: (() => Promise<ScratchServer>) | undefined
  stop(): Promise<void>
}

/**
 * Runs a task with the scratch servers that `verify: restore` needs, and stops them however it ends.
 * @throws BackupError PGB_INPUT, PGB_VERIFY, PGB_ENCRYPT, PGB_DISK, or what connecting to `verify-url` throws
 */
export async function withScratch<T>(
  backup: PlannedBackup,
  run: Run,
  task: (scratch: Scratch | undefined) => Promise<T>,
): Promise<T> {
  const { inputs, plan } = backup
  if (inputs.verify !== 'restore') return task(undefined)
  refuseUnrestorable(inputs.options, plan.files)
  const scratch = await openScratch(backup, run)
  try {
    return await task(scratch)
  } finally {
    await scratch.stop()
  }
}

/**
 * Provides the scratch servers before anything is dumped.
 * @throws BackupError PGB_VERIFY, PGB_ENCRYPT, PGB_DISK, or what connecting to `verify-url` throws
 */
async function openScratch({ inputs, server, plan }: PlannedBackup, run: Run): Promise<Scratch> {
  const facts = await readClusterFacts(server)
  const kinds = new Set(plan.files.map(({ kind }) => kind))
  const isWhole = kinds.has('cluster')
  const isNeeded = inputs.verifyUrl === undefined || isWhole || kinds.has('globals')
  const local = isNeeded ? await findLocal(inputs, server.client, isWhole, run) : undefined
  const start =
    local === undefined
      ? undefined
      : async (): Promise<ScratchServer> => {
          const parent = await chooseParent(inputs.encryption !== undefined, measurePlan(plan))
          const { superuser, tablespaces } = facts
          return startLocalCluster({ ...local, client: server.client, superuser, parent, tablespaces }, run)
        }
  const isMissing = isWhole || (kinds.has('database') && inputs.verifyUrl === undefined)
  if (start === undefined && isMissing) throw refuseMissing(server.client, isWhole)
  if (local?.containment.kind === 'none' && isWhole) throw refuseWhole()
  const shared = kinds.has('database')
    ? await (inputs.verifyUrl === undefined
        ? start?.()
        : openGivenServer(inputs.verifyUrl, { client: server.client, source: server.facts }, run))
    : undefined
  if (shared !== undefined) await createRoles(shared, facts, run)
  // Files of a whole cluster make superusers, which only a sandbox can hold.
  const startFresh = local?.containment.kind === 'sandbox' ? start : undefined
  return { shared, startFresh, stop: async () => shared?.stop() }
}

/** Bytes on the source of all that is restored. */
function measurePlan({ files }: BackupPlan): number {
  return files.reduce((sum, { sizeOnServer }) => sum + (sizeOnServer ?? 0), 0)
}

function refuseWhole(): BackupError {
  return new BackupError('PGB_VERIFY', {
    what: 'A backup of the whole cluster cannot be restored here for `verify: restore`',
    why: 'it makes superusers, and nothing here can contain what they may do',
    whatToDo: 'Run the job where a sandbox can be had, use `verify: decode`, or back up with "databases"',
  })
}
