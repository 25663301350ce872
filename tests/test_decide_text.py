"""The words: edited, screened, answered for and approved, bound to their bytes."""

from datetime import timedelta

import pytest

from copilot import decide, seed
from copilot.errors import Blocked, NotFound, Unanswered, Unfit
from copilot.evidence import post_sha256, text_sha256
from copilot.postgres import Server
from copilot.store import proposals, replies
from guards.finding import Screening
from tests.desk_cases import NOW, Desk, at_desk, seen

PASS = Screening("pass", (), "test")


def test_an_approved_text_is_a_reply_bound_to_its_bytes(database: Server) -> None:
    """The receipt names person, moment, text, post, platform and guard; the reply is handed out."""

    async def story(desk: Desk) -> None:
        row = await desk.approve(await desk.proposal(platform="google"))
        assert (row.state, row.version) == ("approved", 2)
        assert row.reply_id is not None
        assert row.draft is not None
        async with desk.store.transaction(seed.DEMO) as tx:
            reply = await replies.reply(tx, row.reply_id)
        assert reply is not None
        receipt = reply.receipt
        assert reply.text == row.draft.text
        assert receipt.text_sha256 == text_sha256(reply.text)
        assert receipt.post_sha256 == post_sha256(row.post.post)
        assert (receipt.platform, receipt.guard_version, receipt.verdict) == ("google", "test", "pass")
        assert (receipt.approved_by, receipt.approver_name) == (str(desk.speaker.person_id), "Lene Holm")
        (decision,) = row.decisions
        assert (decision.verb, decision.person_name, decision.based_on_state, decision.based_on_version) == (
            ("approve", "Lene Holm", "waiting", 1)
        )

    at_desk(database, story)


def test_a_blocked_text_can_be_approved_by_nobody(database: Server) -> None:
    """The findings come with the refusal; a better text of hers may be approved."""

    async def story(desk: Desk) -> None:
        row = await desk.proposal("BLOCK")
        for by in (desk.speaker, desk.deputy):
            with pytest.raises(Blocked) as caught:
                await desk.approve(row, by)
            assert [one.rule for one in caught.value.findings] == ["made.block"]
        assert (await desk.approve(await desk.edit(row, "Ring til os."))).state == "approved"

    at_desk(database, story)


def test_every_caution_is_answered_one_by_one_by_a_person(database: Server) -> None:
    """Two cautions, two answers; the latest counts; another text asks anew."""

    async def story(desk: Desk) -> None:
        row = await desk.edit(await desk.proposal(), "DOUBT og DOUBT")
        row = await desk.answer(row, which=0)
        with pytest.raises(Unanswered) as caught:
            await desk.approve(row)
        assert [one.start for one in caught.value.findings] == [9]
        row = await desk.answer(await desk.answer(row, which=1), "change", which=0)
        with pytest.raises(Unanswered):
            await desk.approve(row)
        row = await desk.answer(row, which=0)
        assert [(one.answer, one.person_name, one.sentence) for one in row.answers] == [
            ("fine", "Lene Holm", "DOUBT"),
            ("fine", "Lene Holm", "DOUBT"),
            ("change", "Lene Holm", "DOUBT"),
            ("fine", "Lene Holm", "DOUBT"),
        ]
        changed = await desk.edit(row, "DOUBT og DOUBT!")
        with pytest.raises(Unanswered):
            await desk.approve(changed)
        back = await desk.edit(changed, "DOUBT og DOUBT")
        assert (await desk.approve(back)).state == "approved"

    at_desk(database, story)


def test_only_a_caution_that_stands_there_can_be_answered(database: Server) -> None:
    """A block has no answer, and neither has a place where nothing was found."""

    async def story(desk: Desk) -> None:
        blocked = await desk.proposal("BLOCK")
        with pytest.raises(NotFound):
            await desk.answer(blocked)
        row = await desk.proposal("DOUBT")
        with pytest.raises(NotFound):
            await decide.answer_caution(
                desk.store,
                desk.speaker,
                row.proposal_id,
                seen(row),
                rule="made.doubt",
                start=0,
                end=5,
                answer="fine",
                now=NOW,
            )

    at_desk(database, story)


def test_one_changed_character_voids_the_approval(database: Server) -> None:
    """The reply is handed out no more, the proposal waits, and a new approval makes a new reply."""

    async def story(desk: Desk) -> None:
        approved = await desk.approve(await desk.proposal())
        assert approved.draft is not None
        assert approved.reply_id is not None
        edited = await desk.edit(approved, approved.draft.text + "!")
        assert (edited.state, edited.version, edited.reply_id) == ("waiting", 3, None)
        async with desk.store.transaction(seed.DEMO) as tx:
            assert await replies.reply(tx, approved.reply_id) is None
        again = await desk.approve(edited)
        assert again.reply_id not in {None, approved.reply_id}
        same = await desk.edit(again, approved.draft.text + "!")
        assert (same.state, same.reply_id) == ("approved", again.reply_id)

    at_desk(database, story)


def test_an_approval_supersedes_what_waits_for_the_same_post(database: Server) -> None:
    """The same words by the same author on the same platform, captured again a day later: no double answer."""

    async def story(desk: Desk) -> None:
        first = await desk.proposal("Elendigt", platform="google")
        again = await desk.proposal("Elendigt", platform="google", now=NOW + timedelta(days=2))
        elsewhere = await desk.proposal("Elendigt", platform="facebook", now=NOW + timedelta(days=4))
        await desk.approve(again)
        async with desk.store.transaction(seed.DEMO) as tx:
            states = [await proposals.proposal(tx, one.proposal_id) for one in (first, elsewhere)]
        assert [row.state for row in states if row] == ["superseded", "waiting"]

    at_desk(database, story)


def test_a_gate_that_changed_its_mind_is_shown_before_anybody_approves(database: Server) -> None:
    """What the gate finds at approval replaces what it found before, so that it can be answered."""

    async def story(desk: Desk) -> None:
        row = await desk.edit(await desk.proposal(), "Vi lytter. DOUBT")
        laxer = Desk(desk.store, desk.server, desk.speaker, desk.deputy, desk.member, desk.stranger, gate=lax)
        clean = await laxer.edit(await desk.edit(row, "x"), "Vi lytter. DOUBT")
        assert clean.draft is not None
        assert clean.draft.screening.verdict == "pass"
        with pytest.raises(Unanswered):
            await desk.approve(clean)
        async with desk.store.transaction(seed.DEMO) as tx:
            shown = await proposals.proposal(tx, clean.proposal_id)
        assert shown is not None
        assert (shown.version, shown.state) == (clean.version + 1, "waiting")
        assert (await desk.approve(await desk.answer(shown))).state == "approved"

    at_desk(database, story)


async def lax(text: str, context: object) -> Screening:
    """Lets everything through."""
    assert text
    assert context
    return PASS


def test_a_failed_draft_is_written_by_a_person(database: Server) -> None:
    """There is nothing to approve until somebody writes it."""

    async def story(desk: Desk) -> None:
        failed = await desk.proposal("FAIL")
        with pytest.raises(Unfit):
            await desk.approve(failed)
        written = await desk.edit(failed, "Ring til os.")
        assert written.error == ""
        assert (await desk.approve(written)).state == "approved"

    at_desk(database, story)
