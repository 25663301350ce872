"""The two narrow doors: only `through_gate` makes a Screened, only `approve` makes a Reply."""

from datetime import datetime
from uuid import UUID

from copilot.domain import Approver, Draft, Post, Receipt, Reply, Screened
from copilot.intake import Gate
from guards.context import Context


async def through_gate(draft: Draft, context: Context, gate: Gate) -> Screened:
    """The draft with the gate's verdict on exactly its text."""
    raise NotImplementedError


def approve(screened: Screened, post: Post, approver: Approver, now: datetime) -> Reply:
    """A reply bound by its receipt to these bytes. Raises Blocked; cautions must have been answered before."""
    raise NotImplementedError
