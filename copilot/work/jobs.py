"""The jobs: what is done for a post after it was acknowledged. Each may run twice. Arguments are ids, never text."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from procrastinate import App, JobContext, PsycopgConnector, RetryStrategy
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status

from copilot import decide, intake
from copilot.approve import Gate
from copilot.consult import TryLaterError, consult
from copilot.errors import Unavailable
from copilot.model.port import Model
from copilot.store import Store, Transaction

STALLED_AFTER = 6.0
"""Seconds without a heartbeat after which a worker counts as dead."""
_FINISH_POST = "finish_post"
_TRIES = 3
_SOON = {"seconds": 1}
"""A job waits this long, so that the request that made it has drafted before the job looks whether it must."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What the jobs of one worker share: the store, the model with its breaker, and the flow's own parts."""

    store: Store
    model: Model | None
    respond: intake.Respond
    gate: Gate


def application(database_url: str) -> App:
    """A procrastinate application over the database with our jobs, closed until it is opened."""
    app = App(connector=PsycopgConnector(conninfo=database_url.replace("postgresql+psycopg://", "postgresql://", 1)))
    again = RetryStrategy(max_attempts=_TRIES, exponential_wait=5, retry_exceptions={TryLaterError, Unavailable})
    app.task(name=_FINISH_POST, pass_context=True, retry=again)(finish_post)
    every_five_seconds, every_minute = "* * * * * */5", "*/1 * * * *"
    app.periodic(cron=every_five_seconds)(app.task(name="recover", queueing_lock="recover", pass_context=True)(recover))
    app.periodic(cron=every_minute)(app.task(name="return_due", queueing_lock="due", pass_context=True)(return_due))
    return app


class Enqueue:
    """Puts a post's job into the post's own transaction: a rollback leaves neither."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, tx: Transaction, post_id: UUID, organisation_id: UUID) -> None:
        """Enqueues."""
        task = self._app.configure_task(_FINISH_POST, connection=await tx.driver(), schedule_in=_SOON)
        await task.defer_async(organisation=str(organisation_id), post=str(post_id))


def _desk(context: JobContext) -> Desk:
    desk = context.additional_context["desk"]
    assert isinstance(desk, Desk)  # noqa: S101  # the worker puts it there
    return desk


def _now() -> datetime:
    return datetime.now(UTC)


async def finish_post(context: JobContext, *, organisation: str, post: str) -> None:
    """The post has its proposal, whoever died before writing it, and the model's offer where one is to be had."""
    desk = _desk(context)
    organisation_id, post_id = UUID(organisation), UUID(post)
    await intake.complete(desk.store, organisation_id, post_id, respond=desk.respond, gate=desk.gate, now=_now())
    if desk.model is not None:
        last = context.job.attempts + 1 >= _TRIES
        await consult(desk.store, desk.model, organisation_id, post_id, gate=desk.gate, now=_now(), last_try=last)


async def recover(context: JobContext, timestamp: int) -> None:  # noqa: ARG001  # procrastinate passes it
    """Jobs of workers that died run again: procrastinate finds them but retries none by itself."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER):
        # Another worker may be here at the same moment: whoever comes second finds the job no longer stalled.
        with suppress(ConnectorException):
            if job.queueing_lock is None:
                await manager.retry_job(job)
            elif job.id is not None:
                # A periodic job comes round by itself; beside its successor it could not be put back.
                await manager.finish_job_by_id_async(job.id, Status.ABORTED, delete_job=True)


async def return_due(context: JobContext, timestamp: int) -> None:  # noqa: ARG001  # procrastinate passes it
    """What was held or silenced until now waits again, and a post whose job was lost has its proposal."""
    desk = _desk(context)
    await decide.return_due(desk.store, _now())
    await intake.complete_unfinished(desk.store, respond=desk.respond, gate=desk.gate, now=_now())


def options(desk: Desk) -> dict[str, Any]:
    """How a worker of this house runs; the same inside the server and as a process of its own."""
    return {
        "name": "desk",
        "concurrency": 4,
        "fetch_job_polling_interval": 1.0,
        "update_heartbeat_interval": 2.0,
        "stalled_worker_timeout": STALLED_AFTER,
        "shutdown_graceful_timeout": 3.0,
        "delete_jobs": "successful",
        "install_signal_handlers": False,
        "additional_context": {"desk": desk},
    }
