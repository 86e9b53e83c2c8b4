import type { Manifest } from '../../archive/manifest.ts'

/** A backup whose manifest has been read; its files are still unseen. */
export interface LocatedBackup {
  /** Absolute path of the directory of the manifest and the files. */
  readonly directory: string
  readonly manifest: Manifest
  /** The one file that was asked for by its path; undefined for all. */
  readonly onlyFile: string | undefined
  /** Fetches files into the directory; undefined where all of them lie there already. */
  readonly fetch: ((names: readonly string[]) => Promise<void>) | undefined
}
