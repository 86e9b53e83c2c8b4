import { rm } from 'node:fs/promises'
import type { Verification } from '../../archive/manifest.ts'
import { readOmissions } from '../../archive/omissions.ts'
import {
  readDatabaseFacts,
  withScratchDatabase,
  type DatabaseFacts,
} from '../../drill/scratch/scratch-database.ts'
import type { ScratchServer } from '../../drill/scratch/scratch-server.ts'
import { compareFingerprints, type SourceFingerprints } from '../../fingerprint/compare-fingerprints.ts'
import { fingerprintFacts, fingerprintKinds, makeFingerprint } from '../../fingerprint/fingerprint-facts.ts'
import type { Fingerprint, FingerprintKind } from '../../fingerprint/fingerprint.ts'
import { readFingerprint, type FingerprintPlace } from '../../fingerprint/read-fingerprint.ts'
import { holdSnapshot } from '../../fingerprint/snapshot.ts'
import type { Log } from '../../github/log.ts'
import { formatSeconds } from '../../units.ts'
import type { ConnectedBackup } from '../connect.ts'
import { dumpFile, type DumpedFile } from '../dump/dump.ts'
import type { PlannedDatabase } from '../plan.ts'
import type { PreparedBackup } from '../prepare.ts'
import { describeSubject } from '../subject.ts'
import { concludeDatabase } from './conclusion.ts'
import { announceLacking, findLacking, withoutLacking, type Lacking } from './lacking.ts'
import { restoreCopy, type CopyWork } from './restore-copy.ts'

const inSnapshot = fingerprintKinds.filter((kind) => fingerprintFacts[kind].isInSnapshot)
const outsideSnapshot = fingerprintKinds.filter((kind) => !fingerprintFacts[kind].isInSnapshot)

/** What was read of a database while it was dumped, and where its copy is to be compared with that. */
export interface DatabaseEvidence {
  readonly kind: 'database'
  readonly scratch: ScratchServer
  readonly facts: DatabaseFacts
  readonly lacking: Lacking | undefined
  readonly source: SourceFingerprints
}

/**
 * Dumps a database in a snapshot that is read a second time beside the dump, for the restored copy to be compared with.
 * @throws BackupError as dumping does, and PGB_VERIFY
 */
export async function dumpForRestore(
  planned: PlannedDatabase,
  backup: PreparedBackup,
  scratch: ScratchServer,
  log: Log,
  signal: AbortSignal,
): Promise<{ dumped: DumpedFile; evidence: DatabaseEvidence }> {
  const { database } = planned
  const session = { ...backup.server, signal }
  const facts = await readDatabaseFacts(session, database)
  const lacking = await findLacking(session, database, facts.extensions, scratch)
  if (lacking !== undefined) announceLacking(planned, lacking, log)
  const place = { session, database }
  const before = await read(place, backup, outsideSnapshot)
  const { dumped, content } = await dumpInSnapshot(planned, backup, place, log, signal)
  const after = await read(place, backup, outsideSnapshot)
  const complete = (outside: Fingerprint): Fingerprint =>
    makeFingerprint((kind) => (fingerprintFacts[kind].isInSnapshot ? content : outside)[kind])
  const source = {
    before: withoutLacking(complete(before), lacking),
    after: withoutLacking(complete(after), lacking),
  }
  return { dumped, evidence: { kind: 'database', scratch, facts, lacking, source } }
}

/**
 * Restores the file of a database, and compares the copy with what was read of its source.
 * @throws BackupError PGB_VERIFY, PGB_DISK
 */
export async function proveDatabase(
  work: CopyWork,
  { scratch, facts, lacking, source }: DatabaseEvidence,
): Promise<Verification> {
  const { backup, run } = work
  const { planned } = work.dumped
  const session = { ...scratch.session, signal: work.signal }
  const startedAt = performance.now()
  run.log.info(`${describeSubject(planned)}: restoring the file into a scratch database`)
  const copy = await withScratchDatabase(facts, { ...scratch, session }, run, async (database, renew) => {
    await restoreCopy(work, scratch, { database, lacking: lacking?.entries, renew })
    return read({ session, database }, backup, fingerprintKinds)
  })
  const comparison = compareFingerprints(source, copy, readOmissions(backup.inputs.options))
  const seconds = formatSeconds((performance.now() - startedAt) / 1000)
  run.log.info(`${describeSubject(planned)}: restored, and read for the comparison, in ${seconds}`)
  return concludeDatabase(planned, comparison, { copy, scratch, lacking })
}

/** The dump and the second reading begin together: the locks of the dump then protect the tables from early on. */
async function dumpInSnapshot(
  planned: PlannedDatabase,
  backup: PreparedBackup,
  place: FingerprintPlace,
  log: Log,
  given: AbortSignal,
): Promise<{ dumped: DumpedFile; content: Fingerprint }> {
  const snapshot = await holdSnapshot(place.session, place.database)
  const failed = new AbortController()
  const signal = AbortSignal.any([given, failed.signal])
  const stopOther = (error: unknown): never => {
    failed.abort(error)
    throw error
  }
  const session = { ...place.session, signal }
  try {
    const [dumped, content] = await Promise.allSettled([
      dumpFile(planned, backup, log, signal, snapshot.id).catch(stopOther),
      read({ ...place, session }, backup, inSnapshot, snapshot.id).catch(stopOther),
    ])
    if (dumped.status === 'rejected') throw failed.signal.reason
    if (content.status === 'fulfilled') return { dumped: dumped.value, content: content.value }
    await rm(dumped.value.partialPath, { force: true })
    throw content.reason
  } finally {
    await snapshot.release()
  }
}

async function read(
  place: FingerprintPlace,
  { inputs, server }: ConnectedBackup,
  kinds: readonly FingerprintKind[],
  snapshot?: string,
): Promise<Fingerprint> {
  const hash = server.facts.versionNumber < 110_000 ? 'md5' : 'extended'
  return readFingerprint(place, { snapshot, lockWaitTimeout: inputs.lockWaitTimeout, kinds, hash })
}
