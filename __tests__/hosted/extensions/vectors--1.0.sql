CREATE DOMAIN vector AS double precision[];
CREATE FUNCTION size(vector) RETURNS int LANGUAGE sql IMMUTABLE AS 'select cardinality($1)';
CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end';
CREATE TABLE known_sizes (size int);
SELECT pg_catalog.pg_extension_config_dump('known_sizes', '');
