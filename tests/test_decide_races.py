"""Two people at once, on real connections: exactly one wins, the other is told, nothing is decided twice."""

import asyncio
from datetime import timedelta

import pytest

from copilot import decide, publish, seed
from copilot.domain import Draft
from copilot.errors import Conflict, NotFound, NotPossible, Refusal
from copilot.postgres import Server
from copilot.store import credentials, offers, proposals, replies
from copilot.store.rows import ProposalRow
from guards.finding import Screening
from tests.desk_cases import NOW, Desk, at_desk, gate, refusals, seen


def winners(results: list[object]) -> list[ProposalRow]:
    """Those who won; everybody else was refused for the right reason."""
    assert all(isinstance(one, ProposalRow | Conflict | NotPossible | NotFound) for one in results), results
    return [one for one in results if isinstance(one, ProposalRow)]


@pytest.mark.parametrize("round_", range(3))
def test_of_two_who_approve_one_wins(database: Server, round_: int) -> None:
    """One reply, one decision."""

    async def story(desk: Desk) -> None:
        row = await desk.proposal(f"Runde {round_}")
        results = await refusals(*(desk.approve(row, by) for by in (desk.speaker, desk.deputy) * 4))
        (won,) = winners(results)
        assert [one.verb for one in won.decisions] == ["approve"]

    at_desk(database, story)


def test_of_all_verbs_at_once_one_wins(database: Server) -> None:
    """Whoever it is, the others saw something older."""

    async def story(desk: Desk) -> None:
        for _ in range(4):
            row = await desk.proposal()
            what = (desk.store, desk.speaker, row.proposal_id, seen(row))
            results = await refusals(
                desk.approve(row),
                desk.edit(row, "Nyt."),
                decide.reject(*what, reason="x", now=NOW),
                decide.hold(*what, until=NOW + timedelta(days=1), now=NOW),
                decide.moderate(*what, house_rule="Vi fjerner reklame og spam.", now=NOW),
                desk.approve(row, desk.deputy),
            )
            (won,) = winners(results)
            async with desk.store.transaction(seed.DEMO) as tx:
                assert await proposals.proposal(tx, row.proposal_id) == won
            assert len(won.decisions) == 1

    at_desk(database, story)


def test_an_edit_and_a_publication_never_leave_a_published_text_that_nobody_approved(database: Server) -> None:
    """Either it was published as approved, or the edit came first and there is no reply to publish."""

    async def story(desk: Desk) -> None:
        for _ in range(6):
            row = await desk.approve(await desk.proposal())
            assert row.reply_id is not None
            assert row.draft is not None
            text = row.draft.text
            await refusals(
                publish.record_publication(
                    desk.store, seed.DEMO, row.reply_id, text=text, url="", person_id=None, gate=gate, now=NOW
                ),
                desk.edit(row, text + " Nyt."),
            )
            async with desk.store.transaction(seed.DEMO) as tx:
                after = await proposals.proposal(tx, row.proposal_id)
                reply = await replies.reply(tx, row.reply_id)
            assert after is not None
            assert after.draft is not None
            assert (after.state, after.draft.text == text, reply is not None) in {
                ("published", True, True),
                ("waiting", False, False),
            }

    at_desk(database, story)


def test_two_approvals_of_the_same_post_captured_twice_do_not_hang(database: Server) -> None:
    """Each would supersede the other: one is approved, the other superseded or refused."""

    async def story(desk: Desk) -> None:
        for number in range(4):
            first = await desk.proposal(f"Elendigt {number}")
            second = await desk.proposal(f"Elendigt {number}", now=NOW + timedelta(days=2))
            results = await asyncio.wait_for(refusals(desk.approve(first), desk.approve(second)), 30)
            assert all(isinstance(one, ProposalRow | Refusal) for one in results), results
            assert winners([one for one in results if not isinstance(one, Refusal)])

    at_desk(database, story)


def test_an_offer_is_taken_once(database: Server) -> None:
    """Of two colleagues, one."""

    async def story(desk: Desk) -> None:
        row = await desk.proposal()
        async with desk.store.transaction(seed.DEMO) as tx:
            offer = await offers.add_offer(
                tx, row.proposal_id, Draft("Modellens ord", "da", "model:m"), Screening("pass", (), "test"), None
            )
        assert offer is not None
        results = await refusals(
            *(
                decide.take_offer(desk.store, by, row.proposal_id, seen(row), offer, gate=gate, now=NOW)
                for by in (desk.speaker, desk.member)
            )
        )
        assert len(winners(results)) == 1

    at_desk(database, story)


def test_a_sign_in_link_works_once_however_many_click_at_once(database: Server) -> None:
    """One session."""

    async def story(desk: Desk) -> int:
        secret = await seed.demo_link(desk.store, "demo-vet", NOW)
        clicks = [credentials.redeem_link(desk.store, secret, NOW, lasting=timedelta(hours=1)) for _ in range(8)]
        return sum(one is not None for one in await asyncio.gather(*clicks))

    assert at_desk(database, story) == 1
