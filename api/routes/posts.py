"""Posts: passed in, stored first, answered at once with a proposal."""

from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import Parameter

from api import outgoing, views
from api.access import sees
from api.bodies import require_plausible, require_visible
from api.contract import READS, WRITES, answers, example
from api.etags import etag
from api.parts import Parts
from api.problems import Problem
from api.schemas import PostIn
from copilot import intake
from copilot.domain import Post
from copilot.store import posts
from copilot.store.rows import Caller
from guards.context import Turn


@post(
    "/posts",
    summary="Pass a post in",
    responses={
        200: ResponseSpec(outgoing.SubmittedOut, description="It was here before.", generate_examples=False),
        **answers(*WRITES, "unknown-clinic", "empty-text", "implausible-date", "unfit", "gate-not-ready"),
    },
    tags=["posts"],
)
async def submit_post(
    data: Annotated[PostIn, example("post")], caller: NamedDependency[Caller], parts: NamedDependency[Parts]
) -> Response[outgoing.SubmittedOut]:
    """Stores the post, then answers 201 with triage, plan and a screened draft.

    The same platform and external id, or the same text by the same author within a day, answers 200 with the first
    one's proposal.
    """
    now = parts.now()
    require_visible(data.text)
    require_plausible(data.posted_at, now)
    if not sees(caller, data.clinic):
        raise Problem("unknown-clinic")
    received = await intake.receive(
        parts.store,
        caller.organisation_id,
        submission(data),
        respond=parts.respond,
        gate=parts.gate,
        enqueue=parts.enqueue,
        now=now,
    )
    row = received.proposal
    return Response(
        views.submitted(row, duplicate=received.duplicate),
        status_code=200 if received.duplicate else 201,
        headers={"Location": f"/v1/posts/{row.proposal_id}", "ETag": etag(row.version)},
    )


def submission(data: PostIn) -> intake.Submission:
    """The wire's post as the flow takes it."""
    return intake.Submission(
        clinic=data.clinic,
        post=Post(
            text=data.text,
            author=data.author,
            platform=data.platform,
            posted_at=data.posted_at,
            thread=tuple(Turn(turn.text, turn.ours, turn.author) for turn in data.thread),
            rating=data.rating,
            url=data.url,
        ),
        external_id=data.external_id,
        captured_by=data.captured_by,
        case=data.case,
    )


@get("/posts/{post_id:uuid}", summary="Read a post", responses=answers(*READS), tags=["posts"])
async def read_post(post_id: UUID, caller: NamedDependency[Caller], parts: NamedDependency[Parts]) -> outgoing.PostOut:
    """The post as it came in first. Its proposal has the same id."""
    async with parts.store.transaction(caller.organisation_id) as tx:
        row = await posts.post(tx, post_id)
    if row is None or not sees(caller, row.clinic):
        raise Problem("not-found")
    return views.post(row)


@get("/posts", summary="The posts of a case", responses=answers(*READS), tags=["posts"])
async def list_posts(
    case: Annotated[str, Parameter(min_length=1, max_length=300, description="The case in your own system.")],
    caller: NamedDependency[Caller],
    parts: NamedDependency[Parts],
) -> outgoing.PostsOut:
    """The posts of a case, oldest first."""
    if "\x00" in case:
        return outgoing.PostsOut([])
    async with parts.store.transaction(caller.organisation_id) as tx:
        rows = await posts.posts_of_case(tx, case)
    return outgoing.PostsOut([views.post(row) for row in rows if sees(caller, row.clinic)])
