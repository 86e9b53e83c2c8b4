import { describe, expect, it } from '@jest/globals'
import { hostingServices } from '../../../src/postgres/hosting/services.ts'
import type { DumpEntry } from '../../../src/restoring/left-out/dump-entry.ts'
import { describeLeftOut, isLoss, listLeftOut } from '../../../src/restoring/left-out/describe-left-out.ts'
import { Judge } from '../../../src/restoring/left-out/judge.ts'
import type { Reason } from '../../../src/restoring/left-out/rules.ts'
import { tryOwner } from '../../../src/restoring/left-out/try-owner.ts'
import { nameOnTable, qualify } from '../../../src/restoring/left-out/target-facts.ts'
import type { TargetFacts } from '../../../src/restoring/left-out/target-facts.ts'

const supabase = hostingServices.find(({ id }) => id === 'supabase')
const azure = hostingServices.find(({ id }) => id === 'azure')
const facts: TargetFacts = {
  role: 'me',
  isSuperuser: false,
  mayCreate: true,
  roles: new Set(['me', 'mine', 'admin', 'anon']),
  ownRoles: new Set(['me', 'mine']),
  schemas: new Map([
    ['public', { isOwn: true, mayCreate: true, isManaged: false }],
    ['auth', { isOwn: false, mayCreate: false, isManaged: true }],
    ['closed', { isOwn: false, mayCreate: false, isManaged: true }],
    ['shut', { isOwn: false, mayCreate: false, isManaged: false }],
    ['a "b"', { isOwn: false, mayCreate: true, isManaged: true }],
  ]),
  extensions: new Map([
    ['theirs', { isOwn: false }],
    ['ours', { isOwn: true }],
  ]),
  creatable: new Set(['citext']),
  eventTriggers: new Set(['watch']),
  publications: new Map([
    ['realtime', { isOwn: true }],
    ['others', { isOwn: false }],
  ]),
  servers: new Map([
    ['their SERVER', { takesMapping: true }],
    ['closed', { takesMapping: false }],
  ]),
  others: new Set(['f(integer)', 'all_of()', 'their table'].map((name) => qualify('public', name))),
  standing: new Set([nameOnTable('auth', 'users', 'of the service')]),
  fillable: new Set([qualify('auth', 'users')]),
  service: supabase,
}

function makeEntry(type: string, name: string, schema?: string, owner?: string): DumpEntry {
  return { type, name, schema, owner }
}

describe('an entry is left out, or not', () => {
  const cases: [Reason | undefined, DumpEntry, Partial<TargetFacts>?][] = [
    ['stands', makeEntry('EVENT TRIGGER', 'watch', undefined, 'admin')],
    ['stands', makeEntry('COMMENT', 'EVENT TRIGGER watch')],
    ['event-trigger', makeEntry('EVENT TRIGGER', 'other', undefined, 'me')],
    [undefined, makeEntry('EVENT TRIGGER', 'other', undefined, 'me'), { isSuperuser: true }],
    ['subscription', makeEntry('SUBSCRIPTION', 's', undefined, 'me')],
    ['security-label', makeEntry('SECURITY LABEL', 'TABLE t', 'public')],
    ['needs-superuser', makeEntry('OPERATOR CLASS', 'o', 'public', 'me')],
    ['needs-superuser', makeEntry('COMMENT', 'OPERATOR CLASS o USING btree', 'public', 'me')],
    ['needs-superuser', makeEntry('ACL', 'FOREIGN DATA WRAPPER w', undefined, 'me')],
    ['needs-superuser', makeEntry('COMMENT', 'LANGUAGE l', undefined, 'me')],
    [undefined, makeEntry('COMMENT', 'LANGUAGE l', undefined, 'me'), { isSuperuser: true }],
    // Of types that the dump does not make, so that they are not the role's.
    ['needs-superuser', makeEntry('CAST', 'CAST (integer AS public.theirs)')],
    ['needs-superuser', makeEntry('COMMENT', 'CAST (integer AS public.theirs)')],
    ['needs-superuser', makeEntry('PUBLICATION TABLES IN SCHEMA', 'new public', 'public', 'me')],
    ['stands', makeEntry('PUBLICATION', 'realtime', undefined, 'admin')],
    ['stands', makeEntry('COMMENT', 'PUBLICATION others')],
    [undefined, makeEntry('COMMENT', 'PUBLICATION realtime')],
    [undefined, makeEntry('PUBLICATION TABLE', 'realtime t', 'public', 'admin')],
    ['publication', makeEntry('PUBLICATION TABLE', 'others t', 'public', 'admin')],
    [undefined, makeEntry('PUBLICATION', 'new', undefined, 'me')],
    ['publication', makeEntry('PUBLICATION', 'new', undefined, 'me'), { mayCreate: false }],
    [undefined, makeEntry('EXTENSION', 'theirs')],
    [undefined, makeEntry('EXTENSION', 'citext')],
    ['extension-missing', makeEntry('EXTENSION', 'pg_graphql')],
    ['extension-not-own', makeEntry('COMMENT', 'EXTENSION theirs')],
    [undefined, makeEntry('COMMENT', 'EXTENSION ours')],
    [undefined, makeEntry('COMMENT', 'EXTENSION citext')],
    ['extension-not-own', makeEntry('COMMENT', 'EXTENSION citext'), { service: azure }],
    ['default-privileges', makeEntry('DEFAULT ACL', 'DEFAULT PRIVILEGES FOR TABLES', 'public', 'admin')],
    ['default-privileges', makeEntry('DEFAULT ACL', 'DEFAULT PRIVILEGES FOR TABLES', 'public', 'gone')],
    [undefined, makeEntry('DEFAULT ACL', 'DEFAULT PRIVILEGES FOR TABLES', 'public', 'mine')],
    ['stands', makeEntry('SERVER', 'their SERVER', undefined, 'admin')],
    ['stands', makeEntry('COMMENT', 'SERVER "their SERVER"', undefined, 'admin')],
    ['stands', makeEntry('ACL', 'FOREIGN SERVER "their SERVER"', undefined, 'admin')],
    [undefined, makeEntry('SERVER', 'new', undefined, 'me')],
    [undefined, makeEntry('ACL', 'FOREIGN SERVER new', undefined, 'me')],
    [undefined, makeEntry('USER MAPPING', 'USER MAPPING me SERVER their SERVER', undefined, 'admin')],
    ['stands', makeEntry('USER MAPPING', 'USER MAPPING me SERVER closed', undefined, 'admin')],
    ['not-own', makeEntry('USER MAPPING', 'USER MAPPING public SERVER their SERVER', undefined, 'admin')],
    ['not-own', makeEntry('USER MAPPING', 'USER MAPPING gone SERVER closed', undefined, 'admin')],
    [undefined, makeEntry('USER MAPPING', 'USER MAPPING public SERVER new', undefined, 'me')],
    [undefined, makeEntry('USER MAPPING', 'USER MAPPING anon SERVER new', undefined, 'me')],
    ['missing-role', makeEntry('USER MAPPING', 'USER MAPPING gone SERVER new', undefined, 'me')],
    [
      undefined,
      makeEntry('USER MAPPING', 'USER MAPPING a SERVER b SERVER new', undefined, 'me'),
      { roles: new Set(['a SERVER b']) },
    ],
    ['stands', makeEntry('SCHEMA', 'public', undefined, 'admin')],
    [undefined, makeEntry('ACL', 'SCHEMA public', undefined, 'admin')],
    [undefined, makeEntry('COMMENT', 'SCHEMA public', undefined, 'admin')],
    ['stands', makeEntry('ACL', 'SCHEMA "a ""b"""', undefined, 'admin')],
    [undefined, makeEntry('SCHEMA', 'shut', undefined, 'me')],
    ['stands', makeEntry('SCHEMA', 'closed', undefined, 'me')],
    [undefined, makeEntry('SCHEMA', 'shop', undefined, 'admin')],
    ['service', makeEntry('TABLE', 'users', 'auth', 'mine')],
    [undefined, makeEntry('TABLE', 'users', 'auth', 'mine'), { schemas: new Map() }],
    [undefined, makeEntry('TABLE DATA', 'users', 'auth', 'admin')],
    ['service', makeEntry('TABLE DATA', 'schema_migrations', 'auth', 'admin')],
    [undefined, makeEntry('TRIGGER', 'users on_auth_user_created', 'auth', 'admin')],
    ['service', makeEntry('TRIGGER', 'users of the service', 'auth', 'admin')],
    [undefined, makeEntry('COMMENT', 'TRIGGER on_auth_user_created ON users', 'auth', 'admin')],
    ['service', makeEntry('COMMENT', 'TRIGGER "of the service" ON users', 'auth', 'admin')],
    ['service', makeEntry('COMMENT', 'TABLE users', 'auth', 'admin')],
    ['not-own', makeEntry('FUNCTION', 'f(integer)', 'public', 'admin')],
    ['not-own', makeEntry('ACL', 'FUNCTION f(a integer)', 'public', 'admin')],
    ['not-own', makeEntry('COMMENT', 'FUNCTION f(a integer, OUT b text)', 'public', 'admin')],
    ['not-own', makeEntry('AGGREGATE', 'all_of(*)', 'public', 'admin')],
    ['not-own', makeEntry('ACL', 'FUNCTION all_of()', 'public', 'admin')],
    // Another one of that name may be the user's.
    [undefined, makeEntry('COMMENT', 'FUNCTION f(a text)', 'public', 'me')],
    [undefined, makeEntry('COMMENT', 'AGGREGATE f(*)', 'public', 'me')],
    // Its name begins like theirs, and it is another one.
    [undefined, makeEntry('TABLE', 'their table too', 'public', 'me')],
    ['not-own', makeEntry('CONSTRAINT', 'their table odd key', 'public', 'admin')],
    ['not-own', makeEntry('COMMENT', 'COLUMN "their table".id', 'public', 'admin')],
    ['not-own', makeEntry('COMMENT', 'POLICY p ON "their table"', 'public', 'admin')],
    // The role postgres is somebody else at each service.
    [undefined, makeEntry('FUNCTION', 'f(text)', 'public', 'admin')],
    ['not-own', makeEntry('TABLE', 't', 'closed', 'me')],
    // A stranger's schema stands in for nothing: the server refuses it.
    [undefined, makeEntry('TABLE', 't', 'shut', 'me')],
    // Of a function that the dump does not make: it is an extension's.
    ['extension-not-own', makeEntry('ACL', 'FUNCTION reset(userid oid)', 'public', 'gone')],
    // What a name has made ambiguous is restored.
    [undefined, { type: undefined, name: 'x', schema: 'auth', owner: 'admin' }],
  ]
  it.each(cases)('%s: %j', (reason, entry, changes = {}) => {
    const judge = new Judge({ ...facts, ...changes })
    expect(judge.judgeEntry(entry)).toBe(reason === undefined)
    expect(judge.report().leftOut.map((leftOut) => leftOut.reason)).toEqual(
      reason === undefined ? [] : [reason],
    )
  })
})

describe('what hangs on an entry', () => {
  it('is restored with it', () => {
    const judge = new Judge(facts)
    const entries = [
      makeEntry('FUNCTION', 'Odd(x)(integer, text)', 'public', 'me'),
      makeEntry('TABLE', 'Odd.t', 'public', 'me'),
      makeEntry('ACL', 'FUNCTION "Odd(x)"(a integer, b text)', 'public', 'me'),
      makeEntry('ACL', 'TABLE "Odd.t"', 'public', 'me'),
      makeEntry('ACL', 'COLUMN "Odd.t".id', 'public', 'me'),
    ]
    expect(entries.map((entry) => judge.judgeEntry(entry))).toEqual(entries.map(() => true))
  })
  it('is restored with a routine, whose privileges are what keeps others from it, where others have one of its name', () => {
    const judge = new Judge(facts)
    const entries = [
      makeEntry('FUNCTION', 'f(text)', 'public', 'me'),
      makeEntry('COMMENT', 'FUNCTION f(a text)', 'public', 'me'),
      makeEntry('ACL', 'FUNCTION f(a text)', 'public', 'me'),
    ]
    expect(entries.map((entry) => judge.judgeEntry(entry))).toEqual([true, true, true])
  })
  it('is left out with an extension: its comment and its rows', () => {
    const judge = new Judge(facts)
    const entries = [
      makeEntry('EXTENSION', 'supabase_vault'),
      makeEntry('COMMENT', 'EXTENSION supabase_vault'),
      makeEntry('TABLE DATA', 'secrets', 'vault', 'admin'),
    ]
    expect(entries.map((entry) => judge.judgeEntry(entry))).toEqual([false, false, false])
  })
  it.each([
    [true, 'public.state', 'public."it\'s AS odd"', ' FUNCTION public.f(public.state) AS ASSIGNMENT'],
    [true, 'text', 'public."it\'s AS odd"[]', ' INOUT'],
    [false, 'text', 'public.theirs', ' INOUT'],
    [false, 'text', 'state', ' INOUT'],
    [false, 'text', 'public.state', 'OUT FUNCTION'],
    [false, 'text', 'public.state', 'OUT FUNCTION AS IMPLICIT'],
  ])('is restored with a cast of the role’s own type that has a function: %s, %s, %s, %s', (...cast) => {
    const [isRestored, source, target, way] = cast
    const judge = new Judge(facts)
    judge.judgeEntry(makeEntry('TYPE', 'state', 'public', 'me'))
    judge.judgeEntry(makeEntry('TABLE', "it's AS odd", 'public', 'me'))
    const name = `CAST (${source} AS ${target})`
    const isMade = judge.judgeEntry(makeEntry('CAST', name))
    if (isMade) expect(judge.mayChange()).toBe(true)
    const statement = `CREATE CAST (${source} AS ${target}) WITH${way};\n`
    expect(isMade ? judge.judgeStatement(statement) : undefined).toBe(isRestored ? statement : undefined)
    expect(judge.judgeEntry(makeEntry('COMMENT', name))).toBe(isRestored)
    expect(judge.report()).toMatchObject({ isChanged: false, leftOut: { length: isRestored ? 0 : 2 } })
  })
  it('is left out with a publication of all tables: its owner and its comment', () => {
    const judge = new Judge(facts)
    const judgeAll = (name: string, ...statements: string[]): unknown[] => [
      judge.judgeEntry(makeEntry('PUBLICATION', name, undefined, 'mine')) && judge.mayChange(),
      ...statements.map((statement) => judge.judgeStatement(statement)),
    ]
    const all = [
      `CREATE PUBLICATION "all ""t" FOR ALL TABLES WITH (publish = 'insert');\n`,
      'ALTER PUBLICATION "all ""t" OWNER TO mine;\n',
    ]
    expect(judgeAll('all "t', ...all)).toEqual([true, undefined, undefined])
    const some = `CREATE PUBLICATION "FOR ALL " WITH (publish = 'insert');\n`
    expect(judgeAll('FOR ALL ', some)).toEqual([true, some])
    const comments = ['PUBLICATION "all ""t"', 'PUBLICATION "FOR ALL "']
    expect(comments.map((name) => judge.judgeEntry(makeEntry('COMMENT', name)))).toEqual([false, true])
    const { isChanged, leftOut } = judge.report()
    expect(isChanged).toBe(false)
    expect(leftOut.map(({ type, reason }) => `${type} ${reason}`)).toEqual([
      'PUBLICATION needs-superuser',
      'COMMENT needs-superuser',
    ])
    const superuser = new Judge({ ...facts, isSuperuser: true })
    superuser.judgeEntry(makeEntry('PUBLICATION', 'all "t', undefined, 'me'))
    expect(superuser.judgeStatement(all[0] ?? '')).toBe(all[0])
  })
  it('is left out with a policy that is for nobody here: its comment', () => {
    const judge = new Judge(facts)
    judge.judgeEntry(makeEntry('POLICY', 't Odd name', 'public', 'me'))
    expect(
      judge.judgeStatement('CREATE POLICY "Odd name" ON public.t TO gone USING (true);\n'),
    ).toBeUndefined()
    expect(judge.judgeEntry(makeEntry('COMMENT', 'POLICY "Odd name" ON t', 'public', 'me'))).toBe(false)
  })
})

it('of privileges only those are left out that are for missing roles', () => {
  const judge = new Judge(facts)
  judge.judgeEntry(makeEntry('TABLE', 't', 'public', 'me'))
  judge.judgeEntry(makeEntry('ACL', 'TABLE t', 'public', 'me'))
  const statements = ['GRANT SELECT ON TABLE public.t TO anon;', 'GRANT ALL ON TABLE public.t TO gone;']
  expect(statements.map((statement) => judge.judgeStatement(statement))).toEqual([statements[0], undefined])
  expect(judge.judgeStatement('SET SESSION AUTHORIZATION admin;')).toBeUndefined()
  expect(listLeftOut('shop', judge.report().leftOut)).toEqual([
    {
      database: 'shop',
      type: 'ACL',
      schema: 'public',
      name: 'TABLE t',
      reason: 'missing-role',
      roles: ['gone'],
    },
  ])
})

it('a grant whose grantor is missing is made by the owner, also by a superuser, and told', () => {
  const judge = new Judge({ ...facts, isSuperuser: true })
  judge.judgeEntry(makeEntry('ACL', 'TABLE t', 'public', 'me'))
  const statements = [
    'GRANT SELECT ON TABLE public.t TO "go ne" WITH GRANT OPTION;',
    'SET SESSION AUTHORIZATION "go ne";',
    'GRANT SELECT ON TABLE public.t TO anon;',
    'RESET SESSION AUTHORIZATION;',
    'SET SESSION AUTHORIZATION admin;',
    'GRANT SELECT ON TABLE public.t TO anon;',
    'RESET SESSION AUTHORIZATION;',
  ]
  const kept = statements.map((statement) => judge.judgeStatement(statement) ?? '')
  expect(kept).toEqual(['', '', ...statements.slice(2)])
  judge.judgeEntry(makeEntry('ACL', 'COLUMN t.a', 'public', 'me'))
  expect(judge.judgeStatement('SET SESSION AUTHORIZATION "go ne";')).toBeUndefined()
  expect(judge.report()).toMatchObject({
    isChanged: true,
    leftOut: [
      { name: 'TABLE t', reason: 'missing-role', roles: ['go ne'] },
      { name: 'COLUMN t.a', reason: 'missing-role', roles: ['go ne'] },
    ],
  })
})

it('default privileges of the role that owned what is restored become the connecting role’s', () => {
  const judge = new Judge(facts)
  judge.judgeEntry(makeEntry('TABLE', 't', 'public', 'former'))
  const entry = makeEntry('DEFAULT ACL', 'DEFAULT PRIVILEGES FOR TABLES', 'public', 'former')
  expect(judge.judgeEntry(entry)).toBe(true)
  const statement =
    'ALTER DEFAULT PRIVILEGES FOR ROLE former IN SCHEMA public GRANT SELECT ON TABLES TO anon;'
  expect(judge.judgeStatement(statement)).toBe(
    'ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO anon;',
  )
})

it('what was left out is told in one paragraph', () => {
  const judge = new Judge(facts)
  judge.judgeEntry(makeEntry('EVENT TRIGGER', 'other', undefined, 'me'))
  for (const name of ['users', 'identities', 'sessions', 'tokens'])
    judge.judgeEntry(makeEntry('TABLE', name, 'auth', 'admin'))
  expect(describeLeftOut('shop', { ...judge.report(), total: 70 }, { role: 'me', service: supabase })).toBe(
    '5 of 70 entries of the backup of "shop" were left out, as they are not for "me" to restore. ' +
      'The target lacks them: event triggers, which take a superuser: 1 (event trigger other). ' +
      'What Supabase has or manages itself stays as it is: what belongs to the service: 4 (table auth.users, table auth.identities, table auth.sessions and 1 more).',
  )
  expect(judge.report().leftOut.filter(isLoss).length).toBe(1)
  expect(
    describeLeftOut('shop', new Judge(facts).report(), { role: 'me', service: undefined }),
  ).toBeUndefined()
})

describe('an owner', () => {
  const judge = (changes: Partial<TargetFacts> = {}): Judge => {
    const made = new Judge({ ...facts, ...changes })
    made.judgeEntry(makeEntry('TABLE', 't', 'public', 'me'))
    return made
  }
  it.each<[string, string | undefined, Partial<TargetFacts>?]>([
    ['me', 'ALTER TABLE public.t OWNER TO me;'],
    // Where it may make no such things itself, it gets none.
    ['mine', tryOwner('ALTER TABLE public.t OWNER TO mine;', 'mine', false)],
    ['admin', undefined],
    ['gone', undefined],
    ['admin', 'ALTER TABLE public.t OWNER TO admin;', { isSuperuser: true }],
    ['gone', undefined, { isSuperuser: true }],
  ])('%s gets what was its own, where that can be', (owner, expected, changes = {}) => {
    const made = judge(changes)
    expect(made.judgeStatement(`ALTER TABLE public.t OWNER TO ${owner};`)).toBe(expected)
    const { owners, hasOtherOwners } = made.report()
    expect(owners).toEqual(expected === undefined ? [{ role: owner, entries: 1 }] : [])
    expect(hasOtherOwners).toBe(expected !== undefined && owner !== 'me')
  })
  it('is named where it could not be given', () => {
    const made = judge()
    made.judgeStatement('ALTER TABLE public.t OWNER TO "go ne";')
    expect(describeLeftOut('shop', made.report(), { role: 'me', service: undefined })).toBe(
      'What belonged to "go ne" belongs to "me" now. ' +
        'Roles that are missing come back by `globals: true`, where the backup holds them.',
    )
  })
})

it('the tables of an archive are known, and whether their rows are there', () => {
  const judge = new Judge(undefined)
  judge.judgeEntry(makeEntry('TABLE', 't', 'public', 'me'), { number: 5, oid: 16400 })
  judge.judgeEntry(makeEntry('TABLE', 'empty', 'public', 'me'), { number: 6, oid: 16401 })
  judge.judgeEntry(makeEntry('TABLE DATA', 't', 'public', 'me'), { number: 7, oid: 16400 })
  expect(judge.report()).toMatchObject({
    total: 3,
    leftOut: [],
    tables: [
      { schema: 'public', name: 't', oid: 16400, hasRows: true },
      { schema: 'public', name: 'empty', oid: 16401, hasRows: false },
    ],
  })
})

it('what is no table is known too, without what hangs on it, and large objects of any version', () => {
  const judge = new Judge(undefined)
  judge.judgeEntry(makeEntry('SEQUENCE', 'numbers', 'b', 'me'))
  judge.judgeEntry(makeEntry('SEQUENCE SET', 'numbers', 'b', 'me'))
  judge.judgeEntry(makeEntry('FUNCTION', 'f(integer)', 'b', 'me'))
  judge.judgeEntry(makeEntry('INDEX', 'i', 'b', 'me'))
  judge.judgeEntry(makeEntry('EXTENSION', 'citext'))
  expect(judge.report()).toMatchObject({
    objects: [
      { type: 'SEQUENCE', schema: 'b', name: 'numbers' },
      { type: 'FUNCTION', schema: 'b', name: 'f(integer)' },
      { type: 'EXTENSION', schema: '', name: 'citext' },
    ],
    hasLargeObjects: false,
  })
  for (const type of ['BLOB', 'BLOBS', 'BLOB METADATA']) {
    const other = new Judge(undefined)
    other.judgeEntry(makeEntry(type, '16400', undefined, 'me'))
    expect(other.report().hasLargeObjects).toBe(true)
  }
})

it('a dump that needs TimescaleDB is refused, unless its extension is left out', () => {
  const entry = makeEntry('EXTENSION', 'timescaledb')
  expect(() => new Judge({ ...facts, creatable: new Set(['timescaledb']) }).judgeEntry(entry)).toThrow(
    'timescaledb_pre_restore',
  )
  expect(new Judge(facts).judgeEntry(entry)).toBe(false)
  expect(new Judge(undefined).judgeEntry(entry)).toBe(true)
})
