"""Brings a database to the present schema: `python -m copilot.store.migrate [--sql]`, with DATABASE_OWNER_URL."""


def upgrade(owner_url: str) -> None:
    """The database has the present schema. `owner_url` is a login that is or may become havblik_owner."""
    raise NotImplementedError


def sql() -> str:
    """What an administrator runs instead: roles and every migration, as one script."""
    raise NotImplementedError
