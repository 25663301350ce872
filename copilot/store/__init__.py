"""PostgreSQL behind plain functions: `Store` opens transactions, the modules beside it read and write one subject each."""

from copilot.store.session import Store, Transaction

__all__ = ["Store", "Transaction"]
