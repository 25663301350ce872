"""The application's way to PostgreSQL: pooled connections, one organisation a transaction, no row in any error."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import Row, make_url, text
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.sql import Executable

from copilot.errors import Broken, Unavailable

_ENTER = text("SELECT set_config('havblik.organisation', :organisation, true)")
_ENTER_ALONE = text("SELECT set_config('havblik.organisation', :organisation, true), pg_advisory_xact_lock(:alone)")
_WHO = text(
    """
    SELECT role.rolsuper OR role.rolbypassrls
        OR EXISTS (SELECT FROM pg_roles AS other WHERE other.rolname IN ('havblik_owner', 'havblik_lookup')
                   AND pg_has_role(current_user, other.oid, 'MEMBER'))
        OR EXISTS (SELECT FROM pg_class WHERE relowner = role.oid)
    FROM pg_roles AS role WHERE role.rolname = current_user
    """
)


class Transaction:
    """An open transaction of one organisation: row security shows its rows alone."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def run(self, statement: Executable, values: Mapping[str, Any] | None = None) -> CursorResult[Any]:
        """Executes a statement. A refusal of the database raises `Broken` or `Unavailable` when the block ends."""
        return await self._connection.execute(statement, values)

    async def run_many(self, statement: Executable, values: Sequence[Mapping[str, Any]]) -> None:
        """Executes a statement once for each of the values; nothing where there are none."""
        if values:
            await self._connection.execute(statement, values)

    async def row(self, statement: Executable, values: Mapping[str, Any] | None = None) -> Row[Any] | None:
        """The first row, or None."""
        return (await self.run(statement, values)).first()

    async def rows(self, statement: Executable, values: Mapping[str, Any] | None = None) -> Sequence[Row[Any]]:
        """All rows."""
        return (await self.run(statement, values)).all()

    async def enter(self, organisation_id: UUID) -> None:
        """Makes this the organisation's transaction: for one that began before the organisation was known."""
        await self.run(_ENTER, {"organisation": str(organisation_id)})

    async def driver(self) -> psycopg.AsyncConnection[Any]:
        """The driver's own connection, inside this transaction: jobs are enqueued through it."""
        raw = await self._connection.get_raw_connection()
        connection = raw.driver_connection
        assert isinstance(connection, psycopg.AsyncConnection)  # noqa: S101  # the engine was made for psycopg
        return connection


class Store:
    """The application's connections. Make one in the app factory, `verify` it at start, `close` it at the end."""

    def __init__(self, url: str, *, pool_size: int = 16) -> None:
        self._engine: AsyncEngine = create_async_engine(
            make_url(url).set(drivername="postgresql+psycopg"),
            pool_size=pool_size,
            max_overflow=0,  # one that comes and goes costs more than a short wait
            pool_timeout=10,
            hide_parameters=True,
            connect_args={"connect_timeout": 10},
        )
        self._at_once = self._engine.execution_options(isolation_level="AUTOCOMMIT")

    async def verify(self) -> None:
        """Raises RuntimeError where we are superuser, owner or above row security; Unavailable where nobody answers."""
        async with self.transaction(None) as tx:
            row = await tx.row(_WHO)
        if row is None or row[0]:
            raise RuntimeError("the application must be a plain role: neither superuser, nor owner, nor BYPASSRLS")

    @asynccontextmanager
    async def transaction(
        self, organisation_id: UUID | None, *, alone: int | None = None
    ) -> AsyncIterator[Transaction]:
        """A transaction that sees one organisation (none for None: then only the lookup functions answer).

        `alone` waits for a lock that only one transaction holds. No exception holds a row's words.
        """
        try:
            async with self._begun(organisation_id, alone=alone) as connection:
                yield Transaction(connection)
        except DBAPIError as error:
            raise _plain(error) from None
        except (PoolTimeout, psycopg.OperationalError):
            raise Unavailable("the database cannot be reached") from None

    @asynccontextmanager
    async def _begun(self, organisation_id: UUID | None, *, alone: int | None) -> AsyncIterator[AsyncConnection]:
        values: dict[str, Any] = {"organisation": "" if organisation_id is None else str(organisation_id)}
        statement = _ENTER
        if alone is not None:
            statement, values = _ENTER_ALONE, {**values, "alone": alone}
        connection, _ = await _answered(self._engine, statement, values)
        try:
            yield connection
            await connection.commit()
        finally:
            await connection.close()

    async def at_once(self, statement: Executable, values: Mapping[str, Any]) -> Row[Any] | None:
        """The first row of one statement, begun and committed by the server: no lock of it waits for us.

        May run twice where the connection broke.
        """
        try:
            connection, result = await _answered(self._at_once, statement, values)
            try:
                return result.first()
            finally:
                await connection.close()
        except DBAPIError as error:
            raise _plain(error) from None
        except (PoolTimeout, psycopg.OperationalError):
            raise Unavailable("the database cannot be reached") from None

    async def close(self) -> None:
        """Closes every connection."""
        await self._engine.dispose()


async def _answered(
    engine: AsyncEngine, statement: Executable, values: Mapping[str, Any]
) -> tuple[AsyncConnection, CursorResult[Any]]:
    """A connection that has answered its first statement; a second one where the first had died in the pool."""
    for last in (False, True):
        connection = await engine.connect()
        try:
            return connection, await connection.execute(statement, values)
        except BaseException as error:
            await connection.close()
            if last or not (isinstance(error, DBAPIError) and error.connection_invalidated):
                raise
    raise Unavailable("the database cannot be reached")


def _plain(error: DBAPIError) -> Broken | Unavailable:
    """What may be told of a database's error: its detail quotes rows, and rows hold what people wrote."""
    original = error.orig
    if isinstance(original, psycopg.Error) and original.sqlstate and not original.sqlstate.startswith(("57", "08")):
        return Broken(original.sqlstate, original.diag.constraint_name or "")
    if isinstance(error, (OperationalError, InterfaceError)):
        return Unavailable("the database cannot be reached")
    return Broken("", type(original).__name__)
