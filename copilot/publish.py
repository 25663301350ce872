"""What was really posted under an approved reply: recorded as it is, compared, never refused."""

from datetime import datetime
from uuid import UUID

from copilot import limits
from copilot.approve import Gate, context_of
from copilot.deciding import conflict
from copilot.errors import Broken, Conflict, NotFound
from copilot.evidence import plain
from copilot.store import Store, Transaction, clinics, proposals, replies
from copilot.store.rows import ClinicRow, ProposalRow, ReplyRow, Sameness
from guards.finding import Screening


def sameness(approved: str, posted: str) -> Sameness:
    """`same` to the byte, `reformatted` in Unicode form, line ends or white space alone, else `drifted`."""
    if posted == approved:
        return "same"
    return "reformatted" if plain(posted) == plain(approved) else "drifted"


async def record_publication(
    store: Store,
    organisation_id: UUID,
    reply_id: UUID,
    *,
    text: str,
    url: str,
    person_id: UUID | None,
    gate: Gate,
    now: datetime,
) -> ReplyRow:
    """The reply with the publication added; its proposal is published. Raises NotFound("reply") where none is valid.

    A drifted text is screened and flagged. `person_id` is None where an integration reports it. The same report twice
    is one publication.
    """
    limits.text("text", text)
    limits.text("url", url, most=limits.WORD, empty=True)
    async with store.transaction(organisation_id) as tx:
        reply, proposal, clinic = await _found(tx, reply_id)
    last = reply.publications[-1] if reply.publications else None
    if last is not None and (last.text, last.url) == (text, url):
        return reply
    state = sameness(reply.text, text)
    screening = await _screening(proposal, clinic, text, gate) if state == "drifted" else None
    try:
        async with store.transaction(organisation_id) as tx:
            await _record(tx, reply, state, screening, text=text, url=url, person_id=person_id, now=now)
            return (await _found(tx, reply_id))[0]
    except Broken as error:
        # Two who locked each other's rows: this report may simply come again.
        raise (Conflict(proposal.state, proposal.version) if error.sqlstate == "40P01" else error) from None


async def _found(tx: Transaction, reply_id: UUID) -> tuple[ReplyRow, ProposalRow, ClinicRow]:
    reply = await replies.reply(tx, reply_id)
    proposal = await proposals.proposal(tx, reply.proposal_id) if reply else None
    clinic = await clinics.clinic_by_id(tx, proposal.clinic_id) if proposal else None
    if reply is None or proposal is None or clinic is None:
        raise NotFound("reply")
    return reply, proposal, clinic


async def _screening(proposal: ProposalRow, clinic: ClinicRow, text: str, gate: Gate) -> Screening:
    language = proposal.plan.language if proposal.plan else ""
    return await gate(text, context_of(proposal.post.post, clinic.profile, language))


async def _record(
    tx: Transaction,
    reply: ReplyRow,
    state: Sameness,
    screening: Screening | None,
    *,
    text: str,
    url: str,
    person_id: UUID | None,
    now: datetime,
) -> None:
    _, proposal, _ = await _found(tx, reply.reply_id)
    if proposal.state == "approved" and not await proposals.set_state(tx, proposal, "published", now):
        raise await conflict(tx, proposal.proposal_id)
    await replies.add_publication(
        tx, reply.reply_id, text=text, url=url, state=state, screening=screening, recorded_by=person_id, now=now
    )
    await proposals.supersede_others(tx, proposal.proposal_id, now)
