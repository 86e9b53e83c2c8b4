import { rm } from 'node:fs/promises'
import { sumRows } from '../../archive/manifest.ts'
import type { Run } from '../../step/run.ts'
import { formatSeconds } from '../../units.ts'
import { decodeFile } from './decode.ts'
import { describeSubject } from '../dump/dump-failure.ts'
import { dumpFile, type DumpedFile } from '../dump/dump.ts'
import type { DumpSetting } from '../dump/dump-command.ts'
import type { PlannedDatabase, PlannedFile } from '../plan.ts'
import type { Proof, ProvableDump } from '../finish.ts'
import { compareFingerprints, type SourceFingerprints } from '../../fingerprint/compare-fingerprints.ts'
import { concludeDatabase } from './conclusion.ts'
import { fingerprintFacts, fingerprintKinds, makeFingerprint } from '../../fingerprint/fingerprint-facts.ts'
import type { Fingerprint, FingerprintKind } from '../../fingerprint/fingerprint.ts'
import { readFingerprint, type FingerprintPlace } from '../../fingerprint/read-fingerprint.ts'
import { readOmissions } from '../../archive/omissions.ts'
import { announceLacking, findLacking, withoutLacking, type Lacking } from './lacking.ts'
import { restoreCopy } from './restore-copy.ts'
import {
  readDatabaseFacts,
  withScratchDatabase,
  type DatabaseFacts,
} from '../../drill/scratch/scratch-database.ts'
import type { ScratchServer } from '../../drill/scratch/scratch-server.ts'
import { holdSnapshot } from '../../fingerprint/snapshot.ts'

const inSnapshot = fingerprintKinds.filter((kind) => fingerprintFacts[kind].isInSnapshot)
const outsideSnapshot = fingerprintKinds.filter((kind) => !fingerprintFacts[kind].isInSnapshot)

/**
 * Dumps a database in a snapshot that is read a second time beside the dump, for the restored copy to be compared with.
 * @throws BackupError as dumping does, and PGB_VERIFY
 */
export async function dumpForRestore(
  planned: PlannedDatabase,
  setting: DumpSetting,
  scratch: ScratchServer,
  run: Run,
): Promise<ProvableDump> {
  const { database } = planned
  const session = { ...setting.server, signal: setting.signal }
  const facts = await readDatabaseFacts(session, database)
  const lacking = await findLacking(session, database, facts.extensions, scratch)
  if (lacking !== undefined) announceLacking(planned, lacking, run.log)
  const place = { session, database }
  const before = await read(place, setting, outsideSnapshot)
  const { dumped, content } = await dumpInSnapshot(planned, setting, place)
  const after = await read(place, setting, outsideSnapshot)
  const complete = (outside: Fingerprint): Fingerprint =>
    makeFingerprint((kind) => (fingerprintFacts[kind].isInSnapshot ? content : outside)[kind])
  const source = {
    before: withoutLacking(complete(before), lacking),
    after: withoutLacking(complete(after), lacking),
  }
  return {
    dumped,
    prove: (setting) => proveDatabase(dumped, { setting, scratch, facts, lacking, source, run }),
  }
}

interface ProofSetting {
  readonly setting: DumpSetting
  readonly scratch: ScratchServer
  readonly facts: DatabaseFacts
  readonly lacking: Lacking | undefined
  readonly source: SourceFingerprints
  readonly run: Run
}

async function proveDatabase(dumped: DumpedFile, proof: ProofSetting): Promise<Proof> {
  const { setting, scratch, facts, lacking, source, run } = proof
  const decoded = await decodeFile(dumped, setting)
  const session = { ...scratch.session, signal: setting.signal }
  const startedAt = performance.now()
  run.log.info(`${describeSubject(dumped.planned)}: restoring the file into a scratch database`)
  const copy = await withScratchDatabase(facts, { ...scratch, session }, run, async (database) => {
    const { uncompressedSize } = decoded
    const work = { dumped, uncompressedSize, setting, scratch, run }
    await restoreCopy(work, { database, lacking: lacking?.entries })
    const place = { session, database }
    return read(place, setting, fingerprintKinds)
  })
  const comparison = compareFingerprints(source, copy, readOmissions(setting.options))
  const seconds = formatSeconds((performance.now() - startedAt) / 1000)
  run.log.info(`${describeSubject(dumped.planned)}: restored, and read for the comparison, in ${seconds}`)
  const verification = concludeDatabase(dumped.planned, comparison, { copy, scratch, lacking })
  return { ...decoded, rows: sumRows(verification.rowCounts), verification }
}

/** The dump and the second reading begin together: the locks of the dump then protect the tables from early on. */
async function dumpInSnapshot(
  planned: PlannedFile,
  setting: DumpSetting,
  place: FingerprintPlace,
): Promise<{ dumped: DumpedFile; content: Fingerprint }> {
  const snapshot = await holdSnapshot(place.session, place.database)
  const failed = new AbortController()
  const signal = AbortSignal.any([setting.signal, failed.signal])
  const stopOther = (error: unknown): never => {
    failed.abort(error)
    throw error
  }
  const session = { ...place.session, signal }
  try {
    const [dumped, content] = await Promise.allSettled([
      dumpFile(planned, { ...setting, signal }, snapshot.id).catch(stopOther),
      read({ ...place, session }, setting, inSnapshot, snapshot.id).catch(stopOther),
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
  { server, lockWaitTimeout }: DumpSetting,
  kinds: readonly FingerprintKind[],
  snapshot?: string,
): Promise<Fingerprint> {
  const hash = server.facts.versionNumber < 110_000 ? 'md5' : 'extended'
  return readFingerprint(place, { snapshot, lockWaitTimeout, kinds, hash })
}
