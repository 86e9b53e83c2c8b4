import { describe, expect, it } from '@jest/globals'
import type { BackupFile } from '../../src/archive/backup-file.ts'
import { listRestoreCommands } from '../../src/archive/restore-commands.ts'
import { makeFile as makeSampleFile, type FileChange } from '../support/manifests.ts'

const makeFile = (change: FileChange): BackupFile =>
  makeSampleFile({ name: 'shop.sql', compression: { method: 'none', level: null, inside: false }, ...change })

const outside = (method: BackupFile['compression']['method']) => ({ method, level: 1, inside: false })
const inside = (method: BackupFile['compression']['method']) => ({ method, level: 1, inside: true })
const create =
  "psql --no-psqlrc --command='' --dbname=shop 2>/dev/null || createdb --template=template0 -- shop"
const psql = 'psql --no-psqlrc --quiet --dbname=shop'
const restore = 'pg_restore --dbname=shop'

it.each<[Partial<BackupFile>, string[]]>([
  [{}, [create, `${psql} --file=shop.sql`]],
  [{ name: 'shop.sql.gz', compression: outside('gzip') }, [create, `gzip -dc shop.sql.gz | ${psql}`]],
  [{ name: 'shop.sql.bz2', compression: outside('bzip2') }, [create, `bzip2 -dc shop.sql.bz2 | ${psql}`]],
  [{ name: 'shop.sql.lz4', compression: outside('lz4') }, [create, `lz4 -dc shop.sql.lz4 | ${psql}`]],
  [{ name: 'shop.sql.xz', compression: outside('xz') }, [create, `xz -dc shop.sql.xz | ${psql}`]],
  [
    { name: 'shop.sql.zst.age', compression: outside('zstd'), encryption: 'age-recipients' },
    [create, `age -d -i key.txt shop.sql.zst.age | zstd -dc | ${psql}`],
  ],
  [{ name: 'shop.sql.age', encryption: 'age-passphrase' }, [create, `age -d shop.sql.age | ${psql}`]],
  [{ name: 'shop.dump', format: 'custom', compression: inside('gzip') }, [create, `${restore} shop.dump`]],
  [
    { name: 'shop.dump.zst', format: 'custom', compression: outside('zstd') },
    [create, `zstd -dc shop.dump.zst | ${restore}`],
  ],
  [
    { name: 'shop.dump.age', format: 'custom', compression: inside('gzip'), encryption: 'age-recipients' },
    [create, `age -d -i key.txt shop.dump.age | ${restore}`],
  ],
  [{ name: 'shop.tar', format: 'tar' }, [create, `${restore} shop.tar`]],
  [
    { name: 'shop.tar.gz', format: 'tar', compression: outside('gzip') },
    [create, `gzip -dc shop.tar.gz | { ${restore} && cat >/dev/null; }`],
  ],
  [
    { name: 'shop.dir.tar', format: 'directory', compression: inside('gzip') },
    [
      create,
      'mkdir shop.dir',
      'tar -xf shop.dir.tar -C shop.dir',
      'pg_restore --jobs=4 --dbname=shop shop.dir',
    ],
  ],
  [
    {
      name: 'shop.dir.tar.zst.age',
      format: 'directory',
      compression: outside('zstd'),
      encryption: 'age-recipients',
    },
    [
      create,
      'mkdir shop.dir',
      'age -d -i key.txt shop.dir.tar.zst.age | zstd -dc | tar -xf - -C shop.dir',
      'pg_restore --jobs=4 --dbname=shop shop.dir',
    ],
  ],
  // They exist from the beginning of every cluster.
  [
    { name: 'postgres.sql', database: 'postgres' },
    [`${psql.replace('shop', 'postgres')} --file=postgres.sql`],
  ],
  [
    { name: 'template1.tar', database: 'template1', format: 'tar' },
    [`${restore.replace('shop', 'template1')} template1.tar`],
  ],
  [
    { name: 'cluster.sql.gz', kind: 'cluster', database: null, compression: outside('gzip') },
    ['gzip -dc cluster.sql.gz | psql --no-psqlrc --quiet --dbname=postgres'],
  ],
  [
    { name: 'globals.sql', kind: 'globals', database: null },
    ['psql --no-psqlrc --quiet --dbname=postgres --file=globals.sql'],
  ],
  [
    { name: 'contents.json.age', kind: 'contents', database: null, encryption: 'age-recipients' },
    ['age -d -i key.txt contents.json.age | cat'],
  ],
])('restores %j', (change, commands) => {
  expect(listRestoreCommands(makeFile(change))).toEqual(commands)
})

describe('a dump of a client that sets transaction_timeout, from a server that does not know it', () => {
  const sed = `sed '1,/^SET transaction_timeout = 0;$/{/^SET transaction_timeout = 0;$/d;}'`
  it.each<[Parameters<typeof makeFile>[0], string]>([
    [{ name: 'shop.sql' }, `${sed} shop.sql | ${psql}`],
    [{ name: 'shop.sql.gz', compression: outside('gzip') }, `gzip -dc shop.sql.gz | ${sed} | ${psql}`],
    [{ name: 'shop.dump', format: 'custom' }, `pg_restore --file=- shop.dump | ${sed} | ${psql}`],
    [
      { name: 'shop.tar.gz', format: 'tar', compression: outside('gzip') },
      `gzip -dc shop.tar.gz | { pg_restore --file=- && cat >/dev/null; } | ${sed} | ${psql}`,
    ],
    [{ name: 'shop.dir.tar', format: 'directory' }, `pg_restore --file=- shop.dir | ${sed} | ${psql}`],
  ])('loses it: %j', (change, command) => {
    expect(listRestoreCommands(makeFile(change), true).at(-1)).toBe(command)
  })
})

describe('names', () => {
  it.each([
    ["it's", `'it'\\''s'`, `--dbname='dbname='\\''it\\'\\''s'\\'''`],
    ['$(x)', "'$(x)'", `--dbname='dbname='\\''$(x)'\\'''`],
    ['host=evil', "'host=evil'", `--dbname='dbname='\\''host=evil'\\'''`],
    ['-x', "'-x'", `--dbname='dbname='\\''-x'\\'''`],
    ['my-db', 'my-db', '--dbname=my-db '],
  ])('like %j are quoted for the shell and for libpq', (database, shell, target) => {
    const [create, restore] = listRestoreCommands(makeFile({ database }))
    expect(create?.split(' || ').at(-1)).toBe(`createdb --template=template0 -- ${shell}`)
    expect(restore).toContain(target)
  })
})
