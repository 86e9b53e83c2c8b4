import type { FingerprintRequest } from './fingerprint.ts'

/** What a batch asks of one relation, as a format of its name (1), its oid (2) and its columns (3). */
export type RelationQuestion = (request: FingerprintRequest) => string

/**
 * PURE. A table that was truncated or rewritten since the snapshot looks empty in it, so its content has no value then.
 * The sum of the hashes does not depend on the order of the rows.
 */
export const askTable: RelationQuestion = ({ hash }) => {
  const value = hash === 'none' ? 'null' : `sum(${makeHash('(row(%3$s)::text collate "C")', hash)})::text`
  return `select json_build_object('kind', 'table', 'name', %1$L, 'value', case when pg_relation_filenode(%2$s) =
        (select relfilenode from pg_class where oid = %2$s) then coalesce(${value}, '') end, 'rows', count(*)) from only %1$s t`
}

/** PURE. A sequence belongs to no snapshot. */
export const askSequence: RelationQuestion = () =>
  `select json_build_object('kind', 'sequence', 'name', %1$L, 'value', last_value || ' ' || is_called,
        'rows', null) from %1$s`

/** PURE. All of them at once, and piece by piece, since a large object may be larger than a value can be. */
export function makeLargeObjectScript({ hash }: FingerprintRequest): string {
  const text = `(loid || ':' || piece || ':' || md5(lo_get(loid, piece, 1048576)))`
  return `with large as (
  select m.oid as loid, (rolsuper or pg_has_role(lomowner, 'USAGE') or exists (
    select from aclexplode(lomacl) a where privilege_type = 'SELECT'
    and case when a.grantee = 0 then true else pg_has_role(a.grantee, 'USAGE') end)) as readable
  from pg_largeobject_metadata m, pg_roles where rolname = current_user
), sized as (select loid, lo_lseek64(lo_open(loid, 262144), 0, 2) as size from large where readable
), pieces as (select loid, size, piece from sized, generate_series(0, size, 1048576) piece)
select json_build_object('kind', 'largeObjects', 'name', 'large objects',
  'value', case when exists (select from large where not readable) then null else
  (select concat(count(*), ' pieces, hash ', sum(${makeHash(text, hash)})) from pieces) end,
  'rows', (select count(*) from large));`
}

/** 64 bits of the text's hash. */
function makeHash(text: string, hash: FingerprintRequest['hash']): string {
  return hash === 'md5' ? `('x' || left(md5${text}, 16))::bit(64)::bigint` : `hashtextextended(${text}, 0)`
}
