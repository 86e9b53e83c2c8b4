import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { startCluster } from '../support/postgres/cluster.ts'
import type { Cluster } from '../support/postgres/cluster.ts'
import { readManifest, runBackup } from '../support/backup-run.ts'

import { makeServerTree } from './server-tree.ts'

/** All that PGB_FULL_MATRIX asks for; without it one of those that pg_restore reads, which are told apart in how they are opened. */
const formats =
  process.env['PGB_FULL_MATRIX'] === undefined ? ['plain', 'custom'] : ['plain', 'custom', 'directory', 'tar']

/** The scratch server is the machine's own, and lacks the extension. */
let cluster: Cluster
beforeAll(async () => {
  cluster = await startCluster({ binDirectory: await makeServerTree(15, ['vectors']) })
  await cluster.psql('postgres', 'create database shop')
  await cluster.psql(
    'shop',
    `create extension vectors;
    insert into known_sizes values (3);
    create schema "Odd ""one""";
    create table "Odd ""one""".items (id int primary key, place vector, unique (place));
    create table labels (id int primary key, item int references "Odd ""one""".items, size int default size('{1}'));
    create table notes (id int primary key, item int references "Odd ""one""".items, size int check (size < 100));
    create index on notes (size(array[size]));
    create trigger watch before insert on notes for each row execute function watch();
    create view seen as select place from "Odd ""one""".items;
    create view sizes as select size from notes;
    create function far(place vector) returns int language sql as 'select 1';
    comment on function far is 'how far';
    revoke all on function far from public;
    comment on table "Odd ""one""".items is 'with places';
    comment on column "Odd ""one""".items.place is 'where';
    grant select on "Odd ""one""".items to public;
    create publication all_items for table "Odd ""one""".items, notes;
    insert into "Odd ""one""".items values (1, '{1,2}');
    insert into notes select n, 1, 5 from generate_series(1, 10) n`,
  )
})
afterAll(() => cluster.stop())

it.each(formats)(
  'what hangs on an extension that the scratch server lacks is left out, and the rest is compared (%s)',
  async (format) => {
    const run = await runBackup({ url: cluster.url('shop'), format, verify: 'restore' })
    expect(run.log.slice(0, run.exitCode === 0 ? 0 : undefined)).toBe('')
    const warnings = run.annotations.filter(({ level }) => level === 'warning').map(({ message }) => message)
    expect(warnings.join('\n')).toMatch(
      /lacks: "vectors"\. The tables "Odd ""one"""\.items, public\.labels are among it/,
    )
    const { files } = await readManifest(run)
    const [{ rowCounts, notCompared, compared }] = files
      .filter(({ kind }) => kind === 'database')
      .map(({ verification }) => verification) as [(typeof files)[number]['verification']]
    expect(rowCounts).toEqual([{ table: 'public.notes', rows: 10 }])
    expect(notCompared.join()).toMatch(/1 extension that the scratch server lacks, .* 2 tables/)
    // The table, its key, its check, the view with its rule, the schema and the publication with its table.
    expect(compared.join()).toMatch(/1 table, in.*without definitions: \d+ objects/)
  },
)
