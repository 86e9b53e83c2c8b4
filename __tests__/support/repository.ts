import { join } from 'node:path'

/** The checkout. */
export const repository = join(import.meta.dirname, '..', '..')

/** What tests keep from one run to the next. */
export const cache = join(repository, 'node_modules', '.cache')
