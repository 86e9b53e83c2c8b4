-- DigitalOcean Managed PostgreSQL (15). Run as postgres, the superuser that the customer does not get.
-- Sources: [H] HOSTED.md, [?] from memory.
CREATE ROLE doadmin LOGIN CREATEDB CREATEROLE REPLICATION PASSWORD :'password'; -- [H], [?] REPLICATION
CREATE ROLE _doadmin_managed NOLOGIN; -- [?]
GRANT pg_read_all_stats, pg_signal_backend TO doadmin WITH ADMIN OPTION; -- [?]
CREATE DATABASE _dodb; -- [H]
REVOKE ALL ON DATABASE _dodb FROM PUBLIC; -- [?]
CREATE DATABASE defaultdb OWNER doadmin; -- [?]
