-- Neon (15). Run as cloud_admin, the bootstrap superuser.
-- Sources: [N] "Manage roles" in Neon's documentation, [D] plain dumps of Neon databases that their owners published,
-- [H] HOSTED.md, [?] from memory.
CREATE ROLE neon_superuser NOLOGIN CREATEDB CREATEROLE BYPASSRLS REPLICATION; -- [N]
GRANT pg_read_all_data, pg_write_all_data TO neon_superuser; -- [N]
GRANT pg_monitor, pg_signal_backend TO neon_superuser WITH ADMIN OPTION; -- [N]
-- [N] A role made in the console gets CREATEDB, CREATEROLE, BYPASSRLS, LOGIN and REPLICATION, and neon_superuser.
CREATE ROLE neondb_owner LOGIN CREATEDB CREATEROLE BYPASSRLS REPLICATION PASSWORD :'password' IN ROLE neon_superuser;
GRANT SELECT ON pg_authid TO neon_superuser; -- [H]
CREATE DATABASE neondb OWNER neondb_owner; -- [N]
ALTER DATABASE postgres OWNER TO cloud_admin;
\connect neondb
-- [D] They stand in every dump, of a role that the user is no member of.
ALTER DEFAULT PRIVILEGES FOR ROLE cloud_admin IN SCHEMA public GRANT ALL ON TABLES TO neon_superuser WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES FOR ROLE cloud_admin IN SCHEMA public GRANT ALL ON SEQUENCES TO neon_superuser WITH GRANT OPTION;
