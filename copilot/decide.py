"""People decide: every function is one verb of a named person on one proposal, checked against what she saw.

Each raises NotFound("proposal") for what is not in the person's organisation, NotAllowed where she is not the clinic's
spokesperson or deputy (editing and taking an offer: any colleague), Conflict where the proposal has changed since
`seen`, NotPossible where its state does not allow the verb, Unfit for a value that cannot be taken.
"""

from datetime import datetime
from uuid import UUID

from copilot import limits
from copilot.deciding import By, Seen, look, present, step
from copilot.errors import NotFound, Unfit
from copilot.store import Store, decisions, people, proposals
from copilot.store.rows import Judgement, ProposalRow
from copilot.text_decisions import approve, edit, take_offer

__all__ = [
    "By",
    "Seen",
    "answer_caution",
    "approve",
    "edit",
    "hold",
    "moderate",
    "reject",
    "release",
    "return_due",
    "silence",
    "take_offer",
]


async def answer_caution(
    store: Store,
    by: By,
    proposal_id: UUID,
    seen: Seen,
    *,
    rule: str,
    start: int,
    end: int,
    answer: Judgement,
    now: datetime,
    note: str = "",
) -> ProposalRow:
    """Records the person's answer to one caution of the present text; the version stays. Raises NotFound("caution")."""
    limits.text("note", note, empty=True)
    async with store.transaction(by.organisation_id) as tx:
        before = (await look(tx, by, proposal_id, seen, "answer")).proposal
        found = [
            one
            for one in (before.draft.screening.findings if before.draft else ())
            if (one.rule, one.start, one.end, one.severity) == (rule, start, end, "caution")
        ]
        if before.draft is None or not found:
            raise NotFound("caution")
        sha256 = before.draft.sha256
        await decisions.add_answer(
            tx, proposal_id, sha256, found[0], person_id=by.person_id, answer=answer, note=note, now=now
        )
        return await present(tx, proposal_id)


async def reject(
    store: Store, by: By, proposal_id: UUID, seen: Seen, *, reason: str, now: datetime, note: str = ""
) -> ProposalRow:
    """Nothing goes out, for this reason. Raises Unfit("reason") for an empty one."""
    limits.text("reason", reason)
    async with store.transaction(by.organisation_id) as tx:
        before = (await look(tx, by, proposal_id, seen, "reject")).proposal
        await step(tx, before, by, "reject", "rejected", now=now, note=note, reason=reason)
        await proposals.settle_offers(tx, proposal_id, "declined")
        return await present(tx, proposal_id)


async def hold(
    store: Store, by: By, proposal_id: UUID, seen: Seen, *, until: datetime, now: datetime, note: str = ""
) -> ProposalRow:
    """Put aside until then; `return_due` brings it back. Raises Unfit("until") for the past."""
    _future("until", until, now)
    async with store.transaction(by.organisation_id) as tx:
        before = (await look(tx, by, proposal_id, seen, "hold")).proposal
        await step(tx, before, by, "hold", "held", now=now, note=note, until=until)
        return await present(tx, proposal_id)


async def release(store: Store, by: By, proposal_id: UUID, seen: Seen, *, now: datetime, note: str = "") -> ProposalRow:
    """A held or silenced one waits again."""
    async with store.transaction(by.organisation_id) as tx:
        before = (await look(tx, by, proposal_id, seen, "release")).proposal
        await step(tx, before, by, "release", "waiting", now=now, note=note)
        return await present(tx, proposal_id)


async def silence(
    store: Store,
    by: By,
    proposal_id: UUID,
    seen: Seen,
    *,
    owner_id: UUID,
    review_at: datetime,
    now: datetime,
    note: str = "",
) -> ProposalRow:
    """Staying silent, with a person of the clinic who owns it and a time to look again. Raises Unfit for either."""
    _future("review_at", review_at, now)
    async with store.transaction(by.organisation_id) as tx:
        before = (await look(tx, by, proposal_id, seen, "silence")).proposal
        if await people.role_at(tx, before.clinic_id, owner_id) is None:
            raise Unfit("owner", "is nobody of this clinic")
        await step(tx, before, by, "silence", "silenced", now=now, note=note, until=review_at, owner_id=owner_id)
        return await present(tx, proposal_id)


async def moderate(
    store: Store, by: By, proposal_id: UUID, seen: Seen, *, house_rule: str, now: datetime, note: str = ""
) -> ProposalRow:
    """The post is to be moderated by one of the clinic's house rules, word for word. Raises Unfit("house_rule")."""
    async with store.transaction(by.organisation_id) as tx:
        looked = await look(tx, by, proposal_id, seen, "moderate")
        if house_rule not in looked.clinic.profile.house_rules:
            raise Unfit("house_rule", "is not one of the clinic's house rules")
        await step(tx, looked.proposal, by, "moderate", "moderated", now=now, note=note, house_rule=house_rule)
        await proposals.settle_offers(tx, proposal_id, "declined")
        return await present(tx, proposal_id)


async def return_due(store: Store, now: datetime) -> int:
    """Brings back to waiting what was held or silenced until now, in every organisation; how many."""
    returned = 0
    for organisation_id in await proposals.organisations_with_due_work(store, now):
        async with store.transaction(organisation_id) as tx:
            returned += await proposals.return_due(tx, now)
    return returned


def _future(field: str, moment: datetime, now: datetime) -> None:
    limits.moment(field, moment)
    if moment <= now:
        raise Unfit(field, "is not in the future")
