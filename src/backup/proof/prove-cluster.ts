import { sumRows, type Verification } from '../../archive/manifest.ts'
import type { Run } from '../../step/run.ts'
import { decodeFile } from './decode.ts'
import { dumpFile, type DumpedFile } from '../dump/dump.ts'
import type { DumpSetting } from '../dump/dump-command.ts'
import type { PlannedFile } from '../plan.ts'
import type { Proof, ProvableDump } from '../finish.ts'
import { refuseFile } from '../finish.ts'
import { listTablespaceStatements, runStatements } from '../../drill/scratch/cluster-facts.ts'
import { readClusterFingerprint, type ClusterPlace } from '../../fingerprint/cluster-fingerprint.ts'
import {
  compareFingerprints,
  listRowCounts,
  type SourceFingerprints,
} from '../../fingerprint/compare-fingerprints.ts'
import { formatCount } from '../../units.ts'
import { describeEqual, explainRest, requireNoDifference } from './conclusion.ts'
import type { Fingerprint } from '../../fingerprint/fingerprint.ts'
import { readOmissions } from '../../archive/omissions.ts'
import { restoreClusterCopy } from './restore-copy.ts'
import type { ScratchServer } from '../../drill/scratch/scratch-server.ts'

/**
 * Dumps the cluster or its globals, and reads the source before and after: pg_dumpall shares no snapshot, so only what
 * was the same on both sides can be compared.
 * @param startFresh starts an empty cluster, into which the file is restored
 */
export async function dumpClusterForRestore(
  planned: PlannedFile,
  setting: DumpSetting,
  startFresh: () => Promise<ScratchServer>,
  run: Run,
): Promise<ProvableDump> {
  const { server, lockWaitTimeout, signal } = setting
  const kinds = planned.kind === 'cluster' ? (['object', 'sequence'] as const) : []
  const session = { ...server, signal }
  const place = {
    session,
    maintenance: server.facts.database,
    lockWaitTimeout,
    kinds,
  }
  const before = await readClusterFingerprint(place)
  const dumped = await dumpFile(planned, setting)
  const after = await readClusterFingerprint(place)
  const source = { before, after }
  const prove = async (setting: DumpSetting): Promise<Proof> => {
    const decoded = await decodeFile(dumped, setting)
    const fresh = await startFresh()
    try {
      const { uncompressedSize } = decoded
      const verification = await proveCluster(dumped, source, { uncompressedSize, setting, fresh, run })
      return { ...decoded, rows: sumRows(verification.rowCounts), verification }
    } finally {
      await fresh.stop()
    }
  }
  return { dumped, prove }
}

interface ClusterProof {
  readonly uncompressedSize: number | null
  readonly setting: DumpSetting
  readonly fresh: ScratchServer
  readonly run: Run
}

async function proveCluster(
  dumped: DumpedFile,
  source: SourceFingerprints,
  { uncompressedSize, setting, fresh, run }: ClusterProof,
): Promise<Verification> {
  const { planned } = dumped
  const { maintenance } = fresh
  const isWhole = planned.kind === 'cluster'
  const words = await runStatements(listTablespaceStatements(fresh), fresh, run)
  if (words !== undefined)
    throw refuseFile(planned, `its tablespaces could not be made on the scratch server (${words})`)
  const superuser = fresh.session.connection.parameters['user'] ?? ''
  // The directories of tablespaces belong to the source's machine, so they were made already.
  const existing = {
    existingRoles: [superuser],
    existingTablespaces: [...fresh.tablespaceDirectories.keys()],
  }
  await restoreClusterCopy({ dumped, uncompressedSize, setting, scratch: fresh, run }, existing)
  const place: ClusterPlace = {
    session: { ...fresh.session, signal: setting.signal },
    maintenance,
    lockWaitTimeout: setting.lockWaitTimeout,
    kinds: isWhole ? ['table', 'object', 'sequence'] : [],
  }
  const copy = await readClusterFingerprint(place)
  const omissions = isWhole ? readOmissions(setting.options) : { objects: false, data: false }
  const comparison = compareFingerprints(source, copy, omissions)
  requireNoDifference(planned, comparison.differences)
  return isWhole
    ? concludeCluster(comparison.tallies, copy, fresh)
    : concludeGlobals(comparison.tallies, fresh)
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
