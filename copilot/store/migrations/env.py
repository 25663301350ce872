"""Runs migrations as havblik_owner, or prints them; the caller gives the connection or asks for SQL."""

from alembic import context

connection = context.config.attributes.get("connection")
if connection is None:
    context.configure(dialect_name="postgresql", as_sql=True, literal_binds=True, transactional_ddl=True)
else:
    context.configure(connection=connection, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
