-- A database with what breaks dumps. Run by psql with the variable "scale"; the same on every run.
\encoding UTF8
SET client_min_messages = error;
SET TIME ZONE 'UTC';
SET check_function_bodies = on;
BEGIN;
SELECT setseed(0.25);

-- Roles belong to the cluster, so a second fixture finds them.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'fixture reader') THEN
    CREATE ROLE "fixture reader" NOLOGIN;
    CREATE ROLE "fixture-writer" NOLOGIN IN ROLE "fixture reader";
  END IF;
END $$;

-- Extensions, as far as this server has them.
SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pgcrypto') AS has_pgcrypto,
       EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm') AS has_pg_trgm,
       EXISTS (SELECT FROM pg_available_extensions WHERE name = 'hstore') AS has_hstore,
       EXISTS (SELECT FROM pg_available_extensions WHERE name = 'btree_gist') AS has_btree_gist \gset
CREATE SCHEMA extensions;
\if :has_pgcrypto
CREATE EXTENSION pgcrypto SCHEMA extensions;
CREATE TABLE digests AS SELECT n, extensions.digest(n::text, 'sha256') AS sha256 FROM generate_series(1, 20) n;
\endif
\if :has_pg_trgm
CREATE EXTENSION pg_trgm SCHEMA extensions;
CREATE TABLE words (word text PRIMARY KEY);
INSERT INTO words SELECT 'word ' || md5(n::text) FROM generate_series(1, 200) n;
CREATE INDEX words_trgm ON words USING gin (word extensions.gin_trgm_ops);
\endif
\if :has_hstore
CREATE EXTENSION hstore SCHEMA extensions;
CREATE TABLE pairs (id int PRIMARY KEY, pairs extensions.hstore);
INSERT INTO pairs VALUES (1, E'"a"=>"1", "q\\"uote"=>NULL, "tab\t"=>"new\nline"'), (2, ''), (3, NULL);
\endif
\if :has_btree_gist
CREATE EXTENSION btree_gist SCHEMA extensions;
\endif

-- Types of our own.
CREATE TYPE mood AS ENUM ('sad', 'ok', 'it''s "fine"', 'glücklich', '');
CREATE DOMAIN posint AS integer DEFAULT 7 CONSTRAINT posint_check CHECK (VALUE > 0);
CREATE DOMAIN email AS text CONSTRAINT email_check CHECK (VALUE ~ '^[^@]+@[^@]+$');
CREATE TYPE address AS (street text, "Zip Code" text, place point);
CREATE TYPE floatrange AS RANGE (subtype = float8, subtype_diff = float8mi);
CREATE TYPE shell_only;
CREATE COLLATION "german ""c""" (provider = libc, locale = 'C.UTF-8');

-- All common types, with their edges.
CREATE TABLE all_types (
  id bigint GENERATED ALWAYS AS IDENTITY (START WITH 100 INCREMENT BY 5) PRIMARY KEY,
  c_smallint smallint, c_integer integer, c_bigint bigint, c_numeric numeric, c_numeric_scaled numeric(20, 5),
  c_real real, c_double double precision, c_money money, c_boolean boolean,
  c_char char(10), c_varchar varchar(50), c_text text, c_name name, c_bytea bytea, c_onechar "char",
  c_date date, c_time time(3), c_timetz timetz, c_timestamp timestamp, c_timestamptz timestamptz, c_interval interval,
  c_uuid uuid, c_json json, c_jsonb jsonb, c_jsonpath jsonpath, c_xid xid, c_tid tid, c_oid oid, c_pg_lsn pg_lsn,
  c_inet inet, c_cidr cidr, c_macaddr macaddr, c_macaddr8 macaddr8, c_bit bit(5), c_varbit varbit,
  c_point point, c_line line, c_lseg lseg, c_box box, c_path path, c_polygon polygon, c_circle circle,
  c_int4range int4range, c_numrange numrange, c_tstzrange tstzrange, c_daterange daterange, c_multirange int8multirange,
  c_floatrange floatrange, c_tsvector tsvector, c_tsquery tsquery, c_mood mood, c_posint posint, c_email email,
  c_address address, c_int_array integer[], c_text_array text[][], c_mood_array mood[], c_address_array address[],
  c_offset_array integer[], c_json_array jsonb[], c_regclass regclass, c_collated text COLLATE "C"
);
INSERT INTO all_types VALUES (
  DEFAULT, -32768, 2147483647, -9223372036854775808, 'NaN', 123456789012345.12345,
  'NaN', '-Infinity', '-12345.67', true,
  'padded', 'var''char', E'tab\there', 'a name', '\x00ff5c0a0d27', 'x',
  '4713-01-01 BC', '23:59:59.999', '12:00:00+05:30', 'infinity', '-infinity', '1 year -2 mons 3 days -04:05:06.789',
  'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{"b": 1,  "a":  [1, null, "\u00e9"], "a": 2}', '{"k": [1.10, "\\", "\u2028", null, {}]}',
  '$.a[*] ? (@ > 1)', '42', '(1,2)', 4294967295, '16/B374D848',
  '2001:db8::ff00:42:8329/64', '10.0.0.0/8', '08:00:2b:01:02:03', '08:00:2b:01:02:03:04:05', B'10101', B'1',
  '(1.5,-2.5)', '{1,2,3}', '[(0,0),(1,1)]', '(1,1),(0,0)', '[(0,0),(1,1),(2,0)]', '((0,0),(1,1),(2,0))', '<(0,0),5>',
  '[1,10)', '(,5.5]', '[2020-01-01 00:00+00,infinity)', 'empty', '{[1,3),[5,9)}',
  '[-1e308,1e-308]', to_tsvector('simple', 'The fat ''cat'' \ sat'), to_tsquery('simple', 'fat & (cat | !dog:*)'),
  'it''s "fine"', 1, 'a@b.example', ROW('Main "St", (1)', NULL, '(1,2)'), '{1,NULL,3}', '{{"a,b","c\"d"},{"NULL",NULL}}',
  ARRAY['sad', '']::mood[], ARRAY[ROW('x', 'y', NULL)::address, NULL], '[-1:1]={7,8,9}', ARRAY['{"a": "}"}', 'null']::jsonb[],
  'pg_catalog.pg_class', 'ÄÖÜ'
);
INSERT INTO all_types (c_real, c_double, c_numeric, c_text, c_bytea, c_text_array, c_mood)
VALUES ('Infinity', 'NaN', 'Infinity', '', '', '{}', ''),
       (1.17549435e-38, 4.9406564584124654e-324, 1e-300, '\N', '\x', NULL, 'glücklich'),
       (3.4028235e38, 1.7976931348623157e308, repeat('9', 500)::numeric, NULL, NULL, '{""}', NULL),
       (0.1, -0.0, '-Infinity', 'NULL', '\x5c78', '{NULL}', 'ok');
INSERT INTO all_types (c_text) SELECT NULL FROM generate_series(1, 3);

-- Every byte, every control character, and Unicode up to the last plane.
CREATE TABLE bytes (id int PRIMARY KEY, content bytea NOT NULL);
INSERT INTO bytes SELECT n, set_byte('\x00', 0, n) FROM generate_series(0, 255) n;
INSERT INTO bytes SELECT 256, string_agg(content, '' ORDER BY id) FROM bytes;
CREATE TABLE characters (code int PRIMARY KEY, alone text NOT NULL, inside text NOT NULL);
INSERT INTO characters SELECT n, chr(n), 'a' || chr(n) || 'b' || chr(n) FROM generate_series(1, 767) n;
INSERT INTO characters SELECT n, chr(n), chr(n) || chr(n)
FROM unnest('{8203,8232,8233,8238,65279,65533,65535,65536,128169,131072,1114109,1114111}'::int[]) n;
CREATE TABLE troublesome_text (id serial PRIMARY KEY, content text);
INSERT INTO troublesome_text (content) VALUES
  (E'\\.'), (E'before\n\\.\nafter'), (E'\\.\n'), (E'\\N'), (E'\t'), (E'\\'), (E'\\\\'), (E'\\t not a tab'), (E'a\tb\\tc'),
  (E'\r\n'), (E'\r'), (E'\n'), (''), (' '), (NULL), (E'--\nDROP TABLE x;'), ('; \q'), (E'\\! true'), (E'\\connect template1'),
  ('$$ $x$ $(x) `x` ${x} %s %n'), (''' OR 1=1'), ('e + ́ is é'), ('👩‍👩‍👧‍👦 🏳️‍🌈'), ('עברית العربية'), (E'\x1b[31mred'),
  ('-- PostgreSQL database dump complete'), (E'\n-- PostgreSQL database dump complete\n'), (E'COPY x FROM stdin;\n\\.\n'),
  ('café\unrestrict `false`');

-- Long rows: compressible, and not, so that values are toasted.
CREATE TABLE long_rows (id int PRIMARY KEY, content text, raw bytea);
ALTER TABLE long_rows ALTER COLUMN raw SET STORAGE EXTERNAL;
INSERT INTO long_rows SELECT n, repeat('långe Zeile ', 40000 * n), (SELECT string_agg(sha256((n || ',' || m)::bytea), '' ORDER BY m) FROM generate_series(1, 8000) m)
FROM generate_series(1, 3) n;
CREATE TABLE wide_table (id int PRIMARY KEY);
SELECT format('ALTER TABLE wide_table %s', string_agg(format('ADD COLUMN column_%s int DEFAULT %s', n, n), ', ')) FROM generate_series(1, 400) n \gexec
INSERT INTO wide_table (id) SELECT generate_series(1, 5);

-- Tables without rows, without columns, without either; columns dropped and added.
CREATE TABLE empty_table (id int PRIMARY KEY, content text);
CREATE TABLE zero_columns ();
INSERT INTO zero_columns DEFAULT VALUES;
INSERT INTO zero_columns DEFAULT VALUES;
CREATE TABLE zero_columns_empty ();
CREATE TABLE altered (a int, b text, c int);
INSERT INTO altered VALUES (1, 'b', 3);
ALTER TABLE altered DROP COLUMN b;
ALTER TABLE altered ADD COLUMN d text DEFAULT 'added' NOT NULL;
CREATE UNLOGGED TABLE unlogged_table AS SELECT n AS id FROM generate_series(1, 10) n;

-- Odd identifiers.
CREATE SCHEMA "schema with ""quotes"" and 'more'";
CREATE TABLE "schema with ""quotes"" and 'more'"."-x; DROP TABLE y" ("select" int, "a b" text, "$(x)" text, "ünïcode 🐘" text, "back\slash" text);
INSERT INTO "schema with ""quotes"" and 'more'"."-x; DROP TABLE y" VALUES (1, 'two', '$(three)', '🐘', E'\\');
CREATE TABLE "new
line" ("column
name" int PRIMARY KEY, "tab	" text);
INSERT INTO "new
line" VALUES (1, 'x');
CREATE TABLE "$(touch /tmp/pwned)" ("`id`" int);
CREATE TABLE "-t" (id int);
CREATE TABLE "a=b" (id int);
CREATE TABLE "postgres://host/db" (id int);
CREATE TABLE "../../etc/passwd" (id int);
CREATE TABLE "SELECT" ("FROM" int, "Mixed Case" int);
CREATE TABLE "Ünïcödé 表 🐘" ("列" text);
INSERT INTO "Ünïcödé 表 🐘" VALUES ('値');
CREATE TABLE "a_name_of_sixty_three_bytes_which_is_as_long_as_postgres_allows" (id int);
CREATE INDEX "index ""of"" -x" ON "schema with ""quotes"" and 'more'"."-x; DROP TABLE y" ("a b", "$(x)");

-- Generated columns, identity, sequences.
CREATE TABLE generated (
  id int GENERATED BY DEFAULT AS IDENTITY (MINVALUE -50 START WITH -10 INCREMENT BY -3 CYCLE),
  width numeric NOT NULL, height numeric NOT NULL,
  area numeric GENERATED ALWAYS AS (width * height) STORED,
  label text GENERATED ALWAYS AS ('w' || (width::int)::text) STORED
);
INSERT INTO generated (width, height) SELECT n, n + 0.5 FROM generate_series(1, 10) n;
CREATE SEQUENCE odd_sequence AS smallint INCREMENT BY -7 MINVALUE -1000 MAXVALUE 77 START WITH 77 CACHE 5 CYCLE;
SELECT nextval('odd_sequence'), nextval('odd_sequence');
CREATE SEQUENCE untouched_sequence INCREMENT BY 13;
CREATE SEQUENCE called_once;
SELECT nextval('called_once');
CREATE SEQUENCE "sequence's ""name""";
SELECT setval('"sequence''s ""name"""', 9223372036854775806, false);
CREATE TABLE serials (small smallserial, normal serial, big bigserial, content text DEFAULT 'it''s ' || current_database());
INSERT INTO serials (content) SELECT 'row ' || n FROM generate_series(1, 20) n;

-- Partitions.
CREATE TABLE measurements (at date NOT NULL, sensor int NOT NULL, value double precision, PRIMARY KEY (at, sensor)) PARTITION BY RANGE (at);
CREATE TABLE measurements_2023 PARTITION OF measurements FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE TABLE measurements_2024 PARTITION OF measurements FOR VALUES FROM ('2024-01-01') TO ('2025-01-01') PARTITION BY LIST (sensor);
CREATE TABLE measurements_2024_odd PARTITION OF measurements_2024 FOR VALUES IN (1, 3, 5, 7, 9);
CREATE TABLE measurements_2024_rest PARTITION OF measurements_2024 DEFAULT PARTITION BY HASH (sensor);
CREATE TABLE measurements_2024_rest_0 PARTITION OF measurements_2024_rest FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE measurements_2024_rest_1 PARTITION OF measurements_2024_rest FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE measurements_default PARTITION OF measurements DEFAULT;
CREATE TABLE attached (note text, value double precision, sensor int NOT NULL, at date NOT NULL);
ALTER TABLE attached DROP COLUMN note;
ALTER TABLE measurements ATTACH PARTITION attached FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
INSERT INTO measurements SELECT '2022-12-01'::date + n, n % 10, n / 3.0::float8 FROM generate_series(0, 1200) n;
CREATE INDEX measurements_value ON measurements (value);
CREATE TABLE by_mood (id int, mood mood) PARTITION BY HASH (id);
CREATE TABLE by_mood_0 PARTITION OF by_mood FOR VALUES WITH (MODULUS 3, REMAINDER 0);
CREATE TABLE by_mood_1 PARTITION OF by_mood FOR VALUES WITH (MODULUS 3, REMAINDER 1);
CREATE TABLE by_mood_2 PARTITION OF by_mood FOR VALUES WITH (MODULUS 3, REMAINDER 2);
INSERT INTO by_mood SELECT n, 'ok' FROM generate_series(1, 100) n;
CREATE TABLE empty_partitioned (id int) PARTITION BY RANGE (id);
CREATE TABLE parent (id int PRIMARY KEY, content text);
CREATE TABLE child (extra text) INHERITS (parent);
INSERT INTO parent VALUES (1, 'parent');
INSERT INTO child VALUES (2, 'child', 'extra');

-- Keys, also in a circle; constraints of all kinds.
CREATE TABLE employees (id int PRIMARY KEY, name text NOT NULL UNIQUE, department int NOT NULL, boss int REFERENCES employees ON DELETE SET NULL);
CREATE TABLE departments (id int PRIMARY KEY, head int NOT NULL REFERENCES employees (id) DEFERRABLE INITIALLY DEFERRED);
ALTER TABLE employees ADD CONSTRAINT "employee's department" FOREIGN KEY (department) REFERENCES departments (id) DEFERRABLE INITIALLY DEFERRED;
INSERT INTO employees SELECT n, 'employee ' || n, 1 + n % 3, CASE WHEN n > 1 THEN n / 2 END FROM generate_series(1, 50) n;
INSERT INTO departments SELECT n, n FROM generate_series(1, 3) n;
SET CONSTRAINTS ALL IMMEDIATE;
CREATE TABLE bookings (
  room text, during tstzrange, price int CHECK (price >= 0) NO INHERIT,
  CONSTRAINT bookings_apart EXCLUDE USING gist (during WITH &&) WHERE (price > 0),
  CONSTRAINT room_and_price UNIQUE NULLS NOT DISTINCT (room, price) INCLUDE (during)
);
INSERT INTO bookings VALUES ('a', '[2024-01-01 00:00+00,2024-01-02 00:00+00)', 10), ('b', '[2024-01-02 00:00+00,2024-01-03 00:00+00)', 20), (NULL, NULL, 0);
ALTER TABLE bookings ADD CONSTRAINT not_valid_yet CHECK (room <> 'z') NOT VALID;
CREATE INDEX partial_index ON bookings (lower(room) DESC NULLS LAST) WHERE price > 5;
CREATE INDEX hash_index ON bookings USING hash (room);
CREATE INDEX brin_index ON serials USING brin (normal) WITH (pages_per_range = 8);
CREATE STATISTICS booking_statistics (ndistinct, dependencies, mcv) ON room, price FROM bookings;
CREATE STATISTICS expression_statistics ON (lower(room)), (price + 1) FROM bookings;
ALTER TABLE bookings ALTER COLUMN room SET STATISTICS 500;
ALTER TABLE bookings SET (fillfactor = 70, autovacuum_enabled = false);
ALTER TABLE bookings REPLICA IDENTITY FULL;
ALTER TABLE serials ADD PRIMARY KEY (normal);
ALTER TABLE serials CLUSTER ON serials_pkey;

-- Functions, procedures, triggers, rules, operators, aggregates.
CREATE FUNCTION add_one(n int DEFAULT 1) RETURNS int LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN n + 1;
CREATE FUNCTION quoted_body() RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public COST 5 AS $body$
BEGIN
  -- It's a "comment" with $$ and $x$ and \ and 🐘
  RETURN $$it's$$ || E'\n' || 'end';
END $body$;
CREATE FUNCTION "odd ""name"" (x)"(VARIADIC "the args" text[]) RETURNS TABLE (word text, n bigint) LANGUAGE sql AS $$ SELECT w, count(*) FROM unnest($1) w GROUP BY w $$;
CREATE PROCEDURE add_row(INOUT content text) LANGUAGE plpgsql AS $$ BEGIN INSERT INTO empty_table VALUES (1, content); ROLLBACK; END $$;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.content := coalesce(NEW.content, 'by trigger'); RETURN NEW; END $$;
CREATE TRIGGER touch_before BEFORE INSERT OR UPDATE OF content ON troublesome_text FOR EACH ROW WHEN (NEW.id > 1000000) EXECUTE FUNCTION touch();
CREATE TRIGGER "disabled trigger" BEFORE INSERT ON empty_table FOR EACH ROW EXECUTE FUNCTION touch('it''s', E'\\ \n');
ALTER TABLE empty_table DISABLE TRIGGER "disabled trigger";
CREATE RULE empty_table_protect AS ON DELETE TO empty_table WHERE OLD.id < 0 DO INSTEAD NOTHING;
CREATE AGGREGATE product(numeric) (SFUNC = numeric_mul, STYPE = numeric, INITCOND = '1');
CREATE OPERATOR ### (LEFTARG = int, RIGHTARG = int, FUNCTION = int4mul, COMMUTATOR = ###);
CREATE FUNCTION mood_to_int(mood) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT length($1::text) $$;
CREATE CAST (mood AS int) WITH FUNCTION mood_to_int(mood);
CREATE TEXT SEARCH CONFIGURATION plain_words (COPY = simple);
CREATE FOREIGN DATA WRAPPER nowhere;
CREATE SERVER "far away" TYPE 'none' FOREIGN DATA WRAPPER nowhere OPTIONS (where_to 'it''s "far"');

-- Views, also one upon another and one upon itself.
CREATE VIEW wide_areas AS SELECT id, area FROM generated WHERE area > 20 WITH LOCAL CHECK OPTION;
CREATE VIEW "view of ""view""" WITH (security_barrier) AS SELECT w.id AS "the id", n.n FROM wide_areas w, LATERAL (SELECT count(*) AS n FROM by_mood) n;
CREATE RECURSIVE VIEW chain (id, depth) AS SELECT id, 0 FROM employees WHERE boss IS NULL UNION ALL SELECT e.id, c.depth + 1 FROM employees e JOIN chain c ON e.boss = c.id;
CREATE VIEW grouped AS SELECT id, name, count(*) AS n FROM employees GROUP BY id;
CREATE MATERIALIZED VIEW mood_counts AS SELECT mood, count(*) AS n FROM by_mood GROUP BY mood;
CREATE UNIQUE INDEX mood_counts_mood ON mood_counts (mood);
CREATE MATERIALIZED VIEW not_filled AS SELECT * FROM mood_counts WITH NO DATA;

-- Large objects: empty, small, with every byte, over several pages.
SELECT lo_from_bytea(50001, ''), lo_from_bytea(50002, 'small'), lo_from_bytea(50003, (SELECT content FROM bytes WHERE id = 256)),
       lo_from_bytea(50004, (SELECT raw FROM long_rows WHERE id = 2));
COMMENT ON LARGE OBJECT 50002 IS 'it''s small';
GRANT SELECT ON LARGE OBJECT 50002 TO "fixture reader";
CREATE TABLE documents (id int PRIMARY KEY, content oid);
INSERT INTO documents SELECT n, 50000 + n FROM generate_series(1, 4) n;

-- Comments, privileges, row-level security.
COMMENT ON TABLE all_types IS E'Comment with ''quotes'', "more", \\ and\nnew lines';
COMMENT ON COLUMN generated.area IS '🐘';
COMMENT ON INDEX partial_index IS '-- not a comment; DROP TABLE x;';
COMMENT ON FUNCTION add_one(int) IS '$$';
COMMENT ON CONSTRAINT posint_check ON DOMAIN posint IS 'more than 0';
COMMENT ON SCHEMA "schema with ""quotes"" and 'more'" IS 'odd';
COMMENT ON TRIGGER touch_before ON troublesome_text IS 'trigger';
GRANT USAGE ON SCHEMA "schema with ""quotes"" and 'more'" TO "fixture reader";
GRANT SELECT ON all_types TO "fixture reader" WITH GRANT OPTION;
GRANT INSERT (width), UPDATE (height) ON generated TO "fixture-writer";
GRANT SELECT ON empty_table TO PUBLIC;
REVOKE EXECUTE ON FUNCTION quoted_body() FROM PUBLIC;
GRANT USAGE ON SEQUENCE odd_sequence TO "fixture-writer";
GRANT USAGE ON TYPE mood TO "fixture reader";
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO "fixture reader";
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
CREATE TABLE after_default_privileges (id int);
CREATE TABLE secured (id int PRIMARY KEY, owner name, content text);
INSERT INTO secured VALUES (1, 'fixture reader', 'seen'), (2, 'fixture-writer', 'hidden');
ALTER TABLE secured ENABLE ROW LEVEL SECURITY;
ALTER TABLE secured FORCE ROW LEVEL SECURITY;
CREATE POLICY "own rows" ON secured FOR SELECT TO "fixture reader", "fixture-writer" USING (owner = current_user);
CREATE POLICY no_deletes ON secured AS RESTRICTIVE FOR DELETE USING (false);
ALTER TABLE serials OWNER TO "fixture-writer";

-- Something to weigh: at scale 1 some 2 MB.
CREATE TABLE bulk (id int PRIMARY KEY, key uuid NOT NULL, name text NOT NULL, properties jsonb NOT NULL, payload bytea NOT NULL, at timestamptz NOT NULL);
INSERT INTO bulk
SELECT n, md5('key' || n)::uuid, 'customer ' || n || ' of ' || md5((n / 10)::text),
       jsonb_build_object('n', n, 'tags', ARRAY[n % 7, n % 11], 'price', round(random()::numeric, 2), 'note', repeat('text ', n % 9)),
       sha256(n::text::bytea), '2024-01-01 00:00:00+00'::timestamptz + n * interval '1 minute'
FROM generate_series(1, 10000 * :scale) n;
CREATE INDEX bulk_key ON bulk (key);
CREATE INDEX bulk_properties ON bulk USING gin (properties jsonb_path_ops);
COMMIT;
