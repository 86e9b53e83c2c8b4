CREATE TABLE secrets (id int PRIMARY KEY, name text, secret text);
CREATE VIEW decrypted_secrets AS SELECT * FROM secrets;
SELECT pg_catalog.pg_extension_config_dump('secrets', '');
