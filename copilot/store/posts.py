"""Posts: evidence, stored first."""

from uuid import UUID

from copilot.store.rows import PostRow
from copilot.store.session import Transaction


async def post(tx: Transaction, post_id: UUID) -> PostRow | None:
    """The post; its proposal has the same id."""
    raise NotImplementedError


async def posts_of_case(tx: Transaction, case: str, *, limit: int = 200) -> tuple[PostRow, ...]:
    """The posts of a case of the clinic's own system, oldest first."""
    raise NotImplementedError
