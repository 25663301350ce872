"""What /v1 answers: the wire's own types for what goes out."""

from datetime import datetime
from uuid import UUID

import msgspec

from api.schemas import FindingOut, PlanOut, ScreeningOut, TriageOut, TurnOut
from copilot.domain import State
from copilot.store.rows import Judgement, OfferState, Sameness, Verb
from guards.context import Strictness
from guards.finding import Verdict


class PostOut(msgspec.Struct, kw_only=True):
    """A post as it came in first: evidence, never changed. Its proposal has the same id."""

    id: UUID
    clinic: str
    text: str
    author: str
    platform: str
    external_id: str
    url: str
    thread: list[TurnOut]
    posted_at: datetime | None
    rating: int | None
    captured_by: str
    case: str
    received_at: datetime
    sha256: str
    captures: int
    """How often it came in, duplicates included."""


class PostsOut(msgspec.Struct):
    """The posts of a case, oldest first."""

    items: list[PostOut]


class DraftOut(msgspec.Struct, kw_only=True):
    """The text that a proposal holds now, with the gate's verdict on it."""

    text: str
    language: str
    origin: str
    sha256: str
    verdict: Verdict
    findings: list[FindingOut]
    guard_version: str


class OfferOut(msgspec.Struct, kw_only=True):
    """A model's draft beside the curated one; nothing happens until a person takes it."""

    offer_id: UUID
    text: str
    language: str
    origin: str
    screening: ScreeningOut | None
    recommended: bool
    second_kind: str
    second_reason: str
    changes_plan: bool
    state: OfferState
    error: str
    created_at: datetime


class AnswerOut(msgspec.Struct, kw_only=True):
    """What a person said to one caution of one exact text."""

    rule: str
    start: int
    end: int
    text_sha256: str
    answer: Judgement
    note: str
    person_id: UUID
    person_name: str
    at: datetime


class DecisionOut(msgspec.Struct, kw_only=True):
    """One thing that a named person did, with what she saw when she did it."""

    decision_id: UUID
    verb: Verb
    person_id: UUID
    person_name: str
    note: str
    reason: str
    based_on_state: State
    based_on_version: int
    owner_id: UUID | None
    review_at: datetime | None
    house_rule: str
    at: datetime


class ProposalOut(msgspec.Struct, kw_only=True):
    """What waits for a human, or was decided. `version` is the ETag's number."""

    id: UUID
    state: State
    version: int
    clinic: str
    post: PostOut
    triage: TriageOut | None
    plan: PlanOut | None
    draft: DraftOut | None
    error: str
    """Why there is no draft, where drafting failed."""
    deadline: datetime
    held_until: datetime | None
    review_at: datetime | None
    reply: UUID | None
    """The approved reply, while its approval is valid."""
    offers: list[OfferOut]
    answers: list[AnswerOut]
    decisions: list[DecisionOut]
    created_at: datetime
    updated_at: datetime


class SubmittedOut(ProposalOut, kw_only=True):
    """A post's proposal; `duplicate` says that the post was here before."""

    duplicate: bool


class QueueItemOut(msgspec.Struct, kw_only=True):
    """A line of the queue."""

    proposal_id: UUID
    clinic: str
    state: State
    version: int
    kind: str
    severity: int
    deadline: datetime
    verdict: str
    strategy: str
    platform: str
    author: str
    beginning: str
    error: str
    offers: int
    review_at: datetime | None
    held_until: datetime | None
    created_at: datetime


class QueueOut(msgspec.Struct):
    """A page of the queue; `cursor` is empty on the last."""

    items: list[QueueItemOut]
    cursor: str


class ReceiptOut(msgspec.Struct, kw_only=True):
    """Binds the approval to exact bytes."""

    text_sha256: str
    post_sha256: str
    platform: str
    guard_version: str
    verdict: Verdict
    approved_by: str
    approver_name: str
    approved_at: datetime


class PublicationOut(msgspec.Struct, kw_only=True):
    """What was really posted."""

    publication_id: UUID
    text: str
    url: str
    state: Sameness
    screening: ScreeningOut | None
    at: datetime


class ReplyOut(msgspec.Struct, kw_only=True):
    """A text that a named person approved, with its receipt."""

    id: UUID
    proposal: UUID
    clinic: str
    text: str
    receipt: ReceiptOut
    publications: list[PublicationOut]


class PersonOut(msgspec.Struct):
    """Somebody who signs in public."""

    name: str
    title: str


class ContactOut(msgspec.Struct):
    """The ways in that the clinic prints on its own door."""

    phone: str
    email: str
    address: str


class ClinicOut(msgspec.Struct, kw_only=True):
    """A clinic's public profile."""

    id: str
    name: str
    version: int
    profession: str
    languages: list[str]
    spokesperson: PersonOut | None
    contact: ContactOut
    opening_hours: str
    urgent_line: str
    public_facts: list[str]
    house_rules: list[str]
    strictness: Strictness
    platform_limits: dict[str, int]


class ClinicsOut(msgspec.Struct):
    """Every clinic that the caller may see."""

    items: list[ClinicOut]


class FactOut(msgspec.Struct, kw_only=True):
    """A public fact; only an approved one may stand in a reply."""

    fact_id: UUID
    text: str
    language: str
    approved_by: UUID | None
    approved_at: datetime | None


class FactsOut(msgspec.Struct):
    """A clinic's facts, oldest first, approved or waiting."""

    items: list[FactOut]


class ColleagueOut(msgspec.Struct, kw_only=True):
    """Somebody who works at the clinic. Confidential."""

    name: str
    role: str
    nicknames: list[str]


class RosterOut(msgspec.Struct):
    """The roster. Confidential: for people of the clinic alone."""

    items: list[ColleagueOut]
