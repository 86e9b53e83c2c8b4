-- An application, made by the role that a service gives its user. `reader` names a second role where there is one.
CREATE SCHEMA shop;
CREATE SCHEMA "Audit ""log""";
CREATE EXTENSION IF NOT EXISTS citext;
CREATE EXTENSION IF NOT EXISTS pgcrypto;
COMMENT ON SCHEMA shop IS 'what is sold';
CREATE TYPE shop.state AS ENUM ('open', 'paid', 'it''s lost');
CREATE CAST (text AS shop.state) WITH INOUT AS ASSIGNMENT;
COMMENT ON CAST (text AS shop.state) IS 'of our own';
CREATE TYPE shop.span AS RANGE (subtype = integer);
CREATE DOMAIN shop.amount AS numeric(12, 2) CHECK (VALUE >= 0);
CREATE COLLATION shop.plain (provider = libc, locale = 'C');
CREATE SEQUENCE shop.numbers START 1000 INCREMENT 7;
CREATE TABLE public.customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email citext NOT NULL UNIQUE,
  name text COLLATE shop.plain,
  "odd ""name" jsonb DEFAULT '{}' NOT NULL
);
COMMENT ON TABLE public.customers IS 'people; who pay';
COMMENT ON COLUMN public.customers."odd ""name" IS 'it''s odd';
CREATE TABLE shop.orders (
  id bigint DEFAULT nextval('shop.numbers') PRIMARY KEY,
  customer bigint NOT NULL REFERENCES public.customers,
  state shop.state DEFAULT 'open' NOT NULL,
  total shop.amount NOT NULL,
  twice numeric GENERATED ALWAYS AS (total * 2) STORED,
  picture oid,
  placed date DEFAULT '2026-01-01' NOT NULL
);
CREATE INDEX ON shop.orders (date_trunc('month', placed::timestamp)) WHERE total > 10;
CREATE TABLE shop.events (at date NOT NULL, what text) PARTITION BY RANGE (at);
CREATE TABLE shop.events_2026 PARTITION OF shop.events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE "Audit ""log""".changes (id serial PRIMARY KEY, at timestamptz, what text);
CREATE FUNCTION shop.note() RETURNS trigger LANGUAGE plpgsql AS $note$
begin
  -- Name: not an entry; Type: TABLE; Schema: public; Owner: nobody
  insert into "Audit ""log""".changes (at, what) values ('2026-01-01', TG_OP || ' ' || NEW.id);
  return NEW;
end
$note$;
CREATE TRIGGER note AFTER INSERT ON shop.orders FOR EACH ROW EXECUTE FUNCTION shop.note();
CREATE FUNCTION public.longest(text, text) RETURNS text LANGUAGE sql IMMUTABLE
  AS $$select case when length($1) >= length($2) then $1 else $2 end$$;
CREATE AGGREGATE public.longest(text) (SFUNC = public.longest, STYPE = text, INITCOND = '');
CREATE OPERATOR shop.<+> (LEFTARG = text, RIGHTARG = text, FUNCTION = public.longest);
CREATE TEXT SEARCH DICTIONARY shop.words (TEMPLATE = pg_catalog.simple);
CREATE TEXT SEARCH CONFIGURATION public.words (COPY = pg_catalog.simple);
ALTER TEXT SEARCH CONFIGURATION public.words ALTER MAPPING FOR asciiword WITH shop.words;
CREATE VIEW shop.paid AS SELECT c.name, o.total, o.total::text OPERATOR(shop.<+>) c.name AS longer
  FROM shop.orders o JOIN public.customers c ON c.id = o.customer WHERE o.state = 'paid';
CREATE MATERIALIZED VIEW public.totals AS SELECT customer, sum(total) AS total FROM shop.orders GROUP BY customer;
CREATE UNIQUE INDEX ON public.totals (customer);
CREATE STATISTICS shop.related ON customer, state FROM shop.orders;
CREATE RULE quiet AS ON DELETE TO shop.events DO INSTEAD NOTHING;

INSERT INTO public.customers (email, name) SELECT format('c%s@example.org', n), format('Customer %s', n)
  FROM generate_series(1, 40) n;
INSERT INTO shop.orders (customer, state, total, picture)
  SELECT n % 40 + 1, CASE n % 3 WHEN 0 THEN 'paid' ELSE 'open' END::shop.state, n,
    CASE n WHEN 7 THEN lo_from_bytea(0, 'a picture') END
  FROM generate_series(1, 300) n;
INSERT INTO shop.events SELECT date '2026-01-01' + n, E'tab\tand -- Name: x; Type: TABLE; Schema: -; Owner: y' FROM generate_series(0, 9) n;
REFRESH MATERIALIZED VIEW public.totals;

ALTER TABLE public.customers ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_row ON public.customers USING (name = current_user);
COMMENT ON POLICY own_row ON public.customers IS 'each to his own';
GRANT SELECT (id, name) ON public.customers TO PUBLIC;
GRANT USAGE ON SCHEMA shop TO PUBLIC;
REVOKE EXECUTE ON FUNCTION public.longest(text, text) FROM PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA shop REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT SELECT ON TABLES TO PUBLIC;
\if :{?reader}
GRANT SELECT ON shop.orders TO :"reader";
GRANT USAGE ON SCHEMA "Audit ""log""" TO :"reader";
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO :"reader";
CREATE POLICY reads ON public.customers FOR SELECT TO :"reader" USING (true);
\endif
