"""The queue shows the most urgent first, page by page, and nothing twice."""

from datetime import timedelta

import pytest

from copilot import decide, publish, seed
from copilot.errors import NotFound, Unfit
from copilot.postgres import Server
from copilot.store import backlog
from copilot.store.rows import QueueFilter, QueueItem, QueuePage
from tests.desk_cases import NOW, Desk, at_desk, gate, seen


async def page(desk: Desk, cursor: str = "", limit: int = 50, **chosen: object) -> QueuePage:
    """A page of the demo's queue."""
    async with desk.store.transaction(seed.DEMO) as tx:
        return await backlog.queue(tx, QueueFilter(**chosen), cursor=cursor, limit=limit)  # type: ignore[arg-type]  # fields by their names


def test_the_most_urgent_come_first_and_pages_leave_none_out(database: Server) -> None:
    """Severity, then deadline, then id; also when something is decided between two pages."""

    async def story(desk: Desk) -> None:
        for number in range(7):
            await desk.proposal(f"{'URGENT ' if number % 3 == 0 else ''}{number}", now=NOW - timedelta(hours=number))
        items: list[QueueItem] = []
        cursor = ""
        while not items or cursor:
            one = await page(desk, cursor, limit=3)
            items += one.items
            cursor = one.cursor
        assert [item.beginning.split()[-1] for item in items] == ["6", "3", "0", "5", "4", "2", "1"]
        assert [item.severity for item in items] == [3, 3, 3, 1, 1, 1, 1]
        assert items[0].strategy == "acknowledge_and_invite"

    at_desk(database, story)


def test_filters_choose(database: Server) -> None:
    """By clinic, state, kind and least severity."""

    async def story(desk: Desk) -> None:
        await desk.proposal("vet")
        await desk.proposal("dental", clinic="demo-dental")
        await desk.proposal("URGENT")
        await desk.approve(await desk.proposal("godkendt"))

        async def shown(**chosen: object) -> set[str]:
            return {item.beginning for item in (await page(desk, **chosen)).items}  # type: ignore[arg-type]  # fields by their names

        assert await shown() == {"vet", "dental", "URGENT"}
        assert await shown(clinic="demo-dental") == {"dental"}
        assert await shown(kind="urgent") == {"URGENT"}
        assert await shown(severity=2) == {"URGENT"}
        assert await shown(states=("approved",)) == {"godkendt"}
        assert await shown(clinic="nowhere") == set()

    at_desk(database, story)


def test_what_was_silenced_is_shown_again_when_its_time_has_come(database: Server) -> None:
    """Before anybody brings it back to waiting, too."""

    async def story(desk: Desk) -> None:
        for review_at in (NOW + timedelta(days=1), NOW + timedelta(days=365 * 100)):
            row = await desk.proposal()
            await decide.silence(
                desk.store,
                desk.speaker,
                row.proposal_id,
                seen(row),
                owner_id=desk.deputy.person_id,
                review_at=review_at,
                now=NOW,
            )
        # The database's own clock is past the first of the two.
        (item,) = (await page(desk)).items
        assert (item.state, item.review_at) == ("silenced", NOW + timedelta(days=1))

    at_desk(database, story)


@pytest.mark.parametrize("cursor", ["x", "e30", "WzEsMiwzXQ", "æ", "W10", "W251bGwsbnVsbCxudWxsXQ", "[" * 5000])
def test_a_cursor_that_we_did_not_give_is_refused(database: Server, cursor: str) -> None:
    """Named as what it is."""

    async def story(desk: Desk) -> None:
        with pytest.raises(Unfit) as caught:
            await page(desk, cursor)
        assert caught.value.field == "cursor"

    at_desk(database, story)


@pytest.mark.parametrize(
    ("posted", "state"),
    [
        ("Ring til os. Vi lytter.", "same"),
        ("Ring til os.\r\n\r\nVi  lytter.\n", "reformatted"),
        ("Ring til os. Vi lyttede.", "drifted"),
    ],
)
def test_what_was_really_posted_is_compared_and_recorded(database: Server, posted: str, state: str) -> None:
    """White space, line ends and Unicode form are the platform's; any word is ours."""

    async def story(desk: Desk) -> None:
        row = await desk.approve(await desk.edit(await desk.proposal(), "Ring til os. Vi lytter."))
        assert row.reply_id is not None
        for _ in range(2):
            reply = await publish.record_publication(
                desk.store,
                seed.DEMO,
                row.reply_id,
                text=posted,
                url="https://x.example/1",
                person_id=desk.speaker.person_id,
                gate=gate,
                now=NOW,
            )
        (publication,) = reply.publications
        assert (publication.state, publication.text, publication.url) == (state, posted, "https://x.example/1")
        assert (publication.screening is not None) == (state == "drifted")
        (item,) = (await page(desk, states=("published",))).items
        assert item.proposal_id == row.proposal_id

    at_desk(database, story)


def test_a_drifted_text_is_flagged_and_never_refused(database: Server) -> None:
    """It is out already; what the guard finds in it is kept with it. The receipt stays with the approved text."""

    async def story(desk: Desk) -> None:
        row = await desk.approve(await desk.proposal())
        assert row.reply_id is not None
        reply = await publish.record_publication(
            desk.store, seed.DEMO, row.reply_id, text="BLOCK", url="", person_id=None, gate=gate, now=NOW
        )
        assert reply.text != "BLOCK"
        assert reply.publications[0].screening is not None
        assert reply.publications[0].screening.verdict == "block"
        assert publish.sameness("Vi beklager på Å", "Vi beklager på A\u030a") == "reformatted"

    at_desk(database, story)


def test_nothing_is_published_without_a_valid_approval(database: Server) -> None:
    """A voided reply is as good as none."""

    async def story(desk: Desk) -> None:
        row = await desk.approve(await desk.proposal())
        assert row.reply_id is not None
        await desk.edit(row, "Noget andet.")
        with pytest.raises(NotFound):
            await publish.record_publication(
                desk.store, seed.DEMO, row.reply_id, text="x", url="", person_id=None, gate=gate, now=NOW
            )

    at_desk(database, story)
