"""Runs the jobs: inside the server by default, or as a process of its own."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from procrastinate import App

from copilot.work.jobs import Desk, application, options

LOG = logging.getLogger(__name__)
_AGAIN_AFTER = 1.0
"""Seconds until a worker that ended, as when the database went away, is started again."""


@asynccontextmanager
async def working(database_url: str, desk: Desk) -> AsyncIterator[asyncio.Task[None]]:
    """A worker runs for as long as the block lasts; one that loses the database is started again."""
    app = application(database_url)
    async with app.open_async():
        task = asyncio.create_task(_run(app, desk), name="worker")
        try:
            yield task
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def _run(app: App, desk: Desk) -> None:
    """Runs workers one after the other until cancelled; procrastinate's ends with the first lost connection."""
    ours = asyncio.current_task()
    while ours is not None:
        try:
            await app.run_worker_async(**options(desk))
        except Exception as error:  # noqa: BLE001  # whatever ended it, posts wait for their jobs
            if ours.cancelling():  # it was stopped while the database was away: the jobs are found as stalled later
                return
            LOG.warning("the worker ended: %s", type(error).__name__)
        await asyncio.sleep(_AGAIN_AFTER)
