"""Organisations: who everything belongs to."""

from sqlalchemy import text

from copilot.store.session import Transaction

_ADD = text("INSERT INTO organisation (name) VALUES (:name) ON CONFLICT DO NOTHING")


async def add_organisation(tx: Transaction, name: str) -> bool:
    """Whether the transaction's organisation is new; it then has this name."""
    return (await tx.run(_ADD, {"name": name})).rowcount == 1
