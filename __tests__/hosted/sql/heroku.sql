-- Heroku Postgres, a shared plan (15). Run as heroku_admin, a superuser.
-- Sources: [D] plain dumps of Heroku databases that their owners published (names, owners and kinds of what stands
-- in them), [H] HOSTED.md, [?] from memory. The functions' bodies are ours, and do nothing.
CREATE ROLE rds_superuser NOLOGIN; -- [D] named in the functions of Heroku
CREATE ROLE :"user" LOGIN PASSWORD :'password';
-- [H] The other tenants' databases are listed and closed, postgres and template1 too.
CREATE ROLE u7tenant LOGIN;
CREATE DATABASE d4neighbour OWNER u7tenant;
REVOKE ALL ON DATABASE d4neighbour, postgres, template1 FROM PUBLIC;
CREATE DATABASE :"database" OWNER :"user";
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
\connect :database
ALTER SCHEMA public OWNER TO :"user"; -- [D]
CREATE SCHEMA _heroku; -- [D]
CREATE FUNCTION _heroku.create_ext() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS $$begin end$$; -- [D]
CREATE FUNCTION _heroku.drop_ext() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS $$begin end$$; -- [D]
CREATE FUNCTION _heroku.extension_before_drop() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS $$begin end$$; -- [D]
CREATE FUNCTION _heroku.grant_table_if_exists(alias_schemaname text, grants text, databaseowner text,
  alias_tablename text DEFAULT NULL) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$begin end$$; -- [D]
CREATE FUNCTION _heroku.postgis_after_create() RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$begin end$$; -- [D]
CREATE FUNCTION _heroku.validate_extension() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS $$begin end$$; -- [D]
GRANT USAGE ON SCHEMA _heroku TO PUBLIC; -- [?] without it no tenant could dump the schema
-- [D] Of another owner, and in public.
CREATE EXTENSION pg_stat_statements SCHEMA public;
GRANT EXECUTE ON FUNCTION pg_stat_statements_reset TO :"user"; -- [D]
CREATE EVENT TRIGGER extension_before_drop ON ddl_command_start EXECUTE FUNCTION _heroku.extension_before_drop(); -- [D]
CREATE EVENT TRIGGER log_create_ext ON ddl_command_end EXECUTE FUNCTION _heroku.create_ext(); -- [D]
CREATE EVENT TRIGGER log_drop_ext ON sql_drop EXECUTE FUNCTION _heroku.drop_ext(); -- [D]
CREATE EVENT TRIGGER validate_extension ON ddl_command_end EXECUTE FUNCTION _heroku.validate_extension(); -- [D]
