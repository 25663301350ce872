"""People decide: every function is one verb of a named person on one proposal, checked against what she saw.

Each raises NotFound("proposal") for what is not in the person's organisation, NotAllowed where she is not the clinic's
spokesperson or deputy (editing and taking an offer: any colleague), Conflict where the proposal has changed since
`seen`, NotPossible where its state does not allow the verb.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from copilot.domain import State
from copilot.intake import Gate
from copilot.store import Store
from copilot.store.rows import Judgement, ProposalRow


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


async def edit(
    store: Store, by: By, proposal_id: UUID, seen: Seen, text: str, *, gate: Gate, now: datetime, note: str = ""
) -> ProposalRow:
    """The proposal with this text, screened anew. An approval of the former text is voided and it waits again."""
    raise NotImplementedError


async def take_offer(
    store: Store, by: By, proposal_id: UUID, seen: Seen, offer_id: UUID, *, gate: Gate, now: datetime, note: str = ""
) -> ProposalRow:
    """The proposal with the offer's text, screened anew; raises NotFound("offer") where it is not on offer."""
    raise NotImplementedError


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
    raise NotImplementedError


async def approve(
    store: Store, by: By, proposal_id: UUID, seen: Seen, *, gate: Gate, now: datetime, note: str = ""
) -> ProposalRow:
    """Approves exactly the present text, through the gate once more; `reply_id` names the reply with its receipt.

    Raises Blocked, Unanswered. Other pending proposals of the same external post are superseded.
    """
    raise NotImplementedError


async def reject(
    store: Store, by: By, proposal_id: UUID, seen: Seen, *, reason: str, now: datetime, note: str = ""
) -> ProposalRow:
    """Nothing goes out, for this reason. Raises Unfit("reason") for an empty one."""
    raise NotImplementedError


async def hold(
    store: Store, by: By, proposal_id: UUID, seen: Seen, *, until: datetime, now: datetime, note: str = ""
) -> ProposalRow:
    """Put aside until then; `return_due` brings it back. Raises Unfit("until") for the past."""
    raise NotImplementedError


async def release(store: Store, by: By, proposal_id: UUID, seen: Seen, *, now: datetime, note: str = "") -> ProposalRow:
    """A held or silenced one waits again."""
    raise NotImplementedError


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
    raise NotImplementedError


async def moderate(
    store: Store, by: By, proposal_id: UUID, seen: Seen, *, house_rule: str, now: datetime, note: str = ""
) -> ProposalRow:
    """The post is to be moderated by one of the clinic's house rules, word for word. Raises Unfit("house_rule")."""
    raise NotImplementedError


async def return_due(store: Store, now: datetime) -> int:
    """Brings back to waiting what was held or silenced until now, in every organisation; how many."""
    raise NotImplementedError
