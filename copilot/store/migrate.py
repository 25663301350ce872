"""Brings a database to the present schema: `python -m copilot.store.migrate [--sql]`, with DATABASE_OWNER_URL."""

import io
import os
import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

_MIGRATIONS = Path(__file__).parent / "migrations"
_ROLES = Path(__file__).parent.parent / "postgres" / "roles.sql"
_LOCK = 7_291_806_450_113
"""Any number that nobody else takes: one migration at a time."""


def upgrade(owner_url: str) -> None:
    """The database has the present schema. `owner_url` is a login that is or may become havblik_owner."""
    engine = create_engine(make_url(owner_url).set(drivername="postgresql+psycopg"), poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
        connection.execute(text("SET ROLE havblik_owner"))
        connection.commit()
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()


def sql() -> str:
    """What an administrator runs instead: roles and every migration, as one script for psql.

    The database must belong to havblik_owner: after the first part, `CREATE DATABASE havblik OWNER havblik_owner`.
    """
    config = _config()
    config.output_buffer = io.StringIO()
    command.upgrade(config, "head", sql=True)
    roles = _ROLES.read_text(encoding="utf-8")
    return f"{roles}\nSET ROLE havblik_owner;\n{config.output_buffer.getvalue()}\nRESET ROLE;\n"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return config


def main() -> int:
    """The command line; 2 where DATABASE_OWNER_URL is missing."""
    if "--sql" in sys.argv[1:]:
        sys.stdout.write(sql())
        return 0
    owner_url = os.environ.get("DATABASE_OWNER_URL", "")
    if not owner_url:
        sys.stderr.write("DATABASE_OWNER_URL must name a login that may become havblik_owner\n")
        return 2
    upgrade(owner_url)
    return 0


if __name__ == "__main__":
    sys.exit(main())
