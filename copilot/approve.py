"""The two narrow doors: only `through_gate` makes a Screened, only `approve` makes a Reply."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeAlias

from copilot.domain import Answers, Approver, Draft, Post, Receipt, Reply, Screened
from copilot.errors import Blocked, Unanswered
from copilot.evidence import post_sha256, text_sha256
from guards import context
from guards.finding import Screening

Gate: TypeAlias = Callable[[str, context.Context], Awaitable[Screening]]

FINE = "fine"
"""The answer that clears a caution."""


async def through_gate(draft: Draft, around: context.Context, gate: Gate) -> Screened:
    """The draft with the gate's verdict on exactly its text."""
    return Screened(draft, await gate(draft.text, around))


def context_of(post: Post, clinic: context.Clinic, language: str) -> context.Context:
    """Everything public around a reply to the post, as the guards take it."""
    public = context.Post(post.text, post.author, post.platform, post.posted_at)
    return context.Context(public, post.thread, clinic, language)


def refuse_blocked(screened: Screened) -> None:
    """Raises Blocked, with everything found, for a blocked text."""
    if screened.screening.verdict == "block":
        raise Blocked(screened.screening.findings)


def approve(screened: Screened, post: Post, answers: Answers, approver: Approver, now: datetime) -> Reply:
    """A reply bound by its receipt to these bytes.

    Raises Blocked for a blocked text, Unanswered where a caution has no answer that clears it.
    """
    refuse_blocked(screened)
    screening = screened.screening
    doubts = tuple(one for one in screening.findings if answers.get((one.start, one.end, one.rule)) != FINE)
    if doubts:
        raise Unanswered(doubts)
    receipt = Receipt(
        text_sha256=text_sha256(screened.draft.text),
        post_sha256=post_sha256(post),
        platform=post.platform,
        guard_version=screening.guard_version,
        verdict=screening.verdict,
        approved_by=approver.id,
        approver_name=approver.name,
        approved_at=now,
    )
    return Reply(screened.draft.text, receipt)
