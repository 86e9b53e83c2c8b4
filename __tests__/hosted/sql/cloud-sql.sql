-- Google Cloud SQL (PostgreSQL 15). Run as cloudsqladmin, the bootstrap superuser.
-- Sources: [U] "About PostgreSQL users and roles" in the Cloud SQL documentation, [H] HOSTED.md, [?] from memory.
CREATE ROLE cloudsqlsuperuser NOLOGIN CREATEDB CREATEROLE; -- [U]
CREATE ROLE cloudsqlagent LOGIN; -- [?]
CREATE ROLE cloudsqlimportexport LOGIN; -- [?]
CREATE ROLE cloudsqlreplica LOGIN REPLICATION; -- [?]
CREATE ROLE cloudsqlobservabilityuser LOGIN; -- [?]
CREATE ROLE cloudsqlinactiveuser NOLOGIN; -- [?]
GRANT pg_monitor, pg_signal_backend TO cloudsqlsuperuser; -- [U]
-- [U] The default user: CREATEROLE, CREATEDB and LOGIN, neither SUPERUSER nor REPLICATION.
CREATE ROLE postgres LOGIN CREATEDB CREATEROLE PASSWORD :'password' IN ROLE cloudsqlsuperuser;
ALTER DATABASE postgres OWNER TO cloudsqlsuperuser; -- [?]
CREATE DATABASE cloudsqladmin; -- [U]
\if :hasApplication
-- [?] A database that the console or gcloud makes belongs to cloudsqlsuperuser.
CREATE DATABASE shop OWNER cloudsqlsuperuser;
\connect shop
CREATE EXTENSION pg_stat_statements; -- [?] its owner
\endif
