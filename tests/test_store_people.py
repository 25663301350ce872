"""People, clinics, facts, keys and sessions: who may come in, and what a clinic says in public."""

from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest

from copilot import seed
from copilot.clinics import demo
from copilot.domain import Colleague
from copilot.errors import Broken, NotFound
from copilot.postgres import Server
from copilot.store import clinics, credentials, people
from copilot.store.migrate import sql, upgrade
from tests.desk_cases import NOW, Desk, at_desk

HOUR = timedelta(hours=1)


def test_the_demo_is_what_its_files_say_and_is_made_once(database: Server) -> None:
    """Profile, approved facts, spokesperson, deputy and roster; a second run changes nothing."""

    async def story(desk: Desk) -> None:
        async with desk.store.transaction(seed.DEMO) as tx:
            before = await clinics.clinics(tx)
        await seed.seed(desk.store, NOW + HOUR)
        async with desk.store.transaction(seed.DEMO) as tx:
            assert await clinics.clinics(tx) == before
            vet = await clinics.clinic(tx, "demo-vet")
            assert vet is not None
            profile, confidential = demo("demo-vet")
            assert vet.profile == profile
            assert {one.role for one in await people.members(tx, vet.clinic_id)} == {"spokesperson", "deputy", "member"}
            found = await people.roster(tx, vet.clinic_id)
            assert {one.colleague for one in found} == set(confidential.roster)

    at_desk(database, story)


def test_only_approved_facts_stand_in_the_profile(database: Server) -> None:
    """A fact waits for a person, counts once, and goes when withdrawn; the clinic's version tells."""

    async def story(desk: Desk) -> None:
        fact = "Vi har åbent i påsken."
        async with desk.store.transaction(seed.DEMO) as tx:
            vet = await clinics.clinic(tx, "demo-vet")
            assert vet is not None
            fact_id = await clinics.add_fact(tx, vet.clinic_id, fact, "da")
            assert fact_id is not None
            assert await clinics.add_fact(tx, vet.clinic_id, fact, "da") is None
            waiting = await clinics.clinic(tx, "demo-vet")
            assert waiting is not None
            assert fact not in waiting.profile.public_facts
            assert await clinics.approve_fact(tx, fact_id, desk.speaker.person_id, NOW)
            assert not await clinics.approve_fact(tx, fact_id, desk.deputy.person_id, NOW)
            approved = await clinics.clinic(tx, "demo-vet")
            assert approved is not None
            assert approved.profile.public_facts[-1] == fact
            assert approved.version > vet.version
            assert await clinics.withdraw_fact(tx, fact_id, NOW)
            assert not await clinics.withdraw_fact(tx, fact_id, NOW)
            gone = await clinics.clinic(tx, "demo-vet")
            assert gone is not None
            assert gone.profile.public_facts == vet.profile.public_facts

    at_desk(database, story)


def test_a_profile_changes_only_from_the_version_that_was_seen(database: Server) -> None:
    """Of two who change it, one; facts do not travel in the profile."""

    async def story(desk: Desk) -> None:
        async with desk.store.transaction(seed.DEMO) as tx:
            vet = await clinics.clinic(tx, "demo-vet")
            assert vet is not None
            changed = replace(vet.profile, name="Fjordens Dyrehospital", public_facts=("Løgn.",))
            assert await clinics.change_profile(tx, vet.clinic_id, vet.version, changed)
            assert not await clinics.change_profile(tx, vet.clinic_id, vet.version, changed)
            now = await clinics.clinic(tx, "demo-vet")
            assert now is not None
            assert (now.name, now.profile.name) == ("Fjordens Dyrehospital",) * 2
            assert now.profile.public_facts == vet.profile.public_facts

    at_desk(database, story)


def test_a_clinic_has_one_spokesperson(database: Server) -> None:
    """The database refuses a second one."""

    async def story(desk: Desk) -> None:
        with pytest.raises(Broken) as caught:  # noqa: PT012  # a transaction is several statements
            async with desk.store.transaction(seed.DEMO) as tx:
                vet = await clinics.clinic(tx, "demo-vet")
                assert vet is not None
                assert (await people.clinics_of(tx, desk.member.person_id)) == {"demo-vet": "member"}
                await people.add_member(tx, vet.clinic_id, desk.member.person_id, "spokesperson")
        assert caught.value.constraint == "clinic_person_one_spokesperson"

    at_desk(database, story)


def test_a_roster_is_exactly_what_was_last_said(database: Server) -> None:
    """Whoever left is gone."""

    async def story(desk: Desk) -> None:
        async with desk.store.transaction(seed.DEMO) as tx:
            vet = await clinics.clinic(tx, "demo-vet")
            assert vet is not None
            await people.replace_roster(tx, vet.clinic_id, (Colleague("Ny Kollega", "elev", ("Nysse",)),))
            found = await people.roster(tx, vet.clinic_id)
            assert [one.colleague for one in found] == [Colleague("Ny Kollega", "elev", ("Nysse",))]
            await people.replace_roster(tx, vet.clinic_id, ())
            assert await people.roster(tx, vet.clinic_id) == ()

    at_desk(database, story)


def test_keys_say_who_holds_them_until_they_are_revoked(database: Server) -> None:
    """An integration has no person, a personal key has; the secret is stored nowhere."""

    async def story(desk: Desk) -> list[str]:
        secrets = await seed.demo_keys(desk.store, "demo-vet")
        integration = await credentials.caller_of_key(desk.store, secrets["integration"])
        personal = await credentials.caller_of_key(desk.store, secrets["personal"])
        assert integration is not None
        assert personal is not None
        assert (integration.kind, integration.person_id) == ("integration", None)
        assert (personal.kind, personal.person_id) == ("personal", desk.speaker.person_id)
        assert integration.organisation_id == seed.DEMO
        assert await credentials.caller_of_key(desk.store, "havblik_unknown") is None
        assert await credentials.caller_of_key(desk.store, "\ud83d") is None
        async with desk.store.transaction(seed.DEMO) as tx:
            assert [one.kind for one in await credentials.keys(tx)] == ["personal", "integration"]
            assert await credentials.revoke_key(tx, personal.credential_id, NOW)
            assert not await credentials.revoke_key(tx, personal.credential_id, NOW)
            _, limited = await credentials.mint_key(tx, "integration", "crm", clinics=("demo-vet",))
        assert await credentials.caller_of_key(desk.store, secrets["personal"]) is None
        caller = await credentials.caller_of_key(desk.store, limited)
        assert caller is not None
        assert caller.clinics == ("demo-vet",)
        return [*secrets.values(), limited]

    secrets = at_desk(database, story)
    with psycopg.connect(database.superuser_url.replace("+psycopg", "")) as connection:
        stored = str(connection.execute("SELECT * FROM api_key").fetchall())
    assert not any(secret in stored for secret in secrets)


@pytest.mark.parametrize("kind", ["integration", "personal"])
def test_a_key_of_the_wrong_kind_is_refused(database: Server, kind: str) -> None:
    """A personal key without a person, an integration's with one."""

    async def story(desk: Desk) -> None:
        person = desk.speaker.person_id if kind == "integration" else None
        with pytest.raises(Broken) as caught:
            async with desk.store.transaction(seed.DEMO) as tx:
                await credentials.mint_key(tx, kind, "x", person_id=person)  # type: ignore[arg-type]  # one of the two
        assert caught.value.constraint == "api_key_personal_has_a_person"

    at_desk(database, story)


def test_a_link_opens_one_session_which_ends(database: Server) -> None:
    """Used once, in time; the session lasts as long as said, or until it is ended."""

    async def story(desk: Desk) -> None:
        secret = await seed.demo_link(desk.store, "demo-vet", NOW)
        assert await credentials.redeem_link(desk.store, secret, NOW + 2 * HOUR, lasting=HOUR) is None
        opened = await credentials.redeem_link(desk.store, secret, NOW, lasting=HOUR)
        assert opened is not None
        assert await credentials.redeem_link(desk.store, secret, NOW, lasting=HOUR) is None
        session, caller = opened
        assert (caller.kind, caller.person_id) == ("session", desk.speaker.person_id)
        assert await credentials.caller_of_session(desk.store, session, NOW) == caller
        assert await credentials.caller_of_session(desk.store, session, NOW + HOUR) is None
        async with desk.store.transaction(seed.DEMO) as tx:
            await credentials.end_session(tx, caller.credential_id, NOW)
        assert await credentials.caller_of_session(desk.store, session, NOW) is None
        with pytest.raises(NotFound):
            await seed.demo_link(desk.store, "nowhere", NOW)

    at_desk(database, story)


def test_a_migrated_database_is_migrated_again_without_harm(database: Server) -> None:
    """A start after a start changes nothing; what an administrator runs by hand is the same."""
    upgrade(database.owner_url)
    script = sql()
    assert "CREATE ROLE havblik_app" in script
    assert "CREATE TABLE proposal " in script
    assert "procrastinate_jobs" in script
    assert script.count("INSERT INTO alembic_version") == 1
