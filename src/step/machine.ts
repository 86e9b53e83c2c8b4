import { BackupError } from '../errors.ts'
import type { Log } from '../github/log.ts'
import { findExecutable } from '../process/find-executable.ts'

/** As action.yml says; another one runs the action where something else than the runner starts it. */
const wantedNode = 24

/**
 * What every run needs of the machine: Node.js as action.yml names it, of which an older one is warned of, and bash,
 * which runs all programs and which Alpine does not bring.
 * @throws BackupError PGB_CLIENT without bash
 */
export function checkMachine(log: Log): void {
  const [, major] = /^v(\d+)\./.exec(process.version) ?? []
  if (major !== undefined && Number(major) < wantedNode) {
    const fact = `The action runs on Node.js ${process.version.slice(1)}, and is made for ${wantedNode}`
    const advice = `Update the runner, or put Node.js ${wantedNode} first on the PATH.`
    log.warning(`${fact}: it may fail in strange ways. ${advice}`, 'Old Node.js')
  }
  const path = process.env['PATH'] ?? ''
  // On Windows it is Git's, wherever the PATH leads.
  if (process.platform === 'win32' || findExecutable('bash', path) !== undefined) return
  const command =
    findExecutable('apk', path) === undefined ? 'apt-get install -y bash' : 'apk add bash coreutils tar'
  throw new BackupError('PGB_CLIENT', {
    what: "PostgreSQL's programs cannot be started",
    why: 'bash, which runs them, is not on the PATH',
    whatToDo: `Install it in a step before this one, as in "${command}", or in the image of the job's container`,
  })
}
