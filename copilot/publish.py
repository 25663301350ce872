"""What was really posted under an approved reply: recorded as it is, compared, never refused."""

from datetime import datetime
from uuid import UUID

from copilot.intake import Gate
from copilot.store import Store
from copilot.store.rows import ReplyRow, Sameness


def sameness(approved: str, posted: str) -> Sameness:
    """`same` to the byte, `reformatted` in Unicode form, line ends or white space alone, else `drifted`."""
    raise NotImplementedError


async def record_publication(
    store: Store,
    organisation_id: UUID,
    reply_id: UUID,
    *,
    text: str,
    url: str,
    person_id: UUID | None,
    gate: Gate,
    now: datetime,
) -> ReplyRow:
    """The reply with the publication added; its proposal is published. Raises NotFound("reply") where none is valid.

    A drifted text is screened and flagged. `person_id` is None where an integration reports it.
    """
    raise NotImplementedError
