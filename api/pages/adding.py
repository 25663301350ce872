"""A person passes a post in by hand."""

import re
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from api.bodies import shows_nothing
from api.pages.rendering import page
from api.pages.visitor import Visitor, form_of
from api.parts import Parts
from copilot import intake
from copilot.domain import Post
from copilot.store import clinics

_LONGEST = 20_000
_PLATFORMS = ("google", "facebook", "instagram", "trustpilot")
_URL = re.compile(r"(?:https?://\S{1,2000})?")


@get("/posts/new")
async def new_page(visitor: NamedDependency[Visitor], parts: NamedDependency[Parts]) -> Response[Any]:
    """The empty form."""
    return await _form(visitor, parts, {}, "")


@post("/posts/new")
async def add_post(
    request: Request[Any, Any, Any], visitor: NamedDependency[Visitor], parts: NamedDependency[Parts]
) -> Response[Any]:
    """Stores the post and leads to its proposal; what cannot be taken comes back with what was typed."""
    fields = await form_of(request, visitor)
    wrong = _wrong(fields)
    clinic = fields.get("clinic", "")
    if wrong or clinic not in visitor.roles:
        return await _form(visitor, parts, fields, wrong or "empty")
    platform = fields.get("platform", "")
    received = await intake.receive(
        parts.store,
        visitor.caller.organisation_id,
        intake.Submission(
            clinic=clinic,
            post=Post(
                text=fields["text"],
                author=fields.get("author", "").strip()[:300],
                platform=platform if platform in _PLATFORMS else "",
                url=fields.get("url", "").strip(),
            ),
            captured_by=visitor.person.name,
        ),
        respond=parts.respond,
        gate=parts.gate,
        enqueue=parts.enqueue,
        now=parts.now(),
    )
    suffix = "?known=1" if received.duplicate else ""
    return Redirect(f"/proposals/{received.proposal.proposal_id}{suffix}", status_code=303)


def _wrong(fields: dict[str, str]) -> str:
    text = fields.get("text", "")
    if shows_nothing(text):
        return "empty"
    if len(text) > _LONGEST:
        return "too_long"
    return "" if _URL.fullmatch(fields.get("url", "").strip()) else "bad_url"


async def _form(visitor: Visitor, parts: Parts, fields: dict[str, str], wrong: str) -> Response[Any]:
    async with parts.store.transaction(visitor.caller.organisation_id) as tx:
        names = {row.slug: row.name for row in await clinics.clinics(tx) if row.slug in visitor.roles}
    return page(
        "new.html",
        visitor.language,
        status=422 if wrong else 200,
        visitor=visitor,
        csrf=visitor.caller.csrf,
        names=names,
        platforms=_PLATFORMS,
        fields=fields,
        wrong=wrong,
    )
