"""What every decision begins with: the proposal as it is, the person's right, and whether it is still what she saw."""

from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Literal, TypeAlias
from uuid import UUID

from copilot import limits
from copilot.domain import State
from copilot.errors import Broken, Conflict, NotAllowed, NotFound, NotPossible
from copilot.store import Transaction, clinics, decisions, people, proposals
from copilot.store.rows import ClinicRow, ProposalRow, Verb

Doing: TypeAlias = Verb | Literal["answer"]

FROM: MappingProxyType[Doing, frozenset[State]] = MappingProxyType(
    {
        "edit": frozenset({"waiting", "held", "approved"}),
        "take_offer": frozenset({"waiting", "held", "approved"}),
        "answer": frozenset({"waiting", "held"}),
        "approve": frozenset({"waiting"}),
        "reject": frozenset({"waiting", "held"}),
        "hold": frozenset({"waiting", "held"}),
        "release": frozenset({"held", "silenced"}),
        "silence": frozenset({"waiting", "held"}),
        "moderate": frozenset({"waiting", "held"}),
    }
)
"""In which states each verb is possible; docs/states.md draws it, and the database holds to it."""

ANY_COLLEAGUE: frozenset[Doing] = frozenset({"edit", "take_offer"})
"""What needs no spokesperson; on an approved text it does, because it undoes the approval."""


@dataclass(frozen=True, slots=True)
class By:
    """The person who decides, in her organisation."""

    organisation_id: UUID
    person_id: UUID


@dataclass(frozen=True, slots=True)
class Seen:
    """What the decision is based on; the state is what the person was shown."""

    version: int
    state: State


@dataclass(frozen=True, slots=True)
class Looked:
    """A proposal that this person may do this to, now."""

    proposal: ProposalRow
    clinic: ClinicRow


async def look(tx: Transaction, by: By, proposal_id: UUID, seen: Seen, doing: Doing) -> Looked:
    """The proposal with its clinic. Raises NotFound, NotAllowed, Conflict, NotPossible, in this order."""
    proposal = await proposals.proposal(tx, proposal_id)
    clinic = await clinics.clinic_by_id(tx, proposal.clinic_id) if proposal else None
    if proposal is None or clinic is None:
        raise NotFound("proposal")
    role = await people.role_at(tx, proposal.clinic_id, by.person_id)
    colleague = role is not None and doing in ANY_COLLEAGUE and proposal.state != "approved"
    if not colleague and role not in ("spokesperson", "deputy"):
        raise NotAllowed("only the clinic's spokesperson and deputy decide")
    if (proposal.version, proposal.state) != (seen.version, seen.state):
        raise Conflict(proposal.state, proposal.version)
    if proposal.state not in FROM[doing]:
        raise NotPossible(doing, proposal.state)
    return Looked(proposal, clinic)


async def step(
    tx: Transaction,
    before: ProposalRow,
    by: By,
    verb: Verb,
    state: State,
    *,
    now: datetime,
    note: str = "",
    reason: str = "",
    until: datetime | None = None,
    owner_id: UUID | None = None,
    house_rule: str = "",
) -> None:
    """Brings the proposal to the state and records the decision. Raises Conflict where somebody was first."""
    limits.text("note", note, empty=True)
    moved = await proposals.set_state(
        tx,
        before,
        state,
        now,
        held_until=until if state == "held" else None,
        review_at=until if state == "silenced" else None,
        owner_id=owner_id,
    )
    if not moved:
        raise await conflict(tx, before.proposal_id)
    await decisions.add_decision(
        tx,
        before,
        verb,
        by.person_id,
        now,
        text_sha256=before.draft.sha256 if before.draft else "",
        note=note,
        reason=reason,
        owner_id=owner_id,
        review_at=until,
        house_rule=house_rule,
    )


async def conflict(tx: Transaction, proposal_id: UUID) -> Conflict | NotFound:
    """The refusal for whoever came second."""
    there = await proposals.proposal(tx, proposal_id)
    return NotFound("proposal") if there is None else Conflict(there.state, there.version)


async def present(tx: Transaction, proposal_id: UUID) -> ProposalRow:
    """The proposal as this transaction leaves it."""
    there = await proposals.proposal(tx, proposal_id)
    if there is None:
        raise NotFound("proposal")
    return there


def first(error: Broken, before: ProposalRow) -> Conflict | Broken:
    """Two who locked each other's rows: the database sent one of them away, which makes her second."""
    return Conflict(before.state, before.version) if error.sqlstate == "40P01" else error
