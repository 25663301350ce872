"""What an administrator does from the command line: bring a clinic in, print a sign-in link or a key."""

import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

from api import wording
from api.database import with_database
from api.settings import Settings
from copilot import onboard, seed
from copilot.store import Store


def add(settings: Settings, file: Path, organisation: UUID | None, name: str) -> int:
    """Brings in the clinic that a file describes, and prints its organisation's id and its spokesperson's link."""

    async def run(store: Store) -> None:
        newcomer = onboard.read(file)
        owner = organisation or uuid4()
        await onboard.organise(store, owner, name or newcomer.profile.name, (newcomer,), datetime.now(UTC))
        _say("organisation", organisation=owner)
        await print_link(settings, store, owner, newcomer.profile.id)

    return _with_store(settings, run)


def link(settings: Settings, clinic: str, organisation: UUID | None) -> int:
    """Prints a new one-time sign-in link for a clinic's spokesperson."""
    return _with_store(settings, partial(_link, settings, clinic, organisation or seed.DEMO))


def key(settings: Settings, clinic: str, organisation: UUID | None) -> int:
    """Prints a new integration key for a clinic."""

    async def run(store: Store) -> None:
        _say("key", key=await onboard.integration_key(store, organisation or seed.DEMO, clinic, "command line"))

    return _with_store(settings, run)


async def _link(settings: Settings, clinic: str, organisation: UUID, store: Store) -> None:
    await print_link(settings, store, organisation, clinic)


def _with_store(settings: Settings, run: Callable[[Store], Awaitable[None]]) -> int:
    async def opened(url: str) -> None:
        store = Store(url)
        try:
            await store.verify()
            await run(store)
        finally:
            await store.close()

    return with_database(settings, opened)


async def print_link(settings: Settings, store: Store, organisation: UUID, clinic: str) -> None:
    """Prints a one-time sign-in link for the clinic's spokesperson."""
    secret = await onboard.sign_in_link(store, organisation, clinic, datetime.now(UTC))
    _say("link", address=f"{settings.address}/sign-in?token={secret}", clinic=clinic)


def _say(line: str, **values: object) -> None:
    sys.stdout.write(wording.of("en")["terminal"][line].format(**values) + "\n")
    sys.stdout.flush()
