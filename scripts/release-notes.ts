/**
 * What CHANGELOG.md says of one version: the text below its heading `## [1.2.3] - 2026-12-31`.
 * @throws Error when it has no such heading, or nothing below it
 */
export function readReleaseNotes(changelog: string, version: string): string {
  const [, ...sections] = `\n${changelog}`.split('\n## ')
  const section = sections.find((text) => text.startsWith(`[${version}] - `)) ?? ''
  const [heading = '', ...lines] = section.split('\n')
  if (!/^\[[^\]]+\] - \d{4}-\d\d-\d\d$/.test(heading))
    throw new Error(`CHANGELOG.md has no heading "## [${version}] - <date>"`)
  const notes = lines.join('\n').trim()
  if (notes === '') throw new Error(`CHANGELOG.md says nothing about ${version}`)
  return `${notes}\n`
}
