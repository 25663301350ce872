"""The database that the server uses: the embedded one, brought up to date, or the one that DATABASE_URL names."""

import asyncio
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import structlog

from api.serving import AddressTakenError
from api.settings import Settings
from copilot.errors import Refusal
from copilot.postgres import Cluster, LauncherError
from copilot.store.migrate import upgrade

_LOG = structlog.get_logger("havblik")
_LOOKS_EVERY = 0.5
"""Seconds between two looks at the embedded server."""


@contextmanager
def database_url(settings: Settings) -> Iterator[str]:
    """The application's address of a database with the present schema, for as long as the block lasts.

    The embedded server is started, migrated, started again should it be killed, and stopped at the end. A database that
    DATABASE_URL names is taken as it is: its administrator migrates it with `python -m copilot.store.migrate`. Raises
    LauncherError.
    """
    if settings.database_url:
        yield settings.database_url
        return
    cluster = Cluster(settings.data)
    with cluster.held() as server:
        upgrade(server.owner_url)
        with _watched(cluster):
            yield server.app_url


@contextmanager
def _watched(cluster: Cluster) -> Iterator[None]:
    """A killed server is running again within seconds; requests in between answer `database-unavailable`."""
    over = threading.Event()
    watching = threading.Thread(target=_watch, args=(cluster, over), name="watch PostgreSQL")
    watching.start()
    try:
        yield
    finally:
        over.set()
        watching.join()


def _watch(cluster: Cluster, over: threading.Event) -> None:
    while not over.wait(_LOOKS_EVERY):
        try:
            if cluster.revive():
                _LOG.warning("PostgreSQL had ended and was started again")
        except (LauncherError, OSError) as error:  # a full disk may have room at the next look
            _LOG.error("PostgreSQL has ended and cannot be started", error=type(error).__name__)


def with_database(settings: Settings, run: Callable[[str], Awaitable[None]]) -> int:
    """Awaits `run` with the database's address; 0, or 1 with one line on standard error for what could not be had."""

    async def awaited(url: str) -> None:
        await run(url)

    try:
        with database_url(settings) as url:
            asyncio.run(awaited(url))
    except (LauncherError, AddressTakenError, Refusal, RuntimeError) as error:
        return told(str(error))
    return 0


def told(message: str) -> int:
    """The exit status of a failure that a person was told about."""
    sys.stderr.write(f"havblik: {message}\n")
    return 1
