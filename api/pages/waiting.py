"""The queue's page."""

from typing import Annotated, Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import Parameter
from litestar.response import Redirect

from api.pages.rendering import page
from api.pages.visitor import Visitor
from api.parts import Parts
from copilot.domain import State
from copilot.store import backlog, clinics
from copilot.store.rows import QueueFilter

_PAGE = 30
_FILTERS: dict[str, tuple[State, ...]] = {
    "open": (),
    "held": ("held",),
    "approved": ("approved", "published"),
    "closed": ("rejected", "silenced", "moderated", "superseded"),
}


@get("/")
async def front(visitor: NamedDependency[Visitor]) -> Response[Any]:  # noqa: ARG001  # asks for a session
    """The front door leads to the queue."""
    return Redirect("/queue", status_code=303)


@get("/queue")
async def queue_page(
    visitor: NamedDependency[Visitor],
    parts: NamedDependency[Parts],
    show: str = "open",
    clinic: Annotated[str, Parameter(max_length=100)] = "",
    cursor: Annotated[str, Parameter(max_length=300)] = "",
) -> Response[Any]:
    """What waits at the visitor's clinics, most urgent first."""
    show = show if show in _FILTERS else "open"
    if clinic not in visitor.roles:
        clinic = next(iter(visitor.roles)) if len(visitor.roles) == 1 else ""
    async with parts.store.transaction(visitor.caller.organisation_id) as tx:
        chosen = QueueFilter(clinic or None, _FILTERS[show])
        found = await backlog.queue(tx, chosen, cursor=cursor, limit=_PAGE)
        names = {row.slug: row.name for row in await clinics.clinics(tx) if row.slug in visitor.roles}
    return page(
        "queue.html",
        visitor.language,
        visitor=visitor,
        csrf=visitor.caller.csrf,
        items=[item for item in found.items if item.clinic in visitor.roles],
        cursor=found.cursor,
        names=names,
        clinic=clinic,
        show=show,
        shows=list(_FILTERS),
        now=parts.now(),
    )
