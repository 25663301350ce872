"""Offers: a model's drafts, screened, beside the curated one."""

from uuid import UUID

from sqlalchemy import text

from copilot.domain import Draft, SecondView
from copilot.store import codec
from copilot.store.session import Transaction
from guards.finding import Screening

_ADD = text(
    """
    INSERT INTO offer (proposal_id, text, language, origin, screening, recommended, second_kind, second_reason,
                       changes_plan, state, error)
    SELECT proposal_id, :text, :language, :origin, CAST(:screening AS jsonb), :recommended, :second_kind,
           :second_reason, :changes_plan,
           CASE WHEN :error <> '' THEN 'failed' WHEN state IN ('waiting', 'held') THEN 'offered' ELSE 'stale' END,
           :error
    FROM proposal WHERE proposal_id = :proposal_id
    ON CONFLICT DO NOTHING
    RETURNING offer_id
    """
)


async def add_offer(
    tx: Transaction, proposal_id: UUID, draft: Draft, screening: Screening, second: SecondView | None
) -> UUID | None:
    """The new offer, recommended if it passes and keeps the plan; `stale` where the proposal is decided already.

    None where the proposal has one of the same origin (the job may run twice), or there is no such proposal.
    """
    changes = second is not None and second.changes_plan
    return await _add(
        tx,
        {
            "proposal_id": proposal_id,
            "text": draft.text,
            "language": draft.language,
            "origin": draft.origin,
            "screening": codec.encoded(screening),
            "recommended": screening.verdict == "pass" and not changes,
            "second_kind": second.kind if second else "",
            "second_reason": second.reason if second else "",
            "changes_plan": changes,
            "error": "",
        },
    )


async def add_failure(tx: Transaction, proposal_id: UUID, origin: str, error: str) -> UUID | None:
    """A model's failure, as one word; None as above."""
    return await _add(
        tx,
        {
            "proposal_id": proposal_id,
            "text": "",
            "language": "",
            "origin": origin,
            "screening": None,
            "recommended": False,
            "second_kind": "",
            "second_reason": "",
            "changes_plan": False,
            "error": error,
        },
    )


async def _add(tx: Transaction, values: dict[str, object]) -> UUID | None:
    row = await tx.row(_ADD, values)
    return None if row is None else UUID(str(row.offer_id))
