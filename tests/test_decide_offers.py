"""A model's offer changes nothing until a person takes it, and then it is a text like any other."""

import pytest

from copilot import decide, seed
from copilot.domain import Draft, SecondView
from copilot.errors import Blocked, NotFound
from copilot.postgres import Server
from copilot.store import offers, proposals
from copilot.store.rows import ProposalRow
from guards.finding import Screening
from tests.desk_cases import NOW, Desk, at_desk, gate, seen

PASS = Screening("pass", (), "test")


async def offered(desk: Desk, row: ProposalRow, words: str, origin: str = "model:m") -> ProposalRow:
    """The proposal with a model's draft on offer."""
    assert row.draft is not None
    async with desk.store.transaction(seed.DEMO) as tx:
        await offers.add_offer(
            tx, row.proposal_id, Draft(words, "da", origin), PASS, SecondView("complaint", "r", changes_plan=False)
        )
        found = await proposals.proposal(tx, row.proposal_id)
    assert found is not None
    return found


def test_a_taken_offer_is_screened_like_any_text(database: Server) -> None:
    """Its stored screening is not trusted: what the gate blocks now is blocked."""

    async def story(desk: Desk) -> None:
        row = await offered(desk, await desk.proposal(), "Modellens ord BLOCK")
        (offer,) = row.offers
        assert (offer.state, offer.recommended, row.version) == ("offered", True, 1)
        taken = await decide.take_offer(
            desk.store, desk.member, row.proposal_id, seen(row), offer.offer_id, gate=gate, now=NOW
        )
        assert taken.draft is not None
        assert (taken.draft.text, taken.draft.origin, taken.draft.screening.verdict) == (
            ("Modellens ord BLOCK", "model:m", "block")
        )
        assert taken.offers[0].state == "taken"
        with pytest.raises(Blocked):
            await desk.approve(taken)
        with pytest.raises(NotFound):
            await decide.take_offer(
                desk.store, desk.speaker, row.proposal_id, seen(taken), offer.offer_id, gate=gate, now=NOW
            )

    at_desk(database, story)


def test_an_offer_comes_once_and_never_after_the_decision(database: Server) -> None:
    """The job may run twice; a model that is late finds the matter settled; a failure says so in a word."""

    async def story(desk: Desk) -> None:
        row = await desk.proposal()
        async with desk.store.transaction(seed.DEMO) as tx:
            assert await offers.add_failure(tx, row.proposal_id, "model:m", "timeout")
        row = await offered(desk, await offered(desk, row, "Modellens ord"), "Andre ord")
        assert [(one.state, one.text, one.error) for one in row.offers] == [
            ("failed", "", "timeout"),
            ("offered", "Modellens ord", ""),
        ]
        settled = await desk.approve(row)
        late = await offered(desk, settled, "For sent", "model:slow")
        assert [one.state for one in late.offers] == ["failed", "declined", "stale"]
        assert late.version == settled.version

    at_desk(database, story)
