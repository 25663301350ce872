"""Proposals: read, edited, and their cautions answered, one at a time."""

from typing import Annotated
from uuid import UUID

from litestar import Response, get, patch, put
from litestar.di import NamedDependency

from api import outgoing, views
from api.access import person, sees
from api.bodies import require_visible
from api.contract import DECIDES, READS, IfMatch, answers, example
from api.etags import etag, version_in
from api.parts import Parts
from api.problems import Problem
from api.schemas import AnswerIn, EditIn
from copilot import decide
from copilot.decide import Seen
from copilot.domain import State
from copilot.store import proposals
from copilot.store.rows import Caller, ProposalRow


def tagged(row: ProposalRow) -> Response[outgoing.ProposalOut]:
    """A proposal's answer, with its ETag."""
    return Response(views.proposal(row), headers={"ETag": etag(row.version)})


async def found(parts: Parts, caller: Caller, proposal_id: UUID) -> ProposalRow:
    """The proposal, if the caller may see it. Raises `not-found`."""
    async with parts.store.transaction(caller.organisation_id) as tx:
        row = await proposals.proposal(tx, proposal_id)
    if row is None or not sees(caller, row.clinic):
        raise Problem("not-found")
    return row


async def seen(parts: Parts, caller: Caller, proposal_id: UUID, if_match: str | None, based_on: State | None) -> Seen:
    """What a change is based on. Raises `not-found` before anything else, then for a missing or foreign tag."""
    row = await found(parts, caller, proposal_id)
    return Seen(version_in(if_match), based_on or row.state)


@get("/proposals/{proposal_id:uuid}", summary="Read a proposal", responses=answers(*READS), tags=["proposals"])
async def read_proposal(
    proposal_id: UUID, caller: NamedDependency[Caller], parts: NamedDependency[Parts]
) -> Response[outgoing.ProposalOut]:
    """The proposal with everything a person needs to decide; `ETag` is its version."""
    return tagged(await found(parts, caller, proposal_id))


@patch(
    "/proposals/{proposal_id:uuid}",
    summary="Change the text, or take an offer",
    responses=answers(*DECIDES, "empty-text"),
    tags=["proposals"],
)
async def edit_proposal(
    proposal_id: UUID,
    data: Annotated[EditIn, example("edit")],
    caller: NamedDependency[Caller],
    parts: NamedDependency[Parts],
    if_match: IfMatch = None,
) -> Response[outgoing.ProposalOut]:
    """The proposal with the new text, screened anew. An approval of the former text is void."""
    basis = await seen(parts, caller, proposal_id, if_match, data.based_on)
    by = person(caller)
    if (data.text is None) == (data.offer is None):
        raise Problem("unfit", errors=[{"pointer": "", "expected": "either text or offer"}])
    if data.text is not None:
        require_visible(data.text)
        edited = await decide.edit(
            parts.store, by, proposal_id, basis, data.text, gate=parts.gate, now=parts.now(), note=data.note
        )
    else:
        assert data.offer is not None  # noqa: S101  # one of the two, as checked above
        edited = await decide.take_offer(
            parts.store, by, proposal_id, basis, data.offer, gate=parts.gate, now=parts.now(), note=data.note
        )
    return tagged(edited)


@put(
    "/proposals/{proposal_id:uuid}/answers",
    summary="Answer one caution",
    responses=answers(*DECIDES, "no-such-caution"),
    tags=["proposals"],
)
async def answer_caution(
    proposal_id: UUID,
    data: Annotated[AnswerIn, example("answer")],
    caller: NamedDependency[Caller],
    parts: NamedDependency[Parts],
    if_match: IfMatch = None,
) -> Response[outgoing.ProposalOut]:
    """Records a person's answer to one caution of exactly the present text, under her name."""
    basis = await seen(parts, caller, proposal_id, if_match, data.based_on)
    answered = await decide.answer_caution(
        parts.store,
        person(caller),
        proposal_id,
        basis,
        rule=data.rule,
        start=data.start,
        end=data.end,
        answer=data.answer,
        now=parts.now(),
        note=data.note,
    )
    return tagged(answered)
