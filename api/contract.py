"""What the OpenAPI document says beside the types: examples, and every problem that an address may answer with."""

import json
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Annotated, Any, TypeAlias

from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import Body, Parameter

from api.problems import MEDIA_TYPE, ProblemDetails, kinds

_EXAMPLES = Path(__file__).parent / "examples.json"

IfMatch: TypeAlias = Annotated[
    str | None,
    Parameter(header="If-Match", description="The `ETag` of the version that is being changed.", required=False),
]

ALWAYS = ("key-missing", "key-unknown", "method-not-allowed", "internal", "database-unavailable")
READS = (*ALWAYS, "not-found", "invalid")
WRITES = (*READS, "not-json", "too-large", "not-json-media", "cross-site")
CHANGES = (*WRITES, "not-a-person", "precondition-required", "stale")
DECIDES = (*CHANGES, "not-a-decider", "wrong-state", "unfit", "gate-not-ready")


@cache
def _examples() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(_EXAMPLES.read_text(encoding="utf-8"))
    return data


def example(name: str) -> Any:  # noqa: ANN401  # Litestar's Body is typed Any
    """A body's example from examples.json."""
    return Body(examples=[Example(summary=name, value=_examples()[name])])


def answers(*names: str) -> dict[int, ResponseSpec]:
    """Every problem of these names, gathered by status, for a handler's `responses`."""
    by_status: dict[int, list[str]] = defaultdict(list)
    for name in names:
        by_status[kinds()[name].status].append(name)
    return {status: _spec(sorted(set(listed))) for status, listed in by_status.items()}


def _spec(names: list[str]) -> ResponseSpec:
    rows = [kinds()[name] for name in names]
    return ResponseSpec(
        ProblemDetails,
        generate_examples=False,
        description=" ".join(f"{row.title} (`{row.type}`)." for row in rows),
        media_type=MEDIA_TYPE,
        examples=[
            Example(
                id=row.name,
                summary=row.title,
                value={"type": row.type, "title": row.title, "status": row.status, "detail": row.detail},
            )
            for row in rows
        ],
    )
