import { completionMarkers, type ClusterPart, type SqlFilterRules } from './filter-rules.ts'
import type { FilterState } from './filter-state.ts'

/** Settings for what follows, whichever entry they stand in. */
export const setting = /^(?:SET (?!SESSION AUTHORIZATION)|SELECT pg_catalog\.set_config\()/

/** Takes a comment: the last one of the dump of a database, or of the whole file, ends what is wanted. */
export function readMark(
  state: FilterState,
  comment: string,
  { completionMarker, part }: SqlFilterRules,
): void {
  const isEnd = comment === completionMarker && !(part?.database !== undefined && state.isElsewhere)
  state.isComplete ||= isEnd
  if (comment === completionMarkers.database) state.database = undefined
  if (part?.database !== undefined && isEnd) leave(state)
}

/** pg_dump connects once more behind the properties of a database; behind the end of a part nothing is of it. */
export function enter(state: FilterState, database: string, part: ClusterPart): void {
  noteDatabase(state, database)
  leave(state)
  if (part.database !== database || state.isComplete) return
  state.isElsewhere = false
  state.output.mute(false)
}

/** Roles and tablespaces end where the first database is made, or connected to. */
export function noteStatement(state: FilterState, line: string, part: ClusterPart | undefined): void {
  if (state.database !== undefined && !setting.test(line)) state.database.isEmpty = false
  if (part !== undefined && line.startsWith('CREATE DATABASE ')) leave(state)
}

/** Each database begins with the defaults of a session. */
export function noteDatabase(state: FilterState, name: string): void {
  state.encoding = undefined
  state.escapesInStrings = false
  state.isLeftOut = false
  const known = state.databases.find((database) => database.name === name)
  const database = known ?? { name, isEmpty: true }
  if (known === undefined) state.databases.push(database)
  state.database = database
}

/** Goes past what is not of the wanted part. */
function leave(state: FilterState): void {
  state.isElsewhere = true
  state.output.mute(true)
}
