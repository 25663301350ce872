"""Connections come and go: a server that went away is found again, and one that is gone is said to be."""

import asyncio
import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from copilot import seed
from copilot.errors import Unavailable
from copilot.postgres import Server
from copilot.postgres.place import client_programs
from copilot.store import Store, clinics, credentials
from copilot.store.migrate import sql, upgrade
from tests.desk_cases import NOW, Desk, at_desk


def libpq(url: str) -> str:
    """The address as PostgreSQL's own programs read it."""
    return url.replace("+psycopg", "")


def hang_up(server: Server) -> None:
    """Ends every connection of the application, as a restart of PostgreSQL does."""
    with psycopg.connect(libpq(server.superuser_url)) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'havblik_app'")


def test_a_server_that_went_away_between_two_requests_is_found_again(database: Server) -> None:
    """No request pays for a connection that died in the pool: a transaction, a lookup, a sign-in, a post."""

    async def story(desk: Desk) -> None:
        keys = await seed.demo_keys(desk.store, "demo-vet")
        link = await seed.demo_link(desk.store, "demo-vet", NOW)
        hang_up(database)
        async with desk.store.transaction(seed.DEMO) as tx:
            assert len(await clinics.clinics(tx)) == 2
        hang_up(database)
        assert await credentials.caller_of_key(desk.store, keys["integration"])
        hang_up(database)
        assert await credentials.redeem_link(desk.store, link, NOW, lasting=timedelta(hours=1))
        hang_up(database)
        assert (await desk.proposal()).draft

    at_desk(database, story)


def test_a_server_that_goes_away_in_the_middle_leaves_nothing_half_done(database: Server) -> None:
    """The transaction is refused as unavailable, and nothing of it is there."""

    async def story(desk: Desk) -> None:
        async def half() -> None:
            async with desk.store.transaction(seed.DEMO) as tx:
                await tx.run(text("UPDATE organisation SET name = 'halvt'"))
                hang_up(database)
                await tx.run(text("UPDATE organisation SET name = 'helt'"))

        with pytest.raises(Unavailable):
            await half()
        async with desk.store.transaction(seed.DEMO) as tx:
            row = await tx.row(text("SELECT name FROM organisation"))
        assert row is not None
        assert row.name == "Demo"

    at_desk(database, story)


def test_a_server_that_is_not_there_is_said_to_be_unavailable(tmp_path: Path) -> None:
    """Not a stack trace of the driver's."""

    async def ask() -> None:
        store = Store(f"postgresql://havblik_app@/havblik?host={tmp_path}")
        try:
            await store.verify()
        finally:
            await store.close()

    with pytest.raises(Unavailable):
        asyncio.run(ask())


def test_connections_carry_no_organisation_from_one_request_to_the_next(database: Server) -> None:
    """The pool hands out used connections; what the last request was does not show."""

    async def story(desk: Desk) -> None:
        async def look(organisation_known: bool) -> int:  # noqa: FBT001  # a test's own
            async with desk.store.transaction(seed.DEMO if organisation_known else None) as tx:
                return len(await clinics.clinics(tx))

        seen = await asyncio.gather(*(look(bool(number % 2)) for number in range(60)))
        assert seen == [0, 2] * 30

    at_desk(database, story)


def shape(server: Server) -> list[tuple[object, ...]]:
    """Every column, index, trigger, policy, function and grant of a database."""
    with psycopg.connect(libpq(server.superuser_url)) as connection:
        return connection.execute(
            "SELECT 'column', table_name, column_name, data_type, coalesce(column_default, '')"
            " FROM information_schema.columns WHERE table_schema = 'public'"
            " UNION ALL SELECT 'index', tablename, indexname, indexdef, '' FROM pg_indexes WHERE schemaname = 'public'"
            " UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), tgenabled::text"
            " FROM pg_trigger WHERE NOT tgisinternal"
            " UNION ALL SELECT 'policy', tablename, policyname, coalesce(qual, ''), coalesce(with_check, '')"
            " FROM pg_policies"
            " UNION ALL SELECT 'function', proname, pg_get_userbyid(proowner), prosrc, coalesce(proacl::text, '')"
            " FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
            " UNION ALL SELECT 'table', relname, pg_get_userbyid(relowner), coalesce(relacl::text, ''),"
            " relrowsecurity::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S')"
            " ORDER BY 1, 2, 3, 4, 5"
        ).fetchall()


@pytest.mark.parametrize("way", ["script", "member"])
def test_an_administrator_can_make_the_same_database_by_hand(database: Server, way: str) -> None:
    """By the printed script in psql, or by a login that is no superuser but a member of havblik_owner."""
    mine = replace(database, database=f"by_{way}")
    with psycopg.connect(libpq(database.superuser_url), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {mine.database} OWNER havblik_owner".encode())
        try:
            if way == "script":
                command = [str(client_programs() / "psql"), "-Xq", "-v", "ON_ERROR_STOP=1", libpq(mine.superuser_url)]
                done = subprocess.run(command, input=sql(), text=True, capture_output=True, check=False)
                assert done.returncode == 0, done.stderr
            else:
                connection.execute("CREATE ROLE migrator LOGIN IN ROLE havblik_owner")
                upgrade(mine.url("migrator"))
            assert shape(mine) == shape(database)
        finally:
            connection.execute(f"DROP DATABASE {mine.database} WITH (FORCE)".encode())
            connection.execute("DROP ROLE IF EXISTS migrator")
