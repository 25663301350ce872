"""Decisions about the words: edit, take a model's offer, approve. The gate is asked outside every transaction."""

from datetime import datetime
from uuid import UUID

from copilot import limits
from copilot.approve import Gate, context_of, refuse_blocked, through_gate
from copilot.approve import approve as approved
from copilot.deciding import By, Looked, Seen, conflict, first, look, present
from copilot.domain import Approver, Draft, Screened
from copilot.errors import Blocked, Broken, NotFound, Unanswered, Unfit
from copilot.store import Store, Transaction, decisions, people, proposals, replies
from copilot.store.rows import AnswerRow, ProposalRow, Verb
from guards.context import Context
from guards.stop import stop


async def edit(
    store: Store, by: By, proposal_id: UUID, seen: Seen, text: str, *, gate: Gate, now: datetime, note: str = ""
) -> ProposalRow:
    """The proposal with this text, screened anew. An approval of the former text is voided and it waits again.

    The text as it stands changes nothing and is no decision.
    """
    limits.text("text", text)
    limits.text("note", note, empty=True)
    async with store.transaction(by.organisation_id) as tx:
        looked = await look(tx, by, proposal_id, seen, "edit")
    if looked.proposal.draft is not None and looked.proposal.draft.text == text:
        return looked.proposal
    draft = Draft(text, _language(looked), f"person:{by.person_id}")
    screened = await _screened(looked, draft, gate)
    async with store.transaction(by.organisation_id) as tx:
        await _set(tx, looked, by, "edit", screened, now=now, note=note)
        return await present(tx, proposal_id)


async def take_offer(
    store: Store, by: By, proposal_id: UUID, seen: Seen, offer_id: UUID, *, gate: Gate, now: datetime, note: str = ""
) -> ProposalRow:
    """The proposal with the offer's text, screened anew; raises NotFound("offer") where it is not on offer."""
    limits.text("note", note, empty=True)
    async with store.transaction(by.organisation_id) as tx:
        looked = await look(tx, by, proposal_id, seen, "take_offer")
    offer = next((one for one in looked.proposal.offers if (one.offer_id, one.state) == (offer_id, "offered")), None)
    if offer is None:
        raise NotFound("offer")
    screened = await _screened(looked, Draft(offer.text, offer.language, offer.origin), gate)
    async with store.transaction(by.organisation_id) as tx:
        await _set(tx, looked, by, "take_offer", screened, now=now, note=note)
        if not await proposals.take(tx, offer_id):
            raise NotFound("offer")
        return await present(tx, proposal_id)


async def approve(
    store: Store, by: By, proposal_id: UUID, seen: Seen, *, gate: Gate, now: datetime, note: str = ""
) -> ProposalRow:
    """Approves exactly the present text, through the gate once more; `reply_id` names the reply with its receipt.

    Raises Blocked, Unanswered; where the gate now finds something else than before, the proposal shows it from then on,
    as a new version. Other pending proposals of the same external post are superseded.
    """
    limits.text("note", note, empty=True)
    async with store.transaction(by.organisation_id) as tx:
        looked = await look(tx, by, proposal_id, seen, "approve")
        person = await people.person(tx, by.person_id)
        roster = await people.roster(tx, looked.proposal.clinic_id)
    before = looked.proposal
    if before.draft is None or person is None:
        raise Unfit("text", "is not written yet")
    screened = await _screened(looked, Draft(before.draft.text, before.draft.language, before.draft.origin), gate)
    approver = Approver(str(by.person_id), person.name)
    # The confidential lane's one word in public matters: it may stop a finished text, and never shapes one.
    if stopped := stop(before.draft.text, _around(looked), [entry.colleague for entry in roster]):
        raise Blocked(stopped)
    try:
        refuse_blocked(screened)
        async with store.transaction(by.organisation_id) as tx:
            await _approve(tx, before, approver, screened, now=now, note=note)
            return await present(tx, proposal_id)
    except (Blocked, Unanswered):
        await _show(store, by, before, screened, now)
        raise
    except Broken as error:
        raise first(error, before) from None


async def _approve(
    tx: Transaction, before: ProposalRow, approver: Approver, screened: Screened, *, now: datetime, note: str
) -> None:
    # The row is locked by this update; what was answered is read after it, so nothing comes in between.
    if not await proposals.set_state(tx, before, "approved", now, screening=screened.screening):
        raise await conflict(tx, before.proposal_id)
    said = await decisions.answers(tx, before.proposal_id)
    reply = approved(screened, before.post.post, _answers(said, before), approver, now)
    decision_id = await decisions.add_decision(
        tx, before, "approve", UUID(approver.id), now, text_sha256=reply.receipt.text_sha256, note=note
    )
    await replies.add_reply(tx, before.proposal_id, decision_id, reply)
    await proposals.settle_offers(tx, before.proposal_id, "declined")
    await proposals.supersede_others(tx, before.proposal_id, now)


async def _show(store: Store, by: By, before: ProposalRow, screened: Screened, now: datetime) -> None:
    """What the gate finds now replaces what it found then, unless the proposal has gone on."""
    if before.draft is not None and screened.screening != before.draft.screening:
        async with store.transaction(by.organisation_id) as tx:
            await proposals.set_text(tx, before, screened, before.state, now)


async def _set(
    tx: Transaction, looked: Looked, by: By, verb: Verb, screened: Screened, *, now: datetime, note: str
) -> None:
    before = looked.proposal
    if not await proposals.set_text(tx, before, screened, "held" if before.state == "held" else "waiting", now):
        raise await conflict(tx, before.proposal_id)
    if before.state == "approved":
        await replies.void(tx, before.proposal_id, now)
    changed = await present(tx, before.proposal_id)
    sha256 = changed.draft.sha256 if changed.draft else ""
    await decisions.add_decision(tx, before, verb, by.person_id, now, text_sha256=sha256, note=note)


async def _screened(looked: Looked, draft: Draft, gate: Gate) -> Screened:
    return await through_gate(draft, _around(looked), gate)


def _around(looked: Looked) -> Context:
    return context_of(looked.proposal.post.post, looked.clinic.profile, _language(looked))


def _language(looked: Looked) -> str:
    plan = looked.proposal.plan
    return plan.language if plan else next(iter(looked.clinic.profile.languages), "")


def _answers(said: tuple[AnswerRow, ...], before: ProposalRow) -> dict[tuple[int, int, str], str]:
    """The latest answer to each caution of the present text."""
    sha256 = before.draft.sha256 if before.draft else ""
    return {(one.start, one.end, one.rule): one.answer for one in said if one.text_sha256 == sha256}
