"""The queue as people see it: the most urgent first, page by page."""

import base64
import binascii
import json
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from copilot.errors import Unfit
from copilot.store.rows import QueueFilter, QueueItem, QueuePage
from copilot.store.session import Transaction

_OPEN = """
    state IN ('waiting', 'held', 'silenced')
    AND (state <> 'silenced' OR review_at <= now())
"""
_LINES = """
    SELECT proposal_id, slug AS clinic, state, proposal.version, kind, severity, deadline, verdict,
           plan ->> 'strategy' AS strategy, platform, author, left(text, 200) AS beginning, error,
           (SELECT count(*) FROM offer WHERE offer.organisation_id = proposal.organisation_id
            AND offer.proposal_id = proposal.proposal_id AND offer.state = 'offered') AS offers,
           review_at, held_until, proposal.created_at
    FROM proposal JOIN post ON post.organisation_id = proposal.organisation_id AND post_id = proposal_id
    JOIN clinic ON clinic.organisation_id = proposal.organisation_id AND clinic.clinic_id = proposal.clinic_id
"""
_ORDER = " ORDER BY -severity, deadline, proposal_id LIMIT :limit"
_CONDITIONS = {
    "clinic": "slug = :clinic",
    "states": "state = ANY(:states)",
    "kind": "kind = :kind",
    "severity": "severity >= :severity",
    "after": "(-severity, deadline, proposal_id) > (-CAST(:after_severity AS smallint), "
    "CAST(:after_deadline AS timestamptz), CAST(:after_id AS uuid))",
}


async def queue(tx: Transaction, chosen: QueueFilter, *, cursor: str = "", limit: int = 50) -> QueuePage:
    """The most urgent first: severity, then deadline, then id. Raises Unfit("cursor") for one that we did not give.

    Without chosen states: what waits, what is held, and what was silenced and is due to be looked at again.
    """
    values: dict[str, Any] = {"limit": limit + 1}
    if chosen.clinic is not None:
        values["clinic"] = chosen.clinic
    if chosen.states:
        values["states"] = list(chosen.states)
    if chosen.kind is not None:
        values["kind"] = chosen.kind
    if chosen.severity is not None:
        values["severity"] = chosen.severity
    conditions = [words for name, words in _CONDITIONS.items() if name in values]
    if not chosen.states:
        conditions.append(_OPEN)
    if cursor:
        conditions.append(_CONDITIONS["after"])
        values |= _read(cursor)
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    rows = await tx.rows(text(_LINES + where + _ORDER), values)
    items = tuple(
        QueueItem(**{**row._asdict(), "verdict": row.verdict or "", "strategy": row.strategy or ""})
        for row in rows[:limit]
    )
    return QueuePage(items, _cursor(items[-1]) if len(rows) > limit else "")


def _cursor(item: QueueItem) -> str:
    parts = [item.severity, item.deadline.isoformat(), str(item.proposal_id)]
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def _read(cursor: str) -> dict[str, Any]:
    try:
        parts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        severity, deadline, proposal_id = parts
        return {
            "after_severity": _severity(severity),
            "after_deadline": datetime.fromisoformat(deadline),
            "after_id": UUID(proposal_id),
        }
    except (ValueError, TypeError, AttributeError, binascii.Error, RecursionError):
        raise Unfit("cursor", "is not one of ours") from None


def _severity(value: object) -> int:
    if not isinstance(value, int) or value not in range(4):
        raise ValueError
    return value
