"""Offers: a model's drafts, screened, beside the curated one."""

from uuid import UUID

from copilot.domain import Draft, SecondView
from copilot.store.session import Transaction
from guards.finding import Screening


async def add_offer(
    tx: Transaction, proposal_id: UUID, draft: Draft, screening: Screening, second: SecondView | None
) -> UUID | None:
    """The new offer, recommended if it passes and keeps the plan; `stale` where the proposal is decided already.

    None where the proposal has one of the same origin: the job may run twice.
    """
    raise NotImplementedError


async def add_failure(tx: Transaction, proposal_id: UUID, origin: str, error: str) -> UUID | None:
    """A model's failure, as one word; None as above."""
    raise NotImplementedError
