"""A post comes in: stored before anything is computed, then answered with triage, plan and a screened draft."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from copilot.domain import Post, Response
from copilot.store import Store, Transaction
from copilot.store.rows import ProposalRow
from guards.context import Clinic, Context
from guards.finding import Screening

Respond: TypeAlias = Callable[[Post, Clinic, int, datetime], Response]
"""`respond(post, clinic, nth, now)`."""
Gate: TypeAlias = Callable[[str, Context], Awaitable[Screening]]
Enqueue: TypeAlias = Callable[[Transaction, UUID, UUID], Awaitable[None]]
"""`enqueue(tx, post_id, organisation_id)`: puts the post's job into the same transaction."""


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

    Raises NotFound("clinic"). A draft that fails leaves a proposal that says so in `error`, in the queue.
    """
    raise NotImplementedError


async def complete(
    store: Store, organisation_id: UUID, post_id: UUID, *, respond: Respond, gate: Gate, now: datetime
) -> ProposalRow:
    """Gives a stored post its proposal where it has none yet; may run any number of times. Raises NotFound("post")."""
    raise NotImplementedError
