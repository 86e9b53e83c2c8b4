declare const finished: unique symbol

/** A file that is complete, synced, and under its own name: it changes no more, and only such files are stored. */
export interface FinishedFile {
  readonly [finished]: true
  /** A plain file name. */
  readonly name: string
  /** Absolute. */
  readonly path: string
  /** Bytes. */
  readonly size: number
  /** 64 lower-case hex digits. */
  readonly sha256: string
}

/** Says that a file is finished; to be called by whoever has finished it, and by nobody else. */
export function markFinished<F extends Omit<FinishedFile, typeof finished>>(file: F): F & FinishedFile {
  return file as F & FinishedFile
}
