import { floor, listDumpSubjects, runBash, type Bench, type Subject } from './subjects.ts'

/** Beside each subject what the tools alone take, since nothing that calls them can be faster. */
const limits: readonly (readonly [limit: string, ...subjects: string[]])[] = [
  ['pg_dump | pigz -1', 'plain, gzip without igzip'],
  ['pg_dump -Fd -j2 -Z0', 'directory, none'],
  ['pg_dump -Fd -j2 -Z1', 'directory, gzip'],
  ['pg_dump | zstd | age', 'plain, zstd, encrypted'],
  ['pg_dump | igzip -1 | age', 'plain, gzip, encrypted'],
]

/** What missed its goal where the server had half of the machine, each below its limit and as a multiple of it. */
export function listElsewhereSubjects(
  bench: Bench,
  sizes: { readonly major: number; readonly small: number },
): Subject[] {
  const encrypt = `age -r ${bench.recipient} > /dev/null`
  const bash = (name: string, line: string): Subject => ({
    name,
    base: name,
    run: () => runBash(bench, line),
  })
  const all = [
    ...listDumpSubjects(bench, sizes),
    bash('pg_dump | zstd | age', `pg_dump bench | zstd -cq | ${encrypt}`),
    bash('pg_dump | igzip -1 | age', `pg_dump bench | igzip -1 | ${encrypt}`),
  ]
  const find = (name: string, base: string): Subject[] =>
    all
      .filter((subject) => subject.name === name)
      .map((subject) => ({ name, base, run: () => subject.run() }))
  const bySmalls: typeof limits = [
    [`${sizes.small} bare pg_dumps, 2 at once`, `${sizes.small} small databases`],
  ]
  return [
    ...find(floor, floor),
    ...find('plain, none', floor),
    ...[...limits, ...bySmalls].flatMap(([limit, ...subjects]) => [
      ...find(limit, limit),
      ...subjects.flatMap((subject) => find(subject, limit)),
    ]),
  ]
}
