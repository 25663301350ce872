"""Whether the server is ready."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency

from api.parts import Parts
from copilot.errors import Refusal


@get("/health", summary="Whether the server is ready", include_in_schema=False)
async def health(parts: NamedDependency[Parts]) -> Response[dict[str, Any]]:
    """200 when the database answers; `gate` says whether approval is ready too, or still starting."""
    try:
        await parts.store.verify()
        database = True
    except Refusal:
        database = False
    body = {
        "status": "ready" if database else "unavailable",
        "database": "ready" if database else "unreachable",
        "gate": "ready" if parts.gate_ready() else "starting",
    }
    return Response(body, status_code=200 if database else 503)
