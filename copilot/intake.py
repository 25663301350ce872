"""A post comes in: stored before anything is computed, then answered with triage, plan and a screened draft."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import UUID

from copilot import limits
from copilot.approve import Gate, context_of, through_gate
from copilot.domain import Impact, Post, Response
from copilot.errors import NotFound, Unavailable
from copilot.evidence import post_sha256, same_text
from copilot.store import Store, Transaction, clinics, posts, proposals
from copilot.store.posts import Capture
from copilot.store.proposals import NewProposal
from copilot.store.rows import PostRow, ProposalRow
from guards.context import Clinic

Respond: TypeAlias = Callable[[Post, Clinic, int, datetime], Response]
"""`respond(post, clinic, nth, now)`."""
Enqueue: TypeAlias = Callable[[Transaction, UUID, UUID], Awaitable[None]]
"""`enqueue(tx, post_id, organisation_id)`: puts the post's job into the same transaction."""

__all__ = [
    "Enqueue",
    "Gate",
    "Received",
    "Respond",
    "Submission",
    "complete",
    "complete_unfinished",
    "receive",
]

LOG = logging.getLogger(__name__)
GRACE = timedelta(minutes=1)
"""How long a post may be without a proposal before somebody else completes it."""
FAILED_SEVERITY: Impact = 2
"""A post that we could say nothing about must be seen by a person soon."""
_UNKNOWN = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Submission:
    """A post as somebody or something passed it in."""

    clinic: str
    """The clinic's slug."""
    post: Post
    external_id: str = ""
    captured_by: str = ""
    case: str = ""


@dataclass(frozen=True, slots=True)
class Received:
    """What came of a submission; the post and its draft are in `proposal`."""

    proposal: ProposalRow
    duplicate: bool
    """It was here before: this is the first one's proposal."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A stored post with the profile of its clinic."""

    post: PostRow
    clinic: Clinic
    duplicate: bool


async def receive(
    store: Store,
    organisation_id: UUID,
    submission: Submission,
    *,
    respond: Respond,
    gate: Gate,
    enqueue: Enqueue,
    now: datetime,
) -> Received:
    """Stores the post, then answers with its proposal; a duplicate answers with the first one's.

    Raises NotFound("clinic"), Unfit. A draft that fails leaves a proposal that says so in `error`, in the queue.
    """
    _check(submission)
    kept = await _keep(store, organisation_id, submission, enqueue, now)
    if kept.duplicate:
        made = await complete(store, organisation_id, kept.post.post_id, respond=respond, gate=gate, now=now)
    else:
        made = await _propose(store, organisation_id, kept, respond=respond, gate=gate, now=now)
    return Received(made, kept.duplicate)


async def complete(
    store: Store, organisation_id: UUID, post_id: UUID, *, respond: Respond, gate: Gate, now: datetime
) -> ProposalRow:
    """Gives a stored post its proposal where it has none yet, or one whose drafting failed.

    May run any number of times. Raises NotFound("post").
    """
    async with store.transaction(organisation_id) as tx:
        there = await proposals.proposal(tx, post_id)
        if there is not None and (there.draft is not None or there.state != "waiting"):
            return there
        post = await posts.post(tx, post_id)
        clinic = await clinics.clinic_by_id(tx, post.clinic_id) if post else None
    if post is None or clinic is None:
        raise NotFound("post")
    kept = _Kept(post, clinic.profile, duplicate=False)
    return await _propose(store, organisation_id, kept, respond=respond, gate=gate, now=now)


async def complete_unfinished(store: Store, *, respond: Respond, gate: Gate, now: datetime) -> int:
    """Completes, in every organisation, the posts whose process died more than a minute ago; how many."""
    completed = 0
    for organisation_id in await proposals.organisations_with_due_work(store, now):
        async with store.transaction(organisation_id) as tx:
            waiting = await posts.unfinished(tx, now - GRACE, now)
        for post_id in waiting:
            await complete(store, organisation_id, post_id, respond=respond, gate=gate, now=now)
        completed += len(waiting)
    return completed


def _check(submission: Submission) -> None:
    limits.post(submission.post)
    limits.text("external_id", submission.external_id, most=limits.WORD, empty=True)
    limits.text("captured_by", submission.captured_by, most=limits.WORD, empty=True)
    limits.text("case", submission.case, most=limits.WORD, empty=True)


async def _keep(store: Store, organisation_id: UUID, submission: Submission, enqueue: Enqueue, now: datetime) -> _Kept:
    """Stores the post with its job, committed."""
    alike = same_text(submission.post.text, submission.post.author)
    # Equal texts wait for each other here; the first sixteen digits make a lock's number.
    alone = int.from_bytes(bytes.fromhex(alike[:16]), signed=True)
    capture = Capture(
        submission.clinic,
        PostRow(
            post_id=_UNKNOWN,
            clinic_id=_UNKNOWN,
            clinic=submission.clinic,
            post=submission.post,
            external_id=submission.external_id,
            captured_by=submission.captured_by,
            case=submission.case,
            received_at=now,
            sha256=post_sha256(submission.post),
            captures=1,
        ),
        alike,
    )
    for _ in range(2):
        async with store.transaction(organisation_id, alone=alone) as tx:
            kept = await posts.keep(tx, capture)
            if kept is None:
                raise NotFound("clinic")
            if kept.post is not None and not kept.duplicate:
                await enqueue(tx, kept.post.post_id, organisation_id)
        if kept.post is not None:
            return _Kept(kept.post, kept.clinic, kept.duplicate)
        # The same external id was committed between our look and our insert: the second look sees it.
    raise Unavailable("the post could not be stored now")


async def _propose(
    store: Store, organisation_id: UUID, kept: _Kept, *, respond: Respond, gate: Gate, now: datetime
) -> ProposalRow:
    nth = await posts.begin_draft(store, organisation_id, kept.post.clinic_id)
    new = await _drafted(kept, nth, respond=respond, gate=gate, now=now)
    if await proposals.add_proposal(store, organisation_id, new, now):
        return proposals.as_added(new, now)
    async with store.transaction(organisation_id) as tx:
        await proposals.fill(tx, new, now)
        made = await proposals.proposal(tx, kept.post.post_id)
    if made is None:
        raise NotFound("post")
    return made


async def _drafted(kept: _Kept, nth: int, *, respond: Respond, gate: Gate, now: datetime) -> NewProposal:
    post = kept.post.post
    try:
        response = respond(post, kept.clinic, nth, now)
        around = context_of(post, kept.clinic, response.plan.language)
        screened = await through_gate(response.draft, around, gate)
    except Exception as error:  # noqa: BLE001  # whatever fails here, the post must reach a person
        LOG.error("drafting failed: %s post=%s", type(error).__name__, kept.post.post_id)  # noqa: TRY400  # its text may quote the post
        return NewProposal(kept.post, nth, FAILED_SEVERITY, now, error="drafting_failed")
    return NewProposal(
        kept.post,
        nth,
        response.triage.severity,
        response.plan.deadline,
        triage=response.triage,
        plan=response.plan,
        screened=screened,
    )
