-- The three roles of DESIGN's section Data; safe to run again. An administrator of one's own PostgreSQL runs the same.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'havblik_owner') THEN
    CREATE ROLE havblik_owner;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'havblik_app') THEN
    CREATE ROLE havblik_app;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'havblik_lookup') THEN
    CREATE ROLE havblik_lookup;
  END IF;
END
$$;
ALTER ROLE havblik_owner NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
ALTER ROLE havblik_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
ALTER ROLE havblik_lookup NOLOGIN NOSUPERUSER BYPASSRLS NOCREATEDB NOCREATEROLE;
-- A migration hands its lookup functions to havblik_lookup; that needs SET, and nothing is inherited.
GRANT havblik_lookup TO havblik_owner WITH SET TRUE, INHERIT FALSE, ADMIN FALSE;
