"""Evidence and decisions are never changed, and a reply is earned: the database says so, whoever asks."""

# ruff: noqa: S608  # the statements are put together from the test's own words

import psycopg
import pytest
from sqlalchemy import text

from copilot import publish, seed
from copilot.domain import Post
from copilot.errors import Broken
from copilot.evidence import post_sha256, text_sha256
from copilot.postgres import Server
from tests.desk_cases import NOW, Desk, at_desk, gate, seen

APPEND_ONLY = ("post", "submission", "caution_answer", "decision", "publication")


async def published(desk: Desk) -> None:
    """A story that leaves a row in every append-only table."""
    approved = await desk.approve(await desk.answer(await desk.proposal("DOUBT")))
    assert approved.reply_id is not None
    await publish.record_publication(
        desk.store, seed.DEMO, approved.reply_id, text="x", url="", person_id=None, gate=gate, now=NOW
    )


def refused(url: str, statement: str) -> str:
    """The constraint, or the SQLSTATE, by which the database refuses the statement."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        with connection.transaction():
            connection.execute(f"SELECT set_config('havblik.organisation', '{seed.DEMO}', true)".encode())
            try:
                with connection.transaction():
                    done = connection.execute(statement.encode())
            except psycopg.Error as error:
                return error.diag.constraint_name or error.sqlstate or ""
            assert done.rowcount != 0, "nothing there to refuse"
        return ""


def test_what_happened_cannot_be_changed_removed_or_emptied(database: Server) -> None:
    """Not by the application, not by the owner, not by the superuser; not with triggers switched to replica either."""
    at_desk(database, published)
    replica = "SET session_replication_role = replica; "
    for table in APPEND_ONLY:
        assert refused(database.superuser_url, f"UPDATE {table} SET organisation_id = organisation_id")
        assert refused(database.superuser_url, f"{replica}UPDATE {table} SET organisation_id = organisation_id")
        assert refused(database.superuser_url, f"{replica}DELETE FROM {table}")
        assert refused(database.superuser_url, f"{replica}TRUNCATE {table} CASCADE")
        assert refused(database.owner_url, f"DELETE FROM {table}")
        assert refused(database.app_url, f"UPDATE {table} SET organisation_id = organisation_id") == "42501"
        assert refused(database.app_url, f"TRUNCATE {table}") == "42501"


def test_a_reply_is_only_ever_voided(database: Server) -> None:
    """Its text, its approver and its voiding stay as they are."""
    at_desk(database, published)
    admin = database.superuser_url
    assert refused(admin, "UPDATE reply SET text = 'x'") == "reply_is_only_voided"
    assert refused(admin, "UPDATE reply SET approver_name = 'x', voided_at = now()") == "reply_is_only_voided"
    assert refused(admin, "DELETE FROM reply") == "reply_is_never_deleted"
    assert refused(admin, "TRUNCATE reply CASCADE") == "reply_is_never_emptied"
    # Voiding alone would leave a published proposal without its reply.
    with psycopg.connect(admin.replace("+psycopg", "")) as connection:
        connection.execute("UPDATE reply SET voided_at = now()")
        with pytest.raises(psycopg.errors.CheckViolation):
            connection.commit()


REPLY = """
    INSERT INTO reply (proposal_id, decision_id, text, text_sha256, post_sha256, platform, guard_version, verdict,
                       approved_by, approver_name, approved_at)
    VALUES (:proposal, :decision, CAST(:text AS text), :sha256, '', '', 'test', CAST(:verdict AS text), :person, 'x',
            now())
"""
DECISION = """
    INSERT INTO decision (proposal_id, verb, person_id, note, reason, based_on_state, based_on_version, text_sha256,
                          house_rule, at)
    VALUES (:proposal, 'approve', :person, '', '', 'waiting', 1, :sha256, '', now()) RETURNING decision_id
"""


@pytest.mark.parametrize("words", ["BLOCK", "DOUBT"])
def test_the_application_itself_cannot_slip_a_reply_past_the_people(database: Server, words: str) -> None:
    """A blocked text, or one with an unanswered caution, becomes no reply by direct SQL either."""

    async def story(desk: Desk) -> None:
        row = await desk.proposal(words)
        assert row.draft is not None
        values = {
            "proposal": row.proposal_id,
            "person": desk.speaker.person_id,
            "text": row.draft.text,
            "sha256": row.draft.sha256,
        }
        with pytest.raises(Broken) as caught:  # noqa: PT012  # a transaction is several statements
            async with desk.store.transaction(seed.DEMO) as tx:
                decided = await tx.row(text(DECISION), {k: v for k, v in values.items() if k != "text"})
                assert decided is not None
                more = {"decision": decided.decision_id, "verdict": row.draft.screening.verdict}
                if words == "DOUBT":
                    await tx.run(text("UPDATE proposal SET state = 'approved', version = version + 1"))
                await tx.run(text(REPLY), values | more)
        assert caught.value.constraint in {"reply_is_earned", "reply_verdict_check"}
        with pytest.raises(Broken) as caught:  # a transaction is several statements
            async with desk.store.transaction(seed.DEMO) as tx:
                await tx.run(text("UPDATE proposal SET state = 'approved', version = version + 1"))
        assert caught.value.constraint in {"proposal_blocked_is_never_approved", "approval_is_whole"}

    at_desk(database, story)


def test_a_reply_needs_an_approval_of_that_very_text_by_that_very_person(database: Server) -> None:
    """No decision, another's decision or another text's decision: no reply."""

    async def story(desk: Desk) -> None:
        row = await desk.proposal()
        assert row.draft is not None
        values = {"proposal": row.proposal_id, "text": row.draft.text, "sha256": row.draft.sha256, "verdict": "pass"}
        decided = {"proposal": row.proposal_id, "person": desk.speaker.person_id, "sha256": row.draft.sha256}
        for decision, reply in (
            (decided, {"person": desk.deputy.person_id}),
            (decided, {"text": "x", "sha256": text_sha256("x")}),
            ({**decided, "sha256": text_sha256("x")}, {}),
            ({**decided, "person": desk.member.person_id}, {}),
            ({**decided, "person": desk.stranger.person_id}, {}),
        ):
            with pytest.raises(Broken) as caught:  # noqa: PT012  # a transaction is several statements
                async with desk.store.transaction(seed.DEMO) as tx:
                    made = await tx.row(text(DECISION), decision)
                    assert made is not None
                    await tx.run(text("UPDATE proposal SET state = 'approved', version = version + 1"))
                    base = {"decision": made.decision_id, "person": decision["person"]}
                    await tx.run(text(REPLY), values | base | reply)
            assert caught.value.constraint in {"reply_is_earned", "decision_is_by_right"}

    at_desk(database, story)


@pytest.mark.parametrize(
    ("before", "after"),
    [("waiting", "published"), ("rejected", "waiting"), ("moderated", "approved"), ("superseded", "waiting")],
)
def test_a_proposal_takes_only_the_steps_of_the_picture(database: Server, before: str, after: str) -> None:
    """The database refuses what docs/states.md does not draw."""

    async def story(desk: Desk) -> None:
        await desk.proposal()
        async with desk.store.transaction(seed.DEMO) as tx:
            if before != "waiting":
                await tx.run(text("UPDATE proposal SET state = :s, version = version + 1"), {"s": before})
        with pytest.raises(Broken) as caught:  # a transaction is several statements
            async with desk.store.transaction(seed.DEMO) as tx:
                await tx.run(text("UPDATE proposal SET state = :s, version = version + 1"), {"s": after})
        assert caught.value.constraint == "proposal_step_is_legal"

    at_desk(database, story)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("version = version", "proposal_version_counts"),
        ("version = version + 2", "proposal_version_counts"),
        ("nth = nth + 1, version = version + 1", "proposal_identity_stays"),
    ],
)
def test_every_change_of_a_proposal_is_counted(database: Server, change: str, constraint: str) -> None:
    """Optimistic locking rests on it."""

    async def story(desk: Desk) -> None:
        await desk.proposal()
        with pytest.raises(Broken) as caught:  # a transaction is several statements
            async with desk.store.transaction(seed.DEMO) as tx:
                await tx.run(text(f"UPDATE proposal SET {change}"))
        assert caught.value.constraint == constraint

    at_desk(database, story)


def test_the_receipt_binds_every_public_part_of_the_post() -> None:
    """Any changed part of the post gives another digest."""
    post = Post("a", "b", "c", NOW, (), 1, "u")
    others = [
        Post("A", "b", "c", NOW, (), 1, "u"),
        Post("a", "B", "c", NOW, (), 1, "u"),
        Post("a", "b", "C", NOW, (), 1, "u"),
        Post("a", "b", "c", None, (), 1, "u"),
        Post("a", "b", "c", NOW, (), 2, "u"),
        Post("a", "b", "c", NOW, (), 1, "U"),
    ]
    assert len({post_sha256(one) for one in [post, *others]}) == len(others) + 1


def test_the_states_that_python_allows_are_the_database_s_steps(database: Server) -> None:
    """One picture: decide's table and the database's agree."""
    from copilot.deciding import FROM  # noqa: PLC0415  # beside what it is compared with

    after = {
        "approve": "approved",
        "reject": "rejected",
        "hold": "held",
        "release": "waiting",
        "silence": "silenced",
        "moderate": "moderated",
    }
    ours = {(before, after[verb]) for verb, states in FROM.items() if verb in after for before in states}
    with psycopg.connect(database.app_url.replace("+psycopg", "")) as connection:
        steps = set(connection.execute("SELECT before, after FROM proposal_step").fetchall())
    assert ours - {("held", "held")} <= steps
    by_itself = {("approved", "waiting"), ("approved", "published")} | {
        (before, "superseded") for before in ("waiting", "held", "silenced")
    }
    assert steps == (ours - {("held", "held")}) | by_itself


def test_seen_is_what_the_row_says(database: Server) -> None:
    """The first version is 1 and waits."""
    row = at_desk(database, lambda desk: desk.proposal())
    assert (seen(row).version, seen(row).state) == (1, "waiting")
