import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  readArray,
  readBoolean,
  readJson,
  readNullable,
  readObject,
  readOneOf,
  readString,
} from '../archive/json-reader.ts'
import { findService, type HostingService } from '../postgres/hosting/services.ts'
import type { SqlFilterRules } from '../postgres/sql/filter/filter-rules.ts'
import { ownProgram } from '../process/own-program.ts'
import type { Command } from '../process/command.ts'
import { readDumpReport, type DumpReport } from './left-out/dump-report.ts'
import type { LackingEntries } from './left-out/lacking-judge.ts'
import { readTargetAnswer, type Target } from './left-out/read-target-facts.ts'

/** What the program that filters a plain dump is told. */
export interface FilterOrder {
  readonly rules: SqlFilterRules
  /** What of the dump is restored depends on it; undefined where all is, or nothing but a report is wanted. */
  readonly target?: Target | undefined
  /** For a dump of roles by one who is no superuser: the service whose roles are left alone. */
  readonly rolesAsUser?: { readonly service: HostingService | undefined } | undefined
  /** Instead of all judgement: what a scratch server lacks. */
  readonly lacking?: LackingEntries | undefined
  /** Whether the dump is only looked through, and nothing comes out. */
  readonly onlyLooks?: boolean
  /** Fail at the end of a dump of which the target would lack something. */
  readonly isStrict?: boolean
}

/** The program in a process of its own, and what it has to say when it has read a dump to its end. */
export interface SqlFilterProgram {
  readonly command: Command
  /** @returns undefined where it has not come to the end */
  readonly readReport: () => Promise<DumpReport | undefined>
}

/** @param directory private; gets a file with the order, and one with the report */
export async function provideSqlFilter(order: FilterOrder, directory: string): Promise<SqlFilterProgram> {
  const own = await mkdtemp(join(directory, 'filter-sql-'))
  const [orderPath, reportPath] = [join(own, 'order.json'), join(own, 'report.json')]
  const { rules, target, rolesAsUser, lacking, onlyLooks = false, isStrict = false } = order
  const written = {
    rules: {
      ...rules,
      transaction: rules.transaction ?? null,
      part: rules.part === undefined ? null : { database: rules.part.database ?? null },
      omit: { ...rules.omit, ownRole: rules.omit.ownRole ?? null },
    },
    target: target === undefined ? null : { answer: target.answer, service: target.service?.id ?? null },
    rolesAsUser: rolesAsUser === undefined ? null : { service: rolesAsUser.service?.id ?? null },
    lacking: lacking ?? null,
    onlyLooks,
    isStrict,
  }
  await writeFile(orderPath, JSON.stringify(written), { mode: 0o600, flag: 'wx' })
  return {
    command: ownProgram('filter-sql', orderPath, reportPath),
    readReport: async () => {
      const text = await readFile(reportPath, 'utf8').catch(() => undefined)
      return text === undefined ? undefined : readJson(text, readDumpReport)
    },
  }
}

const text = readString(/^[^\0]*$/, 'a text')

const readOrder = readObject({
  rules: readObject({
    completionMarker: text,
    transaction: readNullable(readObject({ begin: text, end: text })),
    part: readNullable(readObject({ database: readNullable(text) })),
    restriction: readOneOf('none', 'leaking', 'tight'),
    proof: readString(/^[A-Za-z0-9]+$/, 'a word'),
    omit: readObject({
      owners: readBoolean,
      transactionTimeout: readBoolean,
      existingRoles: readArray(text),
      existingTablespaces: readArray(text),
      ownRole: readNullable(text),
    }),
  }),
  target: readNullable(readObject({ answer: readTargetAnswer, service: readNullable(text) })),
  rolesAsUser: readNullable(readObject({ service: readNullable(text) })),
  lacking: readNullable(readArray(readObject({ schema: text, name: text }))),
  onlyLooks: readBoolean,
  isStrict: readBoolean,
})

/** The reverse of what {@link provideSqlFilter} writes. */
export function parseFilterOrder(json: string): FilterOrder {
  const { rules, target, rolesAsUser, lacking, ...order } = readOrder(JSON.parse(json), 'order')
  return {
    ...order,
    rules: {
      ...rules,
      transaction: rules.transaction ?? undefined,
      part: rules.part === null ? undefined : { database: rules.part.database ?? undefined },
      omit: { ...rules.omit, ownRole: rules.omit.ownRole ?? undefined },
    },
    target: target === null ? undefined : { answer: target.answer, service: findService(target.service) },
    lacking: lacking ?? undefined,
    rolesAsUser: rolesAsUser === null ? undefined : { service: findService(rolesAsUser.service) },
  }
}
