"""What `python -m api` runs: the server, or the jobs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import structlog

from api.administer import print_link
from api.app import Background, create_app
from api.database import told, with_database
from api.parts import Parts
from api.serving import SIGNALS, AddressTakenError, require_free
from api.serving import serve as serve_app
from api.settings import Settings
from copilot import seed
from copilot.respond import respond
from copilot.store import Store
from copilot.work.jobs import Desk, Enqueue, application
from copilot.work.worker import working

if TYPE_CHECKING:
    from copilot.model.port import Model

_LOG = structlog.get_logger("havblik")
_DEMO_CLINIC = "demo-vet"


def serve(settings: Settings) -> int:
    """Serves until interrupted."""
    try:
        require_free(settings.host, settings.port)
    except AddressTakenError as error:
        return told(str(error))
    return with_database(settings, partial(_serve, settings))


def work(settings: Settings) -> int:
    """Runs the jobs until interrupted, in a process of its own."""
    return with_database(settings, partial(_work, settings))


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
                await print_link(settings, store, seed.DEMO, _DEMO_CLINIC)

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


def model(settings: Settings) -> "Model | None":
    """The model that was named; None where none was."""
    if not settings.model_base_url or not settings.model_name:
        return None
    from copilot.model.port import Model, ModelSettings  # noqa: PLC0415  # 0.4 s that only a model is worth

    return Model(
        ModelSettings(
            base_url=settings.model_base_url,
            name=settings.model_name,
            api_key=settings.model_api_key,
            deadline_seconds=settings.model_deadline,
        )
    )
