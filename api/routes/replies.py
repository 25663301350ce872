"""Replies: approved texts with their receipts, and what was really posted."""

from typing import Annotated
from uuid import UUID

from litestar import get, put
from litestar.di import NamedDependency

from api import outgoing, views
from api.access import sees
from api.bodies import require_visible
from api.contract import READS, WRITES, answers, example
from api.parts import Parts
from api.problems import Problem
from api.schemas import PublicationIn
from copilot import publish
from copilot.store import replies
from copilot.store.rows import Caller


@get("/replies/{reply_id:uuid}", summary="Read an approved reply", responses=answers(*READS), tags=["replies"])
async def read_reply(
    reply_id: UUID, caller: NamedDependency[Caller], parts: NamedDependency[Parts]
) -> outgoing.ReplyOut:
    """The text and its receipt, only while the approval is valid."""
    async with parts.store.transaction(caller.organisation_id) as tx:
        row = await replies.reply(tx, reply_id)
    if row is None or not sees(caller, row.clinic):
        raise Problem("not-found")
    return views.reply(row)


@put(
    "/replies/{reply_id:uuid}/publication",
    summary="Say what was really posted",
    responses=answers(*WRITES, "empty-text", "unfit", "gate-not-ready"),
    tags=["replies"],
)
async def record_publication(
    reply_id: UUID,
    data: Annotated[PublicationIn, example("publication")],
    caller: NamedDependency[Caller],
    parts: NamedDependency[Parts],
) -> outgoing.ReplyOut:
    """Recorded as it is, compared (`same`, `reformatted`, `drifted`) and never refused; a drifted text is screened."""
    require_visible(data.text)
    await read_reply.fn(reply_id, caller, parts)
    row = await publish.record_publication(
        parts.store,
        caller.organisation_id,
        reply_id,
        text=data.text,
        url=data.url,
        person_id=caller.person_id,
        gate=parts.gate,
        now=parts.now(),
    )
    return views.reply(row)
