-- The logins and the database of compose.yaml's PostgreSQL; run by its image once, after roles.sql, with psql.
\getenv app_password HAVBLIK_APP_PASSWORD
\getenv migrate_password HAVBLIK_MIGRATE_PASSWORD
ALTER ROLE havblik_app PASSWORD :'app_password';
-- Migrations log in as this one and act as the owner; the application never does.
CREATE ROLE havblik_migrate LOGIN NOSUPERUSER NOBYPASSRLS NOINHERIT PASSWORD :'migrate_password';
GRANT havblik_owner TO havblik_migrate WITH SET TRUE, INHERIT FALSE, ADMIN FALSE;
CREATE DATABASE havblik TEMPLATE template0 OWNER havblik_owner;
REVOKE ALL ON DATABASE havblik FROM PUBLIC;
GRANT CONNECT ON DATABASE havblik TO havblik_app, havblik_migrate;
