"""Roles and databases inside a server; also for an administrator's own, through `roles.sql`."""

from pathlib import Path

import psycopg
from psycopg import sql

DATABASE = "havblik"
ROLES = Path(__file__).with_name("roles.sql")
CLEAR = Path(__file__).with_name("clear.sql")


def connect(url: str) -> psycopg.Connection:
    """Opens a connection to a SQLAlchemy address, with every statement a transaction of its own."""
    return psycopg.connect(plain(url), autocommit=True, connect_timeout=5)


def plain(url: str) -> str:
    """The address as PostgreSQL's own library takes it: without SQLAlchemy's name of a driver."""
    return url.replace("+psycopg", "", 1)


def prepare(superuser_url: str) -> None:
    """Has the three roles and the database there; safe to run again."""
    with connect(superuser_url.replace(f"/{DATABASE}?", "/postgres?", 1)) as connection:
        connection.execute(ROLES.read_bytes())
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        if found is None:
            create_database(connection, DATABASE)


def create_database(connection: psycopg.Connection, name: str, template: str = "template0") -> None:
    """Makes a database of the owner's that the application alone may enter; `template` may be a migrated one."""
    names = {"name": sql.Identifier(name), "template": sql.Identifier(template)}
    connection.execute(sql.SQL("CREATE DATABASE {name} TEMPLATE {template} OWNER havblik_owner").format(**names))
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {name} FROM PUBLIC").format(**names))
    connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {name} TO havblik_app").format(**names))
