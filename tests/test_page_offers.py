"""A model's drafts on the page: each says what the checks found, and what they stopped cannot be used."""

import re
from uuid import UUID

from copilot import seed
from copilot.domain import Draft, SecondView
from copilot.store import Store, offers
from guards.context import Context
from guards.screen import screen
from tests.door import Door, with_store

LEAK = "Det gør ondt at læse. Vi har kigget i journalen, og Bella var meget syg."
FINE = "Vi har tavshedspligt og skriver aldrig om, hvem der kommer hos os."


def offered(door: Door, proposal: str, text: str, view: SecondView | None = None) -> None:
    """The proposal has the model's offer."""

    async def add(store: Store) -> None:
        async with store.transaction(seed.DEMO) as tx:
            await offers.add_offer(tx, UUID(proposal), Draft(text, "da", "model:fake"), screen(text, Context()), view)

    with_store(door.server.app_url, add)


def shown(door: Door, proposal: str) -> str:
    """The desk's page, as the spokesperson sees it."""
    answer = door.signed_in().get(f"/proposals/{proposal}")
    assert answer.status_code == 200
    return answer.text


def test_a_stopped_offer_is_marked_and_cannot_be_used(door: Door) -> None:
    """The words that stopped it are marked, the reason stands below, and there is no button."""
    proposal = door.submit()["id"]
    offered(door, proposal, LEAK)
    page = shown(door, proposal)
    assert "stoppet af tjekket" in page
    assert re.search(r'<mark class="block">[^<]*journalen', page)
    assert 'value="offer:' not in page


def test_an_offer_that_passes_is_recommended_and_can_be_used(door: Door) -> None:
    """The button carries the offer's id."""
    proposal = door.submit()["id"]
    offered(door, proposal, FINE)
    page = shown(door, proposal)
    assert "Anbefalet" in page
    assert 'value="offer:' in page


def test_an_offer_that_rests_on_another_reading_says_so(door: Door) -> None:
    """The second view of the kind is shown to the human, and the draft is not recommended."""
    proposal = door.submit()["id"]
    offered(door, proposal, FINE, SecondView("praise", "lyder glad", changes_plan=True))
    page = shown(door, proposal)
    assert "En sprogmodel læser opslaget som: Ros" in page
    assert "Anbefalet" not in page


def test_a_model_that_failed_is_told_without_fuss(door: Door) -> None:
    """One quiet line; the draft is as usable as before."""
    proposal = door.submit()["id"]

    async def add(store: Store) -> None:
        async with store.transaction(seed.DEMO) as tx:
            await offers.add_failure(tx, UUID(proposal), "model:fake", "deadline")

    with_store(door.server.app_url, add)
    page = shown(door, proposal)
    assert "Sprogmodellen kom ikke med et brugbart forslag" in page
    assert "Godkend svaret" in page
