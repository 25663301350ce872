"""Runs the jobs: inside the server by default, or as a process of its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from copilot.work.jobs import Desk, application, options


@asynccontextmanager
async def working(database_url: str, desk: Desk) -> AsyncIterator[asyncio.Task[None]]:
    """A worker runs for as long as the block lasts; the task ends early only if the worker failed."""
    app = application(database_url)
    async with app.open_async():
        task = asyncio.create_task(app.run_worker_async(**options(desk)), name="worker")
        try:
            yield task
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
