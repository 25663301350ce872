"""Decisions: each a verb of a named person, on the version and state that she was shown."""

from typing import Annotated
from uuid import UUID

from litestar import Response, post
from litestar.di import NamedDependency

from api import outgoing
from api.access import person
from api.bodies import require_upcoming
from api.contract import DECIDES, IfMatch, answers, example
from api.parts import Parts
from api.routes.proposals import seen, tagged
from api.schemas import Decided, Held, Moderated, Rejected, Silenced
from copilot import decide
from copilot.store.rows import Caller

_TAGS = ["decisions"]


@post(
    "/proposals/{proposal_id:uuid}/approve",
    status_code=200,
    summary="Approve exactly this text",
    responses=answers(*DECIDES, "blocked", "unanswered"),
    tags=_TAGS,
)
async def approve(
    proposal_id: UUID,
    data: Annotated[Decided, example("approve")],
    caller: NamedDependency[Caller],
    parts: NamedDependency[Parts],
    if_match: IfMatch = None,
) -> Response[outgoing.ProposalOut]:
    """The text goes through the gate once more; then `reply` names the reply with its receipt."""
    basis = await seen(parts, caller, proposal_id, if_match, data.based_on)
    by, now = person(caller), parts.now()
    return tagged(await decide.approve(parts.store, by, proposal_id, basis, gate=parts.gate, now=now, note=data.note))


@post(
    "/proposals/{proposal_id:uuid}/reject",
    status_code=200,
    summary="Nothing goes out",
    responses=answers(*DECIDES),
    tags=_TAGS,
)
async def reject(
    proposal_id: UUID,
    data: Annotated[Rejected, example("reject")],
    caller: NamedDependency[Caller],
    parts: NamedDependency[Parts],
    if_match: IfMatch = None,
) -> Response[outgoing.ProposalOut]:
    """The draft is rejected, for a reason."""
    basis = await seen(parts, caller, proposal_id, if_match, data.based_on)
    by, now = person(caller), parts.now()
    return tagged(await decide.reject(parts.store, by, proposal_id, basis, reason=data.reason, now=now, note=data.note))


@post(
    "/proposals/{proposal_id:uuid}/hold",
    status_code=200,
    summary="Put it aside for a while",
    responses=answers(*DECIDES, "implausible-date"),
    tags=_TAGS,
)
async def hold(
    proposal_id: UUID,
    data: Annotated[Held, example("hold")],
    caller: NamedDependency[Caller],
    parts: NamedDependency[Parts],
    if_match: IfMatch = None,
) -> Response[outgoing.ProposalOut]:
    """It waits on the side until then, and comes back by itself."""
    basis = await seen(parts, caller, proposal_id, if_match, data.based_on)
    by, now = person(caller), parts.now()
    require_upcoming(data.until, now)
    return tagged(await decide.hold(parts.store, by, proposal_id, basis, until=data.until, now=now, note=data.note))


@post(
    "/proposals/{proposal_id:uuid}/release",
    status_code=200,
    summary="Take it up again",
    responses=answers(*DECIDES),
    tags=_TAGS,
)
async def release(
    proposal_id: UUID,
    data: Annotated[Decided, example("release")],
    caller: NamedDependency[Caller],
    parts: NamedDependency[Parts],
    if_match: IfMatch = None,
) -> Response[outgoing.ProposalOut]:
    """A held or silenced one waits again."""
    basis = await seen(parts, caller, proposal_id, if_match, data.based_on)
    by, now = person(caller), parts.now()
    return tagged(await decide.release(parts.store, by, proposal_id, basis, now=now, note=data.note))


@post(
    "/proposals/{proposal_id:uuid}/silence",
    status_code=200,
    summary="Stay silent",
    responses=answers(*DECIDES, "implausible-date"),
    tags=_TAGS,
)
async def silence(
    proposal_id: UUID,
    data: Annotated[Silenced, example("silence")],
    caller: NamedDependency[Caller],
    parts: NamedDependency[Parts],
    if_match: IfMatch = None,
) -> Response[outgoing.ProposalOut]:
    """Silence, with a person of the clinic who owns it and a time to look again."""
    basis = await seen(parts, caller, proposal_id, if_match, data.based_on)
    by, now = person(caller), parts.now()
    require_upcoming(data.review_at, now)
    return tagged(
        await decide.silence(
            parts.store,
            by,
            proposal_id,
            basis,
            owner_id=data.owner,
            review_at=data.review_at,
            now=now,
            note=data.note,
        )
    )


@post(
    "/proposals/{proposal_id:uuid}/moderate",
    status_code=200,
    summary="Have the post removed under a house rule",
    responses=answers(*DECIDES),
    tags=_TAGS,
)
async def moderate(
    proposal_id: UUID,
    data: Annotated[Moderated, example("moderate")],
    caller: NamedDependency[Caller],
    parts: NamedDependency[Parts],
    if_match: IfMatch = None,
) -> Response[outgoing.ProposalOut]:
    """The post is to be moderated by one of the clinic's house rules, word for word."""
    basis = await seen(parts, caller, proposal_id, if_match, data.based_on)
    by, now = person(caller), parts.now()
    return tagged(
        await decide.moderate(parts.store, by, proposal_id, basis, house_rule=data.house_rule, now=now, note=data.note)
    )
