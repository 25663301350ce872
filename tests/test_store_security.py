"""Row security: an organisation is alone in the database, and the application is nobody special."""

import asyncio
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import text

from copilot import decide, intake, publish, seed
from copilot.domain import Post
from copilot.errors import Broken, NotFound
from copilot.postgres import Server
from copilot.store import Store, clinics, credentials, organisations, people, posts, proposals, replies
from tests.desk_cases import NOW, Desk, at_desk, enqueue, gate, respond, seen

OPEN_TABLES = {
    "alembic_version",
    "procrastinate_events",
    "procrastinate_jobs",
    "procrastinate_periodic_defers",
    "procrastinate_workers",
    "proposal_step",
}
"""What the application sees without an organisation: nothing that anybody wrote."""

OTHER = UUID("01980000-0000-7000-8000-000000000002")


async def everything(desk: Desk) -> None:
    """Fills every table."""
    doubtful = await desk.proposal("DOUBT")
    approved = await desk.approve(await desk.answer(doubtful))
    assert approved.reply_id is not None
    await publish.record_publication(
        desk.store, seed.DEMO, approved.reply_id, text="x", url="", person_id=None, gate=gate, now=NOW
    )
    waiting = await desk.proposal()
    await desk.store.at_once(text("SELECT 1"), {})
    async with desk.store.transaction(seed.DEMO) as tx:
        await tx.run(
            text(
                "INSERT INTO offer (proposal_id, text, language, origin, state, error)"
                " VALUES (:id, '', 'da', 'model:x', 'failed', 'timeout')"
            ),
            {"id": waiting.proposal_id},
        )
        await credentials.mint_key(tx, "integration", "x")
    link = await seed.demo_link(desk.store, "demo-vet", NOW)
    assert await credentials.redeem_link(desk.store, link, NOW, lasting=timedelta(hours=1))


def counts(url: str) -> dict[str, int]:
    """Rows of every table as seen by this login, with no organisation set."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        found = {}
        for (name,) in names:
            try:
                with connection.transaction():
                    row = connection.execute(f'SELECT count(*) FROM "{name}"'.encode()).fetchone()  # noqa: S608  # a table's name
                found[name] = row[0] if row else 0
            except psycopg.errors.InsufficientPrivilege:
                found[name] = 0
        return found


def test_without_an_organisation_the_application_sees_no_row(database: Server) -> None:
    """Every table is filled, and every one but the named list is empty to whoever set no organisation."""
    at_desk(database, everything)
    full, app = counts(database.superuser_url), counts(database.app_url)
    empty = {"procrastinate_events", "procrastinate_periodic_defers", "procrastinate_workers"}
    assert {name for name, rows in full.items() if rows == 0} <= empty
    assert {name for name, rows in app.items() if rows} <= OPEN_TABLES
    assert set(full) >= OPEN_TABLES


def test_row_security_is_forced_on_every_table_but_the_named_ones(database: Server) -> None:
    """A table somebody adds later must be named in the open list or be secured."""
    with psycopg.connect(database.superuser_url.replace("+psycopg", "")) as connection:
        rows = connection.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            " AND NOT (relrowsecurity AND relforcerowsecurity)"
        ).fetchall()
    assert {name for (name,) in rows} == OPEN_TABLES


def test_every_unique_key_begins_with_the_organisation(database: Server) -> None:
    """Unique checks ignore row security: a key over all organisations tells one of another's values."""
    with psycopg.connect(database.superuser_url.replace("+psycopg", "")) as connection:
        rows = connection.execute(
            "SELECT table_.relname, index.relname FROM pg_index JOIN pg_class AS index ON index.oid = indexrelid"
            " JOIN pg_class AS table_ ON table_.oid = indrelid"
            " JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]"
            " WHERE indisunique AND table_.relnamespace = 'public'::regnamespace AND attname <> 'organisation_id'"
        ).fetchall()
    assert {table for table, _ in rows} <= OPEN_TABLES


def test_another_organisation_finds_nothing_of_ours(database: Server) -> None:
    """Whatever id one asks for, another organisation's is as good as none."""

    async def story(desk: Desk) -> None:
        approved = await desk.approve(await desk.proposal(case="7", external_id="e1", platform="google"))
        assert approved.reply_id is not None
        async with desk.store.transaction(OTHER) as tx:
            await organisations.add_organisation(tx, "Other")
            stranger = await people.add_person(tx, "Ole", "ole@x.example", "da")
            assert await clinics.clinics(tx) == ()
            assert await posts.post(tx, approved.proposal_id) is None
            assert await posts.posts_of_case(tx, "7") == ()
            assert await proposals.proposal(tx, approved.proposal_id) is None
            assert await replies.reply(tx, approved.reply_id) is None
            assert await people.person(tx, desk.speaker.person_id) is None
            assert await people.members(tx, approved.clinic_id) == ()
            assert await people.roster(tx, approved.clinic_id) == ()
        by = decide.By(OTHER, stranger)
        with pytest.raises(NotFound):
            await decide.edit(desk.store, by, approved.proposal_id, seen(approved), "x", gate=gate, now=NOW)
        with pytest.raises(NotFound):
            await decide.reject(desk.store, by, approved.proposal_id, seen(approved), reason="x", now=NOW)
        with pytest.raises(NotFound):
            await intake.complete(desk.store, OTHER, approved.proposal_id, respond=respond, gate=gate, now=NOW)
        with pytest.raises(NotFound):
            await desk.receive("Hej", organisation=OTHER)

    at_desk(database, story)


def test_rows_cannot_be_given_to_or_tied_to_another_organisation(database: Server) -> None:
    """Neither an INSERT for somebody else nor a reference to somebody else's row gets through."""

    async def story(desk: Desk) -> None:
        mine = await desk.proposal()
        async with desk.store.transaction(OTHER) as tx:
            await organisations.add_organisation(tx, "Other")
        for statement in (
            "INSERT INTO person (organisation_id, name, email) VALUES (:demo, 'x', 'x')",
            "INSERT INTO clinic_person (clinic_id, person_id, role) VALUES (:clinic, :person, 'deputy')",
            "INSERT INTO api_key (sha256, kind, person_id, label) VALUES (repeat('0', 64), 'personal', :person, 'x')",
        ):
            values = {"demo": seed.DEMO, "clinic": mine.clinic_id, "person": desk.speaker.person_id}
            with pytest.raises(Broken):
                async with desk.store.transaction(OTHER) as tx:
                    await tx.run(text(statement), {k: v for k, v in values.items() if f":{k}" in statement})

    at_desk(database, story)


@pytest.mark.parametrize("who", ["superuser_url", "owner_url"])
def test_the_application_refuses_to_be_more_than_a_plain_role(database: Server, who: str) -> None:
    """As superuser or owner it does not start."""

    async def start() -> None:
        store = Store(getattr(database, who))
        try:
            await store.verify()
        finally:
            await store.close()

    with pytest.raises(RuntimeError, match="plain role"):
        asyncio.run(start())


def test_an_error_of_the_database_quotes_no_row(database: Server) -> None:
    """PostgreSQL's own messages quote the failing row; ours name the constraint alone."""

    async def story(desk: Desk) -> None:
        with pytest.raises(Broken) as caught:
            async with desk.store.transaction(seed.DEMO) as tx:
                await tx.run(
                    text("INSERT INTO person (name, email, language) VALUES ('', :secret, 'da')"), {"secret": "geheim"}
                )
        assert caught.value.constraint == "person_name_check"
        assert "geheim" not in repr(caught.value)
        assert caught.value.__cause__ is None
        assert caught.value.__suppress_context__

    at_desk(database, story)


def test_only_the_application_may_call_the_lookups(database: Server) -> None:
    """The functions that see every organisation have a fixed search path, one owner and one caller."""
    with psycopg.connect(database.superuser_url.replace("+psycopg", "")) as connection:
        rows = connection.execute(
            "SELECT proname, pg_get_userbyid(proowner), proconfig::text, proacl::text FROM pg_proc WHERE prosecdef"
        ).fetchall()
    assert {row[0] for row in rows} == {
        "lookup_key",
        "lookup_session",
        "redeem_sign_in_link",
        "organisations_with_due_work",
    }
    for _, owner, config, access in rows:
        assert owner == "havblik_lookup"
        assert "search_path=pg_catalog" in config
        assert access == "{havblik_lookup=X/havblik_lookup,havblik_app=X/havblik_lookup}"


def test_a_job_is_enqueued_with_its_post_or_not_at_all(database: Server) -> None:
    """One post, one job; a failing enqueue leaves no post behind."""

    async def story(desk: Desk) -> None:
        async def broken(*_: object) -> None:
            raise RuntimeError("no queue")

        with pytest.raises(RuntimeError):
            await intake.receive(
                desk.store,
                seed.DEMO,
                intake.Submission("demo-vet", Post("Hej")),
                respond=respond,
                gate=gate,
                enqueue=broken,
                now=NOW,
            )
        await intake.receive(
            desk.store,
            seed.DEMO,
            intake.Submission("demo-vet", Post("Hej igen")),
            respond=respond,
            gate=gate,
            enqueue=enqueue,
            now=NOW,
        )

    at_desk(database, story)
    found = counts(database.superuser_url)
    assert (found["post"], found["submission"], found["procrastinate_jobs"]) == (1, 1, 1)
