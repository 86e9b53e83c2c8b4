-- Azure Database for PostgreSQL, flexible server (15). Run as azuresu, the bootstrap superuser.
-- Sources: [A] "Access management" and "Describe built-in server roles" (learn.microsoft.com), [H] HOSTED.md,
-- [?] from memory.
CREATE ROLE azure_pg_admin NOLOGIN; -- [A]
CREATE ROLE replication NOLOGIN REPLICATION; -- [?]
GRANT pg_monitor, pg_signal_backend, pg_checkpoint TO azure_pg_admin WITH ADMIN OPTION; -- [?]
-- [A] The server admin: LOGIN NOSUPERUSER INHERIT CREATEDB CREATEROLE REPLICATION, member of azure_pg_admin.
CREATE ROLE boss LOGIN CREATEDB CREATEROLE REPLICATION PASSWORD :'password' IN ROLE azure_pg_admin;
CREATE DATABASE azure_maintenance; -- [H] closed by pg_hba.conf
CREATE DATABASE azure_sys; -- [H]
ALTER DATABASE postgres OWNER TO azure_pg_admin; -- [?]
\connect azure_sys
CREATE SCHEMA query_store; -- [?]
CREATE TABLE query_store.runtime_stats_definition (name text);
REVOKE ALL ON SCHEMA public FROM PUBLIC;
\if :hasApplication
CREATE DATABASE shop OWNER boss;
\connect shop
-- [H] Extensions belong to the service, whoever asked for them.
CREATE EXTENSION pg_stat_statements;
CREATE EXTENSION citext;
CREATE EXTENSION pgcrypto;
\endif
