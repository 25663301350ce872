"""Proposals: what waits for a human."""

from uuid import UUID

from copilot.store.rows import ProposalRow, QueueFilter, QueuePage
from copilot.store.session import Transaction


async def proposal(tx: Transaction, proposal_id: UUID) -> ProposalRow | None:
    """The proposal with its post, offers, answers and decisions."""
    raise NotImplementedError


async def queue(tx: Transaction, chosen: QueueFilter, *, cursor: str = "", limit: int = 50) -> QueuePage:
    """The most urgent first: severity, then deadline, then id. Raises Unfit("cursor") for one that we did not give."""
    raise NotImplementedError
