-- Plain PostgreSQL, as somebody runs it who leaves a service: a role that may create databases and is no superuser.
CREATE ROLE keeper LOGIN CREATEDB PASSWORD :'password';
CREATE DATABASE keeper OWNER keeper;
