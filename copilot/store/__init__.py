"""PostgreSQL behind plain functions: `Store` opens transactions, each module beside it reads and writes one subject."""

from copilot.store.session import Store, Transaction

__all__ = ["Store", "Transaction"]
