"""Proposals: what waits for a human."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from copilot.domain import Impact, Plan, Screened, State, Triage
from copilot.evidence import text_sha256
from copilot.store import codec
from copilot.store.decisions import answers, decisions
from copilot.store.posts import POST_COLUMNS, post_row
from copilot.store.rows import AnswerRow, DecisionRow, DraftText, OfferRow, PostRow, ProposalRow
from copilot.store.session import Store, Transaction
from guards.finding import Screening

_PROPOSAL = text(
    f"""
    SELECT proposal_id, state, proposal.version, severity, deadline, triage, plan, draft_text, draft_language,
        draft_origin, draft_sha256, screening, error, held_until, review_at, proposal.created_at, updated_at,
        {POST_COLUMNS}, (
        SELECT reply_id FROM reply WHERE reply.organisation_id = proposal.organisation_id
        AND reply.proposal_id = proposal.proposal_id AND voided_at IS NULL) AS reply_id
    FROM proposal JOIN post ON post.organisation_id = proposal.organisation_id AND post_id = proposal_id
    JOIN clinic ON clinic.organisation_id = proposal.organisation_id AND clinic.clinic_id = proposal.clinic_id
    WHERE proposal_id = :proposal_id
    """  # noqa: S608  # our own words
)
_OFFERS = text("SELECT * FROM offer WHERE proposal_id = :proposal_id ORDER BY offer_id")
_ADD = text(
    """
    SELECT add_proposal(:organisation_id, :proposal_id, :clinic_id, :nth, :kind, :severity, :deadline,
        CAST(:triage AS jsonb), CAST(:plan AS jsonb), :text, :language, :origin, CAST(:screening AS jsonb), :error,
        :now)
    """
)
_FILL = text(
    """
    UPDATE proposal SET kind = :kind, severity = :severity, deadline = :deadline, triage = CAST(:triage AS jsonb),
        plan = CAST(:plan AS jsonb), draft_text = :text, draft_language = :language, draft_origin = :origin,
        screening = CAST(:screening AS jsonb), error = '', version = version + 1, updated_at = :now
    WHERE proposal_id = :proposal_id AND draft_text IS NULL AND state = 'waiting'
    """
)
_SET_TEXT = text(
    """
    UPDATE proposal SET draft_text = :text, draft_language = :language, draft_origin = :origin,
        screening = CAST(:screening AS jsonb), error = '', state = :state, held_until = :held_until,
        review_at = NULL, owner_id = NULL, version = version + 1, updated_at = :now
    WHERE proposal_id = :proposal_id AND version = :version
    """
)
_SET_STATE = text(
    """
    UPDATE proposal SET state = :state, held_until = :held_until, review_at = :review_at, owner_id = :owner_id,
        screening = coalesce(CAST(:screening AS jsonb), screening), version = version + 1, updated_at = :now
    WHERE proposal_id = :proposal_id AND version = :version
    """
)
_SUPERSEDE = text(
    """
    UPDATE proposal SET state = 'superseded', held_until = NULL, review_at = NULL, owner_id = NULL,
        version = version + 1, updated_at = :now
    FROM post AS mine JOIN post AS other USING (organisation_id, clinic_id, same_text, platform)
    WHERE mine.post_id = :proposal_id AND other.post_id <> mine.post_id
      AND proposal.organisation_id = other.organisation_id AND proposal.proposal_id = other.post_id
      AND proposal.state IN ('waiting', 'held', 'silenced')
    """
)
_SET_OFFER = text("UPDATE offer SET state = 'taken' WHERE offer_id = :offer_id AND state = 'offered'")
_STALE_OFFERS = text("UPDATE offer SET state = :state WHERE proposal_id = :proposal_id AND state = 'offered'")
_RETURN_DUE = text(
    """
    UPDATE proposal SET state = 'waiting', held_until = NULL, review_at = NULL, owner_id = NULL,
        version = version + 1, updated_at = :now
    WHERE state IN ('held', 'silenced') AND coalesce(held_until, review_at) <= :now
    """
)
_DUE = text("SELECT organisation_id FROM organisations_with_due_work(:now) AS due(organisation_id)")


@dataclass(frozen=True, slots=True)
class NewProposal:
    """A post's proposal as first computed; without triage, plan and draft where that failed, which `error` says."""

    post: PostRow
    nth: int
    severity: Impact
    deadline: datetime
    triage: Triage | None = None
    plan: Plan | None = None
    screened: Screened | None = None
    error: str = ""


async def proposal(tx: Transaction, proposal_id: UUID) -> ProposalRow | None:
    """The proposal with its post, offers, answers and decisions."""
    row = await tx.row(_PROPOSAL, {"proposal_id": proposal_id})
    if row is None:
        return None
    return _proposal(
        row,
        tuple(_offer(one) for one in await tx.rows(_OFFERS, {"proposal_id": proposal_id})),
        await answers(tx, proposal_id),
        await decisions(tx, proposal_id),
    )


async def add_proposal(store: Store, organisation_id: UUID, new: NewProposal, now: datetime) -> bool:
    """Whether the proposal is new; one that the post has already stays as it is. On the disk when this returns."""
    row = await store.at_once(_ADD, {"organisation_id": organisation_id, **_values(new, now)})
    return row is not None and bool(row[0])


async def fill(tx: Transaction, new: NewProposal, now: datetime) -> bool:
    """Whether a proposal whose drafting had failed now has what was computed later."""
    return new.screened is not None and (await tx.run(_FILL, _values(new, now))).rowcount == 1


def as_added(new: NewProposal, now: datetime) -> ProposalRow:
    """The proposal that `add_proposal` has just stored, without asking for it."""
    draft = None
    if new.screened is not None:
        one = new.screened.draft
        draft = DraftText(one.text, one.language, one.origin, text_sha256(one.text), new.screened.screening)
    return ProposalRow(
        proposal_id=new.post.post_id,
        clinic_id=new.post.clinic_id,
        clinic=new.post.clinic,
        post=new.post,
        state="waiting",
        version=1,
        severity=new.severity,
        deadline=new.deadline,
        triage=new.triage,
        plan=new.plan,
        draft=draft,
        error=new.error,
        held_until=None,
        review_at=None,
        reply_id=None,
        created_at=now,
        updated_at=now,
    )


def _values(new: NewProposal, now: datetime) -> dict[str, object]:
    draft = new.screened.draft if new.screened else None
    return {
        "proposal_id": new.post.post_id,
        "clinic_id": new.post.clinic_id,
        "nth": new.nth,
        "kind": new.triage.kind if new.triage else "",
        "severity": new.severity,
        "deadline": new.deadline,
        "triage": codec.optional(new.triage),
        "plan": codec.optional(new.plan),
        "text": draft.text if draft else None,
        "language": draft.language if draft else "",
        "origin": draft.origin if draft else "",
        "screening": codec.optional(new.screened.screening if new.screened else None),
        "error": new.error,
        "now": now,
    }


async def set_text(tx: Transaction, before: ProposalRow, screened: Screened, state: State, now: datetime) -> bool:
    """Whether the proposal now has that text and state: not where it changed since `before`."""
    values = {
        "proposal_id": before.proposal_id,
        "version": before.version,
        "text": screened.draft.text,
        "language": screened.draft.language,
        "origin": screened.draft.origin,
        "screening": codec.encoded(screened.screening),
        "state": state,
        "held_until": before.held_until if state == "held" else None,
        "now": now,
    }
    return (await tx.run(_SET_TEXT, values)).rowcount == 1


async def set_state(
    tx: Transaction,
    before: ProposalRow,
    state: State,
    now: datetime,
    *,
    held_until: datetime | None = None,
    review_at: datetime | None = None,
    owner_id: UUID | None = None,
    screening: Screening | None = None,
) -> bool:
    """Whether the proposal is now in that state: not where it changed since `before`. A screening replaces the old."""
    values = {
        "proposal_id": before.proposal_id,
        "version": before.version,
        "state": state,
        "held_until": held_until,
        "review_at": review_at,
        "owner_id": owner_id,
        "screening": codec.optional(screening),
        "now": now,
    }
    return (await tx.run(_SET_STATE, values)).rowcount == 1


async def supersede_others(tx: Transaction, proposal_id: UUID, now: datetime) -> int:
    """How many undecided proposals of the same words by the same author on the same platform are now superseded."""
    return (await tx.run(_SUPERSEDE, {"proposal_id": proposal_id, "now": now})).rowcount


async def take(tx: Transaction, offer_id: UUID) -> bool:
    """Whether the offer is taken by this call."""
    return (await tx.run(_SET_OFFER, {"offer_id": offer_id})).rowcount == 1


async def settle_offers(tx: Transaction, proposal_id: UUID, state: str) -> None:
    """What is still on offer is now `declined` or `stale`."""
    await tx.run(_STALE_OFFERS, {"proposal_id": proposal_id, "state": state})


async def organisations_with_due_work(store: Store, now: datetime) -> tuple[UUID, ...]:
    """Organisations with something held or silenced until now, or a post that nobody completed."""
    async with store.transaction(None) as tx:
        return tuple(row.organisation_id for row in await tx.rows(_DUE, {"now": now}))


async def return_due(tx: Transaction, now: datetime) -> int:
    """How many held or silenced proposals wait again because their time has come."""
    return (await tx.run(_RETURN_DUE, {"now": now})).rowcount


def _offer(row: Row[Any]) -> OfferRow:
    return OfferRow(
        offer_id=row.offer_id,
        text=row.text,
        language=row.language,
        origin=row.origin,
        screening=codec.screening(row.screening),
        recommended=row.recommended,
        second_kind=row.second_kind,
        second_reason=row.second_reason,
        changes_plan=row.changes_plan,
        state=row.state,
        error=row.error,
        created_at=row.created_at,
    )


def _draft(row: Row[Any]) -> DraftText | None:
    screening = codec.screening(row.screening)
    if screening is None:
        return None
    return DraftText(row.draft_text, row.draft_language, row.draft_origin, row.draft_sha256, screening)


def _proposal(
    row: Row[Any], offers: tuple[OfferRow, ...], said: tuple[AnswerRow, ...], decided: tuple[DecisionRow, ...]
) -> ProposalRow:
    return ProposalRow(
        proposal_id=row.proposal_id,
        clinic_id=row.clinic_id,
        clinic=row.slug,
        post=post_row(row),
        state=row.state,
        version=row.version,
        severity=row.severity,
        deadline=row.deadline,
        triage=codec.triage(row.triage),
        plan=codec.plan(row.plan),
        draft=_draft(row),
        error=row.error,
        held_until=row.held_until,
        review_at=row.review_at,
        reply_id=row.reply_id,
        created_at=row.created_at,
        updated_at=row.updated_at,
        offers=offers,
        answers=said,
        decisions=decided,
    )
