"""The database that the server uses: the embedded one, brought up to date, or the one that DATABASE_URL names."""

from collections.abc import Iterator
from contextlib import contextmanager

from api.settings import Settings
from copilot.postgres import running
from copilot.store.migrate import upgrade


@contextmanager
def database_url(settings: Settings) -> Iterator[str]:
    """The application's address of a database with the present schema, for as long as the block lasts.

    The embedded server is started, migrated, and stopped at the end. A database that DATABASE_URL names is taken as it
    is: its administrator migrates it with `python -m copilot.store.migrate`. Raises LauncherError.
    """
    if settings.database_url:
        yield settings.database_url
        return
    with running(settings.data) as server:
        upgrade(server.owner_url)
        yield server.app_url
