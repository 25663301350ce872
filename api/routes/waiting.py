"""The queue: what waits for a human, the most urgent first."""

from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.params import Parameter

from api import outgoing, views
from api.access import sees
from api.contract import READS, answers
from api.parts import Parts
from api.problems import Problem
from copilot.domain import Kind, State
from copilot.store import backlog
from copilot.store.rows import Caller, QueueFilter

_Clinic = Annotated[str | None, Parameter(max_length=100, pattern=r"^[A-Za-z0-9._-]+$", required=False)]
_States = Annotated[list[State] | None, Parameter(query="state", description="Waiting and held where left out.")]
# Litestar leaves a least value of 0 out of the document; above -1 is the same.
_Severity = Annotated[int | None, Parameter(gt=-1, le=3, description="At least this severe.")]
_Cursor = Annotated[str, Parameter(max_length=300, description="`cursor` of the page before.")]
_Limit = Annotated[int, Parameter(ge=1, le=200)]


@get("/queue", summary="What waits for a human", responses=answers(*READS, "unfit"), tags=["queue"])
async def read_queue(  # noqa: PLR0917  # a parameter each of the query's, passed by name
    caller: NamedDependency[Caller],
    parts: NamedDependency[Parts],
    clinic: _Clinic = None,
    states: _States = None,
    kind: Kind | None = None,
    severity: _Severity = None,
    cursor: _Cursor = "",
    limit: _Limit = 50,
) -> outgoing.QueueOut:
    """A page of the queue, most urgent first: severity, then deadline."""
    if clinic is None and len(caller.clinics) == 1:
        clinic = caller.clinics[0]
    if clinic is not None and not sees(caller, clinic):
        raise Problem("not-found")
    chosen = QueueFilter(clinic, tuple(states or ()), kind, severity)
    async with parts.store.transaction(caller.organisation_id) as tx:
        page = await backlog.queue(tx, chosen, cursor=cursor, limit=limit)
    return outgoing.QueueOut([views.queue_item(item) for item in page.items if sees(caller, item.clinic)], page.cursor)
