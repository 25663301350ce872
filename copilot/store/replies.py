"""Replies: approved texts with their receipts, and what was really posted."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from copilot.domain import Receipt, Reply
from copilot.store import codec
from copilot.store.rows import PublicationRow, ReplyRow, Sameness
from copilot.store.session import Transaction
from guards.finding import Screening

_REPLY = text(
    """
    SELECT reply.*, slug FROM reply JOIN proposal USING (organisation_id, proposal_id)
    JOIN clinic USING (organisation_id, clinic_id)
    WHERE reply_id = :reply_id AND voided_at IS NULL
    """
)
_PUBLICATIONS = text(
    """
    SELECT publication_id, text, url, state, screening, recorded_by, at FROM publication
    WHERE reply_id = :reply_id ORDER BY at, publication_id
    """
)
_ADD = text(
    """
    INSERT INTO reply (proposal_id, decision_id, text, text_sha256, post_sha256, platform, guard_version, verdict,
                       approved_by, approver_name, approved_at)
    VALUES (:proposal_id, :decision_id, :text, :text_sha256, :post_sha256, :platform, :guard_version, :verdict,
            CAST(:approved_by AS uuid), :approver_name, :approved_at)
    """
)
_VOID = text("UPDATE reply SET voided_at = :now WHERE proposal_id = :proposal_id AND voided_at IS NULL")
_PUBLISH = text(
    """
    INSERT INTO publication (reply_id, text, url, state, screening, recorded_by, at)
    VALUES (:reply_id, :text, :url, :state, CAST(:screening AS jsonb), :recorded_by, :now)
    """
)


async def reply(tx: Transaction, reply_id: UUID) -> ReplyRow | None:
    """The reply with its publications, only while its approval is valid."""
    row = await tx.row(_REPLY, {"reply_id": reply_id})
    if row is None:
        return None
    return _reply(row, tuple(_publication(one) for one in await tx.rows(_PUBLICATIONS, {"reply_id": reply_id})))


async def add_reply(tx: Transaction, proposal_id: UUID, decision_id: UUID, approved: Reply) -> None:
    """Stores the reply; the database refuses one that nobody earned."""
    receipt = approved.receipt
    values = {
        "proposal_id": proposal_id,
        "decision_id": decision_id,
        "text": approved.text,
        "text_sha256": receipt.text_sha256,
        "post_sha256": receipt.post_sha256,
        "platform": receipt.platform,
        "guard_version": receipt.guard_version,
        "verdict": receipt.verdict,
        "approved_by": receipt.approved_by,
        "approver_name": receipt.approver_name,
        "approved_at": receipt.approved_at,
    }
    await tx.run(_ADD, values)


async def void(tx: Transaction, proposal_id: UUID, now: datetime) -> None:
    """The proposal has no live reply any more."""
    await tx.run(_VOID, {"proposal_id": proposal_id, "now": now})


async def add_publication(
    tx: Transaction,
    reply_id: UUID,
    *,
    text: str,
    url: str,
    state: Sameness,
    screening: Screening | None,
    recorded_by: UUID | None,
    now: datetime,
) -> None:
    """Records what was posted under the reply."""
    values = {
        "reply_id": reply_id,
        "text": text,
        "url": url,
        "state": state,
        "screening": codec.optional(screening),
        "recorded_by": recorded_by,
        "now": now,
    }
    await tx.run(_PUBLISH, values)


def _publication(row: Row[Any]) -> PublicationRow:
    return PublicationRow(
        row.publication_id, row.text, row.url, row.state, codec.screening(row.screening), row.recorded_by, row.at
    )


def _reply(row: Row[Any], publications: tuple[PublicationRow, ...]) -> ReplyRow:
    receipt = Receipt(
        text_sha256=row.text_sha256,
        post_sha256=row.post_sha256,
        platform=row.platform,
        guard_version=row.guard_version,
        verdict=row.verdict,
        approved_by=str(row.approved_by),
        approver_name=row.approver_name,
        approved_at=row.approved_at,
    )
    return ReplyRow(row.reply_id, row.proposal_id, row.slug, row.text, receipt, publications)
