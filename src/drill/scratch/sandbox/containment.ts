import { BackupError } from '../../../errors.ts'

/** What decides how a throw-away server runs where no sandbox can be had. */
export interface UncontainedFacts {
  /** Why there is no sandbox, in the words of what refused it. */
  readonly obstacle: string
  /** The input `allow-unsandboxed`. */
  readonly isAllowed: boolean
  readonly isRoot: boolean
  /** As root: whether programs can be started as an account of their own. */
  readonly canBecomeOther: boolean
  /** As a user: whether sudo asks for no password. */
  readonly hasSudo: boolean
  /** What of a container engine the server's account may use, as in `the socket /run/docker.sock`. */
  readonly engine: string | undefined
}

/** Whose rights an uncontained server has. */
export type UncontainedAccount = 'own' | 'ours'

/**
 * PURE. Decides about a server that nothing contains: never without leave, and never where its account is as good as
 * root, since a dump's code may run as it.
 * @throws BackupError PGB_VERIFY with the reason and the ways out
 */
export function chooseUncontained(facts: UncontainedFacts): UncontainedAccount {
  const { obstacle, isAllowed, isRoot, canBecomeOther, hasSudo, engine } = facts
  if (!isAllowed) {
    throw refuse(
      `nothing here can contain the code that a dump brings along (${obstacle})`,
      'set "allow-unsandboxed" to true if you trust everyone who may create objects in the database',
    )
  }
  const still = `nothing here can contain the code that a dump brings along (${obstacle}), and with "allow-unsandboxed"`
  if (isRoot && !canBecomeOther) {
    throw refuse(
      `${still} root needs setpriv (util-linux) to run it as another account`,
      'install util-linux',
    )
  }
  const power = !isRoot && hasSudo ? 'sudo without a password' : engine
  if (power !== undefined) {
    throw refuse(
      `${still} that code would have the rights of an account that can use ${power}, and so become root`,
      'run the job as an account that cannot',
    )
  }
  return isRoot ? 'own' : 'ours'
}

function refuse(why: string, other: string): BackupError {
  return new BackupError('PGB_VERIFY', {
    what: 'No scratch server can be started for `verify: restore`',
    why,
    whatToDo: `Name a scratch server in "verify-url", use \`verify: decode\`, or ${other}`,
  })
}
