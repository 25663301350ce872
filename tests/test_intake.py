"""A post comes in once, whatever its senders do, and always reaches a person."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from copilot import intake, seed
from copilot.domain import Post, Response
from copilot.errors import NotFound, Unfit
from copilot.postgres import Server
from copilot.store import backlog, posts, proposals
from copilot.store.rows import QueueFilter
from guards.context import Turn
from tests.desk_cases import NOW, Desk, at_desk, enqueue, gate, respond


async def number(desk: Desk, table: str) -> int:
    """How many rows of a table the demo organisation has."""
    async with desk.store.transaction(seed.DEMO) as tx:
        row = await tx.row(text(f"SELECT count(*) FROM {table}"))  # noqa: S608  # the test's own word
    return int(row[0]) if row else 0


def test_a_post_answers_at_once_with_what_the_database_then_holds(database: Server) -> None:
    """The answer is put together without reading it back, and equals what is read later."""

    async def story(desk: Desk) -> None:
        received = await desk.receive(
            "Min hund 🐶 døde",
            platform="google",
            external_id="e1",
            case="7",
            captured_by="Bente",
            posted_at=NOW - timedelta(days=1),
            rating=1,
            url="https://x.example",
            thread=(Turn("Hej", ours=True, author="os"),),
        )
        async with desk.store.transaction(seed.DEMO) as tx:
            assert await proposals.proposal(tx, received.proposal.proposal_id) == received.proposal
            assert await posts.post(tx, received.proposal.proposal_id) == received.proposal.post
            assert await posts.posts_of_case(tx, "7") == (received.proposal.post,)
        assert not received.duplicate

    at_desk(database, story)


def test_replies_of_a_clinic_are_counted_one_by_one(database: Server) -> None:
    """The n-th draft takes the n-th wording, also when posts come at once; each clinic counts for itself."""

    async def story(desk: Desk) -> list[str]:
        made = await asyncio.gather(*(desk.proposal() for _ in range(8)), desk.proposal(clinic="demo-dental"))
        return [row.draft.text for row in made if row.draft]

    texts = at_desk(database, story)
    assert sorted(text.split()[-1] for text in texts) == sorted([*(f"{n}." for n in range(8)), "0."])


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"external_id": "e1", "platform": "google", "words": "a"}, {"words": "b"}),
        ({"words": "Elendigt  sted\n\nfor os"}, {"words": " Elendigt sted for os", "external_id": "e2"}),
        ({"words": "Ærgerligt forløb på Å"}, {"words": "Ærgerligt forløb på A\u030a", "case": "7"}),
        ({"words": "Elendigt"}, {"words": "Elendigt", "now": NOW + timedelta(hours=23)}),
    ],
    ids=["external id", "white space", "unicode form", "a day later"],
)
def test_a_post_that_was_here_answers_with_the_first_proposal(
    database: Server, first: dict[str, object], second: dict[str, object]
) -> None:
    """Equal are platform and external id, or the same words by the same author within a day; each capture is kept."""

    async def story(desk: Desk) -> None:
        one = await desk.receive(**first)  # type: ignore[arg-type]  # each test's own mixture
        two = await desk.receive(**{**first, **second})  # type: ignore[arg-type]  # fields by their names
        assert (one.duplicate, two.duplicate) == (False, True)
        assert two.proposal.proposal_id == one.proposal.proposal_id
        assert two.proposal.post.captures == 2
        assert (await number(desk, "post"), await number(desk, "submission")) == (1, 2)
        assert await number(desk, "proposal") == 1

    at_desk(database, story)


@pytest.mark.parametrize(
    "second",
    [
        {"author": "Ole"},
        {"words": "Elendigt!"},
        {"clinic": "demo-dental"},
        {"now": NOW + timedelta(hours=25)},
    ],
    ids=["author", "words", "clinic", "time"],
)
def test_a_post_that_differs_in_what_counts_is_another(database: Server, second: dict[str, object]) -> None:
    """Another author, other words, another clinic, or more than a day later."""

    async def story(desk: Desk) -> None:
        await desk.receive("Elendigt")
        assert not (await desk.receive(**{"words": "Elendigt", **second})).duplicate  # type: ignore[arg-type]  # fields by their names

    at_desk(database, story)


def test_twenty_senders_at_once_make_one_proposal(database: Server) -> None:
    """On real connections, with equal external ids or equal words or both."""

    async def story(desk: Desk) -> None:
        alike = [desk.receive("Det samme") for _ in range(20)]
        known = [desk.receive(f"Nummer {n}", external_id="e9", platform="google") for n in range(20)]
        received = await asyncio.gather(*alike, *known)
        for group in (received[:20], received[20:]):
            assert len({one.proposal.proposal_id for one in group}) == 1
            assert [one.duplicate for one in group].count(False) == 1
            assert all(one.proposal.draft for one in group)
        assert (await number(desk, "post"), await number(desk, "submission")) == (2, 40)
        assert await number(desk, "procrastinate_jobs") == 2

    at_desk(database, story)


def test_a_post_whose_drafting_failed_is_in_the_queue_and_says_so(database: Server) -> None:
    """Stored, visible, urgent enough to be seen; the next try gives it its draft."""

    async def story(desk: Desk) -> None:
        failed = await desk.proposal("FAIL")
        assert (failed.error, failed.draft, failed.triage) == ("drafting_failed", None, None)
        async with desk.store.transaction(seed.DEMO) as tx:
            page = await backlog.queue(tx, QueueFilter())
        assert [(item.proposal_id, item.error) for item in page.items] == [(failed.proposal_id, "drafting_failed")]

        def better(post: Post, *more: object) -> Response:
            return respond(Post("ok", post.author), *more)  # type: ignore[arg-type]  # the rest as given

        again = await intake.complete(desk.store, seed.DEMO, failed.proposal_id, respond=better, gate=gate, now=NOW)
        assert (again.error, again.version, again.state) == ("", 2, "waiting")
        assert again.draft is not None

    at_desk(database, story)


def test_drafting_that_fails_says_nothing_of_the_post_in_the_log(
    database: Server, caplog: pytest.LogCaptureFixture
) -> None:
    """The error's own words may be the post's."""
    at_desk(database, lambda desk: desk.proposal("FAIL hemmelig"))
    assert "drafting failed" in caplog.text
    assert "hemmelig" not in caplog.text


def test_a_post_whose_process_died_is_completed_later_and_once(database: Server) -> None:
    """Between the post's commit and its proposal a process may die; whoever comes next completes it."""

    async def story(desk: Desk) -> None:
        class DiedError(BaseException):
            """As sudden as a kill."""

        def dies(*_: object) -> Response:
            raise DiedError

        submission = intake.Submission("demo-vet", Post("Hej"))
        with pytest.raises(DiedError):
            await intake.receive(desk.store, seed.DEMO, submission, respond=dies, gate=gate, enqueue=enqueue, now=NOW)
        assert (await number(desk, "post"), await number(desk, "proposal")) == (1, 0)
        later = NOW + timedelta(minutes=2)
        done = [intake.complete_unfinished(desk.store, respond=respond, gate=gate, now=later) for _ in range(3)]
        await asyncio.gather(*done)
        assert await number(desk, "proposal") == 1
        assert await intake.complete_unfinished(desk.store, respond=respond, gate=gate, now=later) == 0

    at_desk(database, story)


@pytest.mark.parametrize(
    ("field", "post"),
    [
        ("text", Post("  ")),
        ("text", Post("a" * 20_001)),
        ("text", Post("a\x00b")),
        ("author", Post("a", "\ud83d")),
        ("posted_at", Post("a", posted_at=NOW.replace(tzinfo=None))),
        ("rating", Post("a", rating=-1)),
        ("thread", Post("a", thread=(Turn("x" * 20_001, ours=False),))),
    ],
)
def test_what_cannot_be_stored_is_refused_by_its_field(database: Server, field: str, post: Post) -> None:
    """Before anything is stored."""

    async def story(desk: Desk) -> None:
        with pytest.raises(Unfit) as caught:
            await intake.receive(
                desk.store,
                seed.DEMO,
                intake.Submission("demo-vet", post),
                respond=respond,
                gate=gate,
                enqueue=enqueue,
                now=NOW,
            )
        assert caught.value.field == field
        assert await number(desk, "submission") == 0

    at_desk(database, story)


def test_an_unknown_clinic_stores_nothing(database: Server) -> None:
    """Nor does an unknown post get a proposal."""

    async def story(desk: Desk) -> None:
        with pytest.raises(NotFound):
            await desk.receive(clinic="nowhere")
        assert await number(desk, "post") == 0
        with pytest.raises(NotFound):
            await intake.complete(desk.store, seed.DEMO, seed.DEMO, respond=respond, gate=gate, now=NOW)

    at_desk(database, story)
