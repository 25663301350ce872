"""People decide: each verb by the right person, on what she saw, recorded by name."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from copilot import decide, seed
from copilot.errors import Conflict, NotAllowed, NotPossible, Refusal, Unfit
from copilot.postgres import Server
from copilot.store import proposals
from copilot.store.rows import ProposalRow
from guards.finding import Screening
from tests.desk_cases import NOW, Desk, at_desk, seen

LATER = NOW + timedelta(days=2)
PASS = Screening("pass", (), "test")


async def do(desk: Desk, verb: str, row: ProposalRow, by: decide.By, **more: Any) -> ProposalRow:  # noqa: ANN401  # a verb's own
    """Any verb but edit and approve, with values that would do."""
    needed: dict[str, dict[str, Any]] = {
        "reject": {"reason": "Vi ringer selv."},
        "hold": {"until": LATER},
        "release": {},
        "silence": {"owner_id": desk.deputy.person_id, "review_at": LATER},
        "moderate": {"house_rule": "Vi fjerner reklame og spam."},
    }
    function = getattr(decide, verb)
    result = await function(
        desk.store, by, row.proposal_id, seen(row), now=NOW, **{**needed[verb], "note": "n", **more}
    )
    assert isinstance(result, ProposalRow)
    return result


VERBS = ("reject", "hold", "release", "silence", "moderate")


def test_the_deputy_may_do_what_the_spokesperson_may(database: Server) -> None:
    """She approves in her own name."""

    async def story(desk: Desk) -> str:
        return (await desk.approve(await desk.proposal(), desk.deputy)).decisions[0].person_name

    assert at_desk(database, story) == "Sara Lind Madsen"


def test_nobody_else_decides(database: Server) -> None:
    """Neither a colleague nor the spokesperson of another clinic; a colleague may work on the text."""

    async def story(desk: Desk) -> None:
        row = await desk.proposal()
        for by in (desk.member, desk.stranger):
            with pytest.raises(NotAllowed):
                await desk.approve(row, by)
            for verb in VERBS:
                with pytest.raises(NotAllowed):
                    await do(desk, verb, row, by)
        with pytest.raises(NotAllowed):
            await desk.edit(row, "x", desk.stranger)
        edited = await desk.edit(row, "Bedre sagt.", desk.member)
        approved = await desk.approve(edited)
        with pytest.raises(NotAllowed):  # it would undo the approval
            await desk.edit(approved, "Endnu bedre.", desk.member)

    at_desk(database, story)


def test_each_verb_leaves_its_state_and_its_decision(database: Server) -> None:
    """Who, what, why and until when."""

    async def story(desk: Desk) -> None:
        rejected = await do(desk, "reject", await desk.proposal(), desk.speaker)
        assert (rejected.state, rejected.decisions[0].reason) == ("rejected", "Vi ringer selv.")
        held = await do(desk, "hold", await desk.proposal(), desk.speaker)
        assert (held.state, held.held_until) == ("held", LATER)
        released = await do(desk, "release", held, desk.deputy)
        assert (released.state, released.held_until) == ("waiting", None)
        silenced = await do(desk, "silence", released, desk.speaker)
        assert (silenced.state, silenced.review_at) == ("silenced", LATER)
        assert silenced.decisions[-1].owner_id == desk.deputy.person_id
        assert [one.verb for one in silenced.decisions] == ["hold", "release", "silence"]
        assert [one.note for one in silenced.decisions] == ["n"] * 3
        moderated = await do(desk, "moderate", await desk.proposal(), desk.speaker)
        assert (moderated.state, moderated.decisions[0].house_rule) == ("moderated", "Vi fjerner reklame og spam.")

    at_desk(database, story)


@pytest.mark.parametrize(
    ("verb", "field", "value"),
    [
        ("reject", "reason", " "),
        ("hold", "until", NOW),
        ("silence", "review_at", NOW - timedelta(days=1)),
        ("silence", "owner_id", uuid4()),
        ("moderate", "house_rule", "Vi kan ikke lide det"),
    ],
)
def test_a_value_that_will_not_do_is_named(database: Server, verb: str, field: str, value: object) -> None:
    """A reason that says nothing, a time that is past, an owner who is nobody, a rule that is none."""

    async def story(desk: Desk) -> None:
        row = await desk.proposal()
        with pytest.raises(Unfit) as caught:
            await do(desk, verb, row, desk.speaker, **{field: value})
        assert caught.value.field == field.removesuffix("_id")
        async with desk.store.transaction(seed.DEMO) as tx:
            assert await proposals.proposal(tx, row.proposal_id) == row

    at_desk(database, story)


def test_what_was_decided_is_not_decided_again(database: Server) -> None:
    """A held one is not approved before it waits again; a rejected, silenced or moderated one not at all."""

    async def story(desk: Desk) -> None:
        for verb in ("hold", "reject", "silence", "moderate"):
            row = await do(desk, verb, await desk.proposal(), desk.speaker)
            with pytest.raises(NotPossible):
                await desk.approve(row)
        for verb in ("reject", "hold", "silence", "moderate", "release"):
            with pytest.raises(NotPossible):
                await do(desk, verb, row, desk.speaker)
        with pytest.raises(NotPossible):
            await desk.edit(row, "x")

    at_desk(database, story)


def test_a_decision_on_something_older_is_refused(database: Server) -> None:
    """Whatever the verb: the answer says what the proposal is now."""

    async def story(desk: Desk) -> None:
        old = await desk.proposal("DOUBT")
        await desk.edit(old, "Nyt.")
        attempts = [desk.edit(old, "x"), desk.approve(old), desk.answer(old)]
        attempts += [do(desk, verb, old, desk.speaker) for verb in VERBS]
        for attempt in attempts:
            with pytest.raises(Conflict) as caught:
                await attempt
            assert (caught.value.state, caught.value.version) == ("waiting", 2)

    at_desk(database, story)


def test_what_is_held_or_silenced_comes_back_in_its_time(database: Server) -> None:
    """Due ones wait again in every organisation; others stay."""

    async def story(desk: Desk) -> None:
        held = await do(desk, "hold", await desk.proposal(), desk.speaker, until=NOW + timedelta(hours=1))
        silent = await do(desk, "silence", await desk.proposal(), desk.speaker)
        assert await decide.return_due(desk.store, NOW + timedelta(hours=2)) == 1
        async with desk.store.transaction(seed.DEMO) as tx:
            back, still = [await proposals.proposal(tx, one.proposal_id) for one in (held, silent)]
        assert back is not None
        assert still is not None
        assert (back.state, back.held_until, still.state) == ("waiting", None, "silenced")
        assert await decide.return_due(desk.store, LATER) == 1
        assert await decide.return_due(desk.store, LATER) == 0

    at_desk(database, story)


def test_no_refusal_quotes_what_people_wrote(database: Server) -> None:
    """Refusals end up in logs and answers."""

    async def story(desk: Desk) -> list[Refusal]:
        row = await desk.proposal("BLOCK hemmelig")
        told = []
        for attempt in (
            desk.approve(row),
            desk.edit(row, "hemmelig \x00"),
            do(desk, "moderate", row, desk.speaker, house_rule="hemmelig"),
        ):
            with pytest.raises(Refusal) as caught:
                await attempt
            told.append(caught.value)
        return told

    for refusal in at_desk(database, story):
        assert "hemmelig" not in str(refusal)
