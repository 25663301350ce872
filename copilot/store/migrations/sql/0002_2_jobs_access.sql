-- The jobs' tables hold ids only and no organisation: no row security, and the application alone.
GRANT SELECT, INSERT, UPDATE, DELETE
  ON procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers, procrastinate_workers TO havblik_app;
DO $$
DECLARE
  name text;
BEGIN
  FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND sequencename LIKE 'procrastinate%' LOOP
    EXECUTE format('GRANT USAGE, SELECT ON SEQUENCE %I TO havblik_app', name);
  END LOOP;
END
$$;
