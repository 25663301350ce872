"""An organisation's consent to a remote model: who gave it, and when. Without it no word leaves the machine."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from copilot.store.session import Transaction

_GIVEN = text("SELECT EXISTS (SELECT FROM organisation WHERE model_consent_at IS NOT NULL)")
_GIVE = text(
    "UPDATE organisation SET model_consent_at = :now, model_consent_by = :person WHERE model_consent_at IS NULL"
)
_WITHDRAW = text("UPDATE organisation SET model_consent_at = NULL, model_consent_by = NULL")


async def given(tx: Transaction) -> bool:
    """Whether the organisation has consented and not withdrawn it."""
    row = await tx.row(_GIVEN)
    return bool(row and row[0])


async def give(tx: Transaction, person_id: UUID, now: datetime) -> None:
    """The organisation consents, by this person; a second consent changes nothing."""
    await tx.run(_GIVE, {"person": person_id, "now": now})


async def withdraw(tx: Transaction) -> None:
    """From now on nothing more is sent."""
    await tx.run(_WITHDRAW)
