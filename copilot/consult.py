"""Asks the model for a second opinion on a stored post: its draft, screened, becomes an offer. Nothing else changes."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from typing import get_args
from uuid import UUID

from copilot import prompting
from copilot.approve import Gate, context_of, through_gate
from copilot.domain import Draft, Kind, Plan, Post, Prompt, SecondView, Triage
from copilot.model.answer import Answer
from copilot.model.port import Model, ModelUnavailableError
from copilot.model.pseudonyms import pseudonymise
from copilot.plan import plan as plan_for
from copilot.store import Store, clinics, consent, offers, proposals
from copilot.store.rows import ClinicRow, ProposalRow
from guards.context import Clinic

TRANSIENT = frozenset(
    {"deadline", "timeout", "connection", "breaker_open", "http_429", "http_500", "http_502", "http_503"}
)
"""Codes after which the same question may be answered later."""

_LEAN_ON_EVERY = 4
"""Every fourth curated sentence is shown: enough to set the tone, too few to be copied whole."""


class TryLaterError(Exception):
    """The model had no answer now; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class _Case:
    """What the model is asked about: public data alone."""

    post: Post
    triage: Triage
    plan: Plan
    clinic: Clinic


async def consult(
    store: Store, model: Model, organisation_id: UUID, post_id: UUID, *, gate: Gate, now: datetime, last_try: bool
) -> None:
    """The proposal has the model's offer, or a failed one with its code.

    Asks nothing where the proposal is decided, was asked about before, or the model is remote and the organisation has
    not consented. Raises TryLaterError for a passing failure, but not on the last try. No transaction is open while the
    model thinks.
    """
    origin = f"model:{model.settings.name}"
    case = await _case(store, model, organisation_id, post_id, origin)
    if case is None:
        return
    try:
        answer = await model.ask(prompt(case.post, case.triage, case.plan, case.clinic))
    except ModelUnavailableError as error:
        if error.code in TRANSIENT and not last_try:
            raise TryLaterError(error.code) from None
        async with store.transaction(organisation_id) as tx:
            await offers.add_failure(tx, post_id, origin, error.code)
        return
    draft = Draft(answer.reply, case.plan.language, origin)
    screened = await through_gate(draft, context_of(case.post, case.clinic, case.plan.language), gate)
    async with store.transaction(organisation_id) as tx:
        await offers.add_offer(tx, post_id, draft, screened.screening, _second_view(case, answer, now))


async def _case(store: Store, model: Model, organisation_id: UUID, post_id: UUID, origin: str) -> _Case | None:
    async with store.transaction(organisation_id) as tx:
        if model.settings.remote and not await consent.given(tx):
            return None
        proposal = await proposals.proposal(tx, post_id)
        clinic = await clinics.clinic(tx, proposal.clinic) if proposal else None
    if proposal is None or clinic is None or any(offer.origin == origin for offer in proposal.offers):
        return None
    return _open_case(proposal, clinic)


def _open_case(proposal: ProposalRow, clinic: ClinicRow) -> _Case | None:
    if proposal.state not in {"waiting", "held"} or proposal.triage is None or proposal.plan is None:
        return None
    return _Case(proposal.post.post, proposal.triage, proposal.plan, clinic.profile)


def _second_view(case: _Case, answer: Answer, now: datetime) -> SecondView:
    plan = plan_for(replace(case.triage, kind=answer.kind), case.post, case.clinic, now)
    return SecondView(answer.kind, answer.reason, changes_plan=plan.strategy != case.plan.strategy)


def prompt(post: Post, triage: Triage, plan: Plan, clinic: Clinic) -> Prompt:
    """What the model is asked: our instructions, and the post, pseudonymised and fenced.

    The fence is a digest of the post, which the post cannot contain.
    """
    language = prompting.spoken(plan.language, clinic)
    values = prompting.slots(clinic, language)
    hidden = pseudonymise(
        post.text,
        [(signal.start, signal.end) for signal in triage.signals if signal.name in {"names_person", "personal_data"}],
        post.author,
        [clinic.name, values.get("name", "")],
    )
    return Prompt(
        system=prompting.render(
            "model/system.j2",
            profession=clinic.profession or "health care",
            language=language,
            strategy=plan.strategy,
            may=plan.may,
            must_not=plan.must_not,
            signature=values.get("name", clinic.name),
            contact=[values[slot] for slot in ("phone", "email", "hours", "address", "urgent") if slot in values],
            fact=plan.fact,
            sentences=prompting.examples(plan.strategy, language, clinic)[::_LEAN_ON_EVERY],
            kinds=get_args(Kind),
        ),
        user=prompting.render(
            "model/user.j2", post=hidden.text, fence=hashlib.sha256(post.text.encode(errors="replace")).hexdigest()[:16]
        ),
        placeholders=hidden.placeholders,
    )
