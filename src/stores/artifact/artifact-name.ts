// The list of @actions/artifact, `upload/path-and-artifact-name-validation`, and other control characters.
const refusedCharacters = /[":<>|*?\\/\u0000-\u001f\u007f]+/g
const longestName = 200

/**
 * Turns any text into a name that GitHub takes for an artifact: each run of refused characters
 * (`" : < > | * ? \ /`, line ends and other control characters) becomes one `-`, blanks at the ends go, and
 * the length stays within 200 characters, which leaves room for the suffix of a second attempt.
 */
export function toArtifactName(text: string): string {
  const name = text.replace(refusedCharacters, '-').trim().slice(0, longestName).toWellFormed().trim()
  return name === '' ? 'postgres-backup' : name
}

/** Whether an artifact's name fits a query, which is the whole name or a beginning followed by `*`. */
export function matchesArtifactName(name: string, query: string): boolean {
  return query.endsWith('*') ? name.startsWith(query.slice(0, -1)) : name === query
}
