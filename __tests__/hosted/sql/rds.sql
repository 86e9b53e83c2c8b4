-- Amazon RDS (PostgreSQL 15). Run as rdsadmin, the bootstrap superuser.
-- Sources: [R] "Understanding the rds_superuser role" and [M] "Master user account privileges" in the RDS User Guide,
-- [H] HOSTED.md, [?] from memory.
-- [R] The group of the master user, and those that it may hand on.
CREATE ROLE rds_superuser NOLOGIN;
CREATE ROLE rds_replication NOLOGIN;
CREATE ROLE rds_password NOLOGIN;
CREATE ROLE rds_iam NOLOGIN; -- [?]
CREATE ROLE rds_ad NOLOGIN; -- [?]
CREATE ROLE rdsrepladmin NOLOGIN REPLICATION; -- [?]
CREATE ROLE rdstopmgr LOGIN; -- [?]
GRANT pg_monitor, pg_signal_backend, pg_checkpoint TO rds_superuser WITH ADMIN OPTION; -- [R], [?] admin option
GRANT rds_replication, rds_password TO rds_superuser WITH ADMIN OPTION; -- [R]
-- [R] CREATE ROLE postgres WITH LOGIN NOSUPERUSER INHERIT CREATEDB CREATEROLE NOREPLICATION VALID UNTIL 'infinity'
CREATE ROLE postgres LOGIN CREATEDB CREATEROLE PASSWORD :'password' VALID UNTIL 'infinity' IN ROLE rds_superuser;
-- [?] Owners: the master has postgres and template1, the service template0 and rdsadmin.
ALTER DATABASE postgres OWNER TO postgres;
ALTER DATABASE template1 OWNER TO postgres;
-- [H] Closed by pg_hba.conf.
CREATE DATABASE rdsadmin;
REVOKE CONNECT, TEMPORARY ON DATABASE rdsadmin FROM PUBLIC; -- [?]

-- A role of the customer: the commonest URL of an application [H]. It finds its database there, the master makes his.
\if :isMaster
\if :hasApplication
CREATE DATABASE shop OWNER postgres;
\endif
\else
CREATE ROLE shop_app LOGIN PASSWORD :'password';
CREATE DATABASE shop OWNER shop_app;
\endif
\if :hasApplication
\connect shop
-- [?] RDS runs CREATE EXTENSION of untrusted ones as rdsadmin, who then owns them.
CREATE EXTENSION pg_stat_statements;
\endif
