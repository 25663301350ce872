"""Rows of the store as the wire's own types."""

from typing import TypeVar

import msgspec

from api.outgoing import (
    AnswerOut,
    ClinicOut,
    ContactOut,
    DecisionOut,
    DraftOut,
    OfferOut,
    PersonOut,
    PostOut,
    ProposalOut,
    PublicationOut,
    QueueItemOut,
    ReceiptOut,
    ReplyOut,
    SubmittedOut,
)
from api.schemas import FindingOut, PlanOut, TriageOut, TurnOut
from copilot.store.rows import ClinicRow, DraftText, PostRow, ProposalRow, QueueItem, ReplyRow

T = TypeVar("T")


def shaped(row: object, shape: type[T]) -> T:
    """A row as the wire type whose fields are named as the row's."""
    return msgspec.convert(row, shape, from_attributes=True)


def post(row: PostRow) -> PostOut:
    """The post's evidence."""
    return PostOut(
        id=row.post_id,
        clinic=row.clinic,
        text=row.post.text,
        author=row.post.author,
        platform=row.post.platform,
        external_id=row.external_id,
        url=row.post.url,
        thread=[shaped(turn, TurnOut) for turn in row.post.thread],
        posted_at=row.post.posted_at,
        rating=row.post.rating,
        captured_by=row.captured_by,
        case=row.case,
        received_at=row.received_at,
        sha256=row.sha256,
        captures=row.captures,
    )


def proposal(row: ProposalRow) -> ProposalOut:
    """The proposal with everything a person needs to decide."""
    return ProposalOut(**_proposal_fields(row))  # type: ignore[arg-type]  # the fields, by name


def submitted(row: ProposalRow, *, duplicate: bool) -> SubmittedOut:
    """What a submission answers."""
    return SubmittedOut(**_proposal_fields(row), duplicate=duplicate)  # type: ignore[arg-type]  # as above


def _proposal_fields(row: ProposalRow) -> dict[str, object]:
    return {
        "id": row.proposal_id,
        "state": row.state,
        "version": row.version,
        "clinic": row.clinic,
        "post": post(row.post),
        "triage": row.triage and shaped(row.triage, TriageOut),
        "plan": row.plan and shaped(row.plan, PlanOut),
        "draft": row.draft and _draft(row.draft),
        "error": row.error,
        "deadline": row.deadline,
        "held_until": row.held_until,
        "review_at": row.review_at,
        "reply": row.reply_id,
        "offers": [shaped(offer, OfferOut) for offer in row.offers],
        "answers": [shaped(answer, AnswerOut) for answer in row.answers],
        "decisions": [shaped(decision, DecisionOut) for decision in row.decisions],
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }


def _draft(draft: DraftText) -> DraftOut:
    return DraftOut(
        text=draft.text,
        language=draft.language,
        origin=draft.origin,
        sha256=draft.sha256,
        verdict=draft.screening.verdict,
        findings=[shaped(finding, FindingOut) for finding in draft.screening.findings],
        guard_version=draft.screening.guard_version,
    )


def queue_item(row: QueueItem) -> QueueItemOut:
    """A line of the queue."""
    return shaped(row, QueueItemOut)


def reply(row: ReplyRow) -> ReplyOut:
    """An approved reply."""
    return ReplyOut(
        id=row.reply_id,
        proposal=row.proposal_id,
        clinic=row.clinic,
        text=row.text,
        receipt=shaped(row.receipt, ReceiptOut),
        publications=[shaped(publication, PublicationOut) for publication in row.publications],
    )


def clinic(row: ClinicRow) -> ClinicOut:
    """A clinic's public profile."""
    profile = row.profile
    return ClinicOut(
        id=row.slug,
        name=row.name,
        version=row.version,
        profession=profile.profession,
        languages=list(profile.languages),
        spokesperson=shaped(profile.spokesperson, PersonOut) if profile.spokesperson else None,
        contact=shaped(profile.contact, ContactOut),
        opening_hours=profile.opening_hours,
        urgent_line=profile.urgent_line,
        public_facts=list(profile.public_facts),
        house_rules=list(profile.house_rules),
        strictness=profile.strictness,
        platform_limits=dict(profile.platform_limits),
    )


class ConsentOut(msgspec.Struct):
    """Whether a remote model may be asked."""

    given: bool
