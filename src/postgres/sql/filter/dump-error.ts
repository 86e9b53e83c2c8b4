const consequences = {
  foreign: 'which pg_dump never writes',
  transaction: 'which would end the transaction of the restore half-way',
  unsure: 'which this old psql could take for something else',
} as const

/** Something in a plain dump that is not passed to psql. The message names the construct, and nothing of the data. */
export class DumpError extends Error {
  override readonly name = 'DumpError'

  /** @param found as in `the psql command \!` */
  constructor(found: string, kind: keyof typeof consequences = 'foreign') {
    super(`the dump holds ${found}, ${consequences[kind]}`)
  }
}
