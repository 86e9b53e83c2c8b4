-- Aiven for PostgreSQL (15). Run as postgres, the superuser that the customer does not get.
-- Sources: [H] HOSTED.md, [?] from memory.
CREATE ROLE avnadmin LOGIN CREATEDB CREATEROLE REPLICATION PASSWORD :'password'; -- [H], [?] REPLICATION
GRANT pg_read_all_stats, pg_signal_backend TO avnadmin WITH ADMIN OPTION; -- [?]
CREATE DATABASE _aiven; -- [H]
REVOKE ALL ON DATABASE _aiven FROM PUBLIC; -- [?]
CREATE DATABASE defaultdb OWNER avnadmin; -- [?]
