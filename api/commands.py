"""What `python -m api` does: serve, work, or print a sign-in link."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial

import structlog

from api import wording
from api.app import Background, create_app
from api.database import database_url
from api.parts import Parts
from api.serving import SIGNALS, AddressTakenError, require_free
from api.serving import serve as serve_app
from api.settings import Settings
from copilot import seed
from copilot.errors import Refusal
from copilot.model.port import Model, ModelSettings
from copilot.postgres.place import LauncherError
from copilot.respond import respond
from copilot.store import Store
from copilot.work.jobs import Desk, Enqueue, application
from copilot.work.worker import working

_LOG = structlog.get_logger("havblik")
_DEMO_CLINIC = "demo-vet"


def serve(settings: Settings) -> int:
    """Serves until interrupted."""
    try:
        require_free(settings.host, settings.port)
    except AddressTakenError as error:
        return _told(str(error))
    return _with_database(settings, partial(_serve, settings))


def work(settings: Settings) -> int:
    """Runs the jobs until interrupted, in a process of its own."""
    return _with_database(settings, partial(_work, settings))


def link(settings: Settings, clinic: str) -> int:
    """Prints a new one-time sign-in link for a demo clinic's spokesperson."""
    return _with_database(settings, partial(_link, settings, clinic))


def _with_database(settings: Settings, run: Callable[[str], Awaitable[None]]) -> int:
    async def awaited(url: str) -> None:
        await run(url)

    try:
        with database_url(settings) as url:
            asyncio.run(awaited(url))
    except (LauncherError, AddressTakenError, Refusal, RuntimeError) as error:
        return _told(str(error))
    return 0


def _told(message: str) -> int:
    sys.stderr.write(f"havblik: {message}\n")
    return 1


async def _serve(settings: Settings, url: str) -> None:
    store = Store(url)
    await store.verify()
    if settings.demo:
        await seed.seed(store, datetime.now(UTC))
    jobs = application(url)
    async with jobs.open_async():
        app = create_app(settings, store, Enqueue(jobs), _background(settings, url))

        async def ready() -> None:
            _LOG.info("ready", address=settings.address)
            if settings.demo:
                await _print_link(settings, store, _DEMO_CLINIC)

        await serve_app(app, settings.host, settings.port, ready)


def _background(settings: Settings, url: str) -> Background | None:
    """The worker inside the server, unless it runs as a process of its own."""
    if settings.worker == "none":
        return None

    @asynccontextmanager
    async def worker(parts: Parts) -> AsyncIterator[None]:
        async with working(url, Desk(parts.store, model(settings), parts.respond, parts.gate)):
            yield

    return worker


async def _work(settings: Settings, url: str) -> None:
    from guards.validators import gate  # noqa: PLC0415  # the import takes seconds, and only this command waits for it

    store = Store(url)
    await store.verify()
    stopped = asyncio.Event()
    for number in SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    try:
        async with working(url, Desk(store, model(settings), respond, gate)) as worker:
            _LOG.info("working")
            stopping = asyncio.create_task(stopped.wait())
            await asyncio.wait({worker, stopping}, return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
    finally:
        await store.close()


async def _link(settings: Settings, clinic: str, url: str) -> None:
    store = Store(url)
    try:
        await _print_link(settings, store, clinic)
    finally:
        await store.close()


async def _print_link(settings: Settings, store: Store, clinic: str) -> None:
    secret = await seed.demo_link(store, clinic, datetime.now(UTC))
    words = wording.of("en")["terminal"]
    sys.stdout.write(words["link"].format(address=f"{settings.address}/sign-in?token={secret}", clinic=clinic) + "\n")
    sys.stdout.flush()


def model(settings: Settings) -> Model | None:
    """The model that was named; None where none was."""
    if not settings.model_base_url or not settings.model_name:
        return None
    return Model(
        ModelSettings(
            base_url=settings.model_base_url,
            name=settings.model_name,
            api_key=settings.model_api_key,
            deadline_seconds=settings.model_deadline,
        )
    )
