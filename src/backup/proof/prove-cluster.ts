import type { Verification } from '../../archive/manifest.ts'
import { readOmissions } from '../../archive/omissions.ts'
import { listTablespaceStatements, runStatements } from '../../drill/scratch/cluster-facts.ts'
import type { ScratchServer } from '../../drill/scratch/scratch-server.ts'
import { readClusterFingerprint, type ClusterPlace } from '../../fingerprint/cluster-fingerprint.ts'
import {
  compareFingerprints,
  listRowCounts,
  type SourceFingerprints,
} from '../../fingerprint/compare-fingerprints.ts'
import type { Fingerprint } from '../../fingerprint/fingerprint.ts'
import type { Log } from '../../github/log.ts'
import { formatCount } from '../../units.ts'
import { dumpFile, type DumpedFile } from '../dump/dump.ts'
import { refuseFile } from '../finish.ts'
import type { PlannedDump } from '../plan.ts'
import type { PreparedBackup } from '../prepare.ts'
import { describeEqual, explainRest, requireNoDifference } from './conclusion.ts'
import { restoreClusterCopy, type CopyWork } from './restore-copy.ts'

/** What was read of a cluster before and after its dump. */
export interface ClusterEvidence {
  readonly kind: 'cluster'
  readonly source: SourceFingerprints
  /** Starts an empty cluster, into which the file is restored. */
  readonly startFresh: () => Promise<ScratchServer>
}

/**
 * Dumps the cluster or its globals, and reads the source before and after: pg_dumpall shares no snapshot, so only what
 * was the same on both sides can be compared.
 */
export async function dumpClusterForRestore(
  planned: PlannedDump,
  backup: PreparedBackup,
  startFresh: ClusterEvidence['startFresh'],
  log: Log,
  signal: AbortSignal,
): Promise<{ dumped: DumpedFile; evidence: ClusterEvidence }> {
  const { inputs, server } = backup
  const kinds = planned.kind === 'cluster' ? (['object', 'sequence'] as const) : []
  const { lockWaitTimeout } = inputs
  const place = { session: { ...server, signal }, maintenance: server.facts.database, lockWaitTimeout, kinds }
  const before = await readClusterFingerprint(place)
  const dumped = await dumpFile(planned, backup, log, signal)
  const after = await readClusterFingerprint(place)
  return { dumped, evidence: { kind: 'cluster', source: { before, after }, startFresh } }
}

/**
 * Restores the file of a cluster or its globals, and compares the copy with what was read of its source.
 * @throws BackupError PGB_VERIFY, PGB_DISK
 */
export async function proveCluster(
  work: CopyWork,
  { source, startFresh }: ClusterEvidence,
): Promise<Verification> {
  const scratch = await startFresh()
  try {
    return await compareCopy(work, scratch, source)
  } finally {
    await scratch.stop()
  }
}

async function compareCopy(
  work: CopyWork,
  scratch: ScratchServer,
  source: SourceFingerprints,
): Promise<Verification> {
  const { inputs } = work.backup
  const { planned } = work.dumped
  const isWhole = planned.kind === 'cluster'
  const words = await runStatements(listTablespaceStatements(scratch), scratch, work.run)
  if (words !== undefined)
    throw refuseFile(planned, `its tablespaces could not be made on the scratch server (${words})`)
  const superuser = scratch.session.connection.parameters['user'] ?? ''
  // The directories of tablespaces belong to the source's machine, so they were made already.
  const existing = {
    existingRoles: [superuser],
    existingTablespaces: [...scratch.tablespaceDirectories.keys()],
  }
  await restoreClusterCopy(work, scratch, existing)
  const place: ClusterPlace = {
    session: { ...scratch.session, signal: work.signal },
    maintenance: scratch.maintenance,
    lockWaitTimeout: inputs.lockWaitTimeout,
    kinds: isWhole ? ['table', 'object', 'sequence'] : [],
  }
  const copy = await readClusterFingerprint(place)
  const omissions = isWhole ? readOmissions(inputs.options) : { objects: false, data: false }
  const comparison = compareFingerprints(source, copy, omissions)
  requireNoDifference(planned, comparison.differences)
  return isWhole
    ? concludeCluster(comparison.tallies, copy, scratch)
    : concludeGlobals(comparison.tallies, scratch)
}

type Tallies = ReturnType<typeof compareFingerprints>['tallies']

function concludeCluster(tallies: Tallies, copy: Fingerprint, { major }: ScratchServer): Verification {
  return {
    method: 'restore',
    compared: [
      `Restored whole into an empty cluster of PostgreSQL ${major}, without an error`,
      `Databases, roles, tablespaces, and the names, kinds and columns of what is in the databases: ${formatCount(tallies.object.equal, 'object')}`,
      ...describeEqual('sequence', tallies, copy),
    ],
    notCompared: [
      'Rows: pg_dumpall cannot share a snapshot, so those of the copy were counted and not compared with the source',
      ...explainRest('object', tallies),
      ...explainRest('sequence', tallies),
      'Large objects, definitions, owners, privileges, comments, settings, passwords, and what belongs to extensions',
    ],
    rowCounts: listRowCounts(copy),
  }
}

function concludeGlobals(tallies: Tallies, { major }: ScratchServer): Verification {
  return {
    method: 'restore',
    compared: [
      `Restored into an empty cluster of PostgreSQL ${major}, without an error`,
      `Roles with their attributes, memberships and tablespaces: ${formatCount(tallies.object.equal, 'object')}`,
    ],
    notCompared: [
      'Passwords, settings and comments of roles, and privileges',
      ...explainRest('object', tallies),
    ],
    rowCounts: null,
  }
}
