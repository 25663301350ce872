-- Empties a database before a backup is put back, inside the same transaction: a failure leaves everything as it was.
SET LOCAL lock_timeout = '20s'; -- a connection that holds a table makes this fail, not wait for ever
DO $$
DECLARE name text;
BEGIN
  FOR name IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LOOP
    EXECUTE format('DROP SCHEMA %I CASCADE', name);
  END LOOP;
END
$$;
-- As PostgreSQL makes it; a backup says only what differs from this.
CREATE SCHEMA public AUTHORIZATION pg_database_owner;
GRANT USAGE ON SCHEMA public TO PUBLIC;
