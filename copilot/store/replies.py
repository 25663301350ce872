"""Replies: approved texts with their receipts."""

from uuid import UUID

from copilot.store.rows import ReplyRow
from copilot.store.session import Transaction


async def reply(tx: Transaction, reply_id: UUID) -> ReplyRow | None:
    """The reply with its publications, only while its approval is valid."""
    raise NotImplementedError
