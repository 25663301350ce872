"""What every request may use: the store and the flow's own parts, put together once in the app factory."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

from litestar.datastructures import State

from api.problems import Problem
from api.settings import Settings
from copilot.approve import Gate
from copilot.intake import Enqueue, Respond
from copilot.store import Store
from guards.context import Context
from guards.finding import Screening

GATE_PATIENCE = 20.0
"""Seconds that a request waits for the guard while the process is still starting."""

Ready: TypeAlias = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything a handler needs beside its request."""

    settings: Settings
    store: Store
    gate: Gate
    gate_ready: Ready
    respond: Respond
    enqueue: Enqueue

    @staticmethod
    def now() -> datetime:
        """The moment, in UTC."""
        return datetime.now(UTC)


class WarmGate:
    """The guards' gate, imported in a thread while the server answers: guardrails-ai takes seconds to import."""

    def __init__(self) -> None:
        self._loaded: asyncio.Future[Gate] | None = None

    async def warm(self) -> None:
        """Loads the gate; later calls wait for the first."""
        if self._loaded is None:
            self._loaded = asyncio.get_running_loop().create_future()
            try:
                self._loaded.set_result(await asyncio.to_thread(_load))
            except Exception as error:  # noqa: BLE001  # whoever waits for the gate is told, and nothing passes
                self._loaded.set_exception(error)
        await self._loaded

    @property
    def ready(self) -> bool:
        """Whether approval need not wait."""
        return self._loaded is not None and self._loaded.done() and self._loaded.exception() is None

    async def __call__(self, text: str, context: Context) -> Screening:
        """The gate's screening. Raises the problem `gate-not-ready` where it is not there in time: nothing passes."""
        if self._loaded is None:
            raise Problem("gate-not-ready", headers={"Retry-After": "3"})
        try:
            gate = await asyncio.wait_for(asyncio.shield(self._loaded), GATE_PATIENCE)
        except Exception as error:
            raise Problem("gate-not-ready", headers={"Retry-After": "3"}) from error
        return await gate(text, context)


def _load() -> Callable[[str, Context], Awaitable[Screening]]:
    from copilot import triage  # noqa: PLC0415  # as below
    from guards import validators  # noqa: PLC0415  # the import takes seconds, and the server answers meanwhile

    triage.warm()
    validators.warm()
    return validators.gate


def provide_parts(state: State) -> Parts:
    """The application's parts, for handlers that ask for `parts`."""
    parts = state.parts
    assert isinstance(parts, Parts)  # noqa: S101  # the factory put it there
    return parts
